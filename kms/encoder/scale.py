"""Scale of likeness: turns an encoder's cosines into likenesses that mean the same for every encoder.

The cosines of one encoder's unrelated texts lie around 0.1, those of another around 0.8, and thresholds and weights of
search would not carry over. Three landmarks are measured on texts whose relation is known (``kms.encoder.calibration``):
the median of unrelated texts, the cosine that one unrelated pair in a hundred reaches, and the median of a name and a
text of the same thing. They are mapped to the standard scale's, and what lies between them by straight lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Landmarks = tuple[float, float, float]
"""Cosine of unrelated texts (median), of one in a hundred of them, and of texts of the same thing (median)."""

STANDARD: Landmarks = (0.08, 0.33, 0.62)
"""The landmarks that thresholds and weights of search were chosen at: those of all-MiniLM-L6-v2, measured."""
TOLERANCE = 0.03
"""An encoder whose landmarks are that near to the standard ones needs no mapping."""
_LEAST_STEP = 1e-3


@dataclass(frozen=True)
class LikenessScale:
    """A rising function from one encoder's cosines to likenesses, both from -1 to 1."""

    landmarks: Landmarks = STANDARD

    @property
    def is_standard(self) -> bool:
        """Whether likenesses are the cosines themselves."""
        return max(abs(a - b) for a, b in zip(self.landmarks, STANDARD, strict=True)) <= TOLERANCE

    def likeness(self, cosines: Array) -> Array:
        """The likeness of each cosine; the array itself on the standard scale."""
        if self.is_standard:
            return cosines
        return np.interp(cosines, self._knots, _TARGETS).astype(np.float32)

    def cosine(self, likeness: float) -> float:
        """The cosine whose likeness is ``likeness``."""
        return likeness if self.is_standard else float(np.interp(likeness, _TARGETS, self._knots))

    @property
    def _knots(self) -> list[float]:
        knots = [-1.0]
        for landmark in self.landmarks:
            knots.append(min(max(landmark, knots[-1] + _LEAST_STEP), 1.0 - _LEAST_STEP * (4 - len(knots))))
        return [*knots, 1.0]


_TARGETS = [-1.0, *STANDARD, 1.0]
