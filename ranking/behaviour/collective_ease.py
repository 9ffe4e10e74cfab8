"""Collective EASE: shopper rows and entity rows in one closed form.

EASE learns from rows over products. A graph gives more such rows: every entity (a brand, a value, a product
that is bought along) is a row over the products that it is linked to. Stacked under the shoppers' rows, both
kinds are fitted together, as in Jeunen, Van Balen and Goethals, "Closed-Form Models for Collaborative
Filtering with Side-Information" (RecSys 2020), with one weight a relation and rows damped by their length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.ease import BLOCK, EaseConfig, gram, solve_ease
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import ItemItemModel, Weights, keep_largest


@dataclass(frozen=True)
class EntityRows:
    """The entities of one relation: CSR (n_entities, n_items), in the product order of the interactions."""

    relation: str
    matrix: sparse.csr_matrix


class CollectiveEaseConfig(EaseConfig):
    """Settings of collective EASE."""

    regularisation: float = Field(default=50.0, gt=0)
    """λ on the diagonal of the common Gram matrix."""
    relation_weights: Mapping[str, float] = Field(default_factory=dict)
    """Weight of each relation's rows in the Gram matrix; one that is not named has ``default_weight``."""
    default_weight: float = Field(default=0.1, ge=0)
    """Weight of relations without one of their own; 0 leaves them out."""
    damping: float = Field(default=1.0, ge=0)
    """A row over f products is divided by f^damping, so that a large brand does not drown the shoppers."""


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
        n_items = interactions.matrix.shape[1]
        blocks = [interactions.matrix]
        for rows in self._entities:
            if rows.matrix.shape[1] != n_items:
                raise BehaviourError(
                    f"rows of relation {rows.relation!r} span {rows.matrix.shape[1]} products, the "
                    f"interactions {n_items}; build them with the interactions' item_ids"
                )
            weight = self.config.relation_weights.get(rows.relation, self.config.default_weight)
            if weight > 0:
                blocks.append(damped(rows.matrix, weight, self.config.damping))
        stacked = sparse.vstack(blocks, format="csr") if len(blocks) > 1 else blocks[0]
        dense = solve_ease(gram(stacked), self.config.regularisation)
        return dense if self.config.neighbours is None else keep_largest(dense, self.config.neighbours)

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        pruned = 0 if self.config.neighbours is None else 2 * 4 * n_items * n_items
        stored = n_interactions + sum(int(rows.matrix.nnz) for rows in self._entities)
        return 4 * n_items * n_items + 2 * 4 * BLOCK * n_items + pruned + 5 * 8 * stored


def damped(rows: sparse.csr_matrix, weight: float, damping: float) -> sparse.csr_matrix:
    """Rows scaled so that each one's outer product counts ``weight / length^damping`` in a Gram matrix.

    Rows over fewer than two products relate nothing and are dropped.
    """
    lengths = np.diff(rows.indptr)
    kept = sparse.csr_matrix(rows[np.flatnonzero(lengths > 1)], dtype=np.float32)
    scale = np.sqrt(weight / np.maximum(np.diff(kept.indptr), 1) ** damping)
    return sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ kept)


def entity_rows(
    edges: Iterable[tuple[str, str, str, float]], item_ids: Sequence[str], with_tail: bool = True
) -> list[EntityRows]:
    """Rows per relation from (product id, relation, entity id, weight).

    Edges whose head is not in ``item_ids`` are left out. The same (product, entity) counts once, with its
    largest weight.

    Args:
        edges: Edges that lead from products.
        item_ids: Products in the order of the interactions.
        with_tail: Where an entity is itself one of the products (bought along), its row contains it too.
    """
    positions = {item: position for position, item in enumerate(item_ids)}
    cells: dict[str, dict[tuple[str, int], float]] = {}
    for head, relation, tail, weight in edges:
        if head not in positions:
            continue
        of_relation = cells.setdefault(relation, {})
        key = (tail, positions[head])
        of_relation[key] = max(weight, of_relation.get(key, 0.0))
        if with_tail and tail in positions:
            of_relation.setdefault((tail, positions[tail]), weight)
    result = []
    for relation in sorted(cells):
        of_relation = cells[relation]
        entities: dict[str, int] = {}
        for tail, _ in of_relation:
            entities.setdefault(tail, len(entities))
        matrix = sparse.csr_matrix(
            (
                np.fromiter(of_relation.values(), dtype=np.float32, count=len(of_relation)),
                (
                    np.asarray([entities[tail] for tail, _ in of_relation], dtype=np.int64),
                    np.asarray([column for _, column in of_relation], dtype=np.int64),
                ),
            ),
            shape=(len(entities), len(item_ids)),
        )
        result.append(EntityRows(relation=relation, matrix=matrix))
    return result
