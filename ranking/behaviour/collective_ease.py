"""Collective EASE: EASE on shopper rows and entity rows in one closed form."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field
from typing_extensions import override

from ranking.behaviour.ease import BLOCK, gram, solve_ease
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import ItemItemModel, Weights, keep_largest
from ranking.behaviour.rows import EntityRows, RowsConfig, stack_rows


class CollectiveEaseConfig(RowsConfig):
    """Settings of collective EASE."""

    neighbours: int | None = Field(default=None, gt=0)
    """Weights kept per product after the fit; None keeps the dense matrix (n_items² × 4 bytes)."""


class CollectiveEase(ItemItemModel):
    """EASE on shoppers and graph entities together.

    Args:
        config: Settings.
        entities: Rows of the graph; without any it is EASE.
    """

    name = "collective_ease"
    Config = CollectiveEaseConfig

    def __init__(
        self, config: CollectiveEaseConfig | None = None, entities: Sequence[EntityRows] = ()
    ) -> None:
        super().__init__(config)
        self._entities = tuple(entities)

    def _item_weights(self, interactions: Interactions) -> Weights:
        stacked = stack_rows(interactions, self._entities, self.config)
        dense = solve_ease(gram(stacked), self.config.regularisation)
        return dense if self.config.neighbours is None else keep_largest(dense, self.config.neighbours)

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        stored = n_interactions + sum(int(rows.matrix.nnz) for rows in self._entities)
        kept = 0 if self.config.neighbours is None else 3 * 8 * n_items * min(self.config.neighbours, n_items)
        return 4 * n_items * n_items + 3 * 4 * BLOCK * n_items + kept + 5 * 8 * stored
