"""Temperature scaling: divides logits by one fitted number so that probabilities match accuracy (Guo et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]


def fit_temperature(
    cases: Sequence[tuple[Floats, Bools]], low: float = 0.2, high: float = 6.0, steps: int = 40
) -> float:
    """The temperature with the smallest negative log-likelihood, by golden-section search.

    Args:
        cases: Logits (N, C) and the right classes (N, C), several where any of them is right.
        low: Smallest temperature tried.
        high: Largest temperature tried.
        steps: Halvings of the search; 40 is far below float noise.

    Returns:
        The temperature; 1.0 without cases.
    """
    filled = [(logits.astype(np.float64), gold) for logits, gold in cases if len(logits)]
    if not filled:
        return 1.0
    ratio = (5**0.5 - 1) / 2
    left, right = np.log(low), np.log(high)
    for _ in range(steps):
        a, b = right - ratio * (right - left), left + ratio * (right - left)
        if _loss(filled, np.exp(a)) < _loss(filled, np.exp(b)):
            right = b
        else:
            left = a
    return float(np.exp((left + right) / 2))


def _loss(cases: Sequence[tuple[npt.NDArray[np.float64], Bools]], temperature: float) -> float:
    total = 0.0
    for logits, gold in cases:
        scaled = logits / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        every = np.log(np.exp(scaled).sum(axis=1))
        right = np.log(np.maximum((np.exp(scaled) * gold).sum(axis=1), 1e-300))
        total += float((every - right).sum())
    return total


def expected_calibration_error(confidence: npt.NDArray[np.float64], right: Bools, bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over equal bins, weighted by their size."""
    if not len(confidence):
        return 0.0
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(error)
