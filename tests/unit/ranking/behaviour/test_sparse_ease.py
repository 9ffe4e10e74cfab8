from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ranking.behaviour.collective_ease import CollectiveEase, CollectiveEaseConfig
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.rows import entity_rows, stack_rows
from ranking.behaviour.sparse_ease import SparseEase, SparseEaseConfig
from tests.unit.ranking.behaviour.checkerboard import random_interactions


def test_with_all_products_as_neighbours_it_is_collective_ease() -> None:
    touched = np.random.default_rng(0).random((200, 14)) < 0.4
    matrix = sparse.csr_matrix(touched.astype(np.float32))
    ids = tuple(f"i{i}" for i in range(14))
    interactions = Interactions(matrix, ids, tuple(f"u{u}" for u in range(200)))
    edges = [(item, "line", f"l{i % 7}", 1.0) for i, item in enumerate(interactions.item_ids)]
    rows = entity_rows(edges, interactions.item_ids)
    dense = CollectiveEase(CollectiveEaseConfig(regularisation=5.0, default_weight=1.0), rows).fit(
        interactions
    )
    wide = SparseEaseConfig(
        regularisation=5.0, default_weight=1.0, neighbours=14, gram_neighbours=14, dropout=0.0,
        shopper_damping=0.0,
    )  # fmt: skip
    narrow = SparseEase(wide, rows).fit(interactions)
    np.testing.assert_allclose(narrow.weights.toarray(), dense.weights, atol=2e-3)


def test_each_product_has_at_most_its_neighbours() -> None:
    config = SparseEaseConfig(regularisation=5.0, neighbours=4, gram_neighbours=6, unsolved=0.0)
    weights = SparseEase(config).fit(random_interactions(n_items=30)).weights
    assert weights.nnz
    assert np.diff(weights.tocsc().indptr).max() <= 4
    assert not weights.diagonal().any()


def test_threads_change_nothing() -> None:
    interactions = random_interactions(n_items=40)
    one, two = (SparseEase(SparseEaseConfig(threads=n)).fit(interactions).weights for n in (1, 2))
    assert (one != two).nnz == 0


def test_rows_over_everything_are_left_out() -> None:
    matrix = sparse.csr_matrix(
        np.vstack([np.ones(12), np.eye(12)[:, [0]].T + np.eye(12)[:, [1]].T]), dtype=np.float32
    )
    ids = tuple(f"i{i}" for i in range(12))
    config = SparseEaseConfig(regularisation=1.0, longest_row=10)
    weights = SparseEase(config).fit(Interactions(matrix, ids, ("everybody", "pair"))).weights
    assert weights[0, 1] > 0
    assert weights.nnz == 2


def test_a_thin_product_is_reached_over_its_entity() -> None:
    rows = [(f"u{u}", f"i{i}", 1.0, None) for u in range(8) for i in (0, 1, 2)]
    interactions = Interactions.from_rows(rows, item_ids=[f"i{i}" for i in range(5)])
    brands = entity_rows([("i0", "brand", "b", 1.0), ("i4", "brand", "b", 1.0)], interactions.item_ids)
    model = SparseEase(SparseEaseConfig(regularisation=1.0, default_weight=1.0), brands).fit(interactions)
    assert model.score([0])[4] > 0
    assert model.score([0])[3] == pytest.approx(0.0)


def test_neighbours_beyond_the_solved_ones_have_a_part_of_their_own_weight() -> None:
    interactions = random_interactions(n_items=30)

    def fit(unsolved: float) -> sparse.csc_matrix:
        config = SparseEaseConfig(regularisation=5.0, neighbours=4, gram_neighbours=9, unsolved=unsolved)
        return SparseEase(config).fit(interactions).weights.tocsc()

    solved, half, full = fit(0.0), fit(0.5), fit(1.0)
    assert np.diff(solved.indptr).max() == 4
    assert np.diff(half.indptr).max() == 9
    np.testing.assert_allclose((half - solved).toarray(), 0.5 * (full - solved).toarray(), atol=1e-6)


def test_dropout_shrinks_what_popular_products_say_most() -> None:
    often = [(f"u{u}", item, 1.0, None) for u in range(40) for item in ("popular", "near")]
    once = [(f"v{u}", item, 1.0, None) for u in range(4) for item in ("rare", "beside")]
    interactions = Interactions.from_rows(often + once)
    at = interactions.item_positions

    def into(item: str, source: str, dropout: float) -> float:
        model = SparseEase(SparseEaseConfig(regularisation=10.0, dropout=dropout)).fit(interactions)
        return float(model.weights[at[source], at[item]])

    kept = into("near", "popular", 0.5) / into("near", "popular", 0.0)
    rare = into("beside", "rare", 0.5) / into("beside", "rare", 0.0)
    assert kept < rare < 1


def test_a_pair_in_a_long_history_says_less() -> None:
    short = [(f"s{u}", item, 1.0, None) for u in range(6) for item in ("kettle", "descaler")]
    long = [(f"l{u}", item, 1.0, None) for u in range(6) for item in ("tent", "rope", "map", "torch", "mug")]
    interactions = Interactions.from_rows(short + long)
    at = interactions.item_positions

    def ratio(damping: float) -> float:
        config = SparseEaseConfig(regularisation=20.0, dropout=0.0, shopper_damping=damping)
        weights = SparseEase(config).fit(interactions).weights
        return float(weights[at["kettle"], at["descaler"]] / weights[at["tent"], at["rope"]])

    assert ratio(1.0) > ratio(0.3) > ratio(0.0)


def test_damping_keeps_the_trace_of_the_gram_matrix() -> None:
    interactions = random_interactions(n_items=20)
    damped, plain = (
        stack_rows(interactions, (), SparseEaseConfig(shopper_damping=damping)) for damping in (0.5, 0.0)
    )
    assert damped.multiply(damped).sum() == pytest.approx(plain.multiply(plain).sum(), rel=1e-5)
    assert (damped != plain).nnz
