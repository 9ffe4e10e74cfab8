"""Rankers: score candidates from their features."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ranking.models import FeatureName
from ranking.serving.search.stages import FEATURES, Features, Ranked, Scores
from ranking.serving.weights import SearchWeights


class Ranker(Protocol):
    """Scores candidates; the order of a search is descending ``total``."""

    def rank(self, features: Features) -> Ranked:
        """Total score of each candidate, with the part that each feature has in it.

        The parts add up to the total. A part is what reasons show of the feature.
        """
        ...


class LinearRanker:
    """A weighted sum of the features."""

    def __init__(self, weights: SearchWeights | None = None) -> None:
        """Score with ``weights``, by default those of ``SearchWeights``."""
        self.weights = weights or SearchWeights()

    def rank(self, features: Features) -> Ranked:
        """See ``Ranker.rank``."""
        factors = self.weights.factors
        parts: dict[FeatureName, Scores] = {
            name: (factors[name] * features.values[name]).astype(np.float32) for name in FEATURES
        }
        total = np.sum(list(parts.values()), axis=0, dtype=np.float32)
        return Ranked(np.asarray(total, dtype=np.float32), parts)
