"""Lists of the serving code for evaluation: the server's recommendations for each shopper at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from kms.journal.events import Interaction
from kms.progress import ProgressFactory, silent_progress
from ranking.serving.recommend import Recommender
from ranking.serving.signals import history_of

HISTORY_EVENTS = 200
"""Newest events of a shopper that the server reads."""


class ServedLists:
    """Recommends to shoppers by their events, as the server does: same decay, same limits, same catalogue."""

    def __init__(
        self,
        recommender: Recommender,
        events: Iterable[Interaction],
        product_ids: Sequence[str],
        *,
        now: datetime,
        history_events: int = HISTORY_EVENTS,
        progress: ProgressFactory = silent_progress,
    ) -> None:
        """Serve on one version of the indexes.

        Args:
            recommender: On the version.
            events: What happened before ``now``.
            product_ids: Products in the order of the positions that lists are made of.
            now: Moment from which ages count.
            history_events: Newest events of a shopper that are read.
            progress: Shows how far it is.
        """
        self._recommender = recommender
        self.item_ids = tuple(product_ids)
        self._positions = {product_id: at for at, product_id in enumerate(product_ids)}
        self._now = now
        self._most = history_events
        self._progress = progress
        self._events: dict[str, list[Interaction]] = defaultdict(list)
        for event in events:
            self._events[event.shopper_id].append(event)

    def lists(self, shopper_ids: Sequence[str], k: int) -> np.ndarray:
        """The first ``k`` products for each shopper: positions, (shoppers, k); -1 where fewer are shown."""
        result = np.full((len(shopper_ids), k), -1, dtype=np.int64)
        with self._progress("recommending", len(shopper_ids)) as advance:
            for row, shopper_id in enumerate(shopper_ids):
                events = sorted(self._events.get(shopper_id, ()), key=lambda e: e.timestamp)[-self._most :]
                history = history_of(events, now=self._now)
                answer = self._recommender.recommend(history, limit=k, explain=False)
                at = [self._positions[hit.product_id] for hit in answer.hits]
                result[row, : len(at)] = at
                advance(1)
        return result
