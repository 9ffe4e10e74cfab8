"""Weights of the default fusion, chosen by a grid on validation queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ranking.evaluate import metrics
from ranking.models import SearchRequest
from ranking.serving.search import Features, LinearRanker, Searcher
from ranking.serving.weights import SearchWeights

VECTOR = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5)
GRAPH = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)
POPULARITY = (0.0, 0.02, 0.05, 0.1)


@dataclass(frozen=True)
class Judged:
    """A validation query's features and grades."""

    features: Features
    grades: Mapping[str, float]


@dataclass(frozen=True)
class Trial:
    """One point of the grid: NDCG on each set, and the mean over its neighbours in the grid, which decides.

    A few dozen queries make single points jump; a point whose neighbours are good as well is no accident.
    """

    weights: SearchWeights
    ndcg: Mapping[str, float]
    around: float = 0.0

    @property
    def mean(self) -> float:
        """Every set counts the same, however many queries it has."""
        return float(np.mean(list(self.ndcg.values())))


def read_features(searcher: Searcher, judgments: Mapping[str, Mapping[str, float]]) -> list[Judged]:
    """Features of every query that has a product of grade above 0."""
    return [
        Judged(searcher.features(SearchRequest(query=query)), grades)
        for query, grades in judgments.items()
        if any(grade > 0 for grade in grades.values())
    ]


def try_grid(sets: Mapping[str, Sequence[Judged]], k: int = 10) -> list[Trial]:
    """All points of the grid, best neighbourhood first; the first is what to take.

    Neighbourhoods that agree to a tenth of a point of NDCG (in percent) are in the order of less weight beside
    the text.
    """
    points = list(grid())
    ndcg = [{name: _mean_ndcg(judged, weights, k) for name, judged in sets.items()} for weights in points]
    means = np.array([np.mean(list(found.values())) for found in ndcg])
    around = _smoothed(means.reshape(len(VECTOR), len(GRAPH), len(POPULARITY))).ravel()
    trials = [Trial(*each) for each in zip(points, ndcg, around.tolist(), strict=True)]
    return sorted(
        trials,
        key=lambda t: (-round(t.around, 3), t.weights.vector + t.weights.graph + t.weights.popularity),
    )


def _smoothed(values: np.ndarray) -> np.ndarray:
    """The mean of each cell and the cells around it, those at the border with themselves outside of it."""
    padded = np.pad(values, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3,) * values.ndim)
    return np.asarray(windows.mean(axis=tuple(range(-values.ndim, 0))))


def grid() -> Iterator[SearchWeights]:
    """Text is 1; the others are relative to it."""
    for vector, graph, popularity in product(VECTOR, GRAPH, POPULARITY):
        yield SearchWeights(text=1.0, vector=vector, graph=graph, popularity=popularity)


def _mean_ndcg(judged: Sequence[Judged], weights: SearchWeights, k: int) -> float:
    return float(np.mean([_ndcg(query, weights, k) for query in judged]))


def _ndcg(query: Judged, weights: SearchWeights, k: int) -> float:
    ids = query.features.product_ids
    if not ids:
        return 0.0
    total = LinearRanker(weights).rank(query.features).total
    order = np.lexsort((np.array(ids), -total, ~query.features.matches))[:k]
    grades = {product: grade for product, grade in query.grades.items() if grade > 0}
    return metrics.ndcg([ids[i] for i in order], grades, k)
