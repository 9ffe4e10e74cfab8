"""Splits and the leakage check."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.behaviour.interactions import Interactions
from ranking.evaluate.split import LeakageError, check_leakage, holdout, holdout_last, split_at
from tests.unit.ranking.behaviour.checkerboard import random_interactions


def test_holdout_is_a_partition() -> None:
    whole = random_interactions()
    train, held = holdout(whole, 0.3, seed=1)
    check_leakage(train, held)
    np.testing.assert_array_equal((train.matrix + held.matrix).toarray(), whole.matrix.toarray())
    sizes, taken = np.diff(whole.matrix.indptr), np.diff(held.matrix.indptr)
    for size, count in zip(sizes, taken, strict=True):
        assert count == (0 if size < 2 else min(size - 1, max(1, round(size * 0.3))))


def test_holdout_depends_on_the_seed_only() -> None:
    whole = random_interactions()
    first, again, other = (holdout(whole, 0.3, seed)[1].matrix for seed in (1, 1, 2))
    assert (first != again).nnz == 0
    assert (first != other).nnz > 0


def test_a_single_interaction_stays_in_train() -> None:
    train, held = holdout(Interactions.from_rows([("a", "x", 1, None)]), 0.5, seed=0)
    assert (train.matrix.nnz, held.matrix.nnz) == (1, 0)


def test_holdout_last_takes_the_newest_and_keeps_times_aligned() -> None:
    rows = [("a", "x", 1, 30.0), ("a", "y", 1, 10.0), ("a", "z", 1, 20.0)]
    train, held = holdout_last(Interactions.from_rows(rows), 0.34)
    assert held.history(0)[0].tolist() == [0]
    assert held.timestamps is not None
    assert held.timestamps.tolist() == [30.0]
    assert train.timestamps is not None
    assert train.timestamps.tolist() == [10.0, 20.0]


def test_holdout_last_needs_timestamps() -> None:
    with pytest.raises(LeakageError, match="needs timestamps"):
        holdout_last(Interactions.from_rows([("a", "x", 1, None)]), 0.5)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5])
def test_shares_out_of_range(share: float) -> None:
    with pytest.raises(LeakageError, match="between 0 and 1"):
        holdout(random_interactions(), share, seed=0)


def test_a_shared_pair_is_a_leak() -> None:
    train = Interactions.from_rows([("a", "x", 1, None), ("a", "y", 1, None)])
    test = Interactions.from_rows([("a", "y", 1, None)], item_ids=["x", "y"])
    with pytest.raises(LeakageError, match=r"1 of 1 test interactions .* \(a, y\)"):
        check_leakage(train, test)


def test_different_ids_are_refused() -> None:
    train = Interactions.from_rows([("a", "x", 1, None)])
    test = Interactions.from_rows([("a", "y", 1, None)])
    with pytest.raises(LeakageError, match="same user_ids and item_ids"):
        check_leakage(train, test)


def test_a_split_at_one_time_has_nothing_of_later_in_train() -> None:
    rows = [(f"u{u}", f"i{i}", 1.0, float(10 * u + i)) for u in range(10) for i in range(8)]
    interactions = Interactions.from_rows(rows)
    train, test, point = split_at(interactions, 0.25)
    assert train.timestamps is not None and test.timestamps is not None
    assert train.timestamps.max() <= point < test.timestamps.min()
    check_leakage(train, test)
    known = np.diff(train.matrix.indptr) > 0
    assert not np.diff(test.matrix.indptr)[~known].any()


def test_a_split_at_one_time_needs_times_and_a_share() -> None:
    rows = [("u", "i", 1.0, None), ("u", "j", 1.0, None)]
    with pytest.raises(LeakageError, match="timestamps"):
        split_at(Interactions.from_rows(rows), 0.2)
    timed = Interactions.from_rows([("u", "i", 1.0, 1.0), ("u", "j", 1.0, 2.0)])
    with pytest.raises(LeakageError, match="between 0 and 1"):
        split_at(timed, 1.5)
