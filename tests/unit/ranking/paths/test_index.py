"""The graph in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kms.errors import NotFoundError
from ranking.paths.index import GraphIndex, PathsError

EDGES = [
    ("p1", "MADE_BY", "acme", 1.0),
    ("p2", "MADE_BY", "acme", 1.0),
    ("p1", "HAS_VALUE", "red", 0.5),
    ("p3", "HAS_VALUE", "red", 1.0),
]


def test_matrices_hold_the_edges() -> None:
    index = GraphIndex.build(EDGES, node_ids=["p1", "p2", "p3", "p4"])
    assert index.node_ids[:4] == ("p1", "p2", "p3", "p4")
    assert index.n_nodes == 6
    made_by = index.matrix("MADE_BY")
    assert made_by[index.position("p1"), index.position("acme")] == 1.0
    assert made_by.nnz == 2
    back = index.matrix("~MADE_BY")
    assert back[index.position("acme"), index.position("p2")] == 1.0


def test_a_repeated_edge_keeps_the_largest_weight() -> None:
    index = GraphIndex.build(
        [("a", "R", "b", 0.2), ("a", "R", "b", 0.7), ("a", "R", "b", 0.1), ("a", "R", "c", 0.0)]
    )
    assert index.matrix("R").nnz == 1
    assert index.matrix("R").data.tolist() == pytest.approx([0.7])
    assert "c" in index.positions


def test_transition_rows_add_up_to_one_where_there_are_edges() -> None:
    index = GraphIndex.build(EDGES)
    sums = np.asarray(index.transition("~HAS_VALUE").sum(axis=1)).reshape(-1)
    assert sums[index.position("red")] == pytest.approx(1.0)
    assert sums[index.position("p1")] == 0.0
    flat = index.transition("~HAS_VALUE", 0.5)
    assert flat[index.position("red"), index.position("p1")] == pytest.approx((1 / 3) ** 0.5)


def test_adjacency_is_symmetric_and_weighted() -> None:
    index = GraphIndex.build(EDGES)
    adjacency = index.adjacency({"MADE_BY": 2.0, "HAS_VALUE": 0.0})
    assert (adjacency != adjacency.T).nnz == 0
    assert adjacency[index.position("acme"), index.position("p1")] == 2.0
    assert adjacency[index.position("red")].nnz == 0
    assert index.adjacency().nnz == 8


def test_unknown_names_are_told() -> None:
    index = GraphIndex.build(EDGES)
    with pytest.raises(NotFoundError, match="'p9' is not in the graph index"):
        index.position("p9")
    with pytest.raises(PathsError, match="no relation 'LIKES'; it has HAS_VALUE, MADE_BY"):
        index.matrix("~LIKES")


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_bad_weights_are_refused(weight: float) -> None:
    with pytest.raises(PathsError, match="'a' -R→ 'b' has weight"):
        GraphIndex.build([("a", "R", "b", weight)])


@pytest.mark.parametrize("relation", ["", "~R"])
def test_bad_relation_names_are_refused(relation: str) -> None:
    with pytest.raises(PathsError, match="not usable"):
        GraphIndex.build([("a", relation, "b", 1.0)])


def test_an_empty_graph() -> None:
    index = GraphIndex.build([])
    assert index.n_nodes == 0
    assert index.adjacency().shape == (0, 0)


def test_broken_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"nothing")
    with pytest.raises(PathsError, match="build it again"):
        GraphIndex.load(tmp_path / "x.npz")
    with pytest.raises(PathsError, match="build it again"):
        GraphIndex.load(tmp_path / "missing.npz")


names = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=4)
edges = st.lists(
    st.tuples(names, st.sampled_from(["A", "B"]), names, st.floats(0.125, 8.0, width=32)), max_size=30
)


@settings(deadline=None)
@given(edges)
def test_save_and_load_keep_everything(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, float]]
) -> None:
    index = GraphIndex.build(rows)
    path = tmp_path_factory.mktemp("index") / "graph.npz"
    index.save(path)
    loaded = GraphIndex.load(path)
    assert loaded.node_ids == index.node_ids
    assert list(loaded.relations) == list(index.relations)
    for relation in index.relations:
        assert (loaded.matrix(relation) != index.matrix(relation)).nnz == 0


@settings(deadline=None)
@given(edges)
def test_the_order_of_edges_does_not_matter(rows: list[tuple[str, str, str, float]]) -> None:
    def content(index: GraphIndex) -> set[tuple[str, str, str, float]]:
        found = set()
        for relation, matrix in index.relations.items():
            cells = matrix.tocoo()
            for head, tail, weight in zip(cells.row, cells.col, cells.data, strict=True):
                found.add((index.node_ids[head], relation, index.node_ids[tail], float(weight)))
        return found

    assert content(GraphIndex.build(rows)) == content(GraphIndex.build(rows[::-1]))
