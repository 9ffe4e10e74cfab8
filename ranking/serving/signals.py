"""What shoppers' events are worth: one place for the weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kms.journal.events import Interaction
from kms.types import EventType

EVENT_WEIGHTS: Mapping[EventType, float] = {
    "view": 1.0,
    "click": 1.0,
    "cart": 2.0,
    "purchase": 4.0,
    "rating": 3.0,
}
"""Implicit preference of an event; a rating counts only from ``GOOD_RATING`` on."""
GOOD_RATING = 3.5
HALF_LIFE_DAYS = 30.0


@dataclass(frozen=True)
class HistoryItem:
    """A product that a shopper touched and how much it says about them."""

    product_id: str
    weight: float = 1.0


def weight_of(type: EventType, value: float | None) -> float:
    """The weight of one event; 0 for searches and bad ratings."""
    if type == "rating" and (value is None or value < GOOD_RATING):
        return 0.0
    return EVENT_WEIGHTS.get(type, 0.0)


def history_of(events: Sequence[Interaction], *, half_life_days: float = HALF_LIFE_DAYS) -> list[HistoryItem]:
    """A shopper's events as weighted products, strongest first.

    Older events count less, relative to the shopper's newest.
    """
    weights: dict[str, float] = {}
    if not events:
        return []
    newest = max(event.timestamp for event in events)
    for event in events:
        age_days = (newest - event.timestamp).total_seconds() / 86_400
        weight = weight_of(event.type, event.value) * 0.5 ** (age_days / half_life_days)
        if weight > 0:
            weights[event.product_id] = weights.get(event.product_id, 0.0) + weight
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return [HistoryItem(product_id, weight) for product_id, weight in ranked]


def rows_of(interactions: Iterable[Interaction]) -> list[tuple[str, str, float, float | None]]:
    """Interactions as ``Interactions.from_rows`` takes them; one row an event."""
    return [
        (i.shopper_id, i.product_id, weight, i.timestamp.timestamp())
        for i in interactions
        if (weight := weight_of(i.type, i.value)) > 0
    ]


def decayed_popularity(
    interactions: Iterable[Interaction],
    *,
    now: datetime | None = None,
    half_life_days: float = HALF_LIFE_DAYS,
) -> dict[str, float]:
    """Weighted events by product, halved every ``half_life_days`` before ``now`` (default: the newest event)."""
    seen = [(i.product_id, weight_of(i.type, i.value), i.timestamp) for i in interactions]
    if not seen:
        return {}
    reference = now or max(at for _, _, at in seen)
    result: dict[str, float] = {}
    for product_id, weight, at in seen:
        age_days = max(0.0, (reference - at).total_seconds() / 86_400)
        result[product_id] = result.get(product_id, 0.0) + weight * math.pow(0.5, age_days / half_life_days)
    return {product_id: weight for product_id, weight in result.items() if weight > 0}
