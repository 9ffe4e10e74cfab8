"""Random walks product → shopper → product.

P3alpha: Cooper, Lee, Radinsky and Siegelmann, "Random Walks in Recommender Systems" (WWW 2014).
RP3beta: Paudel, Christoffel, Newell and Bernstein, "Updatable, Accurate, Diverse, and Scalable
Recommendations for Interactive Applications" (TiiS 2017), which divides by the popularity
of the product where the walk ends.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.base import BehaviourConfig
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import SPARSE_BLOCK, ItemItemModel, Weights, largest_by_blocks


class P3alphaConfig(BehaviourConfig):
    """Settings of P3alpha."""

    alpha: float = Field(default=1.0, gt=0)
    """Exponent of both transition probabilities; below 1 it flattens them."""
    neighbours: int = Field(default=200, gt=0)
    """Weights kept per product."""


class RP3betaConfig(P3alphaConfig):
    """Settings of RP3beta."""

    beta: float = Field(default=0.4, ge=0)
    """Exponent of the popularity discount; 0 is P3alpha."""


class P3alpha(ItemItemModel):
    """Weight i → j: chance to walk from product i to a shopper of it and on to that shopper's product j."""

    name = "p3alpha"
    Config: ClassVar[type[BehaviourConfig]] = P3alphaConfig

    def _item_weights(self, interactions: Interactions) -> Weights:
        matrix = sparse.csr_matrix(interactions.matrix, dtype=np.float32)
        to_user = transition(sparse.csr_matrix(matrix.T), self.config.alpha)
        to_item = sparse.csc_matrix(
            transition(matrix, self.config.alpha) @ sparse.diags(self._discount(matrix))
        )

        def walks(columns: slice) -> sparse.csr_matrix:
            walk = (to_user @ to_item[:, columns]).tocoo()
            walk.data[walk.row == walk.col + columns.start] = 0.0
            return walk

        return largest_by_blocks(walks, matrix.shape[1], self.config.neighbours)

    def _discount(self, matrix: sparse.csr_matrix) -> np.ndarray:
        """Factor of each product where a walk ends, (n_items,)."""
        return np.ones(matrix.shape[1], dtype=np.float32)

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        # Each interaction meets the others of its shopper; the product is held by blocks of columns.
        pairs = min(n_items**2, n_interactions * max(1, round(2 * n_interactions / max(1, n_users))))
        block = min(n_items * min(n_items, SPARSE_BLOCK), pairs)
        kept = n_items * min(n_items, self.config.neighbours)
        return int(4 * 8 * block + 3 * 8 * kept + 4 * 8 * n_interactions)


class RP3beta(P3alpha):
    """P3alpha, divided by the popularity of the product where the walk ends."""

    name = "rp3beta"
    Config = RP3betaConfig

    @override
    def _discount(self, matrix: sparse.csr_matrix) -> np.ndarray:
        popularity = np.asarray(matrix.sum(axis=0)).reshape(-1)
        discount = np.where(popularity > 0, np.maximum(popularity, 1e-12) ** -self.config.beta, 0.0)
        return np.asarray(discount, dtype=np.float32)


def transition(matrix: sparse.csr_matrix, alpha: float) -> sparse.csr_matrix:
    """Row-stochastic matrix with every probability raised to ``alpha``; rows without weight stay empty."""
    totals = np.asarray(matrix.sum(axis=1)).reshape(-1)
    inverse = np.where(totals > 0, 1.0 / np.maximum(totals, 1e-12), 0.0).astype(np.float32)
    result = sparse.csr_matrix(sparse.diags(inverse) @ matrix)
    result.data = result.data**alpha
    return result
