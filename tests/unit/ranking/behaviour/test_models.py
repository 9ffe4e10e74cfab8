"""What each model must find on data with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ranking.behaviour.base import top_positions
from ranking.behaviour.collective_ease import CollectiveEase, CollectiveEaseConfig
from ranking.behaviour.ease import Ease, EaseConfig, gram, solve_ease
from ranking.behaviour.errors import BehaviourError, FitTooLargeError
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import keep_largest
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import P3alpha, P3alphaConfig, RP3beta, RP3betaConfig, transition
from ranking.behaviour.popularity import Popularity, PopularityConfig
from ranking.behaviour.rows import damped, entity_rows
from tests.unit.ranking.behaviour.checkerboard import random_interactions

DAY = 86_400.0


def small() -> Interactions:
    return Interactions.from_rows(
        [
            ("a", "x", 1, None),
            ("a", "y", 1, None),
            ("b", "x", 1, None),
            ("b", "y", 1, None),
            ("b", "z", 1, None),
        ]
    )


def test_ease_is_the_textbook_formula() -> None:
    interactions = random_interactions()
    dense = interactions.matrix.toarray().astype(np.float64)
    inverse = np.linalg.inv(dense.T @ dense + 7.0 * np.eye(dense.shape[1]))
    expected = np.eye(dense.shape[1]) - inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(expected, 0.0)
    found = Ease(EaseConfig(regularisation=7.0)).fit(interactions).weights
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_ease_solves_in_place_and_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    interactions = random_interactions()
    whole = solve_ease(gram(interactions.matrix), 3.0)
    monkeypatch.setattr("ranking.behaviour.ease.BLOCK", 4)
    given = gram(interactions.matrix)
    result = solve_ease(given, 3.0)
    assert np.shares_memory(given, result)
    np.testing.assert_allclose(result, whole, atol=1e-6)


def test_ease_says_what_to_do_when_the_matrix_is_singular() -> None:
    with pytest.raises(BehaviourError, match="raise it"):
        solve_ease(np.full((3, 3), -5.0, dtype=np.float32), 1.0)


def test_ease_on_no_products() -> None:
    assert solve_ease(np.zeros((0, 0), dtype=np.float32), 1.0).shape == (0, 0)


def test_ease_pruned_keeps_the_largest_weights() -> None:
    interactions = random_interactions()
    dense = Ease(EaseConfig(regularisation=5.0)).fit(interactions).weights
    pruned = Ease(EaseConfig(regularisation=5.0, neighbours=3)).fit(interactions).weights
    assert np.diff(pruned.tocsc().indptr).max() == 3
    for column in range(dense.shape[1]):
        kept = np.abs(pruned[:, [column]].toarray()).reshape(-1)
        np.testing.assert_allclose(np.sort(kept)[-3:], np.sort(np.abs(dense[:, column]))[-3:])


def test_collective_ease_without_entities_is_ease() -> None:
    interactions = random_interactions()
    plain = Ease(EaseConfig(regularisation=9.0)).fit(interactions)
    collective = CollectiveEase(CollectiveEaseConfig(regularisation=9.0)).fit(interactions)
    np.testing.assert_allclose(collective.weights, plain.weights, atol=1e-6)


def test_collective_ease_is_the_formula_on_stacked_rows() -> None:
    interactions = random_interactions()
    items = interactions.item_ids
    edges = [(items[i], "brand", f"b{i % 4}", 1.0) for i in range(len(items))]
    rows = entity_rows(edges, items)
    config = CollectiveEaseConfig(regularisation=4.0, relation_weights={"brand": 0.5}, damping=1.0)
    found = CollectiveEase(config, rows).fit(interactions).weights
    x = interactions.matrix.toarray().astype(np.float64)
    e = rows[0].matrix.toarray().astype(np.float64)
    g = x.T @ x + e.T @ np.diag(0.5 / e.sum(axis=1)) @ e + 4.0 * np.eye(len(items))
    inverse = np.linalg.inv(g)
    expected = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_collective_ease_reaches_a_product_that_nobody_touched() -> None:
    interactions = Interactions.from_rows(
        [("a", "x", 1, None), ("a", "y", 1, None), ("b", "x", 1, None)], item_ids=["x", "y", "new", "other"]
    )
    rows = entity_rows([("x", "brand", "B", 1.0), ("new", "brand", "B", 1.0)], interactions.item_ids)
    model = CollectiveEase(CollectiveEaseConfig(regularisation=1.0, default_weight=1.0), rows).fit(
        interactions
    )
    scores = model.score([0])
    assert scores[2] > 0
    assert scores[3] == 0
    assert Ease(EaseConfig(regularisation=1.0)).fit(interactions).score([0])[2] == 0


def test_collective_ease_leaves_out_relations_of_weight_zero() -> None:
    interactions = random_interactions()
    rows = entity_rows([(i, "brand", "B", 1.0) for i in interactions.item_ids], interactions.item_ids)
    config = CollectiveEaseConfig(relation_weights={"brand": 0.0})
    plain = CollectiveEase(CollectiveEaseConfig()).fit(interactions)
    np.testing.assert_array_equal(CollectiveEase(config, rows).fit(interactions).weights, plain.weights)


def test_collective_ease_refuses_rows_over_other_products() -> None:
    rows = entity_rows([("x", "brand", "B", 1.0)], ["x", "y"])
    with pytest.raises(BehaviourError, match="'brand' span 2 products"):
        CollectiveEase(entities=rows).fit(random_interactions())


def test_entity_rows_join_products_by_entity() -> None:
    edges = [
        ("x", "also", "y", 1.0),
        ("x", "also", "outside", 1.0),
        ("y", "also", "outside", 0.5),
        ("y", "also", "outside", 1.0),
        ("unknown", "also", "outside", 1.0),
        ("x", "brand", "B", 1.0),
    ]
    also, brand = entity_rows(edges, ["x", "y"])
    assert (also.relation, brand.relation) == ("also", "brand")
    assert sorted(map(tuple, also.matrix.toarray().tolist())) == [(1.0, 1.0), (1.0, 1.0)]
    without = entity_rows(edges, ["x", "y"], with_tail=False)[0]
    assert sorted(map(tuple, without.matrix.toarray().tolist())) == [(1.0, 0.0), (1.0, 1.0)]
    assert brand.matrix.toarray().tolist() == [[1.0, 0.0]]


def test_damped_rows_count_their_weight_over_length() -> None:
    rows = sparse.csr_matrix(np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 1]], dtype=np.float32))
    result = damped(rows, weight=0.5, damping=1.0).toarray()
    assert result.shape == (2, 4)
    np.testing.assert_allclose((result**2)[:, 0], [0.5 / 4, 0.5 / 2])


def test_p3alpha_by_hand() -> None:
    weights = P3alpha().fit(small()).weights.toarray()
    # x → a or b (1/2 each); a → y with 1/2, b → y with 1/3; b → z with 1/3.
    assert weights[0, 1] == pytest.approx(0.5 * 0.5 + 0.5 / 3)
    assert weights[0, 2] == pytest.approx(0.5 / 3)
    assert weights[2, 0] == pytest.approx(1 / 3)
    assert (np.diag(weights) == 0).all()


def test_p3alpha_raises_each_step_to_alpha() -> None:
    weights = P3alpha(P3alphaConfig(alpha=0.5)).fit(small()).weights.toarray()
    assert weights[0, 2] == pytest.approx(0.5**0.5 * (1 / 3) ** 0.5)


def test_rp3beta_divides_by_popularity() -> None:
    walk = P3alpha().fit(small()).weights.toarray()
    found = RP3beta(RP3betaConfig(beta=0.5)).fit(small()).weights.toarray()
    np.testing.assert_allclose(found, walk / np.sqrt([2, 2, 1]), rtol=1e-6)
    none = RP3beta(RP3betaConfig(beta=0.0)).fit(small()).weights.toarray()
    np.testing.assert_allclose(none, walk)


def test_transition_leaves_empty_rows_empty() -> None:
    found = transition(sparse.csr_matrix(np.array([[0, 0], [1, 3]], dtype=np.float32)), 1.0)
    assert found.toarray().tolist() == [[0, 0], [0.25, 0.75]]


def test_item_knn_is_the_cosine() -> None:
    weights = ItemKnn(ItemKnnConfig(shrinkage=0.0)).fit(small()).weights.toarray()
    assert weights[0, 1] == pytest.approx(1.0)
    assert weights[0, 2] == pytest.approx(1 / np.sqrt(2))
    shrunk = ItemKnn(ItemKnnConfig(shrinkage=2.0)).fit(small()).weights.toarray()
    assert shrunk[0, 1] == pytest.approx(2 / 4)


def test_popularity_counts_and_decays() -> None:
    rows = [("a", "old", 1, 0.0), ("b", "old", 1, 0.0), ("c", "old", 1, 0.0), ("a", "new", 1, 60 * DAY)]
    interactions = Interactions.from_rows(rows)
    assert Popularity().fit(interactions).score([]).tolist() == [3, 1]
    decayed = Popularity(PopularityConfig(half_life_days=30.0)).fit(interactions).score([])
    np.testing.assert_allclose(decayed, [0.75, 1.0])
    later = PopularityConfig(half_life_days=30.0, now=90 * DAY)
    np.testing.assert_allclose(Popularity(later).fit(interactions).score([]), [0.375, 0.5])


def test_popularity_refuses_decay_without_timestamps() -> None:
    with pytest.raises(BehaviourError, match="needs timestamps"):
        Popularity(PopularityConfig(half_life_days=1.0)).fit(small())


def test_a_fit_too_large_is_refused_before_it_starts() -> None:
    with pytest.raises(FitTooLargeError, match=r"raise max_memory_bytes.*rp3beta"):
        Ease(EaseConfig(max_memory_bytes=1000)).fit(random_interactions())
    assert Ease().estimated_memory_bytes(70_000, 25_000, 650_000) == pytest.approx(2.7e9, rel=0.1)


def test_keep_largest_cuts_columns_and_keeps_signs() -> None:
    matrix = np.array([[0, -9, 1], [5, 0, 2], [1, 3, 0]], dtype=np.float32)
    kept = keep_largest(matrix, 1).toarray()
    assert kept.tolist() == [[0, -9, 0], [5, 0, 2], [0, 0, 0]]


def test_top_positions_break_ties_by_position() -> None:
    scores = np.array([[1.0, 2.0, 2.0, 2.0, -np.inf], [0.0, 0.0, 0.0, 0.0, 0.0]])
    assert top_positions(scores, 2).tolist() == [[1, 2], [0, 1]]
    assert top_positions(scores, 9).shape == (2, 5)
