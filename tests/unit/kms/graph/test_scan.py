"""A graph that is read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kms.graph.models import Edge, Node
from kms.graph.scan import ScannedGraph

NODES = [Node(id="brand:b", type="brand", key="b"), Node(id="product:p", type="product", key="p")]
EDGES = [
    Edge(source="product:p", relation="made_by", target="brand:b"),
    Edge(source="product:p", relation="mentions", target="brand:b"),
]


class Counted:
    """A graph that counts how often it is read."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        self.reads.append("nodes")
        yield from NODES

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        self.reads.append("edges")
        yield from EDGES


def test_every_question_after_the_first_is_answered_from_memory() -> None:
    graph = Counted()
    scan = ScannedGraph(graph)
    for _ in range(3):
        assert list(scan.iter_nodes()) == NODES
        assert list(scan.iter_edges()) == EDGES
        assert [n.id for n in scan.iter_nodes(["brand"])] == ["brand:b"]
        assert [e.relation for e in scan.iter_edges(["mentions"])] == ["mentions"]
    assert sorted(graph.reads) == ["edges", "nodes"]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    graph = Counted()
    ScannedGraph(graph)
    assert graph.reads == []


def test_edges_of_some_relations_can_be_left_out() -> None:
    scan = ScannedGraph(Counted(), without_relations=("made_by",))
    assert [edge.relation for edge in scan.iter_edges()] == ["mentions"]
    assert list(scan.iter_nodes()) == NODES
