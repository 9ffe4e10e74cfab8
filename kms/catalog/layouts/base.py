"""The protocol of layouts: what a known export looks like, and how its rows become products, reviews or events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from kms.catalog.layouts.cells import fold_column
from kms.catalog.mapping import Kind, Model
from kms.catalog.rows import BadRow, RawRow, RowProblem

Rows = Callable[[], Iterator[RawRow | BadRow]]
"""Opens a file's rows; layouts that group rows open them twice."""


class Match(NamedTuple):
    """How well a file fits a layout: 0 (not at all) to 1, and why."""

    score: float
    reason: str


@dataclass(frozen=True)
class Sample:
    """The beginning of a file: its columns and first rows."""

    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]

    @classmethod
    def of(cls, rows: Sequence[RawRow | BadRow]) -> Sample:
        """The sample that rows make."""
        good = tuple(row for row in rows if isinstance(row, RawRow))
        names = (str(name) for row in good for name in (*row.values, *row.repeated))
        return cls(tuple(dict.fromkeys(names)), good)

    def folded(self) -> frozenset[str]:
        """The columns without letter case and underscores."""
        return frozenset(fold_column(name) for name in self.columns)


@dataclass(frozen=True)
class Shop:
    """What a shop's settings say about its files: the currency of prices that name none; unset settings are empty."""

    currency: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "currency", self.currency or None)


@dataclass(frozen=True)
class Reading:
    """A model that a layout read.

    Attributes:
        line: Of its first row.
        rows: How many rows it was made of.
        problems: Values that were left out, each with its line; the row was kept.
        unread: Id of the variant (empty: the product) and field of each of these values.
        used: Column to the field that it became.
        unused: Columns with content that became nothing.
    """

    line: int
    model: Model
    rows: int = 1
    problems: tuple[tuple[int, RowProblem], ...] = ()
    used: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    unread: frozenset[tuple[str, str]] = frozenset()
    joined_by: str = ""
    kept_apart: tuple[str, str] | None = None
    remarks: tuple[str, ...] = ()


class Layout(Protocol):
    """A known export."""

    @property
    def name(self) -> str:
        """By which it is asked for."""

    @property
    def title(self) -> str:
        """What it is, for people."""

    @property
    def kind(self) -> Kind:
        """What its rows are."""

    def grouping(self, sample: Sample) -> str:
        """How several rows of a file make one model; empty where each row is one, so that a mapping can say the same."""

    def match(self, sample: Sample) -> Match:
        """How well a file fits."""

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """Models in the order of the file; rows that make none come with their reason."""


def match_columns(sample: Sample, needed: Sequence[Sequence[str]], typical: Sequence[str]) -> Match:
    """Score by names: all of ``needed`` must be there (any of each group); the more typical ones the better."""
    there = sample.folded()
    missing = [group for group in needed if not any(fold_column(name) in there for name in group)]
    if missing:
        return Match(0.0, f"no column {' or '.join(missing[0])}")
    named = [name for group in needed for name in group if fold_column(name) in there]
    held = [name for name in typical if fold_column(name) in there]
    score = 0.5 + 0.5 * len(held) / len(typical) if typical else 1.0
    return Match(round(score, 3), f"columns {', '.join(dict.fromkeys([*named, *held][:6]))}")
