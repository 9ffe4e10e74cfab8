"""Feeds: which source names which rows, and what it said of them last.

So a complete feed deletes only rows that it alone named before, and a feed that says the same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kms.catalog.stored_rows import to_product, to_review
from kms.catalog.three_way import values_of
from kms.db.session import Database
from kms.db.tables import ProductRow, ReviewRow, RowFeedRow
from kms.db.versions import IN_LIST, in_chunks, upsert

RowKind = Literal["product", "review"]


class Said(NamedTuple):
    """What a feed said of a row last.

    Attributes:
        row_hash: Of its row; ``None`` where that is not known.
        content: Its row; ``None`` while the catalogue has the same.
    """

    feed: str
    row_hash: str | None
    content: dict[str, Any] | None
    said_at: datetime | None


def read_said(session: Session, kind: RowKind, row_ids: Iterable[str]) -> dict[str, list[Said]]:
    """By row what each feed said, the latest last; rows that no feed names are left out."""
    said: dict[str, list[Said]] = {}
    for chunk in in_chunks(row_ids, IN_LIST):
        statement = select(
            RowFeedRow.row_id, RowFeedRow.feed, RowFeedRow.row_hash, RowFeedRow.content, RowFeedRow.said_at
        ).where(RowFeedRow.kind == kind, RowFeedRow.row_id.in_(chunk))
        ordered = statement.order_by(RowFeedRow.said_at.is_not(None), RowFeedRow.said_at, RowFeedRow.feed)
        for row in session.execute(ordered):
            said.setdefault(row[0], []).append(Said(*row[1:]))
    return said


def write_said(session: Session, kind: RowKind, said: Sequence[tuple[str, Said]]) -> None:
    """Remember what feeds said of rows."""
    rows = [{"kind": kind, "row_id": row_id, **each._asdict()} for row_id, each in said]
    upsert(session, RowFeedRow, rows, key=("kind", "feed", "row_id"))


def keep_said(session: Session, kind: RowKind, row_ids: Iterable[str]) -> None:
    """Before rows of the catalogue change: write down what the feeds that say the same said."""
    table: type[ProductRow] | type[ReviewRow] = ProductRow if kind == "product" else ReviewRow
    for chunk in in_chunks(row_ids, IN_LIST):
        told = (RowFeedRow.kind == kind, RowFeedRow.row_id == table.id, RowFeedRow.row_hash == table.row_hash)
        statement = select(table).where(
            table.id.in_(chunk), select(RowFeedRow.row_id).where(*told, RowFeedRow.content.is_(None)).exists()
        )
        rows: Sequence[Any] = list(session.scalars(statement))
        for row in rows:
            content = values_of(to_product(row) if kind == "product" else to_review(row))
            same = (RowFeedRow.kind == kind, RowFeedRow.row_id == row.id, RowFeedRow.row_hash == row.row_hash)
            session.execute(update(RowFeedRow).where(*same).values(content=content))


def forget_rows(session: Session, kind: RowKind, row_ids: Iterable[str]) -> None:
    """Forget that any feed named these rows, so that one which names them again brings them."""
    for chunk in in_chunks(row_ids, IN_LIST):
        listed = (RowFeedRow.kind == kind, RowFeedRow.row_id.in_(chunk))
        session.execute(delete(RowFeedRow).where(*listed))


class FeedStore:
    """Rows of one kind (``product`` or ``review``) by feed, on the operational store."""

    def __init__(self, database: Database, kind: RowKind) -> None:
        self._database = database
        self._kind = kind

    def rows_of(self, feed: str) -> list[str]:
        """Ids that a feed named, in order."""
        statement = (
            select(RowFeedRow.row_id)
            .where(RowFeedRow.kind == self._kind, RowFeedRow.feed == feed)
            .order_by(RowFeedRow.row_id)
        )
        with self._database.read() as session:
            return list(session.scalars(statement))

    def feeds_of(self, row_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The feeds that name each row, in order; rows of no feed are left out."""
        feeds: dict[str, list[str]] = {}
        with self._database.read() as session:
            for chunk in in_chunks(row_ids, IN_LIST):
                listed = (RowFeedRow.kind == self._kind, RowFeedRow.row_id.in_(chunk))
                statement = (
                    select(RowFeedRow.row_id, RowFeedRow.feed).where(*listed).order_by(RowFeedRow.feed)
                )
                for row_id, feed in session.execute(statement):
                    feeds.setdefault(row_id, []).append(feed)
        return {row_id: tuple(each) for row_id, each in feeds.items()}

    def by_row(self) -> dict[str, tuple[str, ...]]:
        """The feeds of every row that some feed names, in order."""
        statement = (
            select(RowFeedRow.row_id, RowFeedRow.feed)
            .where(RowFeedRow.kind == self._kind)
            .order_by(RowFeedRow.row_id, RowFeedRow.feed)
        )
        feeds: dict[str, list[str]] = {}
        with self._database.read() as session:
            for row_id, feed in session.execute(statement):
                feeds.setdefault(row_id, []).append(feed)
        return {row_id: tuple(each) for row_id, each in feeds.items()}

    def changed_since(self, feed: str, row_ids: Sequence[str]) -> set[str]:
        """Rows of which the catalogue has something else than the feed said last."""
        table: type[ProductRow] | type[ReviewRow] = ProductRow if self._kind == "product" else ReviewRow
        changed: set[str] = set()
        with self._database.read() as session:
            for chunk in in_chunks(row_ids, IN_LIST):
                listed = (
                    RowFeedRow.kind == self._kind,
                    RowFeedRow.feed == feed,
                    RowFeedRow.row_id.in_(chunk),
                )
                differs = (table.id == RowFeedRow.row_id, table.row_hash != RowFeedRow.row_hash)
                changed.update(session.scalars(select(RowFeedRow.row_id).where(*listed, *differs)))
        return changed

    def remove(self, feed: str, row_ids: Sequence[str]) -> list[str]:
        """Forget that a feed names these rows; returns those that no other feed names."""
        orphans: list[str] = []
        with self._database.write() as session:
            for chunk in in_chunks(row_ids, IN_LIST):
                listed = (RowFeedRow.kind == self._kind, RowFeedRow.row_id.in_(chunk))
                session.execute(delete(RowFeedRow).where(*listed, RowFeedRow.feed == feed))
                named = set(session.scalars(select(RowFeedRow.row_id).where(*listed).distinct()))
                orphans += [each for each in chunk if each not in named]
        return orphans
