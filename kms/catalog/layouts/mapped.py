"""Mappings as layouts: a mapping's columns say what a file that it is for looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop
from kms.catalog.mapping import Kind, Mapping
from kms.catalog.mapping_files import load_mapping, ready_mappings
from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RawRow, RowProblem
from kms.catalog.values import is_empty

_MOST_SCORE = 0.9
"""A layout that knows an export outweighs a mapping whose columns it happens to have."""


class MappedRows:
    """A mapping, read as a layout."""

    def __init__(self, name: str, mapping: Mapping) -> None:
        self.name = name
        self.title = f"mapping {name}"
        self.mapping = mapping

    @property
    def kind(self) -> Kind:
        """What the rows are."""
        return self.mapping.kind

    def mapping_for(self, columns: Sequence[str]) -> Mapping:
        """The mapping that reads a file with these columns."""
        return self.mapping

    def match(self, sample: Sample) -> Match:
        """How many of the mapping's fields the file has, and how many of the file's columns the mapping reads.

        The score is the harmonic mean of both shares: a mapping that knows three of a file's ten columns is not what it
        was written for. Without a field that every row needs it does not fit.
        """
        if not sample.rows:
            return Match(0.0, "it has no rows")
        rows = [row.values for row in sample.rows]
        missing = self.mapping.missing_columns(rows)
        if needed := [each for each in missing if each.is_required]:
            return Match(0.0, f"no column {needed[0]}")
        there = set(sample.columns)
        named = {
            name: rule.names() for name, rule in (*self.mapping.fields.items(), *self.mapping.related.items())
        }
        held = [
            column for columns in named.values() for column in columns if column.partition(".")[0] in there
        ]
        fields = [
            name for name, columns in named.items() if any(c.partition(".")[0] in there for c in columns)
        ]
        prefixes = self.mapping.attributes.prefixes if self.mapping.attributes else ()
        marked = [column for column in sample.columns if prefixes and column.startswith(prefixes)]
        of_mapping = (len(fields) + bool(marked)) / (len(self.mapping.fields) + bool(prefixes))
        skipped = self.mapping.attributes.skip if self.mapping.attributes else ()
        roots = {column.partition(".")[0] for column in held}
        read = [c for c in sample.columns if c in roots or c in skipped or self.mapping.fields_of(c)]
        of_file = len(read) / max(1, len(sample.columns))
        score = (
            2 * min(1.0, of_mapping) * of_file / (min(1.0, of_mapping) + of_file) * _MOST_SCORE
            if held
            else 0.0
        )
        return Match(round(score, 3), f"columns {', '.join(dict.fromkeys([*held, *marked][:6]))}")

    def grouping(self, sample: Sample) -> str:
        """None: a row is a model."""
        return ""

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A model a row."""
        for row in rows():
            if isinstance(row, BadRow):
                yield row
                continue
            left_out: list[RowProblem] = []
            try:
                model = self.mapping.apply(row.values, shop_currency=shop.currency, left_out=left_out)
            except RowProblem as problem:
                yield BadRow(row.line, problem, cut_values(row), id=self._id_of(row))
                continue
            used = {
                name: " and ".join(fields) for name in row.values if (fields := self.mapping.fields_of(name))
            }
            unused = (name for name, value in row.values.items() if name not in used and not is_empty(value))
            problems = tuple((row.line, problem) for problem in left_out)
            unread = frozenset(("", problem.field) for problem in left_out)
            yield Reading(row.line, model, problems=problems, used=used, unused=tuple(unused), unread=unread)

    def _id_of(self, row: RawRow) -> str | None:
        identifier = self.mapping.fields["id"].find(row.values)
        return str(identifier).strip() or None if isinstance(identifier, str | int) else None


def cut_values(row: RawRow) -> str:
    """The beginning of a row, for a rejects file."""
    return repr(row.values).encode("utf-8", "backslashreplace").decode("utf-8")[:EXCERPT_LENGTH]


@lru_cache(maxsize=1)
def ready_layouts() -> tuple[MappedRows, ...]:
    """The mappings that come with the platform, as layouts."""
    return tuple(MappedRows(name, load_mapping(name)) for name in ready_mappings())
