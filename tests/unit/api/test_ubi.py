"""Events in the fields of User Behavior Insights."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.ubi import EventError, read_event
from kms.journal.actions import ACTIONS
from kms.journal.models import Event

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("event_id", "action_name", "client_id", "user_id", "session_id", "query_id", "timestamp", "message",
         "event_attributes", "user_query")  # fmt: skip


def click(**changes: Any) -> dict[str, Any]:
    """A good event with changes; ``None`` leaves a field out."""
    event: dict[str, Any] = {
        "event_id": "e-1",
        "action_name": "click",
        "client_id": "s1",
        "session_id": "t1",
        "query_id": "q1",
        "timestamp": "2026-11-21T10:00:00Z",
        "event_attributes": {"object": {"object_id": "AUD-001"}, "position": {"ordinal": 3}},
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def test_every_field_finds_its_place() -> None:
    assert read_event(click(), now=NOW) == Event(
        id="e-1",
        type="click",
        shopper_id="s1",
        timestamp=datetime(2026, 11, 21, 10, tzinfo=UTC),
        product_id="AUD-001",
        session_id="t1",
        query_id="q1",
        position=3,
    )


@pytest.mark.parametrize(("action", "kind"), ACTIONS.items())
def test_actions_have_several_names(action: str, kind: str) -> None:
    attributes = {"object": {"object_id": "AUD-001"}, "rating": 4}
    event = read_event(click(action_name=action.upper(), event_attributes=attributes), now=NOW)
    assert event.type == kind
    assert (event.product_id is None) == (kind == "search")


def test_milliseconds_are_a_timestamp_too() -> None:
    at = NOW - timedelta(hours=1)
    assert read_event(click(timestamp=int(at.timestamp() * 1_000)), now=NOW).timestamp == at


def test_a_naive_timestamp_is_utc_and_a_missing_one_is_now() -> None:
    naive = read_event(click(timestamp="2026-11-21T10:00:00"), now=NOW)
    assert naive.timestamp == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert read_event(click(timestamp=None), now=NOW).timestamp == NOW


def test_who_is_known_counts_before_the_device() -> None:
    assert read_event(click(user_id="anna"), now=NOW).shopper_id == "anna"


def test_without_an_id_the_same_event_has_the_same_id() -> None:
    first, again = (read_event(click(event_id=None), now=NOW) for _ in range(2))
    other = read_event(click(event_id=None, client_id="s2"), now=NOW)
    assert first.id == again.id != other.id


def test_a_search_keeps_its_words() -> None:
    event = read_event(click(action_name="search", user_query="red shoes", event_attributes=None), now=NOW)
    assert (event.type, event.query, event.product_id) == ("search", "red shoes", None)


def test_a_rating_keeps_its_stars() -> None:
    attributes = {"object": {"object_id": "AUD-001"}, "rating": 4.5}
    assert read_event(click(action_name="rating", event_attributes=attributes), now=NOW).value == 4.5


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"action_name": "teleport"}, "unknown_action", "purchase"),
        ({"action_name": None}, "invalid", "action_name"),
        ({"client_id": None}, "invalid", "client_id or user_id"),
        ({"client_id": "a b"}, "invalid", "client_id"),
        ({"client_id": "x" * 129}, "invalid", "client_id"),
        ({"client_id": 7}, "invalid", "client_id"),
        ({"event_id": "\ud800"}, "invalid", "event_id"),
        ({"event_id": ""}, "invalid", "event_id"),
        ({"timestamp": "yesterday"}, "invalid", "timestamp"),
        ({"timestamp": 10**20}, "invalid", "timestamp"),
        ({"timestamp": True}, "invalid", "timestamp"),
        ({"timestamp": "2027-01-01T00:00:00Z"}, "bad_timestamp", "2027"),
        ({"timestamp": "1999-01-01T00:00:00Z"}, "bad_timestamp", "1999"),
        ({"event_attributes": None}, "invalid", "needs a product"),
        ({"event_attributes": []}, "invalid", "event_attributes"),
        ({"event_attributes": {"object": {"object_id": "a\tb"}}}, "invalid", "object_id"),
        (
            {"event_attributes": {"object": {"object_id": "a"}, "position": {"ordinal": -1}}},
            "invalid",
            "ordinal",
        ),
        (
            {"event_attributes": {"object": {"object_id": "a"}, "position": {"ordinal": "3"}}},
            "invalid",
            "ordinal",
        ),
        ({"action_name": "rating"}, "invalid", "rating"),
        ({"query_id": "x" * 129}, "invalid", "query_id"),
        ({"message": "x" * 1_025}, "invalid", "message"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(EventError) as caught:
        read_event(click(**changes) if "event_id" not in changes else click() | changes, now=NOW)
    assert caught.value.code == code
    assert says in str(caught.value)


@given(JSON | st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_json_is_read_or_refused(raw: Any) -> None:
    try:
        event = read_event(raw, now=NOW)
    except EventError as error:
        json.dumps({"code": error.code, "message": str(error)})
    else:
        assert isinstance(event, Event)
