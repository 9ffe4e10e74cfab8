"""Significance tests of two systems on the same queries or shoppers.

Three paired tests (Smucker, Allan and Carterette, CIKM 2007, compare them): the t test, the bootstrap and the
randomisation test. Two-sided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kms.errors import InputError

Test = Literal["t", "bootstrap", "randomisation"]
BATCH_CELLS = 4_000_000


@dataclass(frozen=True)
class PairedTest:
    """Outcome of a paired test.

    Attributes:
        test: Which one.
        difference: Mean of first - second.
        p_value: Two-sided.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        n: Number of pairs.
    """

    test: Test
    difference: float
    p_value: float
    low: float
    high: float
    n: int


def compare(
    first: np.ndarray, second: np.ndarray, test: Test = "t", draws: int = 10_000, seed: int = 0
) -> PairedTest:
    """Tests first against second, value by value.

    Args:
        first: One value a query or shopper, (n,).
        second: The same queries or shoppers in the same order.
        test: ``t``, ``bootstrap`` (shifted to the null hypothesis) or ``randomisation`` (random sign flips).
        draws: Number of resamples; the smallest p value that can come out is 1 / (draws + 1).
        seed: Of the resamples; the interval of t is the exact one, of the others a bootstrap's percentiles.

    Raises:
        InputError: Different lengths, or fewer than two pairs.
    """
    if len(first) != len(second) or len(first) < 2:
        raise InputError(f"a paired test takes two or more pairs, not {len(first)} and {len(second)} values")
    delta = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    n = len(delta)
    difference = float(delta.mean())
    if not delta.any():
        return PairedTest(test, 0.0, 1.0, 0.0, 0.0, n)
    if test == "t":
        from scipy import stats

        error = float(delta.std(ddof=1)) / np.sqrt(n)
        if error == 0.0:
            return PairedTest(test, difference, 0.0, difference, difference, n)
        p_value = float(2 * stats.t.sf(abs(difference) / error, n - 1))
        half = float(stats.t.ppf(0.975, n - 1)) * error
        return PairedTest(test, difference, p_value, difference - half, difference + half, n)
    rng = np.random.default_rng(seed)
    means = np.empty(draws)
    batch = max(1, BATCH_CELLS // n)
    extreme = 0
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        drawn = delta[rng.integers(0, n, size=(size, n))].mean(axis=1)
        means[start : start + size] = drawn
        if test == "randomisation":
            flipped = ((rng.integers(0, 2, size=(size, n), dtype=np.int8) * 2 - 1) * delta).mean(axis=1)
            extreme += int((np.abs(flipped) >= abs(difference) - 1e-15).sum())
        else:
            extreme += int((np.abs(drawn - difference) >= abs(difference)).sum())
    low, high = (float(value) for value in np.percentile(means, [2.5, 97.5]))
    return PairedTest(test, difference, (extreme + 1) / (draws + 1), low, high, n)
