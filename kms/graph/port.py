"""The port that every graph store implements; ``tests/contract/test_graph_store.py`` is its conformance suite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol, runtime_checkable

from kms.graph.models import Edge, GraphChanges, Node, Subgraph

Direction = Literal["out", "in", "both"]


@runtime_checkable
class GraphStore(Protocol):
    """A directed property graph keyed by node id and edge key.

    All reads return plain models ordered by id (edges by key) unless a method says otherwise.
    Edges of the relation ``REJECTED`` are given where they are asked for by name, and counted; all other reads, and
    walks, go as if they were not there. Unknown ids give empty results. Every method raises ``StoreUnavailable`` when the
    store does not answer.
    """

    def prepare(self) -> None:
        """Create tables or constraints; does nothing where they exist."""

    def open_connections(self) -> None:
        """Open the connections of the pool in advance; calling it is never necessary."""

    def apply(self, changes: GraphChanges) -> None:
        """Write one step atomically; applying it again changes nothing.

        Raises:
            StoreError: An edge names a node that does not exist.
        """

    def nodes(self, ids: Sequence[str]) -> list[Node]:
        """The nodes of ``ids`` that exist, in the order of ``ids``."""

    def edges_of(
        self,
        node_id: str,
        *,
        relations: Sequence[str] = (),
        direction: Direction = "both",
        limit: int = 1_000,
    ) -> list[Edge]:
        """Edges at a node, strongest (confidence, then support) first."""

    def neighbourhood(self, node_id: str, *, depth: int = 1, limit: int = 200) -> Subgraph:
        """Neighbourhood within ``depth`` steps in either direction, at most ``limit`` nodes, nearest first."""

    def shortest_path(self, source: str, target: str, *, max_length: int = 4) -> Subgraph | None:
        """One shortest path in either direction, or ``None``; nodes in order from source to target."""

    def search_nodes(self, text: str, *, types: Sequence[str] = (), limit: int = 20) -> list[Node]:
        """Nodes whose key or label contains ``text`` (case folded), nearest first.

        A label that is the text comes before one that begins with it, then labels that hold it, then keys; of equally
        near ones the shortest label first.
        """

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        """All nodes ordered by id."""

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        """All edges ordered by key."""

    def counts(self) -> dict[str, int]:
        """Number of nodes by ``node:<type>`` and edges by ``edge:<relation>``."""

    def revision(self) -> str:
        """Another word whenever the content changed; empty where the store does not count its changes."""

    def remove_orphans(self, types: Iterable[str]) -> int:
        """Delete nodes of these types that no edge touches; returns how many."""

    def clear(self) -> None:
        """Delete everything."""

    def close(self) -> None:
        """Release connections; the object is not used afterwards."""
