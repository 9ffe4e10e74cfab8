"""Reading the queue: lists by filters in the order of gain, single questions with members, actions, ignored words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from kms.db.queue_tables import IgnoredWordRow, QueueActionRow, QueueItemRow, QueueMemberRow
from kms.db.session import Database
from kms.db.tables import ProposalRow
from kms.db.versions import IN_LIST, in_chunks
from kms.decisions.contexts import fold
from kms.decisions.models import FactName
from kms.errors import NotFoundError
from kms.queue.models import ActionDone, Item, Member, QueueFilter
from kms.queue.rows import to_item, to_member

MOST_VALUES = 40
"""Members of a question that are looked at for its values."""
CLAIM = timedelta(minutes=2)
"""So long a question that one person looks at is not given to another."""


class Sums(NamedTuple):
    """What is open of a question: members, members that filters use, mentions."""

    members: int
    used: int
    mentions: int


class AcceptedWord(NamedTuple):
    """A word that the ontology should have: what it was read as, of which attribute, in which language."""

    kind: str
    attribute: str
    word: str
    language: str


class QueueStore:
    """The queue on the operational store; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def items(self, wanted: QueueFilter, *, limit: int = 20, offset: int = 0) -> list[Item]:
        """Questions that a filter lets through, the most worth first, those that were skipped last."""
        statement = matching(select(QueueItemRow), wanted)
        with self._database.read() as session:
            rows = session.scalars(in_order(statement).limit(limit).offset(offset))
            return [to_item(row) for row in rows]

    def count(self, wanted: QueueFilter) -> int:
        """How many questions a filter lets through."""
        statement = matching(select(func.count()).select_from(QueueItemRow), wanted)
        with self._database.read() as session:
            return session.scalar(statement) or 0

    def counts(self, wanted: QueueFilter) -> dict[str, dict[str, int]]:
        """Questions that a filter lets through by kind, by field and by assignee; each count leaves its own filter out."""
        result: dict[str, dict[str, int]] = {}
        with self._database.read() as session:
            for name, column in (
                ("kind", QueueItemRow.kind),
                ("field", QueueItemRow.field),
                ("assignee", QueueItemRow.assignee),
            ):
                empty = wanted.model_copy(update={name: None if name == "kind" else ""})
                count = func.count()
                statement = matching(select(column, count).select_from(QueueItemRow), empty)
                found: Any = session.execute(statement.group_by(column).order_by(count.desc(), column))
                result[name] = {str(value): number for value, number in found if value}
        return result

    def fields(self) -> list[str]:
        """The fields of all questions, answered ones too."""
        with self._database.read() as session:
            return list(session.scalars(select(QueueItemRow.field).distinct().order_by(QueueItemRow.field)))

    def values(self, item_ids: Sequence[str]) -> dict[str, list[FactName]]:
        """The facts of open members of each question, every value once, of at most ``MOST_VALUES`` members."""
        rank = (
            func.row_number()
            .over(
                partition_by=QueueMemberRow.item_id,
                order_by=(QueueMemberRow.belief.desc(), QueueMemberRow.key),
            )
            .label("rank")
        )
        found: dict[str, dict[str, FactName]] = defaultdict(dict)
        with self._database.read() as session:
            for chunk in in_chunks(item_ids, IN_LIST):
                ranked = (
                    select(QueueMemberRow.item_id, QueueMemberRow.content, rank)
                    .where(QueueMemberRow.item_id.in_(chunk), QueueMemberRow.settled == "")
                    .subquery()
                )
                statement = select(ranked.c.item_id, ranked.c.content).where(ranked.c.rank <= MOST_VALUES)
                rows: Any = session.execute(statement.order_by(ranked.c.item_id, ranked.c.rank))
                for item_id, content in rows:
                    for raw in content.get("facts", ()):
                        fact = FactName.model_validate(raw)
                        found[item_id].setdefault(fact.target, fact)
        return {item_id: list(facts.values()) for item_id, facts in found.items()}

    def get(self, identifier: str) -> Item:
        """One question by its id, or by the beginning of it.

        Raises:
            NotFoundError: No question, or several, have such an id.
        """
        with self._database.read() as session:
            return to_item(find_item(session, identifier))

    def members(self, item_id: str, *, limit: int = 5, product: str = "") -> list[Member]:
        """Some of the members of a question, open ones first, those that an answer is surest of last."""
        statement = (
            select(QueueMemberRow)
            .where(QueueMemberRow.item_id == item_id)
            .order_by(
                QueueMemberRow.settled != "",
                QueueMemberRow.product_id != product,
                QueueMemberRow.mentions.desc(),
                QueueMemberRow.belief,
                QueueMemberRow.key,
            )
            .limit(limit)
        )
        with self._database.read() as session:
            return [to_member(row) for row in session.scalars(statement)]

    def first_members(self, item_ids: Sequence[str]) -> dict[str, Member]:
        """The first open member of each question that has one, as ``members`` orders them."""
        rank = (
            func.row_number()
            .over(
                partition_by=QueueMemberRow.item_id,
                order_by=(QueueMemberRow.mentions.desc(), QueueMemberRow.belief, QueueMemberRow.key),
            )
            .label("rank")
        )
        found: dict[str, Member] = {}
        with self._database.read() as session:
            for chunk in in_chunks(item_ids, IN_LIST):
                ranked = (
                    select(QueueMemberRow.item_id, QueueMemberRow.key, rank)
                    .where(QueueMemberRow.item_id.in_(chunk), QueueMemberRow.settled == "")
                    .subquery()
                )
                statement = select(QueueMemberRow).join(
                    ranked,
                    and_(
                        ranked.c.item_id == QueueMemberRow.item_id,
                        ranked.c.key == QueueMemberRow.key,
                        ranked.c.rank == 1,
                    ),
                )
                found.update({row.item_id: to_member(row) for row in session.scalars(statement)})
        return found

    def sums(self, item_id: str) -> Sums:
        """What is open of a question."""
        statement = select(
            func.count(), func.sum(QueueMemberRow.used), func.sum(QueueMemberRow.mentions)
        ).where(QueueMemberRow.item_id == item_id, QueueMemberRow.settled == "")
        with self._database.read() as session:
            members, used, mentions = session.execute(statement).one()
        return Sums(members, used or 0, mentions or 0)

    def next(
        self, wanted: QueueFilter, by: str, *, after: str = "", moment: datetime | None = None
    ) -> Item | None:
        """The question that is most worth asking and that nobody else looks at, claimed for a person; ``None``: none left.

        Args:
            wanted: Which questions are meant.
            by: Who asks; other claims of this person end.
            after: Leave this one out: the person went on without an answer.
            moment: Now.
        """
        now = moment or datetime.now(UTC)
        free = or_(
            QueueItemRow.claimed_by.in_(("", by)),
            QueueItemRow.claimed_until.is_(None),
            QueueItemRow.claimed_until < now,
        )
        statement = in_order(matching(select(QueueItemRow), wanted).where(free, QueueItemRow.id != after))
        with self._database.write() as session:
            row = session.scalars(statement.limit(1)).first()
            _claim(session, row, by, now)
            return to_item(row) if row is not None else None

    def claim(self, item_id: str, by: str) -> None:
        """Note that a person looks at a question, where nobody else does."""
        now = datetime.now(UTC)
        with self._database.write() as session:
            row = session.get(QueueItemRow, item_id)
            if row is not None and (row.claimed_by in ("", by) or (row.claimed_until or now) <= now):
                _claim(session, row, by, now)

    def actions(self, *, item_id: str = "", by: str = "", limit: int = 50) -> list[ActionDone]:
        """What people did, the newest first, with what was taken back."""
        undoing = aliased(QueueActionRow)
        statement = (
            select(QueueActionRow, undoing.by)
            .outerjoin(undoing, undoing.undoes == QueueActionRow.id)
            .order_by(QueueActionRow.number.desc())
            .limit(limit)
        )
        if item_id:
            statement = statement.where(QueueActionRow.item_id == item_id)
        if by:
            statement = statement.where(QueueActionRow.by == by)
        with self._database.read() as session:
            return [to_action(row, undone_by or "") for row, undone_by in session.execute(statement)]

    def is_done(self, action_id: str) -> bool:
        """Whether an action with this id was done, taken back since or not."""
        statement = select(QueueActionRow.number).where(QueueActionRow.id == action_id)
        with self._database.read() as session:
            return session.scalars(statement).first() is not None

    def accepted_words(self) -> list[AcceptedWord]:
        """The words that people said the ontology should have, by attribute."""
        statement = (
            select(ProposalRow.kind, ProposalRow.attribute, ProposalRow.surface, ProposalRow.language)
            .where(ProposalRow.status == "accepted")
            .order_by(ProposalRow.kind, ProposalRow.attribute, ProposalRow.surface)
        )
        with self._database.read() as session:
            return [AcceptedWord(*row) for row in session.execute(statement)]

    def ignored(self) -> list[str]:
        """The words that are not asked about again, in order."""
        with self._database.read() as session:
            return list(session.scalars(select(IgnoredWordRow.word).order_by(IgnoredWordRow.word)))


def matching(statement: Any, wanted: QueueFilter) -> Any:
    """A statement over questions, kept to those that a filter lets through."""
    for value, column in (
        (wanted.status, QueueItemRow.status),
        (wanted.kind.value if wanted.kind else "", QueueItemRow.kind),
        (wanted.field, QueueItemRow.field),
        (wanted.assignee, QueueItemRow.assignee),
    ):
        if value:
            statement = statement.where(column == value)
    if wanted.word:
        statement = statement.where(QueueItemRow.word.contains(fold(wanted.word), autoescape=True))
    if wanted.is_flagged is not None:
        statement = statement.where(QueueItemRow.is_flagged == wanted.is_flagged)
    of_members = select(QueueMemberRow.item_id).where(QueueMemberRow.settled == "")
    if wanted.product:
        statement = statement.where(
            QueueItemRow.id.in_(of_members.where(QueueMemberRow.product_id == wanted.product))
        )
    if wanted.classes:
        statement = statement.where(
            QueueItemRow.id.in_(of_members.where(QueueMemberRow.class_id.in_(wanted.classes)))
        )
    return statement


def in_order(statement: Any) -> Any:
    """Questions by what an answer is worth; those that were skipped behind all others."""
    return statement.order_by(QueueItemRow.skips, QueueItemRow.gain.desc(), QueueItemRow.id)


def find_item(session: Session, identifier: str) -> QueueItemRow:
    """The row of a question by its id or the beginning of it.

    Raises:
        NotFoundError: No question, or several, have such an id.
    """
    if (row := session.get(QueueItemRow, identifier)) is not None:
        return row
    statement = select(QueueItemRow).where(QueueItemRow.id.startswith(identifier, autoescape=True)).limit(2)
    rows = list(session.scalars(statement)) if identifier else []
    if len(rows) != 1:
        how = "several questions begin" if rows else "there is no such question: no id begins"
        raise NotFoundError(f"{how} with {identifier[:40]!r}; kms queue list and GET /v1/queue give the ids")
    return rows[0]


def to_action(row: QueueActionRow, undone_by: str = "") -> ActionDone:
    """An action as it is stored."""
    return ActionDone(
        id=row.id,
        number=row.number,
        item_id=row.item_id,
        kind=row.kind,
        action=row.action,
        reason=row.reason,
        note=row.note,
        value=row.value,
        by=row.by,
        at=row.at,
        batch=row.batch,
        title=row.title,
        count=row.count,
        decisions=tuple(row.content.get("decisions", ())),
        undoes=row.undoes or "",
        undone_by=undone_by,
    )


def _claim(session: Session, row: QueueItemRow | None, by: str, now: datetime) -> None:
    session.execute(
        update(QueueItemRow).where(QueueItemRow.claimed_by == by).values(claimed_by="", claimed_until=None)
    )
    if row is not None:
        session.execute(
            update(QueueItemRow)
            .where(QueueItemRow.id == row.id)
            .values(claimed_by=by, claimed_until=now + CLAIM)
        )
