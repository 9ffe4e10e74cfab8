"""A graph store of two dictionaries: so plain that it can be believed, to hold the real ones against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, permutations

from kms.errors import StoreError
from kms.graph.models import REJECTED, Edge, EdgeKey, GraphChanges, Node, Subgraph
from kms.graph.port import Direction


class DictGraph:
    """Every method does what the port's text says, by looking at everything."""

    def __init__(self) -> None:
        self.by_id: dict[str, Node] = {}
        self.by_key: dict[EdgeKey, Edge] = {}

    def prepare(self) -> None:
        """Nothing to do."""

    def open_connections(self) -> None:
        pass

    def revision(self) -> str:
        return ""

    def close(self) -> None:
        """Nothing to do."""

    def clear(self) -> None:
        self.by_id, self.by_key = {}, {}

    def apply(self, changes: GraphChanges) -> None:
        nodes = {**self.by_id, **{node.id: node for node in changes.nodes}}
        edges = dict(self.by_key)
        for key in changes.removed_edges:
            edges.pop(key, None)
        for node_id in changes.removed_nodes:
            nodes.pop(node_id, None)
            edges = {key: edge for key, edge in edges.items() if node_id not in (edge.source, edge.target)}
        edges.update({edge.key: edge for edge in changes.edges})
        if any(end not in nodes for edge in edges.values() for end in (edge.source, edge.target)):
            raise StoreError("unknown endpoint")
        self.by_id, self.by_key = nodes, edges

    def nodes(self, ids: Sequence[str]) -> list[Node]:
        return [self.by_id[node_id] for node_id in ids if node_id in self.by_id]

    def edges_of(
        self,
        node_id: str,
        *,
        relations: Sequence[str] = (),
        direction: Direction = "both",
        limit: int = 1_000,
    ) -> list[Edge]:
        found = [
            edge
            for edge in self.by_key.values()
            if (direction != "in" and edge.source == node_id)
            or (direction != "out" and edge.target == node_id)
            if (edge.relation in relations if relations else edge.relation != REJECTED)
        ]
        return sorted(found, key=lambda edge: (-edge.confidence, -edge.support, edge.key))[:limit]

    def _holding(self) -> list[Edge]:
        return [edge for edge in self.by_key.values() if edge.relation != REJECTED]

    def neighbourhood(self, node_id: str, *, depth: int = 1, limit: int = 200) -> Subgraph:
        if node_id not in self.by_id or limit < 1:
            return Subgraph(nodes=(), edges=())
        found = frontier = [node_id]
        for _ in range(depth):
            strengths: dict[str, list[Edge]] = {}
            for edge in self._holding():
                for here, there in ((edge.source, edge.target), (edge.target, edge.source)):
                    if here in frontier and there not in found:
                        strengths.setdefault(there, []).append(edge)
            frontier = sorted(
                strengths,
                key=lambda there: (
                    -max(edge.confidence for edge in strengths[there]),
                    -max(edge.support for edge in strengths[there]),
                    there,
                ),
            )
            found = found + frontier
            if len(found) > limit:
                return self._between(found[:limit], truncated=True)
        return self._between(found)

    def shortest_path(self, source: str, target: str, *, max_length: int = 4) -> Subgraph | None:
        if source not in self.by_id or target not in self.by_id:
            return None
        if source == target:
            return self._between([source])
        linked = {(edge.source, edge.target) for edge in self._holding()}
        linked |= {(b, a) for a, b in linked}
        others = sorted(self.by_id.keys() - {source, target})
        for between in range(max_length):
            for middle in permutations(others, between):
                path = [source, *middle, target]
                if all(step in linked for step in pairwise(path)):
                    return self._between(path)
        return None

    def search_nodes(self, text: str, *, types: Sequence[str] = (), limit: int = 20) -> list[Node]:
        found = [
            node
            for node in self.by_id.values()
            if any(text.casefold() in field.casefold() for field in (node.key, node.label_en, node.label_zh))
            if not types or node.type in types
        ]

        def distance(node: Node) -> int:
            labels = [label.casefold() for label in (node.label_en, node.label_zh)]
            folded = text.casefold()
            if folded in labels:
                return 0
            if any(label.startswith(folded) for label in labels):
                return 1
            return 2 if any(folded in label for label in labels) else 3

        return sorted(
            found,
            key=lambda node: (distance(node), len(node.label_en or node.label_zh or node.key), node.id),
        )[:limit]

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        return (
            self.by_id[node_id]
            for node_id in sorted(self.by_id)
            if not types or self.by_id[node_id].type in types
        )

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        return (
            self.by_key[key]
            for key in sorted(self.by_key)
            if (key[1] in relations if relations else key[1] != REJECTED)
        )

    def counts(self) -> dict[str, int]:
        names = [f"node:{node.type}" for node in self.by_id.values()]
        names += [f"edge:{edge.relation}" for edge in self.by_key.values()]
        return {name: names.count(name) for name in sorted(set(names))}

    def remove_orphans(self, types: Iterable[str]) -> int:
        touched = {end for edge in self.by_key.values() for end in (edge.source, edge.target)}
        chosen = set(types)
        orphans = [node.id for node in self.by_id.values() if node.type in chosen and node.id not in touched]
        for node_id in orphans:
            del self.by_id[node_id]
        return len(orphans)

    def _between(self, ids: list[str], *, truncated: bool = False) -> Subgraph:
        edges = sorted(self._holding(), key=lambda edge: edge.key)
        edges = [edge for edge in edges if edge.source in ids and edge.target in ids]
        return Subgraph(nodes=tuple(self.nodes(ids)), edges=tuple(edges), truncated=truncated)
