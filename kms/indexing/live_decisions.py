"""Decisions on facts that search shows at once: decision, audit entry and the product's waiting in one transaction.

A decided product takes the way of a changed one: whoever reads changed products derives its facts anew and puts them into
the log that servers take over (docs/live.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kms.access.audit import append
from kms.db.session import Database
from kms.decisions.models import Decision
from kms.decisions.store import DecisionStore, append_decisions, append_undoings
from kms.identity.store import groups_in
from kms.indexing.change_log import mark_pending, next_sequence


class LiveDecisions:
    """Writes decisions; safe to share between threads."""

    def __init__(self, database: Database, *, on_pending: Callable[[], None] = lambda: None) -> None:
        """Write to ``database``; ``on_pending`` is called when products wait to be derived anew."""
        self._database = database
        self._store = DecisionStore(database)
        self._on_pending = on_pending
        self._looked: datetime | None = None

    def decide(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Write decisions, all of them or none.

        Raises:
            InputError: One contradicts itself.
        """
        if not decisions:
            return []
        with self._database.write(in_turn=True) as session:
            written = write_decisions(session, decisions)
        self._on_pending()
        return written

    def undo(self, identifiers: Sequence[str], *, by: str, note: str = "") -> list[Decision]:
        """Take decisions back, all of them or none; returns the undoings.

        Raises:
            NotFoundError: Nobody knows such a decision.
            InputError: It was taken back already.
        """
        with self._database.write(in_turn=True) as session:
            written = write_undoings(session, identifiers, by=by, note=note)
        self._on_pending()
        return written

    def apply_due(self, moment: datetime) -> int:
        """Let products wait whose decisions began or ended to hold since the last look; returns how many."""
        due = self._store.refresh_due(self._looked, moment)
        self._looked = moment
        if due:
            with self._database.write(in_turn=True) as session:
                mark_pending(session, sorted(due), next_sequence(session))
        return len(due)


def write_decisions(session: Session, decisions: Sequence[Decision]) -> list[Decision]:
    """Write decisions, their audit entries and their products' waiting in the caller's transaction, which waits its turn.

    Raises:
        InputError: One contradicts itself; nothing is to be written.
    """
    written = append_decisions(session, decisions)
    _note(session, written)
    return written


def write_undoings(
    session: Session, identifiers: Sequence[str], *, by: str, note: str = ""
) -> list[Decision]:
    """Take decisions back in the caller's transaction, which waits its turn; returns the undoings.

    Raises:
        NotFoundError: Nobody knows such a decision.
        InputError: It was taken back already.
    """
    written = append_undoings(session, identifiers, by=by, note=note)
    _note(session, written)
    return written


def _note(session: Session, written: Sequence[Decision]) -> None:
    products = {each.product_id for each in written}
    members = {m for group in groups_in(session, sorted(products)).values() for m in group}
    # A number of its own, so that a reading that goes on now does not take the note away.
    mark_pending(session, sorted(products | members), next_sequence(session))
    for each in written:
        detail = {
            "decision": each.id,
            "about": each.about.model_dump(mode="json"),
            "reason": each.reason.value,
            **({"instead": each.corrected.model_dump(mode="json")} if each.corrected else {}),
            **({"undoes": each.undoes} if each.undoes else {}),
            **({"note": each.note} if each.note else {}),
        }
        append(session, each.by, f"facts.{each.verdict.value}", each.product_id, detail)
