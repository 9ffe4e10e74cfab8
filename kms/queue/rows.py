"""Questions and members as rows of the operational store, and what is summed up over members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from kms.db.queue_tables import QueueActionRow, QueueItemRow, QueueMemberRow
from kms.db.versions import IN_LIST, in_chunks, upsert
from kms.queue.gain import entropy, rate_of
from kms.queue.models import Action, Content, Item, Kind, Member, to_json

_COMPUTED = ("kind", "field", "class_id", "word", "content")


def to_item(row: QueueItemRow) -> Item:
    """A question as it is stored."""
    return Item.model_construct(
        id=row.id,
        kind=Kind(row.kind),
        field=row.field,
        class_id=row.class_id,
        word=row.word,
        content=Content.model_validate(row.content),
        belief=row.belief,
        uncertainty=row.uncertainty,
        products=row.products,
        gain=row.gain,
        status=row.status,
        assignee=row.assignee,
        is_flagged=row.is_flagged,
        skips=row.skips,
        comments=row.comments,
        touched=row.touched,
        claimed_by=row.claimed_by,
    )


def to_member(row: QueueMemberRow) -> Member:
    """A member as it is stored."""
    return Member(
        key=row.key,
        product_id=row.product_id,
        class_id=row.class_id,
        belief=row.belief,
        is_used=bool(row.used),
        mentions=row.mentions,
        **row.content,
    )


def write_items(session: Session, items: Iterable[Item]) -> None:
    """Write what is computed of questions; what people noted of those that are there stays."""
    rows = [
        {
            "id": item.id,
            "kind": item.kind.value,
            "field": item.field[:128],
            "class_id": item.class_id[:128],
            "word": item.word[:500],
            "content": to_json(item.content),
            "belief": 0.5,
            "uncertainty": 0.0,
            "products": 0,
            "gain": 0.0,
            "status": "open",
            "assignee": "",
            "is_flagged": False,
            "skips": 0,
            "comments": 0,
            "touched": 0,
            "claimed_by": "",
            "claimed_until": None,
        }
        for item in items
    ]
    upsert(session, QueueItemRow, rows, key=("id",), update=_COMPUTED)


def write_members(session: Session, members: Iterable[tuple[str, Member]]) -> None:
    """Add open members. Of facts those that were settled are open again: nothing stands that answers them any more.

    Other members that are there, open or settled, stay as they are.
    """
    rows: list[dict[str, Any]] = [
        {
            "item_id": item_id,
            "key": member.key,
            "product_id": member.product_id,
            "class_id": member.class_id[:128],
            "belief": member.belief,
            "used": int(member.is_used),
            "mentions": member.mentions,
            "content": {
                name: value
                for name, value in to_json(member).items()
                if name in ("facts", "evidence", "proposals")
            },
            "settled": "",
        }
        for item_id, member in members
    ]
    of_facts = [row for row in rows if row["content"].get("facts")]
    others = [row for row in rows if not row["content"].get("facts")]
    upsert(session, QueueMemberRow, of_facts, key=("item_id", "key"))
    upsert(session, QueueMemberRow, others, key=("item_id", "key"), update=())


def recount(session: Session, item_ids: Iterable[str] | None = None) -> None:
    """Sum up the open members of questions, all or some; those with none left are done, or forgotten where untouched."""
    session.flush()
    rates = {kind: rate_of(kind, *counts) for kind, counts in _answers(session).items()}
    wanted = None if item_ids is None else sorted(set(item_ids))
    for chunk in [None] if wanted is None else in_chunks(wanted, IN_LIST):
        of_members = select(
            QueueMemberRow.item_id,
            func.count(QueueMemberRow.product_id.distinct()),
            func.avg(QueueMemberRow.belief),
        ).where(QueueMemberRow.settled == "")
        of_items = select(QueueItemRow.id, QueueItemRow.kind, QueueItemRow.touched)
        if chunk is not None:
            of_members = of_members.where(QueueMemberRow.item_id.in_(chunk))
            of_items = of_items.where(QueueItemRow.id.in_(chunk))
        open_ = {
            row[0]: (row[1], row[2]) for row in session.execute(of_members.group_by(QueueMemberRow.item_id))
        }
        changes: list[dict[str, Any]] = []
        gone: list[str] = []
        for identifier, kind, touched in session.execute(of_items).all():
            if identifier not in open_ and not touched:
                gone.append(identifier)
                continue
            products, belief = open_.get(identifier, (0, 0.0))
            rate = rates.get(Kind(kind))
            uncertainty = entropy(belief if rate is None else rate)
            changes.append(
                {
                    "id": identifier,
                    "products": products,
                    "belief": belief if rate is None else rate,
                    "uncertainty": uncertainty,
                    "gain": uncertainty * products,
                    "status": "open" if products else "done",
                }
            )
        for part in in_chunks(gone, IN_LIST):
            session.execute(delete(QueueItemRow).where(QueueItemRow.id.in_(part)))
        if changes:
            session.execute(update(QueueItemRow), changes)
    session.expire_all()


def _answers(session: Session) -> Mapping[Kind, tuple[int, int]]:
    """How often people said yes, and how often they answered, by kind."""
    undoing = aliased(QueueActionRow)
    statement = (
        select(
            QueueActionRow.kind,
            func.sum(case((QueueActionRow.action == Action.ACCEPT.value, 1), else_=0)),
            func.count(),
        )
        .outerjoin(undoing, undoing.undoes == QueueActionRow.id)
        .where(
            QueueActionRow.action.in_((Action.ACCEPT.value, Action.REJECT.value, Action.CORRECT.value)),
            undoing.number.is_(None),
        )
        .group_by(QueueActionRow.kind)
    )
    rows: Any = session.execute(statement)
    found = {Kind(kind): (int(yes), int(every)) for kind, yes, every in rows}
    return {kind: found.get(kind, (0, 0)) for kind in Kind}
