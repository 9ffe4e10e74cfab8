"""The review queue over HTTP: an answer changes the graph, undoing brings it back, the second of two people is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.change_reader import ChangeReader
from api.wiring import Platform
from tests.integration.api_client import open_client
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def get(client: TestClient, path: str, **params: Any) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def act(client: TestClient, status: int = 201, **action: Any) -> dict[str, Any]:
    answer = client.post("/v1/queue/actions", json={"actions": [action]})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def statuses(client: TestClient, product: str, field: str) -> dict[str, str]:
    listed = get(client, "/v1/facts", product=product, field=field)["facts"]
    return {each["fact"]["target"]["id"]: each["status"] for each in listed}


def test_an_answer_decides_and_undoing_brings_the_question_back(
    client: TestClient, platform: Platform
) -> None:
    asked = client.post("/v1/queue/next", json={"filter": {"kind": "contradiction"}}).json()
    item = asked["item"]
    assert item["samples"][0]["evidence"][0]["highlight"]["end"] > 0
    product, first, second = item["samples"][0]["product_id"], *(o["target"] for o in item["options"][:2])
    before = statuses(client, product, item["field"])
    total = get(client, "/v1/queue")["total"]
    done = act(client, item=item["id"], action="accept", option=2, seen=item["seen"])["actions"][0]
    ChangeReader(platform).apply()
    assert statuses(client, product, item["field"])[second] == "accepted"
    assert item["id"] not in {
        each["id"] for each in get(client, "/v1/queue", kind="contradiction", limit=100)["items"]
    }
    asked_of = get(client, "/v1/queue", kind="contradiction", product=product, field=item["field"])
    assert asked_of["items"] == [], "the values that gave way are no contradiction"
    late = act(client, 409, item=item["id"], action="reject", seen=item["seen"])
    assert "answered it at" in late["detail"]

    assert client.post("/v1/queue/undo", json={"actions": [done["id"]]}).status_code == 200
    ChangeReader(platform).apply()
    assert statuses(client, product, item["field"]) == before
    assert get(client, "/v1/queue")["total"] == total
    again = get(client, f"/v1/queue/items/{item['id']}")
    assert (again["status"], again["products"]) == ("open", item["products"])
    assert [each["action"] for each in again["history"]] == ["undo", "accept"]
    assert first in before


def test_a_filter_is_answered_as_a_whole_after_its_number_was_seen(client: TestClient) -> None:
    body = {"action": "assign", "value": "anna", "filter": {"kind": "contradiction"}}
    seen = client.post("/v1/queue/bulk", json=body).json()
    assert seen["done"] == 0 and 0 < len(seen["sample"]) <= seen["total"]
    assert client.post("/v1/queue/bulk", json={**body, "expected": seen["total"] + 1}).status_code == 400
    done = client.post("/v1/queue/bulk", json={**body, "expected": seen["total"]}).json()
    assert done["done"] == seen["total"]
    page = get(client, "/v1/queue", assignee="anna")
    assert page["total"] == seen["total"] and page["assignees"] == {"anna": seen["total"]}
    assert client.post("/v1/queue/undo", json={"actions": [done["batch"]]}).status_code == 200
    assert get(client, "/v1/queue", assignee="anna")["total"] == 0


def test_classes_and_fields_go_by_their_names(client: TestClient) -> None:
    page = get(client, "/v1/queue", **{"class": "Over-ear headphones", "field": "battery life"})
    assert {(each["class_id"], each["field"]) for each in page["items"]} == {
        ("over_ear_headphones", "battery_life")
    }
    refused = client.get("/v1/queue", params={"class": "headphone"})
    assert refused.status_code == 400 and "did you mean" in refused.text


def test_every_field_that_is_offered_finds_as_many_questions_as_it_says(client: TestClient) -> None:
    fields = get(client, "/v1/queue")["fields"]
    assert fields
    for field, count in fields.items():
        assert get(client, "/v1/queue", field=field, limit=1)["total"] == count, field


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"field": "kolour"}, "no attribute or relation 'kolour'; did you mean colour"),
        ({"product": "AUD-01"}, "no product 'AUD-01'; did you mean AUD-0"),
        ({"class": "socksss"}, "no class 'socksss'"),
    ],
)
def test_filters_that_name_nothing_are_refused_with_the_nearest_names(
    client: TestClient, params: dict[str, str], message: str
) -> None:
    refused = client.get("/v1/queue", params=params)
    assert refused.status_code == 400 and message in refused.json()["detail"]


def test_a_question_that_there_is_not_is_said_to_be_none(client: TestClient) -> None:
    answer = client.get("/v1/queue/items/zz")
    assert answer.status_code == 404 and "no such question" in answer.json()["detail"]


def test_an_assignment_says_who(client: TestClient) -> None:
    item = get(client, "/v1/queue", limit=1)["items"][0]["id"]
    assert "says who" in act(client, 400, item=item, action="assign")["detail"]
    body = {"action": "assign", "filter": {"kind": "contradiction"}, "expected": 1}
    assert "says who" in client.post("/v1/queue/bulk", json=body).json()["detail"]
