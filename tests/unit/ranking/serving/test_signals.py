from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kms.journal.events import Interaction
from kms.types import EventType
from ranking.serving.signals import HALF_LIFE_DAYS, decay, history_of, rows_of, weight_of

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def event(product_id: str, type: EventType, days: float, value: float | None = None) -> Interaction:
    return Interaction("s", product_id, type, NOW - timedelta(days=days), value)


@pytest.mark.parametrize(
    ("type", "value", "weight"),
    [
        ("view", None, 1.0),
        ("purchase", 2.0, 4.0),
        ("rating", 5.0, 3.0),
        ("rating", 3.0, 0.0),
        ("rating", 2.0, -1.5),
        ("rating", 1.0, -3.0),
        ("rating", None, 0.0),
        ("search", None, 0.0),
    ],
)
def test_weights(type: EventType, value: float | None, weight: float) -> None:
    assert weight_of(type, value) == weight


def test_ages_count_from_now_and_the_future_is_now() -> None:
    assert decay(NOW - timedelta(days=HALF_LIFE_DAYS), NOW) == pytest.approx(0.5)
    assert decay(NOW + timedelta(days=30_000), NOW) == 1.0


def test_history_adds_up_and_fades() -> None:
    events = [
        event("A", "view", 0),
        event("B", "purchase", HALF_LIFE_DAYS),
        event("A", "view", HALF_LIFE_DAYS),
    ]
    history = history_of(events, now=NOW)
    assert {item.product_id: item.weight for item in history} == pytest.approx({"B": 2.0, "A": 1.5})
    assert [item.product_id for item in history] == ["B", "A"]


def test_the_newest_rating_decides_what_is_disliked() -> None:
    bought_and_regretted = [event("A", "purchase", 5), event("A", "rating", 1, 1.0)]
    assert history_of(bought_and_regretted, now=NOW)[0].weight < 0
    forgiven = [*bought_and_regretted, event("A", "rating", 0, 5.0)]
    assert history_of(forgiven, now=NOW)[0].weight > 0


def test_disliked_products_come_last() -> None:
    events = [event("A", "rating", 0, 1.0), event("B", "view", 0)]
    assert [item.product_id for item in history_of(events, now=NOW)] == ["B", "A"]


def test_empty_histories() -> None:
    assert history_of([]) == []
    assert history_of([event("A", "rating", 0, 3.0)], now=NOW) == []


def test_rows_leave_out_what_speaks_against_a_product() -> None:
    interactions = [
        Interaction("s", "A", "view", NOW, None),
        Interaction("s", "B", "purchase", NOW - timedelta(days=2), None),
        Interaction("s", "B", "rating", NOW, 1.0),
        Interaction("t", "B", "purchase", NOW, None),
    ]
    at = NOW.timestamp()
    assert rows_of(interactions) == [("s", "A", 1.0, at), ("t", "B", 4.0, at)]
