"""Selection: the best products out of the scores of the whole catalogue, masked, filtered and spread over kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kms.filters import Filter
from ranking.models import Hit, Source
from ranking.serving.availability import recommendable
from ranking.serving.index import Scores, ServingIndex

PER_KIND = 2
"""Products of one kind that come before the first of others is repeated."""

Parts = Mapping[Source, Scores]
"""Each source's weighted part of the score of every product, (n,)."""


def total_of(parts: Parts) -> Scores:
    """Sum of the parts, (n,)."""
    return np.asarray(np.sum(list(parts.values()), axis=0), dtype=np.float32)


def scaled(scores: np.ndarray, n: int) -> Scores:
    """The first ``n`` scores as shares of the largest."""
    own = np.asarray(scores[:n], dtype=np.float32)
    most = float(own.max(initial=0.0))
    return own / most if most > 0 else own


def best_positions(total: Scores, needed: int) -> NDArray[np.int64]:
    """Positions by falling score, ties by position; at least the first ``needed``."""
    if needed >= len(total):
        return np.argsort(-total, kind="stable")
    least = np.partition(total, len(total) - needed)[len(total) - needed]
    best = np.flatnonzero(total >= least)
    return np.asarray(best[np.argsort(-total[best], kind="stable")])


def select(
    index: ServingIndex, parts: Parts, *, without: Collection[int], limit: int, filter: Filter | None = None
) -> list[Hit]:
    """The best products with a score above 0 that can be bought, best first.

    Args:
        index: The version.
        parts: What is summed.
        without: Positions that are left out.
        limit: At most so many.
        filter: Conditions that all must hold.
    """
    allowed = recommendable(index)
    if filter is not None and filter.conditions:
        allowed &= index.columns.passing(filter)
    total = np.where(allowed, total_of(parts), np.float32(0))
    hits: list[Hit] = []
    for position in best_positions(total, limit + len(without)):
        at = int(position)
        if total[at] <= 0 or len(hits) >= limit:
            break
        if at in without:
            continue
        sources = {name: float(part[at]) for name, part in parts.items() if part[at] > 0}
        hits.append(Hit(product_id=index.ids[at], score=float(total[at]), sources=sources))
    return hits


def spread(hits: Sequence[Hit], kind_of: Callable[[Hit], str], limit: int) -> list[Hit]:
    """The first ``limit`` hits, at most ``PER_KIND`` of a kind as long as others are left."""
    chosen: list[Hit] = []
    later: list[Hit] = []
    count: dict[str, int] = {}
    for hit in hits:
        kind = kind_of(hit)
        count[kind] = count.get(kind, 0) + 1
        (chosen if count[kind] <= PER_KIND else later).append(hit)
    return (chosen + later)[:limit]
