"""Ingest: a file of products, reviews or events goes into the operational store.

Rows that cannot go in are set aside with file, line, field and reason; the rest goes in, a thousand rows to a
transaction. Doing it again changes nothing, so a run that was killed is simply run again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from pydantic import Field

from kms.catalog.feeds import FeedStore
from kms.catalog.mapping import Kind, Mapping, Model, load_mapping, ready_mappings
from kms.catalog.models import Product, Review
from kms.catalog.readers import read_rows
from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RawRow, Reject, RejectReason, RowProblem, shorten
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.db.versions import in_chunks
from kms.errors import CatalogError, ConfigurationError
from kms.journal.events import Journal
from kms.journal.models import Event
from kms.journal.validation import EventProblemCode, check_events
from kms.progress import Advance, ProgressFactory, silent_progress
from kms.types import Frozen

CHUNK = 1_000
SHOWN_REJECTS = 5
SHOWN_COLUMNS = 20
LOOKED_AT = 100
"""Rows that are searched for the mapping's columns before the first is taken: JSON rows may leave a column out."""

Source = str | Path | Iterable[Model]


class IngestReport(Frozen):
    """Report of one ingest; counts are rows.

    Attributes:
        rejects: Number of rows set aside, by reason.
        rejects_file: Where these rows are written; ``None`` where there are none or no folder was given.
        first_rejects: The first few, for a person to read.
        note: Something that was not done, and why.
    """

    source: str
    kind: Kind
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    rejects: dict[str, int] = Field(default_factory=dict)
    rejects_file: Path | None = None
    first_rejects: tuple[Reject, ...] = ()
    note: str = ""
    seconds: float = 0.0


def ingest_products(
    database: Database,
    source: Source,
    mapping: Mapping | str | Path = "kms-products",
    *,
    strict: bool = False,
    delete_missing: bool = False,
    feed: str = "",
    rejects_dir: Path | None = None,
    currency: str | None = None,
    progress: ProgressFactory = silent_progress,
) -> IngestReport:
    """Insert and update products; documents, evidence and versions follow.

    Args:
        database: The operational store.
        source: A file, or products.
        mapping: A mapping, the name of a ready one, or the path of a YAML file; not used for models.
        strict: One bad row refuses the whole source, and nothing is written.
        delete_missing: The source is its feed's whole: products that the feed named before, that it does not name
            now, and that no other feed names, are deleted.
        feed: Name of the feed that the source is of; default: the file's name.
        rejects_dir: Folder for ``<file>.rejects.jsonl``.
        currency: The shop's own: settles what the signs ``$``, ``¥`` and ``kr`` of prices mean.
        progress: Shows how far it is.

    Raises:
        CatalogError: The file cannot be read, lacks a column that every row needs, none of its rows can be used,
            or strict mode met a bad row. Nothing was written.
        ConfigurationError: The mapping cannot be used.
    """
    catalog = CatalogStore(database)

    def write(rows: Sequence[Model], run: _Run) -> None:
        changes = catalog.put_products([row for row in rows if isinstance(row, Product)])
        run.count(len(changes.new), len(changes.changed), len(changes.unchanged))

    run = _Run("product", source, mapping, rejects_dir, strict, currency=currency)
    feeds = FeedStore(database, "product")
    run.go(write, progress, feeds, feed)
    if delete_missing:
        run.delete_missing(catalog.product_ids(), catalog.delete_products)
    return run.report()


def ingest_reviews(
    database: Database,
    source: Source,
    mapping: Mapping | str | Path = "kms-reviews",
    *,
    strict: bool = False,
    delete_missing: bool = False,
    feed: str = "",
    rejects_dir: Path | None = None,
    progress: ProgressFactory = silent_progress,
) -> IngestReport:
    """Insert and update reviews; those of unknown products are set aside. Else as ``ingest_products``."""
    catalog = CatalogStore(database)

    def write(rows: Sequence[Model], run: _Run) -> None:
        changes = catalog.put_reviews([row for row in rows if isinstance(row, Review)])
        run.count(len(changes.new), len(changes.changed), len(changes.unchanged))
        run.reject_unknown(changes.unknown_product)

    def check(rows: Sequence[Model]) -> list[RowProblem | None]:
        reviews = [row for row in rows if isinstance(row, Review)]
        known = catalog.known_ids({review.product_id for review in reviews})
        return [None if r.product_id in known else _unknown_product(r.id) for r in reviews]

    run = _Run("review", source, mapping, rejects_dir, strict, check)
    feeds = FeedStore(database, "review")
    run.go(write, progress, feeds, feed)
    if delete_missing:
        run.delete_missing(catalog.review_ids(), catalog.delete_reviews)
    return run.report()


def ingest_events(
    database: Database,
    source: Source,
    mapping: Mapping | str | Path = "kms-events",
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
        events = [row for row in rows if isinstance(row, Event)]
        problems = check_events(events, known_products=catalog.known_ids, now=datetime.now(UTC))
        return [
            problem and RowProblem(problem.field, _REASONS[problem.code], problem.message)
            for problem in problems
        ]

    def write(rows: Sequence[Model], run: _Run) -> None:
        good = run.keep_good(rows, check(rows))
        events = [row for row in good if isinstance(row, Event)]
        new = journal.record_events(events)
        run.count(new, 0, len(events) - new)

    run = _Run("event", source, mapping, rejects_dir, strict, check)
    run.go(write, progress)
    return run.report()


class _Run:
    """State of one ingest."""

    def __init__(
        self,
        kind: Kind,
        source: Source,
        mapping: Mapping | str | Path,
        rejects_dir: Path | None,
        strict: bool,
        check: Callable[[Sequence[Model]], list[RowProblem | None]] | None = None,
        currency: str | None = None,
    ) -> None:
        self._kind = kind
        self._started = time.monotonic()
        self._path = Path(source) if isinstance(source, str | Path) else None
        self._models = None if isinstance(source, str | Path) else source
        self._is_ready_mapping = isinstance(mapping, str) and mapping in ready_mappings()
        self._mapping = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
        if self._mapping.kind != kind:
            raise ConfigurationError(f"the mapping is for a {self._mapping.kind}, not for a {kind}")
        if self._models is not None and strict:
            self._models = list(self._models)  # strict mode goes over the rows twice
        self._strict = strict
        self._check = check
        self._currency = currency
        self._rejects_dir = rejects_dir
        self._name = _printable(self._path.name) if self._path else f"{kind}s"
        self._clear()

    def _clear(self) -> None:
        self._seen: dict[str, int] = {}
        """Ids and the lines where they came first."""
        self._lines: dict[str, int] = {}
        self._read = self._new = self._changed = self._unchanged = self._deleted = 0
        self._has_unnamed_reject = False
        self._reasons: Counter[str] = Counter()
        self._first: list[Reject] = []
        self._rejects: list[str] = []
        self._notes: list[str] = []

    def go(
        self,
        write: Callable[[Sequence[Model], _Run], None],
        progress: ProgressFactory,
        feeds: FeedStore | None = None,
        feed: str = "",
    ) -> None:
        """Read everything and write it chunk by chunk; in strict mode read it once before writing."""
        if self._strict:
            with progress(f"checking {self._name}", None) as advance:
                for chunk in in_chunks(self._rows(advance), CHUNK):
                    if self._check is not None:
                        self.keep_good(chunk, self._check(chunk))
                    self._lines.clear()
            if self._reasons:
                self._write_rejects()
                raise CatalogError(self._refusal())
            self._clear()
        with progress(f"reading {self._name}", None) as advance:
            for chunk in in_chunks(self._rows(advance), CHUNK):
                write(chunk, self)
                if feeds is not None:
                    feeds.add(feed or self._name, (model.id for model in chunk))
                self._lines.clear()
        self._write_rejects()
        if not self._read:
            self._notes.append("the file has no rows")
        if self._reasons and not self._new + self._changed + self._unchanged:
            raise CatalogError(self._refusal("none of its rows can be used"))

        self._feeds, self._feed = feeds, feed or self._name

    def count(self, new: int, changed: int, unchanged: int) -> None:
        """Add what one chunk did."""
        self._new += new
        self._changed += changed
        self._unchanged += unchanged

    def keep_good(self, rows: Sequence[Model], problems: Sequence[RowProblem | None]) -> list[Model]:
        """Set aside the rows of a chunk that have a problem; the others come back."""
        good = []
        for row, problem in zip(rows, problems, strict=True):
            if problem is None:
                good.append(row)
            else:
                self._reject(self._lines.get(row.id, 0), problem, _excerpt(row))
        return good

    def reject_unknown(self, review_ids: Sequence[str]) -> None:
        """Set aside reviews of the last chunk whose product is not in the catalogue."""
        for review_id in review_ids:
            self._reject(self._lines.get(review_id, 0), _unknown_product(review_id), review_id)

    def delete_missing(self, existing: Sequence[str], delete: Callable[[Iterable[str]], list[str]]) -> None:
        """Delete what only this feed named and names no more, unless that cannot be told or would be everything."""
        assert self._feeds is not None
        there = set(existing).intersection(self._feeds.rows_of(self._feed))
        missing = sorted(there - self._seen.keys())
        if not missing:
            if set(existing) - self._seen.keys():
                self._notes.append(
                    f"nothing was deleted: the rows that {self._name} does not name were never of the feed "
                    f"{self._feed!r}"
                )
            return
        if self._has_unnamed_reject:
            self._notes.append("nothing was deleted: rows were set aside whose id cannot be read")
        elif len(missing) == len(there) and not self._new:
            self._notes.append("nothing was deleted: the source names none of the rows that are there")
        else:
            for chunk in in_chunks(self._feeds.remove(self._feed, missing), CHUNK):
                self._deleted += len(delete(chunk))

    def report(self) -> IngestReport:
        """Report of the ingest."""
        rejects_file = self._rejects_path()
        return IngestReport(
            source=_printable(str(self._path)) if self._path else self._name,
            kind=self._kind,
            read=self._read,
            new=self._new,
            changed=self._changed,
            unchanged=self._unchanged,
            deleted=self._deleted,
            rejected=self._reasons.total(),
            rejects=dict(sorted(self._reasons.items())),
            rejects_file=rejects_file if self._reasons else None,
            first_rejects=tuple(self._first),
            note="; ".join(self._notes),
            seconds=time.monotonic() - self._started,
        )

    def _rows(self, advance: Advance) -> Iterator[Model]:
        numbered: Iterable[tuple[int, Model | RawRow | BadRow]]
        if self._path is not None:
            rows = read_rows(self._path, encoding=self._mapping.encoding, rows=self._mapping.rows)
            first = list(islice(rows, LOOKED_AT))
            self._check_columns(first)
            numbered = ((row.line, row) for row in chain(first, rows))
        else:
            numbered = enumerate(self._models or (), start=1)
        for line, row in numbered:
            self._read += 1
            advance(1)
            if isinstance(row, BadRow):
                self._has_unnamed_reject = True
                self._reject(line, row.problem, row.excerpt)
                continue
            try:
                model = (
                    self._mapping.apply(row.values, shop_currency=self._currency)
                    if isinstance(row, RawRow)
                    else row
                )
            except RowProblem as problem:
                self._remember_id(row, line)
                self._reject(line, problem, _excerpt(row))
                continue
            if model.id in self._seen:
                place = "line" if self._path is not None else "row"
                message = (
                    f"id {shorten(model.id)} was there before, in {place} {self._seen[model.id]} of this file"
                )
                self._reject(line, RowProblem("id", "duplicate_id", message), _excerpt(row))
                continue
            self._seen[model.id] = line
            self._lines[model.id] = line
            yield model

    def _remember_id(self, row: RawRow | Model, line: int) -> None:
        """Keep the id of a rejected row, so that its product does not count as missing from the feed."""
        identifier = self._mapping.fields["id"].find(row.values) if isinstance(row, RawRow) else None
        if isinstance(identifier, str | int) and str(identifier).strip():
            self._seen.setdefault(str(identifier).strip(), line)
        else:
            self._has_unnamed_reject = True

    def _reject(self, line: int, problem: RowProblem, excerpt: str) -> None:
        reject = Reject(
            file=self._name,
            line=line,
            field=problem.field,
            reason=problem.reason,
            message=problem.message,
            excerpt=excerpt,
        )
        self._reasons[problem.reason] += 1
        if len(self._first) < SHOWN_REJECTS:
            self._first.append(reject)
        if self._rejects_dir is not None:
            self._rejects.append(reject.model_dump_json())

    def _rejects_path(self) -> Path | None:
        return self._rejects_dir / f"{self._name}.rejects.jsonl" if self._rejects_dir else None

    def _write_rejects(self) -> None:
        path = self._rejects_path()
        if path is None:
            return
        try:
            if not self._rejects:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(self._rejects) + "\n", encoding="utf-8")
        except OSError as error:
            raise CatalogError(f"rejects cannot be written to {path}: {error.strerror}") from None

    def _check_columns(self, rows: Sequence[RawRow | BadRow]) -> None:
        """Refuse a file without a column that every row needs, and note other columns that it lacks."""
        values = [row.values for row in rows if isinstance(row, RawRow)]
        if not values:
            return
        for column in next((row.repeated for row in rows if isinstance(row, RawRow)), ()):
            if fields := self._mapping.fields_of(column):
                raise CatalogError(
                    f"{self._name}: the header names a column twice: {column}, which the mapping reads "
                    f"{' and '.join(fields)} from; rename or remove one of them"
                )
        missing = self._mapping.missing_columns(values)
        there = list(dict.fromkeys(str(column) for row in values for column in row))
        columns = ", ".join(there[:SHOWN_COLUMNS]) + (", …" if len(there) > SHOWN_COLUMNS else "")
        needed = [column for column in missing if column.is_required]
        if needed:
            lacks = "; ".join(map(str, needed))
            raise CatalogError(f"{self._name} has no column {lacks}. Its columns are: {columns}")
        if missing and not self._is_ready_mapping:
            lacks = "; ".join(map(str, missing))
            self._notes.append(f"no column {lacks}. The file's columns are: {columns}")

    def _refusal(self, why: str = "") -> str:
        lines = [f"  {reject}" for reject in self._first]
        path = self._rejects_path()
        where = f"; all of them are in {path}" if path else ""
        count = self._reasons.total()
        rows = "row" if count == 1 else "rows"
        reason = f"{why}; " if why else ""
        head = f"{self._name} was refused, nothing was written: {reason}{count} bad {rows}{where}"
        return "\n".join([head, *lines])


_REASONS: dict[EventProblemCode, RejectReason] = {
    "bad_timestamp": "invalid",
    "missing_product": "missing",
    "missing_rating": "missing",
    "unknown_product": "unknown_product",
}


def _printable(name: str) -> str:
    """A file's name in Unicode: names on a disk may have bytes that are none."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _unknown_product(review_id: str) -> RowProblem:
    message = f"review {review_id} is of a product that is not in the catalogue"
    return RowProblem("product_id", "unknown_product", message)


def _excerpt(row: RawRow | Model) -> str:
    text = repr(row.values) if isinstance(row, RawRow) else repr(row)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")[:EXCERPT_LENGTH]
