"""Events over the API: stored once, counted in the next answer, refused one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Platform
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import platform, platform_state

JSON = {"Content-Type": "application/json"}

__all__ = ["platform", "platform_state"]


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def view(product_id: str, shopper: str = "new-shopper", **changes: Any) -> dict[str, Any]:
    """A view as a shop's page sends it."""
    return {
        "action_name": "view",
        "client_id": shopper,
        "timestamp": datetime.now(UTC).isoformat(),
        "event_attributes": {"object": {"object_id": product_id, "object_id_field": "product_id"}},
    } | changes


def test_an_event_counts_in_the_next_answer_for_its_shopper(client: TestClient) -> None:
    url = "/v1/shoppers/fresh/recommendations?explain=true"
    assert client.get(url).json()["kind"] == "cold"
    query_id = client.get("/v1/search", params={"q": "headphones"}).json()["query_id"]
    stored = client.post("/v1/events", json=view("AUD-001", "fresh", query_id=query_id, event_id="f-1"))
    assert (stored.status_code, stored.json()) == (200, {"stored": 1, "known": 0, "refused": []})
    answer = client.get(url).json()
    assert answer["kind"] == "personal"
    assert "AUD-001" not in [hit["product"]["id"] for hit in answer["hits"]]
    named = {n["id"] for hit in answer["hits"] for r in hit["reasons"] for n in r["because_of"]}
    assert named == {"AUD-001"}


def test_sending_it_again_changes_nothing(client: TestClient, platform: Platform) -> None:
    body = {
        "events": [
            view("AUD-002", "twice", event_id="t-1"),
            view("AUD-003", "twice", timestamp=1_700_000_000_000),
        ]
    }
    assert client.post("/v1/events", json=body).json() == {"stored": 2, "known": 0, "refused": []}
    assert client.post("/v1/events", json=body).json() == {"stored": 0, "known": 2, "refused": []}
    assert len(platform.journal.history("twice")) == 2


def test_bad_events_are_named_and_good_ones_stored(client: TestClient, platform: Platform) -> None:
    events = [
        view("AUD-001", "mixed", event_id="m-0"),
        view("NOBODY", "mixed", event_id="m-1"),
        view("AUD-002", "mixed", action_name="teleport"),
        "not an event",
        view("AUD-003", "mixed", event_id="m-4"),
    ]
    response = client.post("/v1/events", json=events)
    assert response.status_code == 207
    answer = response.json()
    assert answer["stored"] == 2
    assert [(r["index"], r["code"]) for r in answer["refused"]] == [
        (1, "unknown_product"),
        (2, "unknown_action"),
        (3, "invalid"),
    ]
    assert answer["refused"][0]["event_id"] == "m-1"
    assert {e.id for e in platform.journal.history("mixed")} == {"m-0", "m-4"}
    metrics = client.get("/metrics").text
    assert 'kms_events_total{outcome="refused"}' in metrics


def test_where_none_is_right_the_answer_is_a_problem(client: TestClient) -> None:
    problem = problem_of(client.post("/v1/events", json=view("NOBODY")), 422, "validation")
    assert problem["errors"][0]["field"] == "events.0"
    assert "NOBODY" in problem["detail"]


def test_a_thousand_at_once_and_no_more(client: TestClient, platform: Platform) -> None:
    many = [view("AUD-001", "busy", event_id=f"b-{number}") for number in range(1_000)]
    assert client.post("/v1/events", json=many).json()["stored"] == 1_000
    assert len(platform.journal.history("busy", limit=2_000)) == 1_000
    problem = problem_of(client.post("/v1/events", json=[*many, view("AUD-001")]), 422, "validation")
    assert "1001" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe\xfa", 400, "malformed_json"),
        (b'{"events": [NaN]}', 400, "malformed_json"),
        (b"[" * 100_000, 400, "malformed_json"),
        (b"[]", 422, "validation"),
        (b'{"events": 7}', 422, "validation"),
        (b'"text"', 422, "validation"),
        (b"null", 422, "validation"),
        (b"{}", 422, "validation"),
        (json.dumps({"events": [{"event_id": "\ud800", "action_name": "view"}]}).encode(), 422, "validation"),
        (b" " * 1_000_001, 413, "payload_too_large"),
    ],
)
def test_bodies_that_are_no_events(client: TestClient, body: bytes, status: int, code: str) -> None:
    problem_of(client.post("/v1/events", content=body, headers=JSON), status, code)


def test_a_body_that_does_not_say_how_long_it_is(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 10_000

    problem_of(client.post("/v1/events", content=endless(), headers=JSON), 413, "payload_too_large")
    lying = {"content-length": "-5"}
    assert client.post("/v1/events", content=b"{}", headers=lying).status_code in {400, 413}
