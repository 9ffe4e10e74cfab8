"""Loading a whole graph from one store into another, for instance the embedded one into Neo4j."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from kms.graph.models import REJECTED, GraphChanges
from kms.graph.port import GraphStore
from kms.progress import ProgressFactory, silent_progress

Item = TypeVar("Item")


@dataclass(frozen=True)
class CopyReport:
    """Report of a copy: counts and duration."""

    nodes: int
    edges: int
    node_seconds: float
    edge_seconds: float

    @property
    def edges_per_second(self) -> float:
        """Rate of the edges alone."""
        return self.edges / self.edge_seconds if self.edge_seconds else 0.0


def copy(
    source: GraphStore,
    target: GraphStore,
    *,
    batch: int = 10_000,
    clear: bool = False,
    progress: ProgressFactory = silent_progress,
) -> CopyReport:
    """Write all nodes and edges of ``source`` into ``target``; doing it again changes nothing.

    What ``target`` holds besides stays, unless ``clear``. A copy that was interrupted is done again from the
    start; what is there already is written over with the same content.

    Args:
        source: Store to read.
        target: Store to write; prepared here.
        batch: Nodes or edges in one step.
        clear: Empty ``target`` first.
        progress: Shows the way; silent by default.
    """
    target.prepare()
    if clear:
        target.clear()
    counts = source.counts()
    expected_nodes = sum(number for name, number in counts.items() if name.startswith("node:"))
    expected_edges = sum(number for name, number in counts.items() if name.startswith("edge:"))
    nodes = edges = 0
    began = time.perf_counter()
    with progress("copying nodes", expected_nodes) as advance:
        for some_nodes in _batches(source.iter_nodes(), batch):
            target.apply(GraphChanges(nodes=some_nodes))
            nodes += len(some_nodes)
            advance(len(some_nodes))
    between = time.perf_counter()
    with progress("copying edges", expected_edges) as advance:
        for some_edges in _batches(chain(source.iter_edges(), source.iter_edges([REJECTED])), batch):
            target.apply(GraphChanges(edges=some_edges))
            edges += len(some_edges)
            advance(len(some_edges))
    ended = time.perf_counter()
    return CopyReport(nodes=nodes, edges=edges, node_seconds=between - began, edge_seconds=ended - between)


def _batches(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    iterator = iter(items)
    while some := tuple(islice(iterator, size)):
        yield some
