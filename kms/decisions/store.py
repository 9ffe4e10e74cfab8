"""Store of decisions: append-only, with the question which of them stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kms.db.session import Database
from kms.db.tables import DecisionRow
from kms.db.versions import IN_LIST, in_chunks, refresh_versions
from kms.decisions.models import Decision, FactName, MentionName, check_decision, standing
from kms.decisions.reasons import Reason, Verdict
from kms.errors import ConflictError, InputError, NotFoundError

_PAGE = 1_000


class DecisionStore:
    """Decisions on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(
        self, product_ids: Sequence[str], moment: datetime | None = None
    ) -> dict[str, list[Decision]]:
        """The decisions that hold now, or at a moment, in order, by those products that have any."""
        at = moment or datetime.now(UTC)
        with self._database.read() as session:
            return standing_in(session, product_ids, at)

    def history(self, *product_ids: str, subject: str = "") -> list[Decision]:
        """All decisions on products or on one thing of them, the newest first, with those taken back and the undoings."""
        statement = select(DecisionRow).where(DecisionRow.product_id.in_(product_ids))
        if subject:
            statement = statement.where(DecisionRow.subject == subject)
        with self._database.read() as session:
            rows = list(session.scalars(statement.order_by(DecisionRow.number.desc())))
        return _with_undoings(rows)

    def latest(self, *, limit: int = 50, by: str = "") -> list[Decision]:
        """The newest decisions on all products."""
        statement = select(DecisionRow).order_by(DecisionRow.number.desc()).limit(limit)
        if by:
            statement = statement.where(DecisionRow.by == by)
        with self._database.read() as session:
            rows = list(session.scalars(statement))
            undone = select(DecisionRow).where(DecisionRow.undoes.in_([row.id for row in rows]))
            undoings = list(session.scalars(undone))
        shown = {row.id for row in rows}
        return [each for each in _with_undoings([*rows, *undoings]) if each.id in shown][: len(rows)]

    def get(self, identifier: str) -> Decision:
        """One decision by its id, or by the beginning of it.

        Raises:
            NotFoundError: No decision, or several, have such an id.
        """
        with self._database.read() as session:
            return find_decision(session, identifier)

    def count(self) -> int:
        """Number of products with decisions that stand."""
        with self._database.read() as session:
            return len(set(session.scalars(select(DecisionRow.product_id).distinct())))

    def refresh_due(self, since: datetime | None, moment: datetime | None = None) -> set[str]:
        """Note products as changed whose decisions began or ended to hold; returns them.

        Args:
            since: When this was asked last; ``None``: never.
            moment: Now.
        """
        at = moment or datetime.now(UTC)
        with self._database.read() as session:
            due = _due(session, since, at)
        if not due:
            return set()
        with self._database.write(in_turn=True) as session:
            return refresh_versions(session, due)


def append_decisions(session: Session, decisions: Sequence[Decision]) -> list[Decision]:
    """Append decisions in the caller's transaction, which waits for its turn, and note their products as changed.

    One that is there already, by its id, is not written again.

    Raises:
        InputError: One contradicts itself; nothing is to be written.
        ConflictError: Another decision has the id of one; likewise.
    """
    ids = [each.id for each in decisions]
    there = {row.id: row for row in session.scalars(select(DecisionRow).where(DecisionRow.id.in_(ids)))}
    written = []
    for each in decisions:
        check_decision(each)
        if (row := there.get(each.id)) is not None:
            made = _to_decision(row)
            if differences := _differences(made, each):
                raise ConflictError(
                    f"there is another decision with the id {each.id!r}, which differs in {', '.join(differences)}; "
                    "leave the id out to decide anew"
                )
            written.append(made)
            continue
        row = DecisionRow(**_to_row(each))
        session.add(row)
        session.flush()
        written.append(each.model_copy(update={"number": row.number}))
    refresh_versions(session, {each.product_id for each in decisions})
    return written


def _differences(made: Decision, sent: Decision) -> list[str]:
    """What two decisions say differently, by the names of their fields."""
    said = [
        (
            ("what it is about", each.subject),
            ("verdict", each.verdict),
            ("reason", each.reason),
            ("note", each.note.replace("\x00", "")),
            ("to", each.corrected.key if each.corrected else None),
            ("valid_from", each.valid_from),
            ("valid_until", each.valid_until),
        )
        for each in (made, sent)
    ]
    return [name for (name, was), (_, now) in zip(*said, strict=True) if was != now]


def append_undoings(
    session: Session, identifiers: Sequence[str], *, by: str, note: str = ""
) -> list[Decision]:
    """Take decisions back in the caller's transaction; returns the undoings.

    Raises:
        NotFoundError: Nobody knows such a decision.
        InputError: It was taken back already, or is itself an undoing.
    """
    undoings = []
    for identifier in dict.fromkeys(identifiers):
        decision = find_decision(session, identifier)
        if decision.verdict is Verdict.UNDO:
            raise InputError(f"{decision.id} is an undoing; to have the decision again, decide again")
        if decision.undone_by:
            raise InputError(f"decision {decision.id} was taken back already, by {decision.undone_by}")
        undoings.append(
            Decision(
                product_id=decision.product_id,
                about=decision.about,
                verdict=Verdict.UNDO,
                reason=Reason.OTHER,
                note=note,
                by=by,
                release=decision.release,
                undoes=decision.id,
            )
        )
    return append_decisions(session, undoings)


def standing_in(session: Session, product_ids: Iterable[str], moment: datetime) -> dict[str, list[Decision]]:
    """See ``DecisionStore.standing``; as the caller's transaction sees it."""
    found: dict[str, list[Decision]] = defaultdict(list)
    for chunk in in_chunks(product_ids, IN_LIST):
        statement = select(DecisionRow).where(DecisionRow.product_id.in_(chunk), _stands())
        for row in session.scalars(statement):
            found[row.product_id].append(_to_decision(row))
    result = {product_id: standing(each, moment) for product_id, each in found.items()}
    return {product_id: each for product_id, each in result.items() if each}


def find_decision(session: Session, identifier: str) -> Decision:
    """See ``DecisionStore.get``; as the caller's transaction sees it."""
    statement = select(DecisionRow).where(DecisionRow.id.startswith(identifier, autoescape=True)).limit(2)
    rows = list(session.scalars(statement)) if identifier else []
    if len(rows) != 1:
        how = "several decisions begin" if rows else "no decision begins"
        raise NotFoundError(f"{how} with {identifier!r}; kms facts history shows the ids")
    undoing = session.scalars(select(DecisionRow).where(DecisionRow.undoes == rows[0].id)).first()
    return _with_undoings([rows[0], *([undoing] if undoing is not None else [])])[0]


def _stands() -> Any:
    undoing = aliased(DecisionRow)
    return and_(DecisionRow.verdict != Verdict.UNDO.value, ~exists().where(undoing.undoes == DecisionRow.id))


def _due(session: Session, since: datetime | None, moment: datetime) -> set[str]:
    """Products of decisions one of whose ends lies between two moments."""
    ends = []
    for column in (DecisionRow.valid_from, DecisionRow.valid_until):
        came = and_(column.is_not(None), column <= moment)
        ends.append(and_(came, column > since) if since is not None else came)
    return set(session.scalars(select(DecisionRow.product_id).where(or_(*ends), _stands()).distinct()))


def _with_undoings(rows: Sequence[DecisionRow]) -> list[Decision]:
    undoings: Mapping[str, DecisionRow] = {row.undoes: row for row in rows if row.undoes}
    return [_to_decision(row, undoings.get(row.id)) for row in rows]


def _to_row(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "subject": decision.subject,
        "product_id": decision.product_id,
        "kind": decision.kind,
        "about": decision.about.model_dump(mode="json"),
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "note": decision.note.replace("\x00", ""),
        "corrected": decision.corrected.model_dump(mode="json") if decision.corrected else None,
        "by": decision.by,
        "at": decision.at,
        "valid_from": decision.valid_from,
        "valid_until": decision.valid_until,
        "release": decision.release,
        "undoes": decision.undoes or None,
    }


def _to_decision(row: DecisionRow, undoing: DecisionRow | None = None) -> Decision:
    about = FactName if row.kind == "edge" else MentionName
    return Decision.model_construct(
        id=row.id,
        number=row.number,
        product_id=row.product_id,
        about=about.model_construct(**row.about),
        verdict=Verdict(row.verdict),
        reason=Reason(row.reason),
        note=row.note,
        corrected=FactName.model_construct(**row.corrected) if row.corrected else None,
        by=row.by,
        at=row.at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        release=row.release,
        undoes=row.undoes or "",
        undone_by=undoing.by if undoing is not None else "",
        undone_at=undoing.at if undoing is not None else None,
    )
