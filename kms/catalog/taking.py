"""Take a feed's rows into the catalogue without undoing what was changed there since the feed said the same.

A row that says what it said before writes nothing. Of one that says something else, the fields that it changed win, and the
others keep what the catalogue has. A row that was deleted other than by its feed stays deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kms.catalog.feeds import RowKind, Said, read_said, write_said
from kms.catalog.models import Product, Review
from kms.catalog.store import read_products, write_products, write_reviews
from kms.catalog.stored_rows import hash_of, to_review
from kms.catalog.three_way import Merged, merge, replace, values_of
from kms.catalog.unread import Unread, complete
from kms.db.session import Database
from kms.db.tables import ProductRow, ReviewRow
from kms.db.versions import IN_LIST, in_chunks

RowT = TypeVar("RowT", Product, Review)


@dataclass
class Taken:
    """What came of a feed's rows.

    Attributes:
        new: Number of rows that came; ``changed`` and ``unchanged`` are numbers of rows as well.
        kept: By row the fields in which the catalogue has something else than the feed, and keeps it.
        overruled: By row the fields in which the feed's value was taken although they had been changed since.
        still_deleted: Rows that were deleted since, and stay so.
        unknown_product: Reviews of products that are not in the catalogue.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    overruled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    still_deleted: list[str] = field(default_factory=list)
    unknown_product: list[str] = field(default_factory=list)


class FeedTaker:
    """Takes the rows of one feed into the operational store."""

    def __init__(
        self, database: Database, feed: str, *, overwrite: bool = False, is_dry: bool = False
    ) -> None:
        """Prepare.

        Args:
            database: The operational store.
            feed: Name of the feed.
            overwrite: The feed's rows are taken as they are, whatever was changed or deleted since.
            is_dry: Nothing is written.
        """
        self._database = database
        self._feed = feed
        self._overwrite = overwrite
        self._is_dry = is_dry

    def take_products(
        self, products: Sequence[Product], unread: Mapping[str, Iterable[Unread]] | None = None
    ) -> Taken:
        """Take products in, in one transaction. Ids must be distinct.

        Args:
            products: As they were read.
            unread: By id the fields whose values could not be read: the feed says of them what it said before.
        """
        taken = Taken()
        with self._session() as session:
            products = self._complete(session, products, unread or {})
            written = self._settle(session, "product", products, taken)
            if not self._is_dry:
                write_products(session, written)
        return taken

    def take_reviews(self, reviews: Sequence[Review]) -> Taken:
        """Take reviews in, in one transaction; those of unknown products are named and left out."""
        taken = Taken()
        with self._session() as session:
            orphans = _orphans(session, reviews)
            deleted = set() if self._overwrite else _deleted_among(session, orphans)
            taken.still_deleted = [each.id for each in orphans if each.id in deleted]
            taken.unknown_product = [each.id for each in orphans if each.id not in deleted]
            set_aside = {each.id for each in orphans}
            linked = [each for each in reviews if each.id not in set_aside]
            written = self._settle(session, "review", linked, taken)
            if not self._is_dry:
                write_reviews(session, written)
        return taken

    def unknown_products(self, reviews: Sequence[Review]) -> set[str]:
        """The ids of reviews of products that nobody knows; those of products that were deleted since are none."""
        with self._database.read() as session:
            orphans = _orphans(session, reviews)
            deleted = set() if self._overwrite else _deleted_among(session, orphans)
        return {each.id for each in orphans} - deleted

    def _session(self) -> AbstractContextManager[Session]:
        return self._database.read() if self._is_dry else self._database.write(in_turn=True)

    def _complete(
        self, session: Session, products: Sequence[Product], unread: Mapping[str, Iterable[Unread]]
    ) -> list[Product]:
        ids = [product.id for product in products if unread.get(product.id)]
        said = read_said(session, "product", ids)
        stored = _hashes(session, "product", ids)
        current = _read(session, "product", list(stored))
        completed = []
        for product in products:
            if product.id in current and unread.get(product.id):
                own = next((each for each in said.get(product.id, ()) if each.feed == self._feed), None)
                row = current[product.id]
                base = (
                    values_of(row)
                    if self._overwrite
                    else _base(said.get(product.id, ()), own, stored[product.id], row)
                )
                product = complete(product, unread[product.id], base)
            completed.append(product)
        return completed

    def _settle(self, session: Session, kind: RowKind, rows: Sequence[RowT], taken: Taken) -> list[RowT]:
        """The rows that the catalogue is to have in place of others; what the feed said is written down."""
        now = datetime.now(UTC)
        hashes = {row.id: hash_of(row) for row in rows}
        said = read_said(session, kind, hashes)
        own = {row_id: each for row_id, told in said.items() for each in told if each.feed == self._feed}
        stored = _hashes(session, kind, hashes)
        current = _read(
            session, kind, [each for each, row_hash in stored.items() if row_hash != hashes[each]]
        )
        written: list[RowT] = []
        new_said: list[tuple[str, Said]] = []
        for row in rows:
            row_hash, before = hashes[row.id], own.get(row.id)
            says_the_same = before is not None and before.row_hash == row_hash
            is_as_said = True
            if row.id not in stored and row.id in said and not self._overwrite:
                taken.still_deleted.append(row.id)
                is_as_said = False
            elif row.id not in stored:
                taken.new += 1
                written.append(row)
            elif stored[row.id] == row_hash:
                taken.unchanged += 1
            elif says_the_same and not self._overwrite:
                taken.unchanged += 1
                if kept := merge(values_of(row), current[row.id], row).kept:
                    taken.kept[row.id] = kept
                continue
            else:
                base = _base(said.get(row.id, ()), before, stored[row.id], current[row.id])
                merged = (replace if self._overwrite else merge)(base, current[row.id], row)
                _note(taken, merged)
                merged_hash = hash_of(merged.row)
                is_as_said = merged_hash == row_hash
                if merged_hash == stored[row.id]:
                    taken.unchanged += 1
                else:
                    taken.changed += 1
                    written.append(merged.row)  # type: ignore[arg-type]
            if not says_the_same or (before is not None and before.content is None) != is_as_said:
                content = None if is_as_said else values_of(row)
                new_said.append((row.id, Said(self._feed, row_hash, content, now)))
        if not self._is_dry:
            write_said(session, kind, new_said)
        return written


def _base(
    said: Sequence[Said], own: Said | None, stored_hash: str, current: Product | Review
) -> dict[str, Any]:
    """What the feed said before; of a feed that names the row for the first time, what the latest other one said."""
    known = own if own is not None and own.row_hash is not None else said[-1] if said else None
    if known is None or (known.content is None and known.row_hash != stored_hash):
        return {"id": current.id}
    return values_of(current) if known.content is None else known.content


def _note(taken: Taken, merged: Merged) -> None:
    if merged.kept:
        taken.kept[merged.row.id] = merged.kept
    if merged.overruled:
        taken.overruled[merged.row.id] = merged.overruled


def _orphans(session: Session, reviews: Sequence[Review]) -> list[Review]:
    """Reviews whose product is not in the catalogue."""
    known = _hashes(session, "product", {review.product_id for review in reviews})
    return [review for review in reviews if review.product_id not in known]


def _deleted_among(session: Session, orphans: Sequence[Review]) -> set[str]:
    """The ids of those that were deleted, or whose product was, other than by their feed."""
    own = read_said(session, "review", [each.id for each in orphans])
    products = read_said(session, "product", {each.product_id for each in orphans})
    return {each.id for each in orphans if each.id in own or each.product_id in products}


def _hashes(session: Session, kind: RowKind, row_ids: Iterable[str]) -> dict[str, str]:
    table: type[ProductRow] | type[ReviewRow] = ProductRow if kind == "product" else ReviewRow
    found: dict[str, str] = {}
    for chunk in in_chunks(row_ids, IN_LIST):
        rows = session.execute(select(table.id, table.row_hash).where(table.id.in_(chunk)))
        found.update({row[0]: row[1] for row in rows})
    return found


def _read(session: Session, kind: RowKind, row_ids: Sequence[str]) -> dict[str, Product | Review]:
    if kind == "product":
        return {product.id: product for product in read_products(session, row_ids)}
    found: dict[str, Product | Review] = {}
    for chunk in in_chunks(row_ids, IN_LIST):
        for row in session.scalars(select(ReviewRow).where(ReviewRow.id.in_(chunk))):
            found[row.id] = to_review(row)
    return found
