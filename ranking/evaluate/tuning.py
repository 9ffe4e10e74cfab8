"""Weights of the default fusion: chosen by a grid on validation queries, and checked by cross-validation over queries."""

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


@dataclass(frozen=True)
class Fold:
    """A fold of the cross-validation: weights chosen on the other folds' queries.

    Attributes:
        weights: The point that was chosen.
        train: Its NDCG on the queries it was chosen on.
        held_out: Its NDCG on the fold's queries.
        default: NDCG of the default weights on the fold's queries.
        queries: How many queries the fold has.
    """

    weights: SearchWeights
    train: float
    held_out: float
    default: float
    queries: int


def try_grid(sets: Mapping[str, Sequence[Judged]], k: int = 10) -> list[Trial]:
    """All points of the grid, best neighbourhood first; the first is what to take.

    Neighbourhoods that agree to a tenth of a point of NDCG (in percent) are in the order of less weight beside
    the text.
    """
    points = list(grid())
    by_set = {name: measure_grid(judged, k).mean(axis=1) for name, judged in sets.items()}
    around = _smoothed(np.mean(list(by_set.values()), axis=0))
    return [
        Trial(points[at], {name: float(means[at]) for name, means in by_set.items()}, float(around[at]))
        for at in _best_first(points, around)
    ]


def cross_validate(judged: Sequence[Judged], folds: int = 5, seed: int = 0, k: int = 10) -> list[Fold]:
    """Choose weights on all folds but one and measure them on that one, for each fold.

    Args:
        judged: The queries, which are dealt to the folds at random.
        folds: How many.
        seed: Of the deal.
        k: Length of the lists.
    """
    points = list(grid())
    values = measure_grid(judged, k)
    default = np.array([_ndcg(query, SearchWeights(), k) for query in judged])
    results = []
    for held_out in deal(len(judged), folds, seed):
        train = np.setdiff1d(np.arange(len(judged)), held_out)
        means = values[:, train].mean(axis=1)
        best = _best_first(points, _smoothed(means))[0]
        results.append(
            Fold(
                points[best],
                float(means[best]),
                float(values[best, held_out].mean()),
                float(default[held_out].mean()),
                len(held_out),
            )
        )
    return results


def deal(queries: int, folds: int, seed: int) -> list[np.ndarray]:
    """Numbers of the queries of each fold, dealt at random."""
    return np.array_split(np.random.default_rng(seed).permutation(queries), folds)


def measure_grid(judged: Sequence[Judged], k: int = 10) -> np.ndarray:
    """NDCG of every point of the grid on every query, (points, queries)."""
    return np.array([[_ndcg(query, weights, k) for query in judged] for weights in grid()])


def _best_first(points: Sequence[SearchWeights], around: np.ndarray) -> list[int]:
    def rank(at: int) -> tuple[float, float]:
        weights = points[at]
        return -round(float(around[at]), 3), weights.vector + weights.graph + weights.popularity

    return sorted(range(len(points)), key=rank)


def _smoothed(means: np.ndarray) -> np.ndarray:
    """Of each point of the grid the mean of it and its neighbours, those at the border with themselves outside of it."""
    values = means.reshape(len(VECTOR), len(GRAPH), len(POPULARITY))
    padded = np.pad(values, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3,) * values.ndim)
    return np.asarray(windows.mean(axis=tuple(range(-values.ndim, 0)))).ravel()


def grid() -> Iterator[SearchWeights]:
    """Text is 1; the others are relative to it."""
    for vector, graph, popularity in product(VECTOR, GRAPH, POPULARITY):
        yield SearchWeights(text=1.0, vector=vector, graph=graph, popularity=popularity)


def _ndcg(query: Judged, weights: SearchWeights, k: int) -> float:
    ids = query.features.product_ids
    if not ids:
        return 0.0
    total = LinearRanker(weights).rank(query.features).total
    order = np.lexsort((np.array(ids), -total, ~query.features.matches))[:k]
    grades = {product: grade for product, grade in query.grades.items() if grade > 0}
    return metrics.ndcg([ids[i] for i in order], grades, k)
