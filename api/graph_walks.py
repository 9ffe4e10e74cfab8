"""Answers about the graph: entities by name, neighbourhoods, paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.facts import show_node
from api.schemas import EdgeOut, NodeOut, SubgraphOut
from kms.errors import NotFoundError
from kms.graph.models import Edge, Subgraph

if TYPE_CHECKING:
    from api.wiring import Platform


class GraphWalks:
    """Reads the graph store of an installation; every method raises ``StoreUnavailable`` where that does not answer."""

    def __init__(self, platform: Platform) -> None:
        """Read the graph of ``platform``."""
        self._platform = platform

    def find_nodes(self, text: str, *, types: Sequence[str] = (), limit: int = 20) -> list[NodeOut]:
        """Entities whose label or key holds a text."""
        return [show_node(node) for node in self._platform.graph.search_nodes(text, types=types, limit=limit)]

    def neighbourhood(self, node_id: str, *, depth: int = 1, limit: int = 100) -> SubgraphOut:
        """Neighbourhood of an entity.

        Raises:
            NotFoundError: No such entity.
        """
        self._check_nodes([node_id])
        return show_subgraph(self._platform.graph.neighbourhood(node_id, depth=depth, limit=limit))

    def path(self, source: str, target: str, *, max_length: int = 4) -> SubgraphOut:
        """A shortest way between two entities; no nodes where there is none.

        Raises:
            NotFoundError: One of them does not exist.
        """
        self._check_nodes([source, target])
        found = self._platform.graph.shortest_path(source, target, max_length=max_length)
        return show_subgraph(found or Subgraph(nodes=(), edges=()))

    def _check_nodes(self, ids: Sequence[str]) -> None:
        found = {node.id for node in self._platform.graph.nodes(list(dict.fromkeys(ids)))}
        for name in ids:
            if name not in found:
                raise NotFoundError(f"node {name!r} is not in the graph")


def show_subgraph(found: Subgraph) -> SubgraphOut:
    """Convert a part of the graph to its response."""
    return SubgraphOut(
        nodes=tuple(show_node(node) for node in found.nodes),
        edges=tuple(EdgeOut.model_validate(edge.model_dump(exclude={"evidence"})) for edge in found.edges),
        truncated=found.truncated,
    )


def spread_edges(edges: Sequence[Edge], limit: int) -> list[Edge]:
    """Strongest edges, taken in turn from each relation, so that one kind does not hide the others."""
    by_relation: dict[str, list[Edge]] = {}
    for edge in edges:
        by_relation.setdefault(edge.relation, []).append(edge)
    kept: list[Edge] = []
    rows = list(by_relation.values())
    for turn in range(max((len(row) for row in rows), default=0)):
        kept += [row[turn] for row in rows if turn < len(row)]
    return kept[:limit]
