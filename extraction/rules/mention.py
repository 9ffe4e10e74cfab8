"""Mentions: results of the rules before they become evidence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from kms.evidence.models import Polarity, Relation


@dataclass(frozen=True)
class Mention:
    """A span with what it says; fields as in ``kms.evidence.models.Evidence``.

    Attributes:
        cue: Character span of the negation words.
    """

    start: int
    end: int
    relation: Relation | str
    attribute: str = ""
    value: str = ""
    polarity: Polarity | None = None
    negated: bool = False
    cue: tuple[int, int] | None = None
    opinion: tuple[int, int] | None = None
    confidence: float = 1.0


class Occupied:
    """Character spans of a text, asked for overlaps in logarithmic time."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of the spans shares a character with this one."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start
