"""Ingest: a file of products, reviews or events goes into the operational store.

Rows that cannot go in are set aside with file, line, field and reason; the rest goes in, a thousand rows to a
transaction. Doing it again changes nothing, so a run that was killed is simply run again; and what was changed in the
catalogue meanwhile stays (``kms.catalog.taking``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kms.catalog.feeds import FeedStore
from kms.catalog.ingest_report import IngestReport
from kms.catalog.ingest_run import IngestRun, ReadBy, Source, unknown_product
from kms.catalog.mapping import Model
from kms.catalog.models import Product, Review
from kms.catalog.rows import RejectReason, RowProblem
from kms.catalog.store import CatalogStore
from kms.catalog.taking import FeedTaker
from kms.db.session import Database
from kms.journal.events import Journal
from kms.journal.models import Event
from kms.journal.validation import EventProblemCode, check_events
from kms.progress import ProgressFactory, silent_progress

__all__ = ["IngestReport", "ingest_events", "ingest_products", "ingest_reviews"]


def ingest_products(
    database: Database,
    source: Source,
    mapping: ReadBy = "",
    *,
    strict: bool = False,
    delete_missing: bool = False,
    delete_many: bool = False,
    dry_run: bool = False,
    overwrite: bool = False,
    feed: str = "",
    rejects_dir: Path | None = None,
    currency: str | None = None,
    progress: ProgressFactory = silent_progress,
) -> IngestReport:
    """Insert and update products; documents, evidence and versions follow.

    Args:
        database: The operational store.
        source: A file, or products.
        mapping: A mapping, the name of a ready one, the path of a YAML file, or a layout; without one the file's columns
            tell its layout. Not used for models.
        strict: One bad row refuses the whole source, and nothing is written.
        delete_missing: The source is its feed's whole: products that the feed named before, that it does not name
            now, and that no other feed names, are deleted, unless they are more than a fifth.
        delete_many: Delete them also if they are more.
        dry_run: Only report what would be done.
        overwrite: Take the source's rows as they are. Else rows that say what they said before write nothing, those that
            changed win in the fields that they changed, and what was deleted since stays deleted
            (``kms.catalog.taking``).
        feed: Name of the feed that the source is of; default: the file's name.
        rejects_dir: Folder for ``<file>.rejects.jsonl``.
        currency: The shop's own: settles what the signs ``$``, ``¥`` and ``kr`` of prices mean.
        progress: Shows how far it is.

    Raises:
        CatalogError: The file cannot be read, lacks a column that every row needs, none of its rows can be used,
            or strict mode met a bad row: nothing was written. Or more than a fifth of the feed is missing: nothing was
            deleted.
        ConfigurationError: The mapping cannot be used.
    """
    run = IngestRun("product", source, mapping, rejects_dir, strict, currency=currency, is_dry=dry_run)
    feed = feed or run.name
    taker = FeedTaker(database, feed, overwrite=overwrite, is_dry=dry_run)

    def write(rows: Sequence[Model], run: IngestRun) -> None:
        products = [row for row in rows if isinstance(row, Product)]
        run.count_taken(taker.take_products(products, run.unread))

    run.go(write, progress)
    catalog = CatalogStore(database)
    run.compare_ids(catalog.product_ids)
    if delete_missing:
        feeds = FeedStore(database, "product")
        run.delete_missing(
            feeds, feed, catalog.product_ids(), catalog.delete_products, delete_many=delete_many
        )
    return run.report()


def ingest_reviews(
    database: Database,
    source: Source,
    mapping: ReadBy = "",
    *,
    strict: bool = False,
    delete_missing: bool = False,
    delete_many: bool = False,
    dry_run: bool = False,
    overwrite: bool = False,
    feed: str = "",
    rejects_dir: Path | None = None,
    progress: ProgressFactory = silent_progress,
) -> IngestReport:
    """Insert and update reviews; those of unknown products are set aside. Else as ``ingest_products``."""
    catalog = CatalogStore(database)

    def reviews_of(rows: Sequence[Model]) -> list[Review]:
        return [row for row in _name_products(rows, catalog) if isinstance(row, Review)]

    def write(rows: Sequence[Model], run: IngestRun) -> None:
        run.count_taken(taker().take_reviews(reviews_of(rows)))

    def check(rows: Sequence[Model]) -> list[RowProblem | None]:
        reviews = reviews_of(rows)
        unknown = taker().unknown_products(reviews)
        return [unknown_product(each.id) if each.id in unknown else None for each in reviews]

    def taker() -> FeedTaker:
        return FeedTaker(database, feed or run.name, overwrite=overwrite, is_dry=dry_run)

    run = IngestRun("review", source, mapping, rejects_dir, strict, check, is_dry=dry_run)
    run.go(write, progress)
    if delete_missing:
        run.delete_missing(
            FeedStore(database, "review"),
            feed or run.name,
            catalog.review_ids(),
            catalog.delete_reviews,
            delete_many=delete_many,
        )
    return run.report()


def ingest_events(
    database: Database,
    source: Source,
    mapping: ReadBy = "",
    *,
    strict: bool = False,
    rejects_dir: Path | None = None,
    progress: ProgressFactory = silent_progress,
) -> IngestReport:
    """Add events to the journal; events that are known stay as they are.

    The checks are those of the API's door (``kms.journal.validation``). Otherwise as ``ingest_products``.
    """
    journal, catalog = Journal(database), CatalogStore(database)

    def check(rows: Sequence[Model]) -> list[RowProblem | None]:
        events = [row for row in _name_products(rows, catalog) if isinstance(row, Event)]
        problems = check_events(events, known_products=catalog.known_ids, now=datetime.now(UTC))
        return [
            problem and RowProblem(problem.field, _REASONS[problem.code], problem.message)
            for problem in problems
        ]

    def write(rows: Sequence[Model], run: IngestRun) -> None:
        rows = _name_products(rows, catalog)
        good = run.keep_good(rows, check(rows))
        events = [row for row in good if isinstance(row, Event)]
        new = journal.record_events(events)
        run.count(new, 0, len(events) - new)

    run = IngestRun("event", source, mapping, rejects_dir, strict, check)
    run.go(write, progress)
    return run.report()


def _name_products(rows: Sequence[Model], catalog: CatalogStore) -> list[Model]:
    """Reviews and events with their product's id, where they name it by a code of it or of a variant."""
    named = {row.product_id for row in rows if isinstance(row, Review | Event) and row.product_id}
    by_code = catalog.ids_by_code(named - catalog.known_ids(named))
    return [
        row.model_copy(update={"product_id": by_code[row.product_id]})
        if isinstance(row, Review | Event) and row.product_id in by_code
        else row
        for row in rows
    ]


_REASONS: dict[EventProblemCode, RejectReason] = {
    "bad_timestamp": "invalid",
    "missing_product": "missing",
    "missing_rating": "missing",
    "unknown_product": "unknown_product",
}
