"""Adjusting: the final order of the results by the request's sort."""

from __future__ import annotations

import numpy as np

from ranking.models import Sort
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Positions, Scores


def order(index: ServingIndex, positions: Positions, total: Scores, sort: Sort) -> Positions:
    """Rows of ``positions`` in the order of ``sort``; ties by relevance, then by product id.

    Products without the number that is sorted by come last.
    """
    relevance = -total.astype(np.float64)
    match sort:
        case "price_asc":
            first = np.nan_to_num(index.columns.numbers("price")[positions], nan=np.inf)
        case "price_desc" | "rating" | "popularity":
            field = sort.removesuffix("_desc")
            first = -np.nan_to_num(index.columns.numbers(field)[positions], nan=-np.inf)
        case _:
            first = relevance
    return np.lexsort((index.id_ranks[positions], relevance, first))
