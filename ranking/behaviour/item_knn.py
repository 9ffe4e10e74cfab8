"""Item-kNN: cosine of two products' shopper columns, shrunk (Deshpande and Karypis, TOIS 2004)."""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.base import BehaviourConfig
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import ItemItemModel, Weights, keep_largest


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
        common = sparse.csr_matrix(matrix.T @ matrix)
        common.setdiag(0.0)
        pairs = common.tocoo()
        pairs.data = pairs.data / (norms[pairs.row] * norms[pairs.col] + self.config.shrinkage + 1e-12)
        return keep_largest(pairs.tocsr(), self.config.neighbours)

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        pairs = min(n_items**2, n_interactions * max(1, round(2 * n_interactions / max(1, n_users))))
        return 4 * 8 * pairs + 3 * 8 * n_interactions
