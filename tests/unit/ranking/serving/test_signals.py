from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kms.journal.events import Interaction
from kms.types import EventType
from ranking.serving.signals import HALF_LIFE_DAYS, decayed_popularity, history_of, rows_of, weight_of

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def event(product_id: str, type: EventType, days: float, value: float | None = None) -> Interaction:
    return Interaction("s", product_id, type, NOW - timedelta(days=days), value)


@pytest.mark.parametrize(
    ("type", "value", "weight"),
    [
        ("view", None, 1.0),
        ("purchase", 2.0, 4.0),
        ("rating", 5.0, 3.0),
        ("rating", 2.0, 0.0),
        ("search", None, 0.0),
    ],
)
def test_weights(type: EventType, value: float | None, weight: float) -> None:
    assert weight_of(type, value) == weight


def test_history_adds_up_and_fades() -> None:
    events = [
        event("A", "view", 0),
        event("B", "purchase", HALF_LIFE_DAYS),
        event("A", "view", HALF_LIFE_DAYS),
    ]
    found = {item.product_id: item.weight for item in history_of(events)}
    assert found == pytest.approx({"B": 2.0, "A": 1.5})
    assert [item.product_id for item in history_of(events)] == ["B", "A"]


def test_empty_and_worthless_histories() -> None:
    assert history_of([]) == []
    assert history_of([event("A", "rating", 0, 1.0)]) == []


def test_rows_leave_out_what_is_worth_nothing() -> None:
    interactions = [Interaction("s", "A", "view", NOW, None), Interaction("s", "B", "rating", NOW, 1.0)]
    assert rows_of(interactions) == [("s", "A", 1.0, NOW.timestamp())]


def test_popularity_halves_with_age() -> None:
    interactions = [
        Interaction("s", "A", "view", NOW, None),
        Interaction("s", "B", "view", NOW - timedelta(days=HALF_LIFE_DAYS), None),
    ]
    assert decayed_popularity(interactions) == pytest.approx({"A": 1.0, "B": 0.5})
    assert decayed_popularity([]) == {}
