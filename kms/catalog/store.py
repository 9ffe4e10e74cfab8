"""Catalogue store: products and reviews, with their documents, evidence and versions kept up to date.

A row, its documents, the retirement of evidence that its text no longer carries, and the product's version
are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kms.catalog.documents import product_documents, review_documents
from kms.catalog.feeds import forget_rows, keep_said
from kms.catalog.identifiers import code_key
from kms.catalog.models import Product, Review
from kms.catalog.offers import SalePrice
from kms.catalog.stored_rows import (
    hash_of,
    product_row,
    review_row,
    to_price,
    to_product,
    to_review,
    to_sale,
)
from kms.currency import Price
from kms.db.session import Database
from kms.db.tables import (
    DocumentRow,
    DocumentStateRow,
    EventRow,
    EvidenceRow,
    ProductCodeRow,
    ProductMomentRow,
    ProductRow,
    ReviewRow,
)
from kms.db.versions import IN_LIST, in_chunks, refresh_versions, upsert
from kms.errors import NotFoundError
from kms.evidence.models import Document
from kms.types import Language

RowT = TypeVar("RowT", Product, Review)


@dataclass
class Changes:
    """Changes made by a write, by id.

    ``products`` whose state changed, also by their reviews; ``unread`` those of them with another text than before.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unknown_product: list[str] = field(default_factory=list)
    products: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)


class RatingSummary(NamedTuple):
    """Mean rating (1 to 5) and number of ratings of a product."""

    mean: float
    ratings: int


class ProductSummary(NamedTuple):
    """The part of a product that lists show."""

    id: str
    title: str
    brand: str | None
    price: Price | None
    image_url: str | None
    language: Language
    sale: SalePrice | None = None


_SUMMARY = (
    ProductRow.id,
    ProductRow.title,
    ProductRow.brand,
    ProductRow.image_url,
    ProductRow.language,
    ProductRow.price_amount,
    ProductRow.price_currency,
    ProductRow.details,
)


class CatalogStore:
    """Products and reviews."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_products(self, products: Sequence[Product]) -> Changes:
        """Insert or update products in one transaction; equal rows are left alone. Ids must be distinct."""
        with self._database.write(in_turn=True) as session:
            return write_products(session, products)

    def put_reviews(self, reviews: Sequence[Review]) -> Changes:
        """Insert or update reviews in one transaction; those of unknown products are named and left out."""
        with self._database.write(in_turn=True) as session:
            return write_reviews(session, reviews)

    def delete_products(self, product_ids: Iterable[str]) -> list[str]:
        """Remove products with their reviews and documents, retire their evidence, mark their events.

        Graph and indexes learn of it by ``EvidenceStore.changed_products``. A feed that names them again brings them back;
        those that ``remove_products`` deleted stay deleted.

        Returns:
            The ids that existed.
        """
        named = list(product_ids)
        with self._database.write(in_turn=True) as session:
            for chunk in in_chunks(named, IN_LIST):
                reviews = select(ReviewRow.id).where(ReviewRow.product_id.in_(chunk))
                forget_rows(session, "review", list(session.scalars(reviews)))
                forget_rows(session, "product", chunk)
            return remove_products(session, named)

    def delete_reviews(self, review_ids: Iterable[str]) -> list[str]:
        """Remove reviews with their documents, retire their evidence; returns the ids that existed.

        A feed that names them again brings them back.
        """
        named = list(review_ids)
        with self._database.write(in_turn=True) as session:
            forget_rows(session, "review", named)
            return remove_reviews(session, named)[0]

    def product(self, product_id: str) -> Product:
        """One product.

        Raises:
            NotFoundError: Nobody knows this id.
        """
        products = self.products([product_id])
        if not products:
            raise NotFoundError(f"product {product_id!r} is not in the catalogue")
        return products[0]

    def products(self, product_ids: Sequence[str]) -> list[Product]:
        """The products of ``product_ids`` that exist, in that order."""
        with self._database.read() as session:
            return read_products(session, product_ids)

    def summaries(self, product_ids: Sequence[str]) -> list[ProductSummary]:
        """Summaries for lists of the products of ``product_ids`` that exist, in that order."""
        by_id = {
            name: ProductSummary(
                name, title, brand, to_price(amount, currency), image_url, language, to_sale(details)
            )
            for name, title, brand, image_url, language, amount, currency, details in (
                self._database.rows_by_key(_SUMMARY, product_ids)
            )
        }
        return [by_id[name] for name in product_ids if name in by_id]

    def iter_products(self, *, page: int = 1_000) -> Iterator[Product]:
        """All products ordered by id; no transaction stays open between pages."""
        after = ""
        while True:
            statement = select(ProductRow).where(ProductRow.id > after).order_by(ProductRow.id).limit(page)
            with self._database.read() as session:
                products = [to_product(row) for row in session.scalars(statement)]
            yield from products
            if len(products) < page:
                return
            after = products[-1].id

    def names(self) -> list[tuple[str, str, str]]:
        """Id, title and brand (empty where the row states none) of every product, by id: far less to read than rows."""
        with self._database.read() as session:
            rows = session.execute(
                select(ProductRow.id, ProductRow.title, ProductRow.brand).order_by(ProductRow.id)
            )
            return [(row[0], row[1], row[2] or "") for row in rows]

    def known_ids(self, product_ids: Iterable[str]) -> set[str]:
        """Those of ``product_ids`` that are in the catalogue."""
        known: set[str] = set()
        with self._database.read() as session:
            for chunk in in_chunks(product_ids, IN_LIST):
                known.update(session.scalars(select(ProductRow.id).where(ProductRow.id.in_(chunk))))
        return known

    def ids_by_code(self, codes: Iterable[str]) -> dict[str, str]:
        """The product of each code (SKU, GTIN, maker's number); codes of none, or of several products, are left out."""
        keys = {code: code_key(code) for code in codes}
        named: dict[str, set[str]] = {}
        with self._database.read() as session:
            for chunk in in_chunks(set(keys.values()), IN_LIST):
                statement = select(ProductCodeRow.code, ProductCodeRow.product_id)
                for key, product_id in session.execute(statement.where(ProductCodeRow.code.in_(chunk))):
                    named.setdefault(key, set()).add(product_id)
        return {code: next(iter(named[key])) for code, key in keys.items() if len(named.get(key, ())) == 1}

    def product_ids(self) -> list[str]:
        """All product ids in order."""
        with self._database.read() as session:
            return list(session.scalars(select(ProductRow.id).order_by(ProductRow.id)))

    def review_ids(self) -> list[str]:
        """All review ids in order."""
        with self._database.read() as session:
            return list(session.scalars(select(ReviewRow.id).order_by(ReviewRow.id)))

    def reviews_of(self, product_id: str, *, limit: int | None = None) -> list[Review]:
        """Reviews of a product, newest first."""
        statement = (
            select(ReviewRow)
            .where(ReviewRow.product_id == product_id)
            .order_by(ReviewRow.created_at.is_(None), ReviewRow.created_at.desc(), ReviewRow.id)
            .limit(limit)
        )
        with self._database.read() as session:
            return [to_review(row) for row in session.scalars(statement)]

    def added(self) -> dict[str, datetime]:
        """When each product came into the catalogue, by product id."""
        with self._database.read() as session:
            rows = session.execute(select(ProductRow.id, ProductRow.added_at))
            return {row[0]: row[1] for row in rows if row[1] is not None}

    def ratings(self, product_ids: Sequence[str] | None = None) -> dict[str, RatingSummary]:
        """Rating summary by product id (all products by default); products without ratings are left out."""
        with self._database.read() as session:
            return read_ratings(session, product_ids)

    def documents_of(self, product_id: str) -> list[Document]:
        """Stored documents of a product and its reviews, ordered by id."""
        from kms.evidence.store import to_document

        statement = select(DocumentRow).where(DocumentRow.product_id == product_id).order_by(DocumentRow.id)
        with self._database.read() as session:
            return [to_document(row) for row in session.scalars(statement)]

    def counts(self) -> dict[str, int]:
        """Number of ``products``, ``reviews`` and ``documents``."""
        tables = {"products": ProductRow, "reviews": ReviewRow, "documents": DocumentRow}
        with self._database.read() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.items()
            }


def write_products(session: Session, products: Sequence[Product]) -> Changes:
    """``CatalogStore.put_products`` in the caller's transaction, which is one that waits for its turn."""
    changes = Changes()
    hashes = {product.id: hash_of(product) for product in products}
    now = datetime.now(UTC)
    known = _known_hashes(session, ProductRow, list(hashes))
    written = _sort_out(products, hashes, known, changes)
    keep_said(session, "product", changes.changed)
    rows = [{**product_row(product, hashes[product.id], now), "added_at": now} for product in written]
    lasting = ("id", "added_at")
    upsert(
        session, ProductRow, rows, key=("id",),
        update=[c.name for c in ProductRow.__table__.columns if c.name not in lasting],
    )  # fmt: skip
    owner = select(DocumentRow.id, DocumentRow.content_hash, DocumentRow.product_id).where(
        DocumentRow.review_id.is_(None)
    )
    documents = {p.id: product_documents(p) for p in written}
    changes.unread = _replace_documents(session, owner, DocumentRow.product_id, documents, now)
    _replace_codes(session, written, changes.changed)
    _replace_moments(session, written, changes.changed, now)
    changes.products = {product.id for product in written}
    refresh_versions(session, changes.products)
    _mark_events(session, changes.new, is_deleted=False)
    return changes


def write_reviews(session: Session, reviews: Sequence[Review]) -> Changes:
    """``CatalogStore.put_reviews`` in the caller's transaction, which is one that waits for its turn."""
    changes = Changes()
    now = datetime.now(UTC)
    products = _known_hashes(session, ProductRow, list({review.product_id for review in reviews}))
    changes.unknown_product = [r.id for r in reviews if r.product_id not in products]
    linked = [review for review in reviews if review.product_id in products]
    hashes = {review.id: hash_of(review) for review in linked}
    known = _known_hashes(session, ReviewRow, list(hashes))
    written = _sort_out(linked, hashes, known, changes)
    keep_said(session, "review", changes.changed)
    before = _products_of_reviews(session, changes.changed)  # a review may move to another product
    rows = [review_row(review, hashes[review.id], now) for review in written]
    upsert(session, ReviewRow, rows, key=("id",))
    owner = select(DocumentRow.id, DocumentRow.content_hash, DocumentRow.product_id)
    documents = {r.id: review_documents(r) for r in written}
    changes.unread = _replace_documents(session, owner, DocumentRow.review_id, documents, now)
    changes.products = {review.product_id for review in written} | before
    refresh_versions(session, changes.products)
    return changes


def remove_products(session: Session, product_ids: Iterable[str]) -> list[str]:
    """``CatalogStore.delete_products`` in the caller's transaction, which is one that waits for its turn."""
    now = datetime.now(UTC)
    gone = sorted(_known_hashes(session, ProductRow, list(product_ids)))
    keep_said(session, "product", gone)
    for chunk in in_chunks(gone, IN_LIST):
        reviews = select(ReviewRow.id).where(ReviewRow.product_id.in_(chunk))
        keep_said(session, "review", list(session.scalars(reviews)))
        session.execute(
            update(EvidenceRow)
            .where(EvidenceRow.product_id.in_(chunk), EvidenceRow.retired_at.is_(None))
            .values(retired_at=now)
        )
        session.execute(delete(ProductRow).where(ProductRow.id.in_(chunk)))
    refresh_versions(session, gone)
    # After the versions: who records events waits for these, so no event slips in between unmarked.
    _mark_events(session, gone, is_deleted=True)
    return gone


def remove_reviews(session: Session, review_ids: Iterable[str]) -> tuple[list[str], set[str]]:
    """``CatalogStore.delete_reviews`` in the caller's transaction; returns the ids that existed and their products."""
    now = datetime.now(UTC)
    gone = sorted(_known_hashes(session, ReviewRow, list(review_ids)))
    keep_said(session, "review", gone)
    touched = _products_of_reviews(session, gone)
    for chunk in in_chunks(gone, IN_LIST):
        documents = select(DocumentRow.id).where(DocumentRow.review_id.in_(chunk))
        _retire(session, list(session.scalars(documents)), now)
        session.execute(delete(ReviewRow).where(ReviewRow.id.in_(chunk)))
    refresh_versions(session, touched)
    return gone, touched


def read_products(session: Session, product_ids: Sequence[str]) -> list[Product]:
    """The products of ``product_ids`` that exist, in that order."""
    by_id: dict[str, Product] = {}
    for chunk in in_chunks(product_ids, IN_LIST):
        for row in session.scalars(select(ProductRow).where(ProductRow.id.in_(chunk))):
            by_id[row.id] = to_product(row)
    return [by_id[name] for name in product_ids if name in by_id]


def mean_rating(summaries: Iterable[RatingSummary | None]) -> float | None:
    """The mean over all ratings of a product's rows; ``None`` where there are none."""
    known = [each for each in summaries if each is not None and each.ratings]
    total = sum(each.ratings for each in known)
    return sum(each.mean * each.ratings for each in known) / total if total else None


def read_ratings(session: Session, product_ids: Sequence[str] | None = None) -> dict[str, RatingSummary]:
    """Rating summary by product id (all products by default); products without ratings are left out."""
    statement = (
        select(ReviewRow.product_id, func.avg(ReviewRow.rating), func.count(ReviewRow.rating))
        .where(ReviewRow.rating.is_not(None))
        .group_by(ReviewRow.product_id)
    )
    chunks = [None] if product_ids is None else list(in_chunks(product_ids, IN_LIST))
    result: dict[str, RatingSummary] = {}
    for chunk in chunks:
        asked = statement if chunk is None else statement.where(ReviewRow.product_id.in_(chunk))
        for row in session.execute(asked):
            result[row[0]] = RatingSummary(float(row[1]), row[2])
    return result


def _known_hashes(
    session: Session, table: type[ProductRow] | type[ReviewRow], ids: Sequence[str]
) -> dict[str, str]:
    known: dict[str, str] = {}
    for chunk in in_chunks(ids, IN_LIST):
        statement = select(table.id, table.row_hash).where(table.id.in_(chunk))
        known.update({row[0]: row[1] for row in session.execute(statement)})
    return known


def _sort_out(
    rows: Sequence[RowT], hashes: Mapping[str, str], known: Mapping[str, str], changes: Changes
) -> list[RowT]:
    written = []
    for row in rows:
        before = known.get(row.id)
        if before == hashes[row.id]:
            changes.unchanged.append(row.id)
            continue
        (changes.new if before is None else changes.changed).append(row.id)
        written.append(row)
    return written


def _replace_documents(
    session: Session, owned: Any, owner_column: Any, wanted: Mapping[str, list[Document]], now: datetime
) -> set[str]:
    """Write documents; returns the products one of whose documents came, changed or went."""
    existing: dict[str, str] = {}
    product_of: dict[str, str] = {}
    for chunk in in_chunks(wanted, IN_LIST):
        for row in session.execute(owned.where(owner_column.in_(chunk))):
            existing[row[0]] = row[1]
            product_of[row[0]] = row[2]
    rows = [
        {**document.model_dump(), "content_hash": document.content_hash}
        for documents in wanted.values()
        for document in documents
    ]
    changed = [row for row in rows if existing.get(row["id"]) != row["content_hash"]]
    kept = {row["id"] for row in rows}
    gone = [name for name in existing if name not in kept]
    _retire(session, [*gone, *(row["id"] for row in changed if row["id"] in existing)], now)
    for chunk in in_chunks(gone, IN_LIST):
        session.execute(delete(DocumentRow).where(DocumentRow.id.in_(chunk)))
    upsert(session, DocumentRow, changed, key=("id",))
    return {row["product_id"] for row in changed} | {
        product_of[name] for name in (*gone, *(row["id"] for row in changed)) if name in product_of
    }


def _replace_codes(session: Session, written: Sequence[Product], changed: Sequence[str]) -> None:
    for chunk in in_chunks(changed, IN_LIST):
        session.execute(delete(ProductCodeRow).where(ProductCodeRow.product_id.in_(chunk)))
    pairs = {(code_key(code), product.id): None for product in written for code in product.all_codes()}
    rows = [{"code": code, "product_id": product_id} for code, product_id in pairs]
    upsert(session, ProductCodeRow, rows, key=("code", "product_id"), update=())


def _replace_moments(
    session: Session, written: Sequence[Product], changed: Sequence[str], now: datetime
) -> None:
    for chunk in in_chunks(changed, IN_LIST):
        session.execute(delete(ProductMomentRow).where(ProductMomentRow.product_id.in_(chunk)))
    rows = [{"product_id": product.id, "at": at} for product in written for at in product.moments_after(now)]
    upsert(session, ProductMomentRow, rows, key=("product_id", "at"), update=())


def _retire(session: Session, document_ids: Sequence[str], now: datetime) -> None:
    for chunk in in_chunks(document_ids, IN_LIST):
        session.execute(
            update(EvidenceRow)
            .where(EvidenceRow.document_id.in_(chunk), EvidenceRow.retired_at.is_(None))
            .values(retired_at=now)
        )
        session.execute(delete(DocumentStateRow).where(DocumentStateRow.document_id.in_(chunk)))


def _mark_events(session: Session, product_ids: Sequence[str], *, is_deleted: bool) -> None:
    for chunk in in_chunks(product_ids, IN_LIST):
        session.execute(
            update(EventRow).where(EventRow.product_id.in_(chunk)).values(is_product_deleted=is_deleted)
        )


def _products_of_reviews(session: Session, review_ids: Sequence[str]) -> set[str]:
    product_ids: set[str] = set()
    for chunk in in_chunks(review_ids, IN_LIST):
        product_ids.update(session.scalars(select(ReviewRow.product_id).where(ReviewRow.id.in_(chunk))))
    return product_ids
