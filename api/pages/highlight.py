"""Highlighting: cuts texts at the borders of their evidence, so that each piece can be marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Span:
    """A stretch of a text that belongs to a fact; offsets in characters."""

    start: int
    end: int
    fact: str
    is_mention: bool = True


@dataclass(frozen=True)
class Piece:
    """A stretch of a text with the facts whose mention, or whose sentence, covers it."""

    text: str
    mentions: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def cut(text: str, spans: Sequence[Span]) -> list[Piece]:
    """Cut ``text`` so that every piece is covered wholly or not at all by each span.

    The pieces joined give the text. Spans may overlap; parts outside the text are ignored.
    """
    size = len(text)
    inside = [
        Span(max(0, s.start), min(size, s.end), s.fact, s.is_mention)
        for s in spans
        if max(0, s.start) < min(size, s.end)
    ]
    borders = sorted({0, size, *(s.start for s in inside), *(s.end for s in inside)})
    pieces = []
    for start, end in pairwise(borders):
        over = [s for s in inside if s.start <= start and end <= s.end]
        pieces.append(
            Piece(
                text[start:end],
                tuple(sorted({s.fact for s in over if s.is_mention})),
                tuple(sorted({s.fact for s in over if not s.is_mention})),
            )
        )
    return pieces
