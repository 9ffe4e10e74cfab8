"""Audit log: an append-only table in which each entry's hash covers the entry before it.

A changed, deleted, inserted or reordered entry breaks the chain, and ``verify`` says where. The newest number and
hash are kept in a row of their own, so that a cut-off end is noticed too. Somebody who may write everything in the
database can compute a whole new chain: against that, keep the head that ``kms audit verify`` prints outside of the
database, and check it later with ``--head``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kms.access.models import AuditEntry
from kms.db.session import Database
from kms.db.tables import AuditHeadRow, AuditRow
from kms.types import Frozen

FIRST_HASH = "0" * 64
"""What the first entry names as the hash before it."""

# Any constant: writers on PostgreSQL wait for each other on it, so that the chain never forks.
_LOCK = 7_250_312
_PAGE = 1_000
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class AuditReport(Frozen):
    """Result of checking the chain. ``problem`` is ``None`` where it is whole; ``head`` is ``number:hash``."""

    entries: int
    head: str
    problem: str | None = None


class AuditLog:
    """The audit log on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, actor: str, action: str, target: str = "", detail: Mapping[str, Any] | None = None
    ) -> AuditEntry:
        """Append one entry in a transaction of its own."""
        with self._database.write() as session:
            return append(session, actor, action, target, detail)

    def latest(self, *, limit: int = 50, action: str = "") -> list[AuditEntry]:
        """The newest entries first; ``action`` keeps those whose action begins with it."""
        statement = select(AuditRow).order_by(AuditRow.number.desc()).limit(limit)
        if action:
            statement = statement.where(AuditRow.action.startswith(action, autoescape=True))
        with self._database.read() as session:
            return [_entry_of(row) for row in session.scalars(statement)]

    def verify(self, *, head: str = "") -> AuditReport:
        """Check every entry against its hash, its number and the entry before it.

        Args:
            head: ``number:hash`` as an earlier check printed it; the log must still hold that entry.
        """
        number, previous = 0, FIRST_HASH
        known = _HEAD.fullmatch(head)
        known_number, known_hash = (int(known[1]), known[2]) if known else (None, "")
        with self._database.read() as session:
            for row in _rows(session):
                number += 1
                problem = _problem_of(row, number, previous)
                if problem is None and known_number == number and known_hash != row.hash:
                    problem = f"entry {number} is not the one that {head[:80]} names: the log was rewritten"
                if problem is not None:
                    return AuditReport(entries=number - 1, head=f"{number - 1}:{previous}", problem=problem)
                previous = row.hash
            newest = session.get(AuditHeadRow, 1)
        problem = None
        if (newest.number if newest else 0) != number or (newest.hash if newest else FIRST_HASH) != previous:
            kept = newest.number if newest else 0
            problem = f"the log ends with entry {number}, but entry {kept} was the last that was written"
        elif head and known_number is None:
            problem = f"{head[:80]!r} is no NUMBER:HASH as kms audit verify prints it"
        elif known_number is not None and known_number > number:
            problem = f"the log has {number} entries and cannot hold the one that {head[:80]} names"
        return AuditReport(entries=number, head=f"{number}:{previous}", problem=problem)


def append(
    session: Session, actor: str, action: str, target: str = "", detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one entry in the caller's transaction, so that both are committed or neither.

    Args:
        session: A session of ``Database.write``.
        actor: Who did it: ``user:anna``, ``key:ab12cd34``, ``cli:root``, or ``-`` where nobody is known.
        action: What was done, for instance ``key.create``.
        target: What it was done to.
        detail: Plain JSON values; never a secret.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    head = session.get(AuditHeadRow, 1, populate_existing=True)
    if head is None:
        head = AuditHeadRow(id=1, number=0, hash=FIRST_HASH)
        session.add(head)
    row = AuditRow(
        number=head.number + 1,
        at=datetime.now(UTC),
        actor=_clip(actor, 100),
        action=_clip(action, 64),
        target=_clip(target, 160),
        detail=json.dumps(dict(detail or {}), ensure_ascii=True, sort_keys=True),
        previous_hash=head.hash,
    )
    row.hash = _hash_of(row)
    session.add(row)
    head.number, head.hash = row.number, row.hash
    session.flush()
    return _entry_of(row)


def _rows(session: Session) -> Iterator[AuditRow]:
    """All rows by number, page by page, so that a long log is never in memory as a whole."""
    last: int | None = None
    while True:
        statement = select(AuditRow).order_by(AuditRow.number).limit(_PAGE)
        if last is not None:
            statement = statement.where(AuditRow.number > last)
        rows = session.scalars(statement).all()
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1].number
        session.expunge_all()


def _problem_of(row: AuditRow, number: int, previous: str) -> str | None:
    if row.number != number:
        return f"entry {number} is missing: after entry {number - 1} comes entry {row.number}"
    if row.previous_hash != previous:
        return f"entry {number} does not follow entry {number - 1}: one of them was replaced or moved"
    if row.hash != _hash_of(row):
        return f"entry {number} was changed after it was written"
    return None


def _hash_of(row: AuditRow) -> str:
    parts = [
        row.previous_hash, row.number, row.at.astimezone(UTC).isoformat(), row.actor, row.action, row.target,
        row.detail,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def _clip(text: str, most: int) -> str:
    """Text that both databases can store."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "�")[:most]


def _entry_of(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        target=row.target,
        detail=json.loads(row.detail),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
