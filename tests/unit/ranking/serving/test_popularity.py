from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.journal.events import Interaction
from kms.types import EventType
from ranking.serving.popularity import (
    PURCHASES_PER_BURST,
    PURCHASES_PER_SHOPPER,
    Demand,
    measure_demand,
    popularity_reason,
)
from ranking.serving.signals import EVENT_WEIGHTS, HALF_LIFE_DAYS

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
PURCHASE = EVENT_WEIGHTS["purchase"]


def event(shopper: str, product: str, days: float = 0.0, type: EventType = "purchase") -> Interaction:
    return Interaction(shopper, product, type, NOW - timedelta(days=days), None)


def regulars(product: str, n: int) -> list[Interaction]:
    """``n`` shoppers who came on two days and bought a product on the second."""
    return [
        each
        for i in range(n)
        for each in (
            event(f"{product}{i}", "other", 3 + i % 20, "view"),
            event(f"{product}{i}", product, i % 3),
        )
    ]


def first(demand: Demand) -> str:
    return max(demand.weights, key=lambda product: demand.weights[product])


def test_halves_with_age_counted_from_now() -> None:
    events = [event("s", "A"), event("s", "B", HALF_LIFE_DAYS), event("s", "C", 2 * HALF_LIFE_DAYS)]
    weights = measure_demand(events, now=NOW).weights
    assert weights == pytest.approx({"A": 4.0, "B": 2.0, "C": 1.0})
    later = measure_demand(events, now=NOW + timedelta(days=HALF_LIFE_DAYS)).weights
    assert later == pytest.approx({"A": 2.0, "B": 1.0, "C": 0.5})


def test_an_event_of_the_far_future_moves_no_other_product() -> None:
    events = [*regulars("A", 6), *regulars("B", 3)]
    before = measure_demand(events, now=NOW).weights
    after = measure_demand([*events, event("x", "Z", -30_000)], now=NOW).weights
    assert {p: after[p] for p in before} == pytest.approx(before, rel=0.05)
    assert after["Z"] <= PURCHASE


def test_bad_ratings_make_no_demand() -> None:
    bad = Interaction("s", "A", "rating", NOW, 1.0)
    assert measure_demand([bad], now=NOW).weights == {}


def test_one_shopper_counts_once_for_a_product() -> None:
    often = [event("s", "A", day) for day in range(30) for _ in range(20)]
    assert measure_demand(often, now=NOW).weights["A"] <= PURCHASE


def test_one_shopper_counts_only_so_much_for_all_products() -> None:
    wide = [event("s", f"P{i}", i % 2) for i in range(500)]
    assert sum(measure_demand(wide, now=NOW).weights.values()) <= PURCHASES_PER_SHOPPER * PURCHASE + 1e-6


def test_a_burst_of_new_ids_does_not_come_first() -> None:
    shop = [*regulars("A", 12), *regulars("B", 8), *regulars("C", 4)]
    burst = [event(f"invented{i}", "Z") for i in range(900)]
    demand = measure_demand([*shop, *burst], now=NOW)
    assert first(demand) == "A"
    assert demand.weights["Z"] <= 0.5 * demand.weights["A"] + 1e-6


def test_new_ids_spread_over_days_do_not_come_first_either() -> None:
    shop = [*regulars("A", 12), *regulars("B", 8)]
    spread = [event(f"invented{i}", "Z", i % 25) for i in range(900)]
    assert first(measure_demand([*shop, *spread], now=NOW)) == "A"


def test_a_burst_is_bounded_in_a_shop_of_new_shoppers() -> None:
    visits = [event(f"v{p}{i}", f"P{p}", i % 20) for p in range(30) for i in range(8)]
    burst = [event(f"invented{i}", "Z") for i in range(900)]
    weights = measure_demand([*visits, *burst], now=NOW).weights
    assert weights["Z"] <= PURCHASES_PER_BURST * PURCHASE


def test_more_visitors_still_count_more() -> None:
    visits = [event(f"v{p}{i}", f"P{p}") for p in range(5) for i in range(p + 1)]
    weights = measure_demand(visits, now=NOW).weights
    assert sorted(weights, key=lambda p: -weights[p]) == ["P4", "P3", "P2", "P1", "P0"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5), st.integers(0, 5), st.floats(-50, 50), st.sampled_from(["view", "purchase"])
        )
    )
)
def test_demand_is_positive_and_never_more_than_one_purchase_a_shopper(
    drawn: list[tuple[int, int, float, EventType]],
) -> None:
    demand = measure_demand([event(f"s{s}", f"p{p}", days, type) for s, p, days, type in drawn], now=NOW)
    for product, weight in demand.weights.items():
        assert 0 < weight <= demand.shoppers[product] * PURCHASE + 1e-6


def test_popular_is_what_several_want_and_more_than_the_average() -> None:
    ids = [f"P{i}" for i in range(10)]
    weights = {"P0": 40.0, "P1": 40.0, "P2": 3.0}
    demand = Demand(weights, {"P0": 12, "P1": 2, "P2": 3})
    assert demand.popular(ids).tolist() == [True] + [False] * 9
    assert not Demand().popular(ids).any()
    assert Demand().popular([]).tolist() == []


def test_only_popular_products_are_called_so() -> None:
    assert "Popular" in popularity_reason(is_popular=True, share=0.1).text_en
    other = popularity_reason(is_popular=False, share=0.1)
    assert "opular" not in other.text_en and "热门" not in other.text_zh
