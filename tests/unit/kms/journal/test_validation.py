"""Checks that every event passes, whichever door it comes through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kms.journal.models import Event
from kms.journal.validation import AHEAD, EARLIEST, check_event, check_events

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def event(**changes: Any) -> Event:
    values: dict[str, Any] = {
        "id": "e1",
        "type": "view",
        "shopper_id": "s",
        "timestamp": NOW,
        "product_id": "P-1",
    }
    return Event(**(values | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"timestamp": NOW + AHEAD},
        {"timestamp": EARLIEST},
        {"timestamp": NOW.replace(tzinfo=None)},
        {"type": "search", "product_id": None, "query": "lamp"},
        {"type": "rating", "value": 1.0},
        {"type": "rating", "value": 5.0},
        {"type": "purchase", "value": 12.0},
    ],
)
def test_good_events_pass(changes: dict[str, Any]) -> None:
    assert check_event(event(**changes), now=NOW) is None


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"timestamp": NOW + AHEAD + timedelta(seconds=1)}, "timestamp", "bad_timestamp"),
        ({"timestamp": datetime(2099, 1, 1, tzinfo=UTC)}, "timestamp", "bad_timestamp"),
        ({"timestamp": datetime(2099, 1, 1)}, "timestamp", "bad_timestamp"),
        ({"timestamp": EARLIEST - timedelta(seconds=1)}, "timestamp", "bad_timestamp"),
        ({"product_id": None}, "product_id", "missing_product"),
        ({"type": "rating"}, "value", "missing_rating"),
        ({"type": "rating", "value": 0.5}, "value", "missing_rating"),
        ({"type": "rating", "value": 6.0}, "value", "missing_rating"),
    ],
)
def test_bad_events_are_named(changes: dict[str, Any], field: str, code: str) -> None:
    problem = check_event(event(**changes), now=NOW)
    assert problem is not None
    assert (problem.field, problem.code) == (field, code)
    assert problem.message


def test_products_are_looked_up_once_for_all_events() -> None:
    asked: list[list[str]] = []

    def known(ids: Iterable[str]) -> set[str]:
        asked.append(list(ids))
        return {"P-1"}

    events = [
        event(),
        event(id="e2", product_id="P-2"),
        event(id="e3", type="search", product_id=None),
        event(id="e4", product_id="P-2", timestamp=datetime(2099, 1, 1, tzinfo=UTC)),
    ]
    problems = check_events(events, known_products=known, now=NOW)
    assert [problem.code if problem else None for problem in problems] == [
        None,
        "unknown_product",
        None,
        "bad_timestamp",
    ]
    assert asked == [["P-1", "P-2"]]


def test_nothing_is_looked_up_for_searches() -> None:
    def refuse(ids: Iterable[str]) -> set[str]:
        raise AssertionError(list(ids))

    searches = [event(type="search", product_id=None)]
    assert check_events(searches, known_products=refuse, now=NOW) == [None]
