"""Scorers joined into one scorer, and graph scorers with the behaviour models' face."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from scipy import sparse

from kms.errors import InputError
from ranking.fusion.scores import Fused, Normalisation, weighted_sum
from ranking.paths.metapaths import MetaPathScorer
from ranking.paths.pagerank import ForwardPush


class Scorer(Protocol):
    """Anything that scores the catalogue for histories."""

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Scores (n, n_items) for histories (n, n_items)."""


class Blend:
    """Weighted sum of several scorers' normalised scores.

    Args:
        scorers: Name to scorer.
        weights: One for each; a weight of 0 leaves the scorer out and it is not asked.
        method: Scale on which they are summed, taken over the whole catalogue for each history.
    """

    def __init__(
        self, scorers: Mapping[str, Scorer], weights: Mapping[str, float], method: Normalisation = "zscore"
    ) -> None:
        self.weights = {name: weight for name, weight in weights.items() if weight != 0}
        unknown = set(self.weights) - set(scorers)
        if unknown:
            raise InputError(f"weights name unknown scorers {', '.join(sorted(unknown))}")
        self.scorers = {name: scorers[name] for name in self.weights}
        self.method = method

    def fuse(self, histories: sparse.csr_matrix) -> Fused:
        """Scores with each scorer's part, (n, n_items)."""
        return weighted_sum(
            {name: scorer.score_many(histories) for name, scorer in self.scorers.items()},
            self.weights,
            self.method,
        )

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Fused scores, (n, n_items)."""
        return self.fuse(histories).scores.astype(np.float32)


class PathsScorer:
    """Meta-paths from the history's products to products.

    Args:
        scorer: Meta-paths on a graph index.
        products: Node position of each product, in the catalogue's order.
    """

    def __init__(self, scorer: MetaPathScorer, products: Sequence[int] | np.ndarray) -> None:
        self.scorer = scorer
        self.products = np.asarray(products, dtype=np.int64)

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Sum of the weighted path scores, (n, n_items)."""
        return np.asarray(self.parts(histories).sum(axis=0, dtype=np.float32))

    def parts(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Weighted score of each meta-path, (n_paths, n, n_items)."""
        seeds = on_nodes(histories, self.products, self.scorer.index.n_nodes)
        found = self.scorer.score_many(seeds).values()
        return np.stack([scores[:, self.products].toarray() for scores in found])


class PageRankScorer:
    """Personalised PageRank with the history's products as seeds.

    Args:
        push: The graph.
        products: Node position of each product, in the catalogue's order.
        restart: See :meth:`ForwardPush.run`.
        epsilon: See :meth:`ForwardPush.run`.
    """

    def __init__(
        self,
        push: ForwardPush,
        products: Sequence[int] | np.ndarray,
        restart: float = 0.3,
        epsilon: float = 1e-5,
    ) -> None:
        self.push = push
        self.products = np.asarray(products, dtype=np.int64)
        self.restart = restart
        self.epsilon = epsilon

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """PageRank of each product, (n, n_items)."""
        result = np.zeros(histories.shape, dtype=np.float32)
        for row in range(histories.shape[0]):
            start, stop = histories.indptr[row], histories.indptr[row + 1]
            seeds = self.products[histories.indices[start:stop]]
            found = self.push.run(
                seeds.tolist(), histories.data[start:stop].tolist(), self.restart, self.epsilon
            )
            result[row] = found.scores[self.products]
        return result


def on_nodes(histories: sparse.csr_matrix, products: np.ndarray, n_nodes: int) -> sparse.csr_matrix:
    """Histories over products as rows over all nodes of a graph."""
    return sparse.csr_matrix(
        (histories.data, products[histories.indices], histories.indptr), shape=(histories.shape[0], n_nodes)
    )
