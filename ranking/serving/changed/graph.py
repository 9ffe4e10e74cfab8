"""The graph with the edges of changed products replaced.

Every fused edge starts at a product, so that a changed product is one row in the matrix of each relation. The matrices of
the version are shared; the replaced rows stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ranking.paths.index import GraphIndex
from ranking.serving.changed.overlay import Replaced
from ranking.serving.entities import NO_FACTS, EntityGraph

Edges = Mapping[str, Mapping[str, float]]
"""Weights of one product's edges by relation and node id."""
Holders = Mapping[int, float]
_NO_EDGES: Edges = {}


class Rows(NamedTuple):
    """The replaced rows of one relation.

    Attributes:
        products: Position of each replaced product, ascending, (k,).
        now: Their edges, CSR (k, n_nodes).
        before: Those that they have in the version, CSR (k, n_nodes).
    """

    products: NDArray[np.int64]
    now: sparse.csr_matrix
    before: sparse.csr_matrix


class ChangedGraph:
    """The graph of a version with some products' rows replaced; new nodes stand behind all others."""

    def __init__(
        self,
        entities: EntityGraph,
        rows: Mapping[int, Edges],
        products: Mapping[str, int],
        added: Mapping[str, int],
        holders: Mapping[str, Holders],
    ) -> None:
        """Take what ``replaced`` makes.

        Args:
            entities: The version's graph, with room for the new products.
            rows: Edges of the replaced products by position.
            products: Positions of the new products by node id.
            added: The other new nodes by id, numbered as they came.
            holders: Replaced products by the nodes to which they have edges that state facts.
        """
        self.entities = entities
        self._rows = rows
        self._products = products
        self._added = added
        self._holders = holders
        base = entities.graph
        self.n_nodes = base.n_nodes + len(added)
        new = {at: node for node, at in products.items()}
        new |= {base.n_nodes + number: node for node, number in added.items()}
        self.node_ids: Sequence[str] = Replaced(base.node_ids, self.n_nodes, new, "")
        self.positions: Mapping[str, int] = _Positions(base, products, added)
        self.is_replaced = np.zeros(base.n_nodes, dtype=np.bool_)
        self.is_replaced[list(rows)] = True
        nothing = sparse.csr_matrix((base.n_nodes, base.n_nodes), dtype=np.float32)
        further = {
            relation for edges in rows.values() for relation in edges if relation not in base.relations
        }
        self.relations = {**base.relations, **dict.fromkeys(sorted(further), nothing)}
        self._rows_of: dict[str, Rows] = {}

    @classmethod
    def of(cls, entities: EntityGraph) -> ChangedGraph:
        """The graph of a version as it is."""
        return cls(entities, {}, {}, {}, {})

    def replaced(
        self, rows: Mapping[int, Edges | None], products: Mapping[str, int], entities: EntityGraph
    ) -> ChangedGraph:
        """The graph with further rows replaced.

        Args:
            rows: Edges of products by position; ``None``: those of the version again.
            products: Positions of all products that the version lacks, by node id.
            entities: The version's graph with room for these.
        """
        kept, added, holders = dict(self._rows), dict(self._added), dict(self._holders)
        touched: dict[str, dict[int, float]] = {}

        def holders_of(node: str) -> dict[int, float]:
            if node not in touched:
                touched[node] = dict(holders.get(node, {}))
            return touched[node]

        for at, edges in rows.items():
            for node in _facts(kept.pop(at, _NO_EDGES)):
                holders_of(node).pop(at, None)
            if edges is None:
                continue
            kept[at] = edges
            for node, weight in _facts(edges).items():
                holders_of(node)[at] = weight
            for ends in edges.values():
                for node in ends:
                    if node not in products and node not in entities.graph.positions:
                        added.setdefault(node, len(added))
        holders.update(touched)
        return ChangedGraph(entities, kept, products, added, holders)

    @property
    def rows(self) -> Mapping[int, Edges]:
        """Edges of the replaced products by position."""
        return self._rows

    def row(self, relation: str, position: int) -> tuple[np.ndarray, np.ndarray]:
        """Ends and weights of a node's edges of a relation."""
        base = self.entities.graph
        edges = self._rows.get(position)
        if edges is None:
            if position >= base.n_nodes:
                return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
            return base.row(relation, position)
        ends = sorted((self.positions[node], weight) for node, weight in edges.get(relation, {}).items())
        return np.array([at for at, _ in ends], dtype=np.int64), np.array(
            [w for _, w in ends], dtype=np.float32
        )

    def edges_before(self, position: int) -> Edges:
        """The edges that the version has for a node."""
        base = self.entities.graph
        edges: dict[str, dict[str, float]] = {}
        for relation in base.relations:
            ends, weights = base.row(relation, position)
            if len(ends):
                edges[relation] = {
                    base.node_ids[end]: float(weight) for end, weight in zip(ends, weights, strict=True)
                }
        return edges

    def holders_of(self, node: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Positions, in ascending order, of the products that have an edge to a node, with its confidence."""
        positions, confidence = self.entities.holders_of(node)
        kept = ~self.is_replaced[positions]
        now = sorted(self._holders.get(node, {}).items())
        positions = np.concatenate([positions[kept], np.array([at for at, _ in now], dtype=np.int64)])
        confidence = np.concatenate([confidence[kept], np.array([w for _, w in now], dtype=np.float32)])
        order = np.argsort(positions, kind="stable")
        return positions[order], confidence[order]

    def rows_of(self, relation: str) -> Rows:
        """The replaced rows of a relation."""
        found = self._rows_of.get(relation)
        if found is None:
            products = np.array(sorted(self._rows), dtype=np.int64)
            counts: list[int] = [0]
            ends: list[int] = []
            weights: list[float] = []
            for at in products.tolist():
                own = self._rows[at].get(relation, {})
                ends += [self.positions[node] for node in own]
                weights += own.values()
                counts.append(len(ends))
            shape = (len(products), self.n_nodes)
            now = sparse.csr_matrix(
                (np.array(weights, np.float32), np.array(ends, np.int64), counts), shape=shape
            )
            before = sparse.csr_matrix(self.relations[relation][products])
            before.resize(shape)
            found = self._rows_of[relation] = Rows(products, now, before)
        return found


def _facts(edges: Edges) -> dict[str, float]:
    """The nodes of edges that state facts, with the weight of the surest."""
    found: dict[str, float] = {}
    for relation, ends in edges.items():
        if relation not in NO_FACTS:
            for node, weight in ends.items():
                found[node] = max(weight, found.get(node, 0.0))
    return found


class _Positions(Mapping[str, int]):
    """Positions of nodes by id: those of new products, then of the version, then of other new nodes."""

    def __init__(self, base: GraphIndex, products: Mapping[str, int], added: Mapping[str, int]) -> None:
        self._base = base
        self._products = products
        self._added = added

    def __getitem__(self, node: str) -> int:
        at = self._products.get(node)
        if at is None:
            at = self._base.positions.get(node)
        return self._base.n_nodes + self._added[node] if at is None else at

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys((*self._products, *filter(None, self._base.positions), *self._added))

    def __len__(self) -> int:
        return sum(1 for _ in self)
