"""Metrics against values worked out by hand."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.evaluate.metrics import coverage, hit_rate, ndcg, novelty, precision, recall, reciprocal_rank


def test_ndcg_binary_by_hand() -> None:
    # Hits at ranks 1 and 3 of three relevant: (1 + 1/2) / (1 + 1/log2 3 + 1/2).
    found = ndcg(["a", "x", "b"], {"a": 1, "b": 1, "c": 1}, k=3)
    assert found == pytest.approx(1.5 / (1.5 + 1 / log2(3)))


def test_ndcg_graded_by_hand() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["c", "b", "a"], grades) == pytest.approx(
        (1 + 3 / log2(3) + 7 / 2) / (7 + 3 / log2(3) + 1 / 2)
    )
    assert ndcg(["c", "b", "a"], grades, gain="linear") == pytest.approx(
        (1 + 2 / log2(3) + 3 / 2) / (3 + 2 / log2(3) + 1 / 2)
    )


def test_the_ideal_is_of_all_relevant_ids_and_not_only_of_those_found() -> None:
    assert ndcg(["a"], {"a": 1, "b": 1}, k=10) == pytest.approx(1 / (1 + 1 / log2(3)))
    # More relevant ids than k: a perfect list of k reaches 1.
    assert ndcg(["a", "b"], {"a": 1, "b": 1, "c": 1}, k=2) == 1.0


def test_set_metrics_by_hand() -> None:
    ranked, relevant = ["x", "a", "y", "b"], {"a", "b", "c"}
    assert recall(ranked, relevant, 4) == pytest.approx(2 / 3)
    assert recall(ranked, relevant, 2) == pytest.approx(1 / 3)
    assert precision(ranked, relevant, 10) == pytest.approx(0.2)
    assert hit_rate(ranked, relevant, 2) == 1.0
    assert hit_rate(ranked, relevant, 1) == 0.0
    assert reciprocal_rank(ranked, relevant, 4) == 0.5
    assert reciprocal_rank(ranked, {"b"}, 3) == 0.0


def test_nothing_relevant_and_nothing_shown() -> None:
    assert ndcg(["a"], {}) == 0.0
    assert ndcg([], {"a": 1}) == 0.0
    assert recall(["a"], set()) == 0.0
    assert hit_rate([], {"a"}) == 0.0


def test_coverage_counts_each_product_once() -> None:
    assert coverage([["a", "b"], ["b", "c"]], 10, k=2) == 0.3
    assert coverage([["a", "b"]], 10, k=1) == 0.1
    assert coverage([], 0) == 0.0


def test_novelty_is_in_bits() -> None:
    popularity = {"a": 6.0, "b": 2.0}
    assert novelty(["b"], popularity) == pytest.approx(2.0)
    assert novelty(["b", "new"], popularity) == pytest.approx((2.0 + 4.0) / 2)
    assert novelty([], popularity) == 0.0
    assert novelty(["a"], {}) == 0.0


@settings(deadline=None)
@given(
    st.permutations(list("abcdef")),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4), min_size=1),
    st.integers(1, 8),
)
def test_ndcg_lies_between_0_and_1_and_sorting_by_grade_is_best(
    ranked: list[str], grades: dict[str, int], k: int
) -> None:
    value = ndcg(ranked, grades, k)
    assert 0.0 <= value <= 1.0 + 1e-12
    better = sorted(ranked, key=lambda item: -grades.get(item, 0))
    assert ndcg(better, grades, k) >= value - 1e-12
