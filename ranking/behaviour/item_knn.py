"""Item-kNN: cosine of two products' shopper columns, shrunk (Deshpande and Karypis, TOIS 2004)."""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.base import BehaviourConfig
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import SPARSE_BLOCK, ItemItemModel, Weights, largest_by_blocks


class ItemKnnConfig(BehaviourConfig):
    """Settings of item-kNN."""

    neighbours: int = Field(default=200, gt=0)
    """Weights kept per product."""
    shrinkage: float = Field(default=10.0, ge=0)
    """Added to the product of the norms; larger trusts similarities of rare products less."""


class ItemKnn(ItemItemModel):
    """Weight i → j: cosine similarity of who touched i and who touched j."""

    name = "item_knn"
    Config = ItemKnnConfig

    def _item_weights(self, interactions: Interactions) -> Weights:
        matrix = sparse.csr_matrix(interactions.matrix, dtype=np.float32)
        norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).reshape(-1))
        by_column, by_item = sparse.csc_matrix(matrix), sparse.csr_matrix(matrix.T)

        def similarities(columns: slice) -> sparse.csr_matrix:
            pairs = (by_item @ by_column[:, columns]).tocoo()
            pairs.data[pairs.row == pairs.col + columns.start] = 0.0
            norm = norms[pairs.row] * norms[pairs.col + columns.start]
            pairs.data = pairs.data / (norm + self.config.shrinkage + 1e-12)
            return pairs

        return largest_by_blocks(similarities, matrix.shape[1], self.config.neighbours)

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        block = min(n_items * min(n_items, SPARSE_BLOCK), _pairs(n_users, n_items, n_interactions))
        kept = n_items * min(n_items, self.config.neighbours)
        return int(4 * 8 * block + 3 * 8 * kept + 4 * 8 * n_interactions)


def _pairs(n_users: int, n_items: int, n_interactions: int) -> int:
    """Cells of the whole product: each interaction meets the others of its shopper."""
    return min(n_items**2, n_interactions * max(1, round(2 * n_interactions / max(1, n_users))))
