"""Popularity with time decay: what everybody takes, newer counts more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.base import BehaviourConfig, BehaviourModel, Contribution, ScoredItem
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.interactions import Interactions

SECONDS_PER_DAY = 86_400.0


class PopularityConfig(BehaviourConfig):
    """Settings of popularity."""

    half_life_days: float | None = Field(default=None, gt=0)
    """Age in days at which an interaction counts half; None ignores age."""
    now: float | None = None
    """Seconds since the epoch from which ages are counted; None takes the newest interaction."""


class Popularity(BehaviourModel):
    """The same order for everybody: the answer for a cold shopper, and the floor of every comparison."""

    name = "popularity"
    Config = PopularityConfig

    def __init__(self, config: PopularityConfig | None = None) -> None:
        super().__init__(config)
        self._scores: np.ndarray = np.zeros(0, dtype=np.float32)

    def _fit(self, interactions: Interactions) -> None:
        weights = interactions.matrix.data.astype(np.float64)
        if self.config.half_life_days is not None and len(weights):
            if interactions.timestamps is None:
                raise BehaviourError(
                    "popularity with half_life_days needs timestamps in the interactions; "
                    "give them, or set half_life_days to None"
                )
            now = self.config.now if self.config.now is not None else float(interactions.timestamps.max())
            age_days = np.maximum(now - interactions.timestamps, 0.0) / SECONDS_PER_DAY
            weights = weights * 0.5 ** (age_days / self.config.half_life_days)
        self._scores = np.bincount(
            interactions.matrix.indices, weights=weights, minlength=interactions.matrix.shape[1]
        ).astype(np.float32)

    @override
    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        return np.tile(self._scores, (histories.shape[0], 1))

    @override
    def explain(
        self, history: Sequence[int] | np.ndarray, item: int, weights: Sequence[float] | None = None
    ) -> list[Contribution]:
        """Always empty: no history has a part in this score."""
        self._position(item)
        return []

    @override
    def similar(self, item: int, n: int = 10) -> list[ScoredItem]:
        """Always empty: popularity relates no two products."""
        self._position(item)
        return []

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        return 8 * n_items + 4 * 8 * n_interactions

    def _state(self) -> dict[str, np.ndarray]:
        return {"scores": self._scores}

    def _restore(self, state: dict[str, np.ndarray]) -> None:
        self._scores = state["scores"]
