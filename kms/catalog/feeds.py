"""Feeds: which source names which rows, so that a complete feed deletes only rows that it alone named before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from kms.db.session import Database
from kms.db.tables import RowFeedRow
from kms.db.versions import IN_LIST, in_chunks, upsert


class FeedStore:
    """Rows of one kind (``product`` or ``review``) by feed, on the operational store."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database = database
        self._kind = kind

    def add(self, feed: str, row_ids: Iterable[str]) -> None:
        """Remember that a feed names these rows."""
        rows = [{"kind": self._kind, "feed": feed, "row_id": each} for each in sorted(set(row_ids))]
        with self._database.write() as session:
            upsert(session, RowFeedRow, rows, key=("kind", "feed", "row_id"), update=())

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
