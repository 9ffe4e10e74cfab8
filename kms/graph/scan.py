"""One reading of the whole graph, shared by all that a build writes from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Protocol

from kms.graph.models import REJECTED, Edge, Node


class GraphReader(Protocol):
    """Reader of a whole graph: all nodes and all edges."""

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        """All nodes ordered by id."""

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        """All edges ordered by key."""


class ScannedGraph:
    """A graph that is read once, at the first question, and kept in memory; every later question sees the same."""

    def __init__(self, graph: GraphReader, *, without_relations: Collection[str] = ()) -> None:
        """Read a graph.

        Args:
            graph: The stored graph.
            without_relations: Relations whose edges are left out.
        """
        self._graph = graph
        self._without = frozenset(without_relations)

    @cached_property
    def _nodes(self) -> list[Node]:
        return list(self._graph.iter_nodes())

    @cached_property
    def _edges(self) -> list[Edge]:
        return [edge for edge in self._graph.iter_edges() if edge.relation not in self._without]

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        """All nodes ordered by id."""
        return (node for node in self._nodes if not types or node.type in types)

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        """All edges ordered by key."""
        if REJECTED in relations:
            return self._graph.iter_edges(relations)
        return (edge for edge in self._edges if not relations or edge.relation in relations)
