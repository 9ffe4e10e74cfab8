"""Paired tests."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kms.errors import InputError
from ranking.evaluate.significance import Test as Name
from ranking.evaluate.significance import compare

TESTS: tuple[Name, ...] = ("t", "bootstrap", "randomisation")


def pair(shift: float, n: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    base = rng.random(n)
    return base + shift + rng.normal(0, 0.2, n), base


def test_t_agrees_with_scipy() -> None:
    first, second = pair(0.02)
    found = compare(first, second)
    expected = stats.ttest_rel(first, second)
    assert found.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.n == 300


@pytest.mark.parametrize("test", TESTS)
def test_a_clear_difference_and_none(test: Name) -> None:
    first, second = pair(0.1)
    clear = compare(first, second, test=test, draws=2000)
    assert clear.p_value < 0.01
    assert 0 < clear.low < clear.difference < clear.high
    swapped = compare(second, first, test=test, draws=2000)
    assert swapped.difference == pytest.approx(-clear.difference)
    none = compare(*pair(0.0, seed=4), test=test, draws=2000)
    assert none.p_value > 0.05
    assert none.low < 0 < none.high


@pytest.mark.parametrize("test", TESTS)
def test_the_three_tests_roughly_agree(test: Name) -> None:
    first, second = pair(0.02, seed=7)
    assert compare(first, second, test=test, draws=4000).p_value == pytest.approx(
        compare(first, second).p_value, abs=0.03
    )


@pytest.mark.parametrize("test", TESTS)
def test_equal_systems(test: Name) -> None:
    values = np.array([0.1, 0.5, 0.3])
    assert compare(values, values, test=test).p_value == 1.0


def test_a_constant_difference_has_no_error() -> None:
    assert compare(np.array([1.0, 2.0]), np.array([0.0, 1.0])).p_value == 0.0


@pytest.mark.parametrize("test", ["bootstrap", "randomisation"])
def test_the_seed_decides(test: Name) -> None:
    first, second = pair(0.02)
    one, again, other = (compare(first, second, test, draws=500, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_p_is_never_zero_by_resampling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranking.evaluate.significance.BATCH_CELLS", 900)
    assert compare(*pair(5.0), test="randomisation", draws=99).p_value == pytest.approx(0.01)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="not 2 and 3"):
        compare(np.zeros(2), np.zeros(3))
    with pytest.raises(InputError, match="two or more"):
        compare(np.zeros(1), np.zeros(1))
