"""Graph traversal shared by both stores: reading a step and walking outward from a node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kms.errors import StoreError
from kms.graph.models import Edge, EdgeKey, GraphChanges, Node

Expand = Callable[[Sequence[str], set[str], int], list[str]]
"""``(frontier, seen, limit)`` to the neighbours of the frontier outside ``seen``, the strongest first."""

SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Step:
    """A :class:`GraphChanges` without repetitions: of equal ids or keys the last one stands."""

    nodes: dict[str, Node]
    edges: dict[EdgeKey, Edge]
    removed_edges: tuple[EdgeKey, ...]
    removed_nodes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of single operations."""
        return len(self.nodes) + len(self.edges) + len(self.removed_edges) + len(self.removed_nodes)

    @property
    def endpoints_to_check(self) -> list[str]:
        """Endpoints of edges that this step does not create itself, sorted."""
        removed = set(self.removed_nodes)
        known = self.nodes.keys() - removed
        named = {end for edge in self.edges.values() for end in (edge.source, edge.target)}
        return sorted(named - known)


def read_step(changes: GraphChanges) -> Step:
    """Read changes once.

    Raises:
        StoreError: An edge names a node that the same step removes.
    """
    step = Step(
        nodes={node.id: node for node in changes.nodes},
        edges={edge.key: edge for edge in changes.edges},
        removed_edges=tuple(dict.fromkeys(changes.removed_edges)),
        removed_nodes=tuple(dict.fromkeys(changes.removed_nodes)),
    )
    refuse_unknown(sorted(set(step.removed_nodes).intersection(step.endpoints_to_check)))
    return step


def refuse_unknown(ids: Sequence[str]) -> None:
    """Raise :class:`StoreError` when ``ids``, endpoints of edges without a node, is not empty."""
    if ids:
        shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
        raise StoreError(
            f"edges name nodes that do not exist: {shown}; nothing was written. Write the nodes first."
        )


def search_text(node: Node) -> str:
    """Text that :meth:`GraphStore.search_nodes` searches: key and labels, case folded."""
    return SEPARATOR.join((node.key, node.label_en, node.label_zh)).casefold()


def display_name(node: Node) -> str:
    """The label to show: English, else Chinese, else the key."""
    return node.label_en or node.label_zh or node.key


def collect_nearest(start: str, expand: Expand, *, depth: int, limit: int) -> tuple[list[str], bool]:
    """At most ``limit`` ids within ``depth`` steps of ``start``, nearest first; whether there are more."""
    nearest, frontier = [start], [start]
    for _ in range(depth):
        room = limit - len(nearest)
        layer = expand(frontier, set(nearest), room + 1)
        if len(layer) > room:
            return nearest + layer[:room], True
        if not layer:
            break
        nearest += layer
        frontier = layer
    return nearest, False
