"""Scorers joined into one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from kms.errors import InputError
from ranking.behaviour.item_knn import ItemKnn
from ranking.behaviour.p3alpha import P3alpha
from ranking.fusion.blend import Blend, PageRankScorer, PathsScorer
from ranking.fusion.scores import normalise
from ranking.paths.index import GraphIndex
from ranking.paths.metapaths import MetaPath, MetaPathScorer
from ranking.paths.pagerank import ForwardPush
from tests.unit.ranking.behaviour.checkerboard import checkerboard


@pytest.fixture
def index() -> GraphIndex:
    edges = [(f"i{item}", "shade", f"s{item % 2}", 1.0) for item in range(12)]
    # Products do not sit at the first positions and not in order.
    return GraphIndex.build(edges, node_ids=["s0", "s1", *(f"i{item}" for item in reversed(range(12)))])


def positions(index: GraphIndex) -> list[int]:
    return [index.position(f"i{item}") for item in range(12)]


def test_blend_is_the_sum_of_its_parts() -> None:
    board = checkerboard()
    scorers = {"knn": ItemKnn().fit(board), "walk": P3alpha().fit(board)}
    blend = Blend(scorers, {"knn": 1.0, "walk": 0.5})
    histories = board.matrix[:4]
    expected = normalise(scorers["knn"].score_many(histories), "zscore") + 0.5 * normalise(
        scorers["walk"].score_many(histories), "zscore"
    )
    np.testing.assert_allclose(blend.score_many(histories), expected, rtol=1e-5, atol=1e-6)
    fused = blend.fuse(histories)
    np.testing.assert_allclose(fused.parts["knn"] + fused.parts["walk"], fused.scores)


def test_weight_zero_is_not_asked_and_unknown_names_are_told() -> None:
    board = checkerboard()
    blend = Blend({"knn": ItemKnn().fit(board), "walk": P3alpha()}, {"knn": 1.0, "walk": 0.0})
    assert blend.score_many(board.matrix[:2]).shape == (2, 12)
    with pytest.raises(InputError, match="unknown scorers other"):
        Blend({}, {"other": 1.0})


def test_paths_from_products_to_products(index: GraphIndex) -> None:
    path = MetaPath(name="shade", steps=("shade", "~shade"))
    scorer = PathsScorer(MetaPathScorer(index, [path]), positions(index))
    histories = sparse.csr_matrix(([1.0, 1.0], ([0, 1], [4, 7])), shape=(2, 12))
    scores = scorer.score_many(histories)
    np.testing.assert_allclose(scores[0], [1 / 6, 0] * 6, rtol=1e-6)
    np.testing.assert_allclose(scores[1], [0, 1 / 6] * 6, rtol=1e-6)
    assert scorer.parts(histories).shape == (1, 2, 12)


def test_pagerank_from_products_to_products(index: GraphIndex) -> None:
    scorer = PageRankScorer(ForwardPush(index.adjacency()), positions(index), epsilon=1e-8)
    scores = scorer.score_many(sparse.csr_matrix(([1.0], ([0], [4])), shape=(2, 12)))
    assert scores[0].argmax() == 4
    assert (scores[0, 0::2] > 0).all()
    assert not scores[0, 1::2].any()
    assert not scores[1].any()
