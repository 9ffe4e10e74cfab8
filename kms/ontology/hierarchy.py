"""Class hierarchy: ancestors, descendants, and the distance of two classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kms.errors import NotFoundError
from kms.ontology.model import ROOT_CLASS, OntologyClass

if TYPE_CHECKING:
    import networkx as nx


class Hierarchy:
    """Questions about the class tree. Every method raises ``NotFoundError`` for a class that is not in it.

    Chains of parents are kept ready; ``networkx`` is imported only by the questions that need the graph.
    """

    def __init__(self, classes: Mapping[str, OntologyClass]) -> None:
        """Build the tree from classes whose parents are known and free of cycles, in any order."""
        self._parents = {each.id: each.parent for each in classes.values()}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        for class_id in self._parents:
            self._ancestors[class_id] = self._chain(class_id)

    def _chain(self, class_id: str) -> tuple[str, ...]:
        chain: list[str] = []
        parent = self._parents[class_id]
        while parent is not None:
            chain.append(parent)
            parent = self._parents[parent]
        return tuple(chain)

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """A ``networkx.DiGraph`` with edges from parent to child. Do not change it."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self._parents)
        graph.add_edges_from((parent, child) for child, parent in self._parents.items() if parent)
        return graph

    def ancestors(self, class_id: str) -> tuple[str, ...]:
        """All classes above, nearest first, the root last."""
        try:
            return self._ancestors[class_id]
        except KeyError:
            raise NotFoundError(f"no class {class_id!r} in the ontology; see ontology/families") from None

    def descendants(self, class_id: str) -> frozenset[str]:
        """All classes below, at any depth, without the class itself."""
        import networkx as nx

        self.ancestors(class_id)
        return frozenset(nx.descendants(self.graph, class_id))

    def children(self, class_id: str) -> tuple[str, ...]:
        """The classes directly below, in the files' order."""
        self.ancestors(class_id)
        return tuple(self.graph.successors(class_id))

    def families(self) -> tuple[str, ...]:
        """The classes directly below the root."""
        return self.children(ROOT_CLASS)

    def family(self, class_id: str) -> str | None:
        """The family that a class belongs to; ``None`` for the root."""
        chain = (class_id, *self.ancestors(class_id))
        return chain[-2] if len(chain) > 1 else None

    def depth(self, class_id: str) -> int:
        """Steps from the root; the root has 0."""
        return len(self.ancestors(class_id))

    def is_a(self, class_id: str, other: str) -> bool:
        """Whether a class is the other, or below it."""
        self.ancestors(other)
        return other == class_id or other in self.ancestors(class_id)

    def common_ancestor(self, first: str, second: str) -> str:
        """The lowest class that holds both; a class counts as holding itself."""
        above_second = {second, *self.ancestors(second)}
        return next(each for each in (first, *self.ancestors(first)) if each in above_second)

    def distance(self, first: str, second: str) -> int:
        """Steps on the tree from one class to the other; 0 for the same class."""
        return self.depth(first) + self.depth(second) - 2 * self.depth(self.common_ancestor(first, second))
