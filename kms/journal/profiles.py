"""Shopper profiles from the journal: ids, activity, and the products each touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import distinct, func, select

from kms.db.session import Database
from kms.db.tables import EventRow
from kms.journal.events import ABOUT_PRODUCTS
from kms.types import EventType


class ShopperSummary(NamedTuple):
    """A shopper's activity: events, distinct products, and the newest event's time in UTC."""

    shopper_id: str
    events: int
    products: int
    last_seen: datetime


class Profiles:
    """Views on the journal by shopper."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def shoppers(self, *, limit: int = 100) -> list[ShopperSummary]:
        """The shoppers with the most events, then by id."""
        count = func.count(EventRow.id)
        statement = (
            select(
                EventRow.shopper_id,
                count,
                func.count(distinct(EventRow.product_id)),
                func.max(EventRow.timestamp, type_=EventRow.timestamp.type),
            )
            .group_by(EventRow.shopper_id)
            .order_by(count.desc(), EventRow.shopper_id)
            .limit(limit)
        )
        with self._database.read() as session:
            return [ShopperSummary(*row) for row in session.execute(statement)]

    def recent_products(
        self, shopper_id: str, *, limit: int = 50, types: Sequence[EventType] = ABOUT_PRODUCTS
    ) -> list[str]:
        """Distinct products that a shopper touched and that exist, the latest touched first."""
        latest = func.max(EventRow.timestamp)
        statement = (
            select(EventRow.product_id)
            .where(
                EventRow.shopper_id == shopper_id,
                EventRow.product_id.is_not(None),
                EventRow.is_product_deleted.is_(False),
                EventRow.type.in_(types),
            )
            .group_by(EventRow.product_id)
            .order_by(latest.desc(), EventRow.product_id)
            .limit(limit)
        )
        with self._database.read() as session:
            return [str(product_id) for product_id in session.scalars(statement)]
