"""The scored rule: how likely a pair is the same product by its features, with points set by hand.

It serves where no classifier was trained. docs/identity.md has its F1 beside the classifier's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kms.identity.features import FEATURES, Vector

BASE = -7.0
POINTS = {
    "code_length": 5.0,
    "code_in_text": 1.0,
    "code_begins": 2.5,
    "code_conflict": -2.0,
    "gtin_same": 12.0,
    "gtin_differs": -3.0,
    "mpn_same": 3.0,
    "numbers_left": -1.0,
    "numbers_right": -1.0,
    "numbers_conflict": -1.0,
    "title_shared": 3.5,
    "title_covered": 3.0,
    "title_sort_ratio": 2.0,
    "text_shared": 1.5,
    "brand_same": 0.5,
    "brand_differs": -3.0,
    "price_known": -1.0,
    "price_near": 2.0,
}
THRESHOLD = 0.5
_WEIGHTS = np.array([POINTS.get(name, 0.0) for name in FEATURES], dtype=np.float32)


def rule_scores(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities of pairs, (n,), from their features, (n, len(FEATURES))."""
    if not len(features):
        return np.zeros(0)
    points = np.asarray(features @ _WEIGHTS + BASE, dtype=np.float64)
    return np.asarray(1.0 / (1.0 + np.exp(-points)), dtype=np.float64)


def explain(features: Vector) -> list[str]:
    """What speaks for and against a pair, the strongest first."""
    parts = sorted(
        (
            (name, float(value) * POINTS.get(name, 0.0))
            for name, value in zip(FEATURES, features, strict=True)
        ),
        key=lambda part: -abs(part[1]),
    )
    return [f"{name.replace('_', ' ')} {points:+.1f}" for name, points in parts if abs(points) >= 0.5]
