"""Walks on the graph's shape in memory, against networkx."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from kms.graph.view import GraphView

names = [f"n{number}" for number in range(8)]
pairs = st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=14)


def make_view(edges: list[tuple[str, str]]) -> GraphView:
    return GraphView(1, names, [(a, b, 0.5, 1) for a, b in edges])


@given(first=pairs, second=pairs)
def test_paths_have_the_length_that_networkx_finds(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    view = make_view(first)
    # Replace every row by the second graph's, as refreshing does.
    for name in names:
        view.replace(name, [(a, b, 0.5, 1) for a, b in dict.fromkeys(second) if name in (a, b)])
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from(second)
    for tested, truth in ((view, graph), (make_view(second), graph)):
        lengths = nx.single_source_shortest_path_length(truth, "n0")
        for name in names:
            path = tested.find_path("n0", name, max_length=4)
            if lengths.get(name, 99) > 4:
                assert path is None
            else:
                assert path is not None
                assert len(path) - 1 == lengths[name]
                assert nx.is_path(truth, path)


def test_expand_orders_by_strength_then_id() -> None:
    view = GraphView(1, ["a", "b", "c", "d"], [("a", "d", 0.9, 1), ("c", "a", 0.9, 5), ("a", "b", 0.9, 1)])
    assert view.expand(["a"], {"a"}, 10) == ["c", "b", "d"]
    assert view.expand(["a"], {"a", "c"}, 1) == ["b"]
    assert view.expand(["b", "c"], {"b", "c"}, 10) == ["a"]


def test_empty_graph() -> None:
    view = GraphView(0, [], [])
    assert view.find_path("a", "b", max_length=3) is None
    view.add("a")
    assert view.find_path("a", "a", max_length=0) == ["a"]
    assert view.expand(["a"], set(), 5) == []


def test_removed_nodes_are_gone_and_can_come_back() -> None:
    view = make_view([("n0", "n1")])
    view.remove("n1")
    view.replace("n0", [])
    assert "n1" not in view
    assert view.find_path("n0", "n1", max_length=4) is None
    view.add("n1")
    view.replace("n1", [("n1", "n0", 0.1, 1)])
    view.replace("n0", [("n1", "n0", 0.1, 1)])
    assert view.find_path("n0", "n1", max_length=4) == ["n0", "n1"]
    view.remove("unknown")


def test_wears_out() -> None:
    view = GraphView(0, [f"n{number}" for number in range(2_000)], [])
    for number in range(1_001):
        assert not view.is_worn
        view.replace(f"n{number}", [])
    assert view.is_worn
