"""The event journal: what shoppers did, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kms.db.session import Database
from kms.db.tables import EventRow, JournalRevisionRow, ProductVersionRow
from kms.db.versions import IN_LIST, in_chunks, insert_new
from kms.journal.models import Event
from kms.types import EventType

ABOUT_PRODUCTS: tuple[EventType, ...] = ("view", "click", "cart", "purchase", "rating")


class Interaction(NamedTuple):
    """One event of a shopper with a product that still exists; ``value`` as in ``Event``."""

    shopper_id: str
    product_id: str
    type: EventType
    timestamp: datetime
    value: float | None


_INTERACTION = (
    EventRow.shopper_id,
    EventRow.product_id,
    EventRow.type,
    EventRow.timestamp,
    EventRow.value,
)


class Journal:
    """Events on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_events(self, events: Sequence[Event]) -> int:
        """Add events in one transaction; an id that is stored already keeps its event. Returns how many are new.

        The database itself decides what is new (its conflict clause), so any number of threads and processes may
        send the same events at once.
        """
        by_id = {event.id: event for event in events}
        with self._database.write() as session:
            deleted = _deleted_products(session, {e.product_id for e in by_id.values() if e.product_id})
            # In order of their ids: two transactions that take the same rows in different orders would deadlock.
            rows = [
                _to_row(by_id[identifier], is_product_deleted=by_id[identifier].product_id in deleted)
                for identifier in sorted(by_id)
            ]
            return insert_new(session, EventRow, rows, key="id")

    def history(self, shopper_id: str, *, limit: int = 100, types: Sequence[EventType] = ()) -> list[Event]:
        """Events of a shopper, newest first, without those on deleted products.

        Args:
            shopper_id: A shopper; unknown ones have an empty history.
            limit: At most so many events.
            types: Only these types; default all.
        """
        statement = (
            select(EventRow)
            .where(EventRow.shopper_id == shopper_id, EventRow.is_product_deleted.is_(False))
            .order_by(EventRow.timestamp.desc(), EventRow.id.desc())
            .limit(limit)
        )
        if types:
            statement = statement.where(EventRow.type.in_(types))
        with self._database.read() as session:
            return [_to_event(row) for row in session.scalars(statement)]

    def touched(self, shopper_id: str, *, limit: int = 100) -> list[Interaction]:
        """Events of a shopper on products that exist, newest first, at most ``limit``.

        The part of ``history`` that recommendations need, at a fraction of its cost.
        """
        statement = (
            select(*_INTERACTION)
            .where(
                EventRow.shopper_id == shopper_id,
                EventRow.product_id.is_not(None),
                EventRow.is_product_deleted.is_(False),
                EventRow.type.in_(ABOUT_PRODUCTS),
            )
            .order_by(EventRow.timestamp.desc(), EventRow.id.desc())
            .limit(limit)
        )
        with self._database.read() as session:
            rows: list[Any] = list(session.execute(statement))
        return [Interaction(*row) for row in rows]

    def interactions(
        self,
        *,
        since: datetime | None = None,
        types: Sequence[EventType] = ABOUT_PRODUCTS,
        page: int = 10_000,
    ) -> Iterator[Interaction]:
        """Events with a product that exists or was never in the catalogue, oldest first, for fitting models.

        Args:
            since: Only events at or after this moment; naive values are UTC.
            types: Only these types.
            page: Events read at once; no transaction stays open between pages.
        """
        place: tuple[datetime, str] | None = None
        while True:
            statement = (
                select(*_INTERACTION, EventRow.id)
                .where(
                    EventRow.product_id.is_not(None),
                    EventRow.is_product_deleted.is_(False),
                    EventRow.type.in_(types),
                )
                .order_by(EventRow.timestamp, EventRow.id)
                .limit(page)
            )
            if since is not None:
                statement = statement.where(EventRow.timestamp >= since)
            if place is not None:
                at, behind = place
                statement = statement.where(
                    or_(EventRow.timestamp > at, and_(EventRow.timestamp == at, EventRow.id > behind))
                )
            with self._database.read() as session:
                rows: list[Any] = list(session.execute(statement))
            for row in rows:
                yield Interaction(*row[:-1])
            if len(rows) < page:
                return
            place = (rows[-1].timestamp, rows[-1].id)

    def revision(self) -> int:
        """Grows whenever an event is added, changed or deleted, by whatever way."""
        with self._database.read() as session:
            return int(session.scalar(select(func.sum(JournalRevisionRow.revision))) or 0)

    def count(self) -> int:
        """Number of events."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(EventRow)) or 0

    def last_timestamp(self) -> datetime | None:
        """When the newest event happened, in UTC; ``None`` in an empty journal."""
        with self._database.read() as session:
            newest = session.scalar(select(func.max(EventRow.timestamp)))
        if newest is not None and newest.tzinfo is None:
            newest = newest.replace(tzinfo=UTC)
        return newest


def _deleted_products(session: Session, product_ids: Iterable[str]) -> set[str]:
    """Those products that were deleted; their states cannot change until the transaction ends."""
    deleted: set[str] = set()
    for chunk in in_chunks(sorted(product_ids), IN_LIST):
        statement = (
            select(ProductVersionRow.product_id, ProductVersionRow.is_deleted)
            .where(ProductVersionRow.product_id.in_(chunk))
            .order_by(ProductVersionRow.product_id)
            .with_for_update(read=True)
        )
        deleted.update(row.product_id for row in session.execute(statement) if row.is_deleted)
    return deleted


def _to_row(event: Event, *, is_product_deleted: bool) -> dict[str, Any]:
    values = event.model_dump()
    for name in ("query", "session_id", "query_id"):  # PostgreSQL has no character 0
        if values[name] is not None:
            values[name] = values[name].replace("\x00", "")
    return {**values, "is_product_deleted": is_product_deleted}


def _to_event(row: EventRow) -> Event:
    return Event.model_construct(
        id=row.id,
        type=row.type,
        shopper_id=row.shopper_id,
        timestamp=row.timestamp,
        product_id=row.product_id,
        session_id=row.session_id,
        query=row.query,
        query_id=row.query_id,
        position=row.position,
        value=row.value,
    )
