"""Answers to questions: each becomes decisions on facts, on words or on identities, in one transaction with its audit entry.

Facts are decided through the store of decisions, which is the one way in which people change the graph, so answers outlive
new readings, other extractors and other releases. Of two people who answer the same question the second is told what the
first said, and nothing of theirs is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kms.access.audit import append
from kms.db.queue_tables import IgnoredWordRow, QueueActionRow, QueueItemRow, QueueMemberRow
from kms.db.session import Database
from kms.db.tables import EvidenceRow, IdentityRow, ProposalRow
from kms.db.versions import IN_LIST, in_chunks, upsert
from kms.decisions.models import Decision, FactName
from kms.decisions.reasons import Reason, Verdict
from kms.errors import ConflictError, InputError, NotFoundError
from kms.identity.store import decide_pairs, to_identity
from kms.indexing.live_decisions import write_decisions, write_undoings
from kms.queue.models import (
    PAIR_KINDS,
    SETTLING,
    Action,
    ActionDone,
    Item,
    Kind,
    Member,
    Order,
    reasons_of,
    title_of,
)
from kms.queue.refresh import without_decided
from kms.queue.rows import recount, to_item, to_member
from kms.queue.store import find_item, to_action


class QueueWriter:
    """Answers questions; safe to share between threads."""

    def __init__(self, database: Database, *, on_pending: Callable[[], None] = lambda: None) -> None:
        """Write to ``database``; ``on_pending`` is called when products wait to be derived anew."""
        self._database = database
        self._on_pending = on_pending

    def act(
        self, orders: Sequence[Order], *, by: str, release: str = "", is_bulk: bool = False
    ) -> list[ActionDone]:
        """Do some actions, all of them or none.

        Args:
            orders: What to do.
            by: Who does it, as the audit log names people.
            release: Of the ontology, noted with decisions.
            is_bulk: Join the actions to one batch, which is taken back as one.

        Raises:
            ConflictError: Somebody else answered one meanwhile; the message says who and what.
            InputError: One makes no sense for its question.
            NotFoundError: Nobody knows such a question.
        """
        batch = uuid.uuid4().hex[:16] if is_bulk else ""
        with self._database.write(in_turn=True) as session:
            done = [_act(session, order, by, release, batch) for order in orders]
            recount(session, {each.item_id for each in done} | _others(session, done))
        if any(each.decisions for each in done):
            self._on_pending()
        return done

    def check(self, order: Order, *, by: str) -> None:
        """Refuse what ``act`` would refuse now.

        Raises:
            ConflictError: Somebody else answered it.
            InputError: It makes no sense for its question.
            NotFoundError: Nobody knows such a question.
        """
        with self._database.read() as session:
            _check(session, to_item(find_item(session, order.item)), order, by)

    def undo(self, identifiers: Sequence[str], *, by: str, note: str = "") -> list[ActionDone]:
        """Take answers back, all of them or none; the id of a batch takes all of its actions back.

        Raises:
            NotFoundError: Nobody knows such an action.
            InputError: It was taken back already, or there is nothing to take back.
        """
        with self._database.write(in_turn=True) as session:
            rows = [row for each in dict.fromkeys(identifiers) for row in _find_actions(session, each)]
            settled = {row.id: _items_settled_by(session, row.id) for row in rows}
            done = [_undo(session, row, by, note) for row in rows]
            recount(session, {row.item_id for row in rows}.union(*settled.values()))
        if any(each.decisions for each in done):
            self._on_pending()
        return done


def _act(session: Session, order: Order, by: str, release: str, batch: str) -> ActionDone:
    if order.id:
        made = session.scalars(select(QueueActionRow).where(QueueActionRow.id == order.id)).first()
        if made is not None:
            if (made.item_id, made.action) != (order.item, order.action.value):
                raise ConflictError(
                    f"there is another action with the id {order.id!r}; leave it out to do this one"
                )
            return to_action(made)
    row = find_item(session, order.item)
    item = to_item(row)
    _check(session, item, order, by)
    members = [to_member(each) for each in session.scalars(_open_members(item.id))]
    reasons = reasons_of(item.kind, order.action)
    reason = order.reason or (reasons[0] if reasons else None)
    identifier = order.id or uuid.uuid4().hex[:16]
    content: dict[str, Any] = {}
    count = 0
    value = order.value or (order.to.target if order.to else "")
    if order.action in SETTLING:
        count = len(members)
        content = _settle(session, item, members, order, reason, by, release, identifier)
        if item.kind is Kind.CONTRADICTION and order.action is Action.ACCEPT:
            value = item.content.options[order.option] if order.option < len(item.content.options) else ""
    else:
        content = _note(row, order)
    action = QueueActionRow(
        id=identifier,
        item_id=item.id,
        kind=item.kind.value,
        action=order.action.value,
        reason=reason.value if reason else "",
        note=order.note.replace("\x00", ""),
        value=value[:400],
        by=by,
        at=datetime.now(UTC),
        batch=batch,
        title=order.title or title_of(item),
        count=count,
        content=content,
    )
    session.add(action)
    session.flush()
    row.touched = action.number
    row.comments += bool(order.note and order.action is Action.COMMENT)
    if order.action in (*SETTLING, Action.SKIP):
        row.claimed_by, row.claimed_until = "", None
    detail = {
        "action": identifier,
        "question": order.title or title_of(item),
        "count": count,
        **({"reason": reason.value} if reason else {}),
        **({"note": order.note} if order.note else {}),
        **({"value": value} if value else {}),
        **({"batch": batch} if batch else {}),
    }
    append(session, by, f"queue.{order.action.value}", item.id, detail)
    return to_action(action)


def _check(session: Session, item: Item, order: Order, by: str) -> None:
    """Refuse what makes no sense, and what somebody else was faster with."""
    if order.action is Action.UNDO:
        raise InputError("to take an action back, name the action: kms queue undo")
    if order.action in SETTLING and (item.status != "open" or order.seen is not None):
        last = _last_answer(session, item.id)
        is_late = order.seen is not None and last is not None and last.number > order.seen and last.by != by
        if last is not None and (is_late or item.status != "open"):
            said = f"{last.by} answered it at {last.at:%Y-%m-%d %H:%M} UTC: {last.action}"
            why = f" ({last.reason})" if last.reason else ""
            raise ConflictError(
                f"{order.title or title_of(item)}: {said}{why}; take that back first to answer again (action {last.id})"
            )
        if item.status != "open":
            raise ConflictError(f"{title_of(item)}: there is nothing left to answer")
    reasons = reasons_of(item.kind, order.action)
    if order.reason is not None and order.reason not in reasons:
        known = ", ".join(reasons) or "there are none"
        raise InputError(
            f"{order.reason.value} is no reason to {order.action.value} here; the reasons: {known}"
        )
    if order.reason is Reason.OTHER and not order.note.strip():
        raise InputError("the reason 'other' needs a note that says what it is")
    if order.action is Action.CORRECT and (order.to is None or item.kind in PAIR_KINDS):
        raise InputError(
            "a pair is accepted or rejected; nothing is put in its place"
            if item.kind in PAIR_KINDS
            else "a correction says what is right: give the value"
        )
    if order.action is Action.IGNORE and item.kind is not Kind.WORD:
        raise InputError("only words are ignored for ever; reject this instead")
    if order.action is Action.ASSIGN and not order.value.strip() and not item.assignee:
        raise InputError("an assignment says who is to answer it; nobody is named, and nobody was before")
    if order.action is Action.COMMENT and not order.note.strip():
        raise InputError("a comment needs a text")
    if order.action is Action.ACCEPT and order.option >= max(1, len(item.content.options)):
        raise InputError(f"there is no option {order.option + 1}; there are {len(item.content.options)}")


def _settle(
    session: Session,
    item: Item,
    members: Sequence[Member],
    order: Order,
    reason: Reason | None,
    by: str,
    release: str,
    identifier: str,
) -> dict[str, Any]:
    """Answer a question; returns what taking it back needs."""
    if item.kind in PAIR_KINDS:
        _settle_members(session, [item.id], identifier)
        return _decide_pair(session, item, order.action)
    if item.kind is Kind.WORD:
        return _decide_word(session, item, members, order, reason, by, release, identifier)
    decisions = [
        decision
        for _, member in without_decided(session, [(item, each) for each in members])
        for decision in _decisions_of(item, member, order, reason or Reason.OTHER, by, release)
    ]
    written = write_decisions(session, decisions)
    # Other questions about the same facts are answered with it.
    keys = {member.key for member in members}
    for chunk in in_chunks(sorted(keys), IN_LIST):
        session.execute(
            update(QueueMemberRow)
            .where(QueueMemberRow.key.in_(chunk), QueueMemberRow.settled == "")
            .values(settled=identifier)
        )
    _settle_members(session, [item.id], identifier)
    return {"decisions": [each.id for each in written]}


def _decisions_of(
    item: Item, member: Member, order: Order, reason: Reason, by: str, release: str
) -> Iterable[Decision]:
    """The decisions that an answer is for one product."""

    def decision(fact: FactName, verdict: Verdict, why: Reason, to: FactName | None = None) -> Decision:
        return Decision(
            product_id=member.product_id,
            about=fact,
            verdict=verdict,
            reason=why,
            note=order.note,
            corrected=to,
            by=by,
            release=release,
        )

    if order.action is Action.ACCEPT:
        chosen = order.option if item.kind is Kind.CONTRADICTION else 0
        yield decision(member.facts[min(chosen, len(member.facts) - 1)], Verdict.ACCEPT, reason)
        return
    first, *others = member.facts
    if order.action is Action.CORRECT and order.to is not None and order.to.key != first.key:
        yield decision(first, Verdict.CORRECT, reason, order.to)
    elif order.action is Action.CORRECT:
        yield decision(first, Verdict.ACCEPT, Reason.CHECKED)
    else:
        yield decision(first, Verdict.REJECT, reason)
    against = reason if order.action is Action.REJECT else Reason.SOURCE_WRONG
    for fact in others:
        if order.to is None or fact.key != order.to.key:
            yield decision(fact, Verdict.REJECT, against)


def _decide_word(
    session: Session,
    item: Item,
    members: Sequence[Member],
    order: Order,
    reason: Reason | None,
    by: str,
    release: str,
    identifier: str,
) -> dict[str, Any]:
    """Answer for a word: what it means is stated of the products, all else is noted with the proposal."""
    if order.action is Action.CORRECT and order.to is not None:
        negated = _denied(session, members)
        decisions = [
            Decision(
                product_id=member.product_id,
                about=order.to,
                verdict=Verdict.STATE,
                reason=reason or Reason.SAYS_SO,
                note=order.note or f"“{item.word}” means this",
                by=by,
                release=release,
            )
            for member in members
            if not all(each in negated for each in member.evidence)
        ]
        written = write_decisions(session, decisions)
        _settle_members(session, [item.id], identifier)
        return {"decisions": [each.id for each in written]}
    items = [item.id]
    if order.action is Action.IGNORE:
        # The word is ignored whatever it was read as.
        same = select(QueueItemRow.id).where(
            QueueItemRow.kind == Kind.WORD.value, QueueItemRow.word == item.word
        )
        items = list(session.scalars(same))
        upsert(session, IgnoredWordRow, [{"word": item.word, "action": identifier}], key=("word",), update=())
        proposals: list[str] = []
    else:
        proposals = sorted({each for member in members for each in member.proposals})
        _mark_proposals(session, proposals, "accepted" if order.action is Action.ACCEPT else "rejected")
    _settle_members(session, items, identifier)
    return {"proposals": proposals, "word": item.word if order.action is Action.IGNORE else ""}


def _denied(session: Session, members: Sequence[Member]) -> set[str]:
    """Evidence of members that denies what it says."""
    denied: set[str] = set()
    for chunk in in_chunks([each for member in members for each in member.evidence], IN_LIST):
        statement = select(EvidenceRow.id).where(EvidenceRow.id.in_(chunk), EvidenceRow.negated)
        denied.update(session.scalars(statement))
    return denied


def _decide_pair(session: Session, item: Item, action: Action) -> dict[str, Any]:
    row = session.get(IdentityRow, item.id)
    if row is None:
        raise NotFoundError(f"the pair {item.id} is no longer proposed; kms queue refresh")
    decide_pairs(session, [to_identity(row)], "accepted" if action is Action.ACCEPT else "rejected")
    return {"identity": item.id}


def _note(row: QueueItemRow, order: Order) -> dict[str, Any]:
    """Note an action that leaves the question open; returns what taking it back needs."""
    before = {"assignee": row.assignee, "is_flagged": row.is_flagged, "skips": row.skips}
    if order.action is Action.ASSIGN:
        row.assignee = order.value
    elif order.action is Action.FLAG:
        row.is_flagged = not row.is_flagged
    elif order.action is Action.SKIP:
        row.skips += 1
    return {"before": before}


def _undo(session: Session, row: QueueActionRow, by: str, note: str) -> ActionDone:
    content = row.content
    undone: list[str] = []
    if decisions := content.get("decisions"):
        undone = [each.id for each in write_undoings(session, decisions, by=by, note=note)]
    if proposals := content.get("proposals"):
        _mark_proposals(session, proposals, "open")
    if content.get("word"):
        session.execute(delete(IgnoredWordRow).where(IgnoredWordRow.action == row.id))
    if identity := content.get("identity"):
        pair = session.get(IdentityRow, identity)
        if pair is not None:
            decide_pairs(session, [to_identity(pair)], "open")
    session.execute(update(QueueMemberRow).where(QueueMemberRow.settled == row.id).values(settled=""))
    item = session.get(QueueItemRow, row.item_id)
    if item is not None and (before := content.get("before")):
        # What others noted since stays: only what this action changed is put back.
        if row.action == Action.ASSIGN.value and item.assignee == row.value:
            item.assignee = before["assignee"]
        elif row.action == Action.FLAG.value:
            item.is_flagged = before["is_flagged"]
        elif row.action == Action.SKIP.value:
            item.skips = max(0, item.skips - 1)
    if item is not None and row.action == Action.COMMENT.value:
        item.comments -= 1
    undoing = QueueActionRow(
        id=uuid.uuid4().hex[:16],
        item_id=row.item_id,
        kind=row.kind,
        action=Action.UNDO.value,
        reason="",
        note=note,
        value=row.action,
        by=by,
        at=datetime.now(UTC),
        batch=row.batch,
        title=row.title,
        count=row.count,
        content={"decisions": undone},
        undoes=row.id,
    )
    session.add(undoing)
    session.flush()
    if item is not None:
        item.touched = undoing.number
    detail = {
        "undoes": row.id,
        "action": row.action,
        "question": row.title,
        **({"note": note} if note else {}),
    }
    append(session, by, "queue.undo", row.item_id, detail)
    session.flush()
    return to_action(undoing)


def _find_actions(session: Session, identifier: str) -> list[QueueActionRow]:
    """The actions that an id means and that stand."""
    statement = select(QueueActionRow).where(
        (QueueActionRow.id == identifier) | (QueueActionRow.batch == identifier),
        QueueActionRow.undoes.is_(None),
    )
    rows = list(session.scalars(statement.order_by(QueueActionRow.number.desc())))
    if not rows or not identifier:
        raise NotFoundError(f"nobody did an action {identifier!r}; kms queue history shows the ids")
    undone: dict[str, str] = {}
    for chunk in in_chunks([row.id for row in rows], IN_LIST):
        taken = select(QueueActionRow.undoes, QueueActionRow.by).where(QueueActionRow.undoes.in_(chunk))
        undone.update({str(of): by for of, by in session.execute(taken)})
    standing = [row for row in rows if row.id not in undone]
    if not standing:
        raise InputError(f"action {identifier} was taken back already, by {next(iter(undone.values()))}")
    return standing


def _last_answer(session: Session, item_id: str) -> QueueActionRow | None:
    """The newest answer to a question that stands."""
    undoings = select(QueueActionRow.undoes).where(
        QueueActionRow.item_id == item_id, QueueActionRow.undoes.is_not(None)
    )
    settled = select(QueueMemberRow.settled).where(
        QueueMemberRow.item_id == item_id, QueueMemberRow.settled != ""
    )
    statement = (
        select(QueueActionRow)
        .where(
            (QueueActionRow.item_id == item_id) | QueueActionRow.id.in_(settled),
            QueueActionRow.action.in_([each.value for each in SETTLING]),
            QueueActionRow.id.not_in(undoings),
        )
        .order_by(QueueActionRow.number.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def _open_members(item_id: str) -> Any:
    return (
        select(QueueMemberRow)
        .where(QueueMemberRow.item_id == item_id, QueueMemberRow.settled == "")
        .order_by(QueueMemberRow.key)
    )


def _settle_members(session: Session, item_ids: Sequence[str], action: str) -> None:
    for chunk in in_chunks(item_ids, IN_LIST):
        session.execute(
            update(QueueMemberRow)
            .where(QueueMemberRow.item_id.in_(chunk), QueueMemberRow.settled == "")
            .values(settled=action)
        )


def _mark_proposals(session: Session, proposals: Sequence[str], status: str) -> None:
    for chunk in in_chunks(proposals, IN_LIST):
        session.execute(update(ProposalRow).where(ProposalRow.id.in_(chunk)).values(status=status))


def _others(session: Session, done: Sequence[ActionDone]) -> set[str]:
    """Other questions that these actions answered as well."""
    found: set[str] = set()
    for chunk in in_chunks([each.id for each in done if each.action in SETTLING], IN_LIST):
        settled = QueueMemberRow.settled.in_(chunk)
        found.update(session.scalars(select(QueueMemberRow.item_id).where(settled).distinct()))
    return found


def _items_settled_by(session: Session, action: str) -> set[str]:
    statement = select(QueueMemberRow.item_id).where(QueueMemberRow.settled == action).distinct()
    return set(session.scalars(statement))
