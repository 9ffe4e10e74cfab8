"""Meta-path scores and their explanation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from ranking.paths.index import GraphIndex, PathsError
from ranking.paths.metapaths import MetaPath, MetaPathScorer, inverse

BRAND = MetaPath(name="same_brand", steps=("MADE_BY", "~MADE_BY"), weight=2.0)
VALUE = MetaPath(name="same_value", steps=("HAS_VALUE", "~HAS_VALUE"))
EDGES = [
    ("p1", "MADE_BY", "acme", 1.0),
    ("p2", "MADE_BY", "acme", 1.0),
    ("p1", "HAS_VALUE", "red", 1.0),
    ("p1", "HAS_VALUE", "steel", 1.0),
    ("p2", "HAS_VALUE", "red", 1.0),
    ("p3", "HAS_VALUE", "steel", 1.0),
    ("p1", "BOUGHT_WITH", "p3", 1.0),
]


@pytest.fixture
def index() -> GraphIndex:
    return GraphIndex.build(EDGES, node_ids=["p1", "p2", "p3"])


def test_scores_by_hand(index: GraphIndex) -> None:
    scores = MetaPathScorer(index, [BRAND, VALUE]).score([0])
    # Brand: p1 → acme → p2 with 1/2, times 2. Values: half to red and half of that to p2.
    assert scores.by_path["same_brand"][1] == pytest.approx(1.0)
    assert scores.by_path["same_value"][1] == pytest.approx(0.25)
    assert scores.total[1] == pytest.approx(1.25)
    assert scores.total[2] == pytest.approx(0.25)
    assert scores.shares(1) == pytest.approx({"same_brand": 0.8, "same_value": 0.2})
    assert list(scores.shares(1)) == ["same_brand", "same_value"]
    assert scores.shares(index.position("red")) == {}


def test_a_direct_relation_is_a_path_of_one_step(index: GraphIndex) -> None:
    scores = MetaPathScorer(index, [MetaPath(name="along", steps=("BOUGHT_WITH",))]).score([0])
    assert scores.total[2] == 1.0


def test_alpha_flattens_and_beta_discounts(index: GraphIndex) -> None:
    flat = MetaPathScorer(index, [MetaPath(name="v", steps=VALUE.steps, alpha=0.5)]).score([0])
    assert flat.total[1] == pytest.approx(0.5)
    discounted = MetaPathScorer(index, [MetaPath(name="v", steps=VALUE.steps, beta=1.0)]).score([0])
    # p1 has two values and p2 one: the walk back to p1 is halved.
    assert discounted.total[0] == pytest.approx(0.5 / 2)
    assert discounted.total[1] == pytest.approx(0.25)


def test_many_rows_agree_with_one(index: GraphIndex) -> None:
    scorer = MetaPathScorer(index, [BRAND, VALUE])
    seeds = sparse.csr_matrix(([1.0, 2.0, 1.0], ([0, 0, 1], [0, 2, 1])), shape=(2, index.n_nodes))
    many = scorer.score_many(seeds)
    one = scorer.score([0, 2], [1.0, 2.0])
    for name in ("same_brand", "same_value"):
        np.testing.assert_allclose(many[name].toarray()[0], one.by_path[name], rtol=1e-6)


def test_explanation_names_the_paths_with_their_shares(index: GraphIndex) -> None:
    found = MetaPathScorer(index, [BRAND, VALUE]).explain([0], target=1)
    acme, red = index.position("acme"), index.position("red")
    assert [(instance.path, instance.nodes) for instance in found] == [
        ("same_brand", (0, acme, 1)),
        ("same_value", (0, red, 1)),
    ]
    assert [instance.share for instance in found] == pytest.approx([0.8, 0.2])


def test_nothing_leads_there(index: GraphIndex) -> None:
    scorer = MetaPathScorer(index, [BRAND])
    assert scorer.explain([0], target=2) == []
    assert scorer.explain([], target=1) == []
    assert not scorer.score([]).total.any()


def test_bad_arguments(index: GraphIndex) -> None:
    with pytest.raises(PathsError, match="no relation 'LIKES'"):
        MetaPathScorer(index, [MetaPath(name="x", steps=("LIKES",))])
    with pytest.raises(PathsError, match="same name"):
        MetaPathScorer(index, [BRAND, BRAND])
    scorer = MetaPathScorer(index, [BRAND])
    with pytest.raises(PathsError, match="out of range"):
        scorer.score([99])
    with pytest.raises(PathsError, match="1 seeds came with 2 weights"):
        scorer.score([0], [1.0, 1.0])


def test_too_many_paths_are_refused(index: GraphIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranking.paths.metapaths.MAX_INSTANCES", 1)
    with pytest.raises(PathsError, match="use fewer seeds"):
        MetaPathScorer(index, [VALUE]).explain([0, 1], target=0)


def test_inverse() -> None:
    assert inverse("R") == "~R"
    assert inverse("~R") == "R"


graphs = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["R", "S"]),
        st.sampled_from(["x", "y", "a", "b"]),
        st.floats(0.125, 3.0, width=32),
    ),
    min_size=1,
    max_size=15,
)


@settings(deadline=None)
@given(graphs, st.floats(0.3, 1.5), st.floats(0.0, 1.0))
def test_instances_add_up_to_the_score(
    rows: list[tuple[str, str, str, float]], alpha: float, beta: float
) -> None:
    index = GraphIndex.build([*rows, ("a", "R", "x", 1.0), ("a", "S", "y", 1.0)])
    scorer = MetaPathScorer(
        index,
        [
            MetaPath(name="r", steps=("R", "~R"), alpha=alpha, beta=beta),
            MetaPath(name="rs", steps=("R", "~R", "S"), alpha=alpha, weight=0.5),
        ],
    )
    seeds = [index.position("a"), index.position("x")]
    scores = scorer.score(seeds)
    for target in range(index.n_nodes):
        found = scorer.explain(seeds, target, n=10_000)
        if scores.total[target] > 0:
            assert sum(instance.share for instance in found) == pytest.approx(1.0, abs=1e-5)
            by_path: dict[str, float] = {}
            for instance in found:
                by_path[instance.path] = by_path.get(instance.path, 0.0) + instance.share
            assert by_path == pytest.approx(scores.shares(target), abs=1e-4)
        else:
            assert found == []


def test_targets_limit_what_is_scored_and_change_no_score(index: GraphIndex) -> None:
    paths = [BRAND, VALUE.model_copy(update={"beta": 0.5})]
    every, some = MetaPathScorer(index, paths), MetaPathScorer(index, paths, targets=3)
    np.testing.assert_array_equal(some.score([0, 2]).total, every.score([0, 2]).total[:3])
    assert some.explain([0, 2], target=1) == every.explain([0, 2], target=1)
