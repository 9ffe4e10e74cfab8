"""Fusion of scorers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.fusion.scores import (
    FusionError,
    fuse_candidates,
    normalise,
    reciprocal_rank,
    weighted_sum,
)

A = np.array([3.0, 1.0, 2.0])
B = np.array([0.0, 10.0, 5.0])


def test_normalise() -> None:
    assert normalise(A).tolist() == [1.0, 0.0, 0.5]
    np.testing.assert_allclose(normalise(A, "zscore"), np.array([1, -1, 0]) * 1.5**0.5)
    assert normalise(A, "none").tolist() == A.tolist()
    assert normalise(np.full(3, 7.0)).tolist() == [0, 0, 0]
    assert normalise(np.full(3, 7.0), "zscore").tolist() == [0, 0, 0]
    assert normalise(np.zeros(0)).tolist() == []
    assert normalise(np.array([[0.0, 2.0], [5.0, 6.0]])).tolist() == [[0, 1], [0, 1]]
    with pytest.raises(FusionError, match="unknown normalisation"):
        normalise(A, "softmax")  # type: ignore[arg-type]


def test_weighted_sum_keeps_the_parts() -> None:
    fused = weighted_sum({"a": A, "b": B}, {"a": 1.0, "b": 0.5})
    assert fused.scores.tolist() == [1.0, 0.5, 0.75]
    assert fused.shares(2) == pytest.approx({"a": 2 / 3, "b": 1 / 3})
    assert fused.shares(0) == {"a": 1.0}


def test_shares_are_signed() -> None:
    fused = weighted_sum({"a": A, "b": B}, {"a": 1.0, "b": 1.0}, "zscore")
    shares = fused.shares(0)
    assert shares["a"] > 0 > shares["b"]
    assert sum(abs(share) for share in shares.values()) == pytest.approx(1.0)


def test_weight_zero_leaves_a_source_out() -> None:
    assert list(weighted_sum({"a": A, "b": B}, {"a": 1.0, "b": 0.0}).parts) == ["a"]


def test_reciprocal_rank_by_hand() -> None:
    fused = reciprocal_rank({"a": A, "b": B}, k=60)
    assert fused.scores[0] == pytest.approx(1 / 61)
    assert fused.scores[1] == pytest.approx(1 / 63 + 1 / 61)
    assert fused.scores[2] == pytest.approx(1 / 62 + 1 / 62)
    two = reciprocal_rank({"a": np.stack([A, A])}, {"a": 2.0})
    np.testing.assert_allclose(two.scores[0], 2 * reciprocal_rank({"a": A}).scores)


def test_bad_sources() -> None:
    with pytest.raises(FusionError, match="nothing to fuse"):
        weighted_sum({}, {})
    with pytest.raises(FusionError, match="these differ"):
        weighted_sum({"a": A, "b": B[:2]}, {"a": 1.0, "b": 1.0})
    with pytest.raises(FusionError, match="no weight for source b"):
        weighted_sum({"a": A, "b": B}, {"a": 1.0})
    with pytest.raises(FusionError, match="no weight for source b"):
        fuse_candidates({"b": {"x": 1.0}}, {"a": 1.0})
    with pytest.raises(FusionError, match="not a finite number"):
        fuse_candidates({"b": {"x": float("nan")}}, {"b": 1.0})


def test_candidates_of_unequal_lists() -> None:
    found = fuse_candidates(
        {"text": {"x": 9.0, "y": 5.0}, "graph": {"y": 0.2, "z": 0.1}}, {"text": 1.0, "graph": 1.0}
    )
    by_id = {candidate.id: candidate for candidate in found}
    assert by_id["y"].score == pytest.approx(0.05 + 1.0)
    assert by_id["x"].score == pytest.approx(1.0)
    assert by_id["z"].score == pytest.approx(0.05)
    assert [candidate.id for candidate in found] == ["y", "x", "z"]
    assert by_id["y"].raw == {"text": 5.0, "graph": 0.2}
    assert list(by_id["y"].shares) == ["graph", "text"]


def test_candidates_by_rank() -> None:
    found = fuse_candidates({"a": {"x": 3.0, "y": 1.0}, "b": {"y": 7.0}}, {"a": 1.0, "b": 1.0}, "rrf", k=1)
    assert [candidate.id for candidate in found] == ["y", "x"]
    assert [candidate.score for candidate in found] == pytest.approx([1 / 3 + 1 / 2, 1 / 2])


def test_no_candidates() -> None:
    assert fuse_candidates({"a": {}}, {"a": 1.0}) == []


lists = st.dictionaries(st.sampled_from("uvwxyz"), st.floats(-5, 5), max_size=6)


@settings(deadline=None)
@given(lists, lists, st.sampled_from(["minmax", "zscore", "none", "rrf"]))
def test_every_candidate_once_in_order_with_shares_of_one(
    first: dict[str, float], second: dict[str, float], method: str
) -> None:
    found = fuse_candidates({"a": first, "b": second}, {"a": 1.0, "b": 0.7}, method)  # type: ignore[arg-type]
    assert {candidate.id for candidate in found} == set(first) | set(second)
    scores = [candidate.score for candidate in found]
    assert scores == sorted(scores, reverse=True)
    for candidate in found:
        whole = sum(abs(share) for share in candidate.shares.values())
        assert whole == pytest.approx(1.0) or whole == 0.0
