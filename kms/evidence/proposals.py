"""Readings that could not be linked: one proposal for each surface, with the evidence that speaks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select

from kms.db.session import Database
from kms.db.tables import ProposalMentionRow, ProposalRow
from kms.db.versions import IN_LIST, in_chunks, upsert
from kms.types import Frozen, Language


class ProposedValue(Frozen):
    """A surface that the ontology does not have yet. ``support`` counts mentions; ``evidence`` holds some of their ids."""

    kind: str
    attribute: str
    surface: str
    language: Language
    status: str = "open"
    support: int = 0
    evidence: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stable over runs: kind, attribute, language and case-folded surface."""
        parts = (self.kind, self.attribute, self.language, self.surface.casefold().strip())
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


class ProposalStore:
    """Proposals on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, product_ids: Sequence[str], proposed: Iterable[tuple[str, str, ProposedValue]]) -> None:
        """Replace the proposals of these products by ``proposed``; idempotent.

        Args:
            product_ids: Products that were linked anew.
            proposed: Product id, evidence id and what it proposes.
        """
        proposals: dict[str, dict[str, Any]] = {}
        mentions: list[dict[str, Any]] = []
        now = datetime.now(UTC)
        for product_id, evidence_id, value in proposed:
            proposals[value.id] = {
                "id": value.id,
                "kind": value.kind,
                "attribute": value.attribute,
                "surface": value.surface,
                "language": value.language,
                "status": "open",
                "created_at": now,
            }
            mentions.append({"proposal_id": value.id, "evidence_id": evidence_id, "product_id": product_id})
        with self._database.write(in_turn=True) as session:
            for chunk in in_chunks(product_ids, IN_LIST):
                session.execute(delete(ProposalMentionRow).where(ProposalMentionRow.product_id.in_(chunk)))
            upsert(session, ProposalRow, list(proposals.values()), key=("id",), update=())
            upsert(
                session,
                ProposalMentionRow,
                mentions,
                key=("proposal_id", "evidence_id"),
                update=("product_id",),
            )

    def drop_unsupported(self) -> int:
        """Forget open proposals that no evidence speaks for any more; returns how many."""
        supported = select(ProposalMentionRow.proposal_id)
        with self._database.write(in_turn=True) as session:
            gone = session.execute(
                delete(ProposalRow).where(ProposalRow.status == "open", ProposalRow.id.not_in(supported))
            )
            return int(getattr(gone, "rowcount", 0))

    def top(self, *, limit: int = 50, kind: str | None = None) -> list[ProposedValue]:
        """Open proposals, those with most mentions first."""
        count = func.count(ProposalMentionRow.evidence_id)
        statement = (
            select(ProposalRow, count)
            .join(ProposalMentionRow, ProposalMentionRow.proposal_id == ProposalRow.id)
            .where(ProposalRow.status == "open")
            .group_by(ProposalRow.id)
            .order_by(count.desc(), ProposalRow.id)
            .limit(limit)
        )
        if kind is not None:
            statement = statement.where(ProposalRow.kind == kind)
        result = []
        with self._database.read() as session:
            for row, support in session.execute(statement):
                ids = session.scalars(
                    select(ProposalMentionRow.evidence_id)
                    .where(ProposalMentionRow.proposal_id == row.id)
                    .order_by(ProposalMentionRow.evidence_id)
                    .limit(5)
                )
                result.append(
                    ProposedValue(
                        kind=row.kind,
                        attribute=row.attribute,
                        surface=row.surface,
                        language="zh" if row.language == "zh" else "en",
                        status=row.status,
                        support=support,
                        evidence=tuple(ids),
                    )
                )
        return result

    def count(self) -> int:
        """Number of open proposals."""
        statement = select(func.count()).select_from(ProposalRow).where(ProposalRow.status == "open")
        with self._database.read() as session:
            return session.scalar(statement) or 0
