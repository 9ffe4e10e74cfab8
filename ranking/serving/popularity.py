"""Popularity: how much shoppers want each product now, and which products may be called popular.

A product's demand is the sum of its shoppers' recent events. What one shopper, or one burst of new shopper ids, can
add to it is bounded, so that demand cannot be made up by sending events:

- a shopper counts for a product at most as one purchase, and for all products together at most as
  ``PURCHASES_PER_SHOPPER`` purchases;
- the shoppers whose events all lie within one day ("one-visit shoppers") count for a product on one day at most as
  ``PURCHASES_PER_BURST`` purchases, or as much as returning shoppers ever did on a product and day if that is more;
- over all days they add to a product at most half of the largest demand by returning shoppers, or twice what they
  add to the product at the ninth decile (the largest left aside) if that is more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from kms.journal.events import Interaction
from ranking.models import Reason
from ranking.serving import wording
from ranking.serving.signals import EVENT_WEIGHTS, HALF_LIFE_DAYS, SECONDS_PER_DAY, decay, weight_of

PURCHASES_PER_SHOPPER = 10
PURCHASES_PER_BURST = 3
POPULAR_SHOPPERS = 3
"""Least number of shoppers of a product that is called popular."""
POPULAR_FACTOR = 2.0
"""Least ratio of its demand to the mean demand of all products of the catalogue."""

Amount = tuple[str, str, int]
"""Shopper, product, day."""


@dataclass(frozen=True)
class Demand:
    """Demand by product id.

    Attributes:
        weights: Sum of bounded event weights, halved with every ``HALF_LIFE_DAYS`` of age; products without are left out.
        shoppers: Number of different shoppers whose interest it is.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    shoppers: Mapping[str, int] = field(default_factory=dict)

    def popular(self, product_ids: Sequence[str]) -> NDArray[np.bool_]:
        """Mask of popular products, (n,): wanted by several shoppers, and clearly more than the average."""
        wanted = np.array([self.weights.get(i, 0.0) for i in product_ids], dtype=np.float64)
        by = np.array([self.shoppers.get(i, 0) for i in product_ids], dtype=np.int64)
        mean = float(wanted.mean()) if len(wanted) else 0.0
        return (by >= POPULAR_SHOPPERS) & (wanted >= POPULAR_FACTOR * mean) & (wanted > 0)


def measure_demand(
    interactions: Iterable[Interaction],
    *,
    now: datetime | None = None,
    half_life_days: float = HALF_LIFE_DAYS,
) -> Demand:
    """The demand for each product at a moment.

    Args:
        interactions: In any order. Bad ratings count nothing; an event dated after ``now`` counts as one of now.
        now: Moment from which ages count; default: the present.
        half_life_days: Age at which an event counts half.
    """
    reference = now or datetime.now(UTC)
    amounts: dict[Amount, float] = defaultdict(float)
    days: dict[str, set[int]] = defaultdict(set)
    for event in interactions:
        day = int(min(event.timestamp, reference).timestamp() // SECONDS_PER_DAY)
        days[event.shopper_id].add(day)
        weight = weight_of(event.type, event.value)
        if weight > 0:
            faded = weight * decay(event.timestamp, reference, half_life_days)
            amounts[event.shopper_id, event.product_id, day] += faded
    returning = {shopper for shopper, seen in days.items() if len(seen) > 1}
    amounts = _bounded_by_shopper(amounts)
    steady, visits = _by_day(amounts, returning)
    weights = _total(steady)
    for product_id, amount in _bounded_visits(visits, steady, weights).items():
        weights[product_id] = weights.get(product_id, 0.0) + amount
    shoppers: dict[str, set[str]] = defaultdict(set)
    for shopper_id, product_id, _ in amounts:
        shoppers[product_id].add(shopper_id)
    return Demand(weights, {product_id: len(ids) for product_id, ids in shoppers.items()})


def _bounded_by_shopper(amounts: Mapping[Amount, float]) -> dict[Amount, float]:
    """Each shopper's amounts, scaled down where they exceed what one may count for a product or for all."""
    purchase = EVENT_WEIGHTS["purchase"]
    by_product: dict[tuple[str, str], float] = defaultdict(float)
    for (shopper_id, product_id, _), amount in amounts.items():
        by_product[shopper_id, product_id] += amount
    by_shopper: dict[str, float] = defaultdict(float)
    for (shopper_id, _), amount in by_product.items():
        by_shopper[shopper_id] += min(amount, purchase)
    result = {}
    for (shopper_id, product_id, day), amount in amounts.items():
        factor = min(1.0, purchase / by_product[shopper_id, product_id])
        factor *= min(1.0, PURCHASES_PER_SHOPPER * purchase / by_shopper[shopper_id])
        result[shopper_id, product_id, day] = amount * factor
    return result


Daily = dict[tuple[str, int], float]
"""Amount by product and day."""


def _by_day(amounts: Mapping[Amount, float], returning: set[str]) -> tuple[Daily, Daily]:
    """Amounts of returning shoppers and of one-visit shoppers by product and day."""
    steady: Daily = defaultdict(float)
    visits: Daily = defaultdict(float)
    for (shopper_id, product_id, day), amount in amounts.items():
        (steady if shopper_id in returning else visits)[product_id, day] += amount
    return steady, visits


def _total(daily: Mapping[tuple[str, int], float]) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for (product_id, _), amount in daily.items():
        total[product_id] += amount
    return dict(total)


def _bounded_visits(
    visits: Mapping[tuple[str, int], float],
    steady: Mapping[tuple[str, int], float],
    returning: Mapping[str, float],
) -> dict[str, float]:
    """Bounded popularity that shoppers with one visit add to each product."""
    burst = max(PURCHASES_PER_BURST * EVENT_WEIGHTS["purchase"], max(steady.values(), default=0.0))
    total = _total({key: _saturating(amount, burst) for key, amount in visits.items()})
    if not total:
        return {}
    wanted = sorted(total.get(product_id, 0.0) for product_id in total.keys() | returning.keys())
    # The product with the most one-visit shoppers does not set the limit for itself.
    usual = float(np.quantile(wanted[:-1] or [0.0], 0.9))
    most = max(0.5 * max(returning.values(), default=0.0), 2.0 * usual) or burst
    return {product_id: _saturating(amount, most) for product_id, amount in total.items()}


def _saturating(amount: float, limit: float) -> float:
    """Nearly ``amount`` while it is small, never more than ``limit``, always growing: the order is kept."""
    return limit * float(-np.expm1(-amount / limit)) if limit > 0 else 0.0


def popularity_reason(*, is_popular: bool, share: float) -> Reason:
    """The reason of a hit that scored by demand: "popular" for popular products alone."""
    en, zh = wording.popular() if is_popular else wording.wanted()
    return Reason(source="popularity", share=share, text_en=en, text_zh=zh)
