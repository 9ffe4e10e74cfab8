"""Training rows over products: shoppers' rows, and below them one row for each entity of the graph.

A linear model such as EASE learns from rows over products. A graph gives more such rows: every entity (a brand, a value,
a product that is bought along) is a row over the products that it is linked to. Both kinds stacked are fitted
together, as in Jeunen, Van Balen and Goethals, "Closed-Form Models for Collaborative Filtering with
Side-Information" (RecSys 2020), with one weight a relation and rows damped by their length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field
from scipy import sparse

from ranking.behaviour.base import BehaviourConfig
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.interactions import Interactions


@dataclass(frozen=True)
class EntityRows:
    """The entities of one relation: CSR (n_entities, n_items), in the product order of the interactions."""

    relation: str
    matrix: sparse.csr_matrix


class RowsConfig(BehaviourConfig):
    """Settings of models that learn from shopper rows and entity rows."""

    regularisation: float = Field(default=50.0, gt=0)
    """λ on the diagonal of the common Gram matrix."""
    relation_weights: Mapping[str, float] = Field(default_factory=dict)
    """Weight of each relation's rows in the Gram matrix; one that is not named has ``default_weight``."""
    default_weight: float = Field(default=0.1, ge=0)
    """Weight of relations without one of their own; 0 leaves them out."""
    damping: float = Field(default=1.0, ge=0)
    """A row over f products is divided by f^damping, so that a large brand does not drown the shoppers."""
    shopper_damping: float = Field(default=0.0, ge=0)
    """The same for shoppers' rows, which keep the weight that they have in all: a pair in a long history says less."""


def stack_rows(
    interactions: Interactions, entities: Sequence[EntityRows], config: RowsConfig, longest: int | None = None
) -> sparse.csr_matrix:
    """Shopper rows above damped entity rows, CSR (n_rows, n_items), float32.

    Args:
        interactions: The shoppers' rows.
        entities: Rows of the graph.
        config: Weights and damping.
        longest: Rows over more products than this are left out; ``None`` keeps all.

    Raises:
        BehaviourError: Entity rows span other products than the interactions.
    """
    n_items = interactions.matrix.shape[1]
    shoppers = shorter(sparse.csr_matrix(interactions.matrix, dtype=np.float32), longest)
    blocks = [_damped_shoppers(shoppers, config.shopper_damping) if config.shopper_damping else shoppers]
    for rows in entities:
        if rows.matrix.shape[1] != n_items:
            raise BehaviourError(
                f"rows of relation {rows.relation!r} span {rows.matrix.shape[1]} products, the "
                f"interactions {n_items}; build them with the interactions' item_ids"
            )
        weight = config.relation_weights.get(rows.relation, config.default_weight)
        if weight > 0:
            blocks.append(damped(shorter(rows.matrix, longest), weight, config.damping))
    return sparse.vstack(blocks, format="csr") if len(blocks) > 1 else blocks[0]


def shorter(rows: sparse.csr_matrix, longest: int | None) -> sparse.csr_matrix:
    """The rows over at most ``longest`` products."""
    if longest is None:
        return rows
    lengths = np.diff(rows.indptr)
    return (
        rows if not len(lengths) or lengths.max() <= longest else sparse.csr_matrix(rows[lengths <= longest])
    )


def damped(rows: sparse.csr_matrix, weight: float, damping: float) -> sparse.csr_matrix:
    """Rows scaled so that each one's outer product counts ``weight / length^damping`` in a Gram matrix.

    Rows over fewer than two products relate nothing and are dropped.
    """
    lengths = np.diff(rows.indptr)
    kept = sparse.csr_matrix(rows[np.flatnonzero(lengths > 1)], dtype=np.float32)
    scale = np.sqrt(weight / np.maximum(np.diff(kept.indptr), 1) ** damping)
    return sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ kept)


def _damped_shoppers(rows: sparse.csr_matrix, damping: float) -> sparse.csr_matrix:
    """Rows whose outer products count ``1 / length^damping`` in a Gram matrix of the same trace as before.

    The trace is kept so that regularisation and the weights of relations mean what they meant.
    """
    lengths = np.diff(rows.indptr)
    weights = np.where(lengths > 0, 1.0 / np.maximum(lengths, 1) ** damping, 0.0)
    squares = np.asarray(rows.multiply(rows).sum(axis=1)).reshape(-1)
    kept = float(squares @ weights)
    if kept > 0:
        weights *= float(squares.sum()) / kept
    return sparse.csr_matrix(sparse.diags(np.sqrt(weights).astype(np.float32)) @ rows)


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
    collected: dict[str, _Cells] = {}
    for head, relation, tail, weight in edges:
        column = positions.get(head)
        if column is not None:
            cells = collected.get(relation)
            if cells is None:
                cells = collected[relation] = _Cells({}, [], [], [])
            cells.add(tail, column, weight)
    for relation in collected if with_tail else ():
        collected[relation].add_tails(positions)
    return [
        EntityRows(relation=relation, matrix=collected[relation].matrix(len(item_ids)))
        for relation in sorted(collected)
    ]


@dataclass
class _Cells:
    """Cells of one relation's rows while they are collected."""

    entities: dict[str, int]
    rows: list[int]
    columns: list[int]
    weights: list[float]

    def add(self, entity: str, column: int, weight: float) -> None:
        self.rows.append(self.entities.setdefault(entity, len(self.entities)))
        self.columns.append(column)
        self.weights.append(weight)

    def add_tails(self, positions: Mapping[str, int]) -> None:
        """Put each entity that is a product into its own row, with the weight of its first edge."""
        first = dict(zip(reversed(self.rows), reversed(self.weights), strict=True))
        for entity, row in self.entities.items():
            column = positions.get(entity)
            if column is not None:
                self.rows.append(row)
                self.columns.append(column)
                self.weights.append(first[row])

    def matrix(self, n_items: int) -> sparse.csr_matrix:
        """CSR (entities, products); of a cell that comes twice the largest weight."""
        place = np.asarray(self.rows, dtype=np.int64) * n_items + np.asarray(self.columns, dtype=np.int64)
        weights = np.asarray(self.weights, dtype=np.float32)
        order = np.lexsort((-weights, place))
        kept, first = np.unique(place[order], return_index=True)
        result = sparse.csr_matrix(
            (weights[order][first], (kept // n_items, kept % n_items)), shape=(len(self.entities), n_items)
        )
        result.sort_indices()
        return result
