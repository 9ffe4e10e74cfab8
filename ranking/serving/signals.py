"""Weights of shoppers' events: how much each kind of event says for or against a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kms.journal.events import Interaction
from kms.types import EventType

EVENT_WEIGHTS: Mapping[EventType, float] = {
    "view": 1.0,
    "click": 1.0,
    "cart": 2.0,
    "purchase": 4.0,
    "rating": 3.0,
}
"""Implicit preference of an event; a rating counts as such only from ``GOOD_RATING`` on."""
GOOD_RATING = 3.5
"""Least rating that speaks for a product."""
BAD_RATING = 2.5
"""Ratings below this speak against a product; those between the two say nothing."""
HALF_LIFE_DAYS = 30.0
SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True)
class HistoryItem:
    """A product of a shopper's history and its weight; a negative weight means that the shopper disliked it."""

    product_id: str
    weight: float = 1.0


def weight_of(type: EventType, value: float | None) -> float:
    """The weight of one event: positive for interest, negative for a bad rating, 0 for what says nothing.

    A rating of 1 has the weight of a rating of 5 with the opposite sign.
    """
    if type != "rating":
        return EVENT_WEIGHTS.get(type, 0.0)
    if value is None:
        return 0.0
    if value >= GOOD_RATING:
        return EVENT_WEIGHTS["rating"]
    if value < BAD_RATING:
        return -EVENT_WEIGHTS["rating"] * min(1.0, (3.0 - value) / 2.0)
    return 0.0


def decay(timestamp: datetime, now: datetime, half_life_days: float = HALF_LIFE_DAYS) -> float:
    """Factor by age, halved every ``half_life_days``; an event dated after ``now`` counts as one of this moment."""
    age_days = max(0.0, (now - timestamp).total_seconds() / SECONDS_PER_DAY)
    return float(0.5 ** (age_days / half_life_days))


def history_of(
    events: Sequence[Interaction], *, now: datetime | None = None, half_life_days: float = HALF_LIFE_DAYS
) -> list[HistoryItem]:
    """A shopper's events as weighted products, the strongest interest first, disliked products last.

    The newest rating of a product decides whether it is disliked: a purchase that is followed by a rating of 1
    speaks against the product.

    Args:
        events: Of one shopper, in any order.
        now: Moment from which ages count; default: the present.
        half_life_days: Age at which an event counts half.
    """
    reference = now or datetime.now(UTC)
    weights: dict[str, float] = {}
    disliked: dict[str, float] = {}
    for event in sorted(events, key=lambda e: e.timestamp):
        weight = weight_of(event.type, event.value) * decay(event.timestamp, reference, half_life_days)
        if event.type == "rating":
            disliked.pop(event.product_id, None)
        if weight < 0:
            disliked[event.product_id] = weight
        elif weight > 0:
            weights[event.product_id] = weights.get(event.product_id, 0.0) + weight
    weights |= disliked
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return [HistoryItem(product_id, weight) for product_id, weight in ranked]


def rows_of(interactions: Iterable[Interaction]) -> list[tuple[str, str, float, float | None]]:
    """Interactions as ``Interactions.from_rows`` takes them: one row an event that speaks for a product.

    All events of a shopper with a product whose newest rating is bad are left out.
    """
    rows: list[tuple[str, str, float, float | None]] = []
    rated: dict[tuple[str, str], tuple[datetime, float]] = {}
    for i in interactions:
        weight = weight_of(i.type, i.value)
        if i.type == "rating":
            before = rated.get((i.shopper_id, i.product_id))
            if before is None or i.timestamp >= before[0]:
                rated[i.shopper_id, i.product_id] = (i.timestamp, weight)
        if weight > 0:
            rows.append((i.shopper_id, i.product_id, weight, i.timestamp.timestamp()))
    disliked = {pair for pair, (_, weight) in rated.items() if weight < 0}
    return [row for row in rows if (row[0], row[1]) not in disliked] if disliked else rows
