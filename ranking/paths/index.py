"""The graph in memory: one CSR matrix a relation over one numbering of all nodes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import sparse

from kms.errors import InputError, NotFoundError

SAVE_FORMAT = 1
INVERSE = "~"


class PathsError(InputError):
    """Edges, a meta-path, seeds or a saved index that the graph in memory refuses."""


@dataclass(frozen=True)
class GraphIndex:
    """Nodes and their relations.

    Attributes:
        node_ids: Node ids, one a position.
        relations: Relation name to CSR (n_nodes, n_nodes), float32, ``[head, tail] = weight``.
    """

    node_ids: tuple[str, ...]
    relations: Mapping[str, sparse.csr_matrix]
    _derived: dict[tuple[str, float], sparse.csr_matrix] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def build(cls, edges: Iterable[tuple[str, str, str, float]], node_ids: Iterable[str] = ()) -> GraphIndex:
        """Builds the index from (head id, relation, tail id, weight).

        An edge that comes twice keeps its largest weight; the order of edges does not change the result's
        content, only the numbering. Edges of weight 0 are left out, their nodes stay.

        Args:
            edges: Weights are positive and finite.
            node_ids: Ids that get the first positions, in this order, with or without edges.

        Raises:
            PathsError: A weight is negative or not finite, or a relation's name is empty or begins with ~.
        """
        positions: dict[str, int] = {}
        for node in node_ids:
            positions.setdefault(node, len(positions))
        cells: dict[str, dict[tuple[int, int], float]] = {}
        for head, relation, tail, weight in edges:
            if not relation or relation.startswith(INVERSE):
                raise PathsError(f"relation {relation!r} of edge {head!r} → {tail!r}: the name is not usable")
            if not (np.isfinite(weight) and weight >= 0):
                raise PathsError(
                    f"edge {head!r} -{relation}→ {tail!r} has weight {weight}; give a finite number of 0 or "
                    "more"
                )
            cell = (positions.setdefault(head, len(positions)), positions.setdefault(tail, len(positions)))
            of_relation = cells.setdefault(relation, {})
            of_relation[cell] = max(weight, of_relation.get(cell, 0.0))
        n_nodes = len(positions)
        relations = {}
        for relation in sorted(cells):
            of_relation = {cell: weight for cell, weight in cells[relation].items() if weight > 0}
            pairs = np.asarray(list(of_relation), dtype=np.int64).reshape(-1, 2)
            values = np.fromiter(of_relation.values(), dtype=np.float32, count=len(of_relation))
            matrix = sparse.csr_matrix((values, (pairs[:, 0], pairs[:, 1])), shape=(n_nodes, n_nodes))
            matrix.sort_indices()
            relations[relation] = matrix
        return cls(node_ids=tuple(positions), relations=relations)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each node id."""
        return {node: position for position, node in enumerate(self.node_ids)}

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_ids)

    def position(self, node: str) -> int:
        """Position of a node.

        Raises:
            NotFoundError: The node is not in the index.
        """
        try:
            return self.positions[node]
        except KeyError:
            raise NotFoundError(f"node {node!r} is not in the graph index; rebuild it if it is new") from None

    def row(self, relation: str, position: int) -> tuple[np.ndarray, np.ndarray]:
        """Ends and weights of a node's edges of a relation."""
        matrix = self.relations.get(relation)
        if matrix is None:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        edges = slice(*matrix.indptr[position : position + 2])
        return matrix.indices[edges], matrix.data[edges]

    def with_room(self, at: int, room: int) -> GraphIndex:
        """The same graph with ``room`` nodes without edges inserted at a position; their ids are empty."""
        node_ids = (*self.node_ids[:at], *[""] * room, *self.node_ids[at:])
        relations = {}
        for relation, matrix in self.relations.items():
            indices = np.where(matrix.indices >= at, matrix.indices + room, matrix.indices)
            vacant = np.full(room, matrix.indptr[at], dtype=matrix.indptr.dtype)
            indptr = np.concatenate([matrix.indptr[:at], vacant, matrix.indptr[at:]])
            shape = (len(node_ids), len(node_ids))
            relations[relation] = sparse.csr_matrix((matrix.data, indices, indptr), shape=shape)
        return GraphIndex(node_ids=node_ids, relations=relations)

    def matrix(self, step: str) -> sparse.csr_matrix:
        """Matrix of one step: a relation's name, or ``~name`` for walking it from tail to head.

        Raises:
            PathsError: No such relation.
        """
        relation = step.removeprefix(INVERSE)
        if relation not in self.relations:
            raise PathsError(
                f"the graph has no relation {relation!r}; it has {', '.join(self.relations) or 'none'}"
            )
        if step == relation:
            return self.relations[relation]
        return self._cached((step, 0.0), lambda: sparse.csr_matrix(self.relations[relation].T))

    def transition(self, step: str, alpha: float = 1.0) -> sparse.csr_matrix:
        """Row-stochastic matrix of one step, every probability raised to ``alpha``."""

        def build() -> sparse.csr_matrix:
            matrix = self.matrix(step)
            totals = np.asarray(matrix.sum(axis=1)).reshape(-1)
            inverse = np.where(totals > 0, 1.0 / np.maximum(totals, 1e-12), 0.0).astype(np.float32)
            result = sparse.csr_matrix(sparse.diags(inverse) @ matrix)
            result.data = result.data**alpha
            return result

        return self._cached((f"P {step}", alpha), build)

    def adjacency(self, weights: Mapping[str, float] | None = None) -> sparse.csr_matrix:
        """Undirected weighted graph over several relations: Σ weight · (A + Aᵀ).

        Args:
            weights: Factor of each relation; None takes all with 1. Relations not named are left out.
        """
        chosen = dict.fromkeys(self.relations, 1.0) if weights is None else weights
        total = sparse.csr_matrix((self.n_nodes, self.n_nodes), dtype=np.float32)
        for relation, factor in chosen.items():
            if factor:
                matrix = self.matrix(relation)
                total = total + factor * (matrix + matrix.T)
        return sparse.csr_matrix(total)

    def save(self, path: Path | str) -> None:
        """Writes the index as one npz file, in one atomic step."""
        target = Path(path)
        arrays: dict[str, np.ndarray] = {
            "meta": np.asarray(json.dumps({"format": SAVE_FORMAT, "relations": list(self.relations)})),
            "node_ids": np.asarray(self.node_ids, dtype=np.str_),
        }
        for number, matrix in enumerate(self.relations.values()):
            arrays |= {
                f"data{number}": matrix.data,
                f"indices{number}": matrix.indices,
                f"indptr{number}": matrix.indptr,
            }
        partial = target.with_name(target.name + ".partial")
        with partial.open("wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        os.replace(partial, target)

    @classmethod
    def load(cls, path: Path | str) -> GraphIndex:
        """Reads what :meth:`save` wrote.

        Raises:
            PathsError: The file is missing, broken or of another format.
        """
        try:
            with np.load(Path(path), allow_pickle=False) as stored:
                meta = json.loads(str(stored["meta"]))
                if meta["format"] != SAVE_FORMAT:
                    raise ValueError(f"format {meta['format']} instead of {SAVE_FORMAT}")
                node_ids = tuple(str(node) for node in stored["node_ids"])
                shape = (len(node_ids), len(node_ids))
                relations = {
                    relation: sparse.csr_matrix(
                        (stored[f"data{number}"], stored[f"indices{number}"], stored[f"indptr{number}"]),
                        shape=shape,
                    )
                    for number, relation in enumerate(meta["relations"])
                }
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise PathsError(f"{path} is not a saved graph index: {error}; build it again") from error
        return cls(node_ids=node_ids, relations=relations)

    def _cached(self, key: tuple[str, float], build: Callable[[], sparse.csr_matrix]) -> sparse.csr_matrix:
        if key not in self._derived:
            self._derived[key] = build()
        return self._derived[key]
