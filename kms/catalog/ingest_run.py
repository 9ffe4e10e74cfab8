"""One ingest: rows are read by a layout, checked, written chunk by chunk, and what is wrong is set aside with its place."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from collections.abc import Mapping as AbcMapping
from itertools import islice
from pathlib import Path
from typing import Any

from kms.catalog.divergences import Divergences
from kms.catalog.feed_warnings import FeedWarnings
from kms.catalog.feeds import FeedStore
from kms.catalog.ingest_report import IngestReport
from kms.catalog.layouts.base import Layout, Reading, Sample, Shop
from kms.catalog.layouts.mapped import MappedRows
from kms.catalog.layouts.missing_columns import ask_for_columns
from kms.catalog.layouts.plain import PlainProducts
from kms.catalog.layouts.recognise import (
    LOOKED_AT,
    layout_named,
    ready_layout,
    recognise_rows,
)
from kms.catalog.mapping import Kind, Mapping, Model
from kms.catalog.mapping_files import load_mapping, ready_mappings
from kms.catalog.readers import read_rows
from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RawRow, Reject, RowProblem, shorten
from kms.catalog.taking import Taken
from kms.catalog.unread import Unread
from kms.db.versions import in_chunks
from kms.errors import CatalogError, ConfigurationError, UnusableFileError
from kms.progress import Advance, ProgressFactory

CHUNK = 1_000
SHOWN_REJECTS = 5
SHOWN_LEFT_OUT = 3
SHOWN_COLUMNS = 20
MOST_MISSING = 0.2
"""Share of a feed's rows that may be missing; of more the deletion has to be asked for."""
_EXPECTED = frozenset({"rating"})
"""Fields that no row must have, and whose column is missed also where a ready mapping reads the file."""

Source = str | Path | Iterable[Model]
ReadBy = Mapping | Layout | str | Path
"""How a file is read: a mapping, a layout, the name of a ready mapping, or the path of a YAML file."""


class IngestRun:
    """State of one ingest."""

    def __init__(
        self,
        kind: Kind,
        source: Source,
        mapping: ReadBy,
        rejects_dir: Path | None,
        strict: bool,
        check: Callable[[Sequence[Model]], list[RowProblem | None]] | None = None,
        currency: str | None = None,
        is_dry: bool = False,
    ) -> None:
        self._kind = kind
        self._started = time.monotonic()
        self._path = Path(source) if isinstance(source, str | Path) else None
        self._models = None if isinstance(source, str | Path) else source
        self._name = _printable(self._path.name) if self._path else f"{kind}s"
        self._is_ready_mapping = isinstance(mapping, str) and mapping in ready_mappings()
        self._choose_layout(mapping)
        if self._layout.kind != kind:
            what = "mapping" if isinstance(self._layout, MappedRows) else "layout"
            raise ConfigurationError(f"the {what} is for a {self._layout.kind}, not for a {kind}")
        if self._models is not None and strict:
            self._models = list(self._models)  # strict mode goes over the rows twice
        self._strict = strict
        self._check = check
        self._shop = Shop(currency)
        self._rejects_dir = rejects_dir
        self._is_dry = is_dry
        self._clear()

    def _choose_layout(self, given: ReadBy) -> None:
        """The layout that was asked for, else the one that the file's columns tell, else our own field names."""
        self._why, self._unknown = "", ""
        if isinstance(given, Mapping):
            self._layout: Layout = MappedRows("of the caller", given)
        elif not isinstance(given, str | Path):
            self._layout = given
        elif str(given):
            self._layout = ready_layout(str(given)) or MappedRows(str(given), load_mapping(given))
        else:
            self._layout = layout_named(f"kms-{self._kind}s")
            self._is_ready_mapping = True
            if self._path is not None:
                first = self._first_rows()
                recognised = recognise_rows(first, kind=self._kind)
                if recognised is not None:
                    self._layout, self._why = recognised.layout, recognised.match.reason
                else:
                    self._unknown = ask_for_columns(Sample.of(first), self._kind)

    def _first_rows(self) -> list[RawRow | BadRow]:
        rows = self._open()
        try:
            return list(islice(rows, LOOKED_AT))
        finally:
            rows.close()

    def _open(self) -> Generator[RawRow | BadRow]:
        assert self._path is not None
        mapping = getattr(getattr(self, "_layout", None), "mapping", None)
        encoding, rows = (mapping.encoding, mapping.rows) if isinstance(mapping, Mapping) else (None, None)
        yield from read_rows(self._path, encoding=encoding, rows=rows)

    def _clear(self) -> None:
        self._seen: dict[str, int] = {}
        """Ids and the lines where they came first."""
        self._lines: dict[str, int] = {}
        self.unread: dict[str, list[Unread]] = {}
        """By id the fields of a chunk's rows whose values could not be read."""
        self._read = self._rows_read = self._new = self._changed = self._unchanged = self._deleted = 0
        self._missing = 0
        self._divergences = Divergences()
        self._warnings = FeedWarnings()
        self._left_out: Counter[str] = Counter()
        self._first_left_out: dict[str, list[str]] = {}
        self._has_unnamed_reject = False
        self._reasons: Counter[str] = Counter()
        self._first: list[Reject] = []
        self._rejects: list[str] = []
        self._notes: list[str] = []

    @property
    def name(self) -> str:
        """Name of the source: the file's."""
        return self._name

    def go(self, write: Callable[[Sequence[Model], IngestRun], None], progress: ProgressFactory) -> None:
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
                self._lines.clear()
                self.unread.clear()
        self._write_rejects()
        if not self._read:
            self._notes.append("the file has no rows")
        if self._reasons and self._reasons.total() == self._read:
            refusal = self._refusal("none of its rows can be used")
            raise UnusableFileError("\n ".join(filter(None, (refusal, self._say_columns()))))

    def count(self, new: int, changed: int, unchanged: int) -> None:
        """Add what one chunk did."""
        self._new += new
        self._changed += changed
        self._unchanged += unchanged

    def compare_ids(self, product_ids: Callable[[], Iterable[str]]) -> None:
        """Warn of new products whose ids differ from those of others in letter case alone."""
        if self._new:
            self._warnings.see_known(product_ids())

    def count_taken(self, taken: Taken) -> None:
        """Add what came of one chunk of a feed."""
        self.count(taken.new, taken.changed, taken.unchanged)
        self._divergences.add(taken)
        self.reject_unknown(taken.unknown_product)

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
            self._reject(self._lines.get(review_id, 0), unknown_product(review_id), review_id)

    def delete_missing(
        self,
        feeds: FeedStore,
        feed: str,
        existing: Sequence[str],
        delete: Callable[[Iterable[str]], list[str]],
        *,
        delete_many: bool,
    ) -> None:
        """Delete what only this feed named and names no more, unless that cannot be told or would be too much.

        Raises:
            CatalogError: More than a fifth of the feed is missing, and nobody said that so many may go.
        """
        named, is_there = set(feeds.rows_of(feed)), set(existing)
        there = is_there & named
        missing = sorted(there - self._seen.keys())
        self._missing = len(missing)
        if not missing:
            if is_there - self._seen.keys():
                self._notes.append(
                    f"nothing was deleted: the rows that {self._name} does not name were never of the feed {feed!r}"
                )
        elif self._has_unnamed_reject:
            self._notes.append("nothing was deleted: rows were set aside whose id cannot be read")
        elif len(missing) == len(there) and not self._new:
            self._notes.append("nothing was deleted: the source names none of the rows that are there")
        elif len(missing) > MOST_MISSING * len(there) and not delete_many:
            some = ", ".join(missing[:SHOWN_REJECTS])
            message = (
                f"{len(missing):,} of the {len(there):,} {self._kind}s of the feed {feed!r} are missing in "
                f"{self._name}, more than a fifth, so nothing was deleted. Missing are {some}"
                f"{', …' if len(missing) > SHOWN_REJECTS else ''}. If that is right: --delete-many"
            )
            if not self._is_dry:
                raise CatalogError(message)
            self._notes.append(message)
        elif self._is_dry:
            some = ", ".join(missing[:SHOWN_COLUMNS])
            self._notes.append(f"would be deleted, where no other feed names them: {some}")
        else:
            changed = feeds.changed_since(feed, missing)
            for chunk in in_chunks(feeds.remove(feed, missing), CHUNK):
                gone = delete(chunk)
                self._deleted += len(gone)
                self._divergences.add_deleted([each for each in gone if each in changed])
        if not (self._has_unnamed_reject or self._is_dry):
            # What was deleted otherwise and is named no more: if it comes again, it is new.
            feeds.remove(feed, sorted(named - is_there - self._seen.keys()))

    def report(self) -> IngestReport:
        """Report of the ingest."""
        rejects_file = self._rejects_path()
        return IngestReport(
            source=_printable(str(self._path)) if self._path else self._name,
            kind=self._kind,
            layout=f"{self._layout.title}: {self._why}"
            if self._why
            else self._layout.title
            if self._path
            else "",
            read=self._read,
            rows=self._rows_read,
            new=self._new,
            changed=self._changed,
            unchanged=self._unchanged,
            deleted=self._deleted,
            missing=self._missing,
            rejected=self._reasons.total(),
            rejects=dict(sorted(self._reasons.items())),
            left_out=dict(sorted(self._left_out.items())),
            first_left_out=tuple(each for first in self._first_left_out.values() for each in first),
            rejects_file=rejects_file if (self._reasons or self._left_out) and not self._is_dry else None,
            is_dry=self._is_dry,
            first_rejects=tuple(self._first),
            divergences=self._divergences.report(self._conflicts_path()),
            note="; ".join(self._notes),
            warnings=self._warnings.lines(),
            seconds=time.monotonic() - self._started,
        )

    def _rows(self, advance: Advance) -> Iterator[Model]:
        readings: Iterable[Reading | BadRow]
        if self._path is not None:
            self._check_columns(self._first_rows())
            readings = self._layout.read(self._open, self._shop)
        else:
            readings = (Reading(line, model) for line, model in enumerate(self._models or (), start=1))
        for reading in readings:
            self._read += 1
            if isinstance(reading, BadRow):
                self._rows_read += 1
                advance(1)
                if reading.id:
                    # Its product does not count as missing from the feed.
                    self._seen.setdefault(reading.id, reading.line)
                else:
                    self._has_unnamed_reject = True
                self._reject(reading.line, reading.problem, reading.excerpt)
                continue
            self._rows_read += reading.rows
            advance(reading.rows)
            model = reading.model
            if model.id in self._seen:
                place = "line" if self._path is not None else "row"
                message = (
                    f"id {shorten(model.id)} was there before, in {place} {self._seen[model.id]} of this file"
                )
                self._reject(reading.line, RowProblem("id", "duplicate_id", message), _excerpt(model))
                continue
            self._seen[model.id] = reading.line
            self._lines[model.id] = reading.line
            if reading.unread:
                self.unread[model.id] = [Unread(*each) for each in reading.unread]
            self._warnings.see(reading)
            for line, problem in reading.problems:
                self._leave_out(line, problem, model)
            yield model

    def _leave_out(self, line: int, problem: RowProblem, model: Model) -> None:
        """Note a value that could not be used, of a row that was kept."""
        self._left_out[problem.field] += 1
        first = self._first_left_out.setdefault(problem.field, [])
        if len(first) < SHOWN_LEFT_OUT:
            first.append(f"{self._name}:{line}: {problem.message} (of {model.id})")
        if self._rejects_dir is not None and not self._is_dry:
            reject = Reject(
                file=self._name, line=line, field=problem.field, reason=problem.reason, message=problem.message,
                excerpt=f"id {model.id}", is_row_kept=True,
            )  # fmt: skip
            self._rejects.append(reject.model_dump_json())

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

    def _conflicts_path(self) -> Path | None:
        return (
            self._rejects_dir / f"{self._name}.conflicts.jsonl"
            if self._rejects_dir and not self._is_dry
            else None
        )

    def _write_rejects(self) -> None:
        path = self._rejects_path()
        if path is None or self._is_dry:
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
        self._columns = list(dict.fromkeys(str(column) for row in values for column in row))
        self._check_layout(rows)
        if not values or not isinstance(self._layout, MappedRows):
            return
        mapping = self._layout.mapping_for(self._columns)
        for column in next((row.repeated for row in rows if isinstance(row, RawRow)), ()):
            if fields := mapping.fields_of(column):
                raise CatalogError(
                    f"{self._name}: the header names a column twice: {column}, which the mapping reads "
                    f"{' and '.join(fields)} from; rename or remove one of them"
                )
        if isinstance(self._layout, PlainProducts):
            values = self._layout.name_columns(values)
        check_needed(self._name, mapping, values, self._unknown)
        told = [
            column for column in mapping.missing_columns(values)
            if not self._is_ready_mapping or column.field in _EXPECTED
        ]  # fmt: skip
        if told:
            lacks = "; ".join(map(str, told))
            columns = self._say_columns().replace(" Its columns", " The file's columns")
            unused = [column for column in self._columns if not mapping.fields_of(column)]
            not_used = f"; not used: {_shorten_list(unused)}" if unused and self._is_ready_mapping else ""
            self._notes.append(f"no column {lacks}.{columns}{not_used}")

    def _check_layout(self, rows: Sequence[RawRow | BadRow]) -> None:
        """Note that a file lacks what the layout that was asked for is told by."""
        sample = Sample.of(rows)
        if not sample.rows or isinstance(self._layout, MappedRows):
            return
        match = self._layout.match(sample)
        if match.score > 0:
            return
        other = recognise_rows(rows, kind=self._kind)
        likely = (
            f"; its columns are those of {other.layout.name} (--layout {other.layout.name})" if other else ""
        )
        self._notes.append(f"the file does not look like {self._layout.name}: {match.reason}{likely}")

    def _say_columns(self) -> str:
        return f" Its columns are: {_shorten_list(self._columns)}" if self._columns else ""

    def _refusal(self, why: str = "") -> str:
        lines = [f"  {reject}" for reject in self._first]
        path = self._rejects_path()
        where = f"; all of them are in {path}" if path else ""
        count = self._reasons.total()
        rows = "row" if count == 1 else "rows"
        reason = f"{why}; " if why else ""
        head = f"{self._name} was refused, nothing was written: {reason}{count} bad {rows}{where}"
        return "\n".join([head, *lines])


def _printable(name: str) -> str:
    """A file's name in Unicode: names on a disk may have bytes that are none."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def check_needed(
    name: str, mapping: Mapping, rows: Sequence[AbcMapping[str, Any]], unknown: str = ""
) -> None:
    """Refuse a file without a column that every row needs.

    Args:
        name: The file's.
        mapping: That reads it.
        rows: The file's first ones.
        unknown: What to ask where no known layout reads the file.

    Raises:
        CatalogError: Names the missing columns, those that there are, and what to do.
    """
    if needed := [column for column in mapping.missing_columns(rows) if column.is_required]:
        if unknown:
            raise CatalogError(f"{name}: {unknown}")
        lacks = "; ".join(map(str, needed))
        columns = _shorten_list(list(dict.fromkeys(str(column) for row in rows for column in row)))
        raise CatalogError(f"{name} has no column {lacks}. Its columns are: {columns}")


def _shorten_list(columns: Sequence[str]) -> str:
    return f"{', '.join(columns[:SHOWN_COLUMNS])}{', …' if len(columns) > SHOWN_COLUMNS else ''}"


def unknown_product(review_id: str) -> RowProblem:
    """The reason to set aside a review whose product nobody knows."""
    message = f"review {review_id} is of a product that is not in the catalogue"
    return RowProblem("product_id", "unknown_product", message)


def _excerpt(row: Model) -> str:
    return repr(row).encode("utf-8", "backslashreplace").decode("utf-8")[:EXCERPT_LENGTH]
