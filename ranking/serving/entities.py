"""The graph of a version as ranking asks it: which products have an entity, and scores along meta-paths."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kms.ontology.model import Ontology, PathPurpose
from kms.ontology.structure import HAS_ASPECT, SUBCATEGORY_OF
from ranking.paths.index import INVERSE, GraphIndex
from ranking.paths.metapaths import MetaPath, MetaPathScorer
from ranking.paths.tables import paths_for

NO_FACTS = frozenset({SUBCATEGORY_OF, HAS_ASPECT})
"""Relations that say of no product what it is or has."""
Scores = NDArray[np.float32]


class EntityGraph:
    """A graph whose first nodes are the products."""

    def __init__(self, graph: GraphIndex, size: int, ontology: Ontology) -> None:
        """Ask ``graph``, of which the first ``size`` nodes are products."""
        self.graph = graph
        self.size = size
        self._ontology = ontology
        self._scorers: dict[PathPurpose, MetaPathScorer] = {}
        self._sums: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    @cached_property
    def incoming(self) -> Any:
        """Entity × product over all relations that state facts."""
        total = None
        for relation, matrix in self.graph.relations.items():
            if relation not in NO_FACTS:
                total = matrix.T.tocsr() if total is None else total.maximum(matrix.T.tocsr())
        if total is None:
            total = sparse.csr_matrix((self.graph.n_nodes, self.graph.n_nodes), dtype=np.float32)
        return total.tocsr()

    def holders_of(self, node: str) -> tuple[NDArray[np.int64], Scores]:
        """Positions, in ascending order, of the products that have an edge to a node, with its confidence."""
        at = self.graph.positions.get(node)
        if at is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        row = slice(*self.incoming.indptr[at : at + 2])
        positions, confidence = self.incoming.indices[row], self.incoming.data[row]
        of_products = positions < self.size
        order = np.argsort(positions[of_products])
        return positions[of_products][order].astype(np.int64), confidence[of_products][order].astype(
            np.float32
        )

    def scorer(self, purpose: PathPurpose) -> MetaPathScorer:
        """The meta-paths of a purpose over those relations that the graph has."""
        found = self._scorers.get(purpose)
        if found is None:
            paths = usable_paths(self._ontology, purpose, self.graph)
            found = self._scorers[purpose] = MetaPathScorer(self.graph, paths, targets=self.size)
        return found

    def sums(self, relation: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sums of a relation's weights over the edges that begin and that end at each node, (n_nodes,) each."""
        found = self._sums.get(relation)
        if found is None:
            matrix = self.graph.relations.get(relation)
            if matrix is None:
                found = (np.zeros(self.graph.n_nodes), np.zeros(self.graph.n_nodes))
            else:
                beginning, ending = (matrix.sum(axis=axis, dtype=np.float64) for axis in (1, 0))
                found = (np.asarray(beginning).reshape(-1), np.asarray(ending).reshape(-1))
            self._sums[relation] = found
        return found


def usable_paths(ontology: Ontology, purpose: PathPurpose, graph: Any) -> list[MetaPath]:
    """The meta-paths of a purpose over relations that a graph has."""
    return [
        path
        for path in paths_for(ontology, purpose)
        if all(step.removeprefix(INVERSE) in graph.relations for step in path.steps)
    ]
