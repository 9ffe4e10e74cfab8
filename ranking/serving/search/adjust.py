"""Adjusting: the final order of the results by the request's sort."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ranking.models import Leaning, Sort
from ranking.serving.availability import in_order
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Candidates, Positions, Ranked

_FIELDS: dict[Sort, tuple[str, int]] = {
    "price_asc": ("price", 1),
    "price_desc": ("price", -1),
    "rating": ("rating", -1),
    "popularity": ("popularity", -1),
    "newest": ("added", -1),
}
"""Number field of a sort, and 1 for ascending or -1 for descending."""


def order(
    index: ServingIndex,
    candidates: Candidates,
    ranked: Ranked,
    sort: Sort,
    leanings: Sequence[Leaning] = (),
    named: int | None = None,
) -> Positions:
    """All products of the candidates in the order of ``sort``, (m,).

    By relevance: the scored ones by their score, ties by product id, then the others as they are. By a number: ties
    by relevance; products without the number come last. A query that wants the most or the least of something
    ("lightest tent") is ordered by that number where it is sorted by relevance. Behind all stand products that are out
    of stock, where the shop wants it so, but for the one at ``named``, whose id or code the query is.
    """
    scored = candidates.positions[: candidates.scored]
    rows = np.lexsort((index.id_ranks[scored], -ranked.total.astype(np.float64)))
    relevance = np.concatenate([scored[rows], candidates.positions[candidates.scored :]])
    if sort == "relevance":
        extreme = next((leaning for leaning in leanings if leaning.is_extreme), None)
        if extreme is None:
            return in_order(index, relevance, named)
        field, direction = extreme.field, -1 if extreme.direction == "more" else 1
    else:
        field, direction = _FIELDS[sort]
    numbers = direction * index.columns.numbers(field)[relevance]
    return in_order(index, relevance[np.argsort(np.nan_to_num(numbers, nan=np.inf), kind="stable")], named)
