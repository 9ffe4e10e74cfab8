"""Ways in which the text index may hold what a query writes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kms.lexical.analysis import stems
from kms.lexical.postings import Postings
from ranking.serving.search.stages import Mask

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def holding_any(postings: Postings, ways: Sequence[Sequence[str]]) -> Mask:
    """Products that hold all stems of at least one of the ways to write a thing, (n,)."""
    satisfied = np.zeros(postings.size, dtype=np.bool_)
    for way in ways:
        satisfied |= postings.holding(way)
    return satisfied


def quantity_ways(surface: str) -> tuple[tuple[str, ...], ...]:
    """A quantity as one word of the index ("32gb"), or as its parts next to each other in a query."""
    parts = tuple(stem for word in _WORD.findall(surface) for stem in stems(word))
    compact = tuple(stem for stem in stems(surface) if stem not in parts)
    return (compact, parts) if compact else (parts,)
