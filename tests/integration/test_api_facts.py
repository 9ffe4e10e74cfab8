"""Facts over HTTP: what a decision changes in the served version, what undoing brings back, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.change_reader import ChangeReader
from api.pages.source import Source
from api.services import Services
from api.wiring import Platform
from kms.access.audit import AuditLog
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]

WHITE = "attr.colour:white"


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def found(client: TestClient, filter: str) -> set[str]:
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    services.live.advance()
    answer = client.get("/v1/search", params={"limit": 100, "filter": filter, "explain": True})
    assert answer.status_code == 200, answer.text
    return {hit["product"]["id"] for hit in answer.json()["hits"]}


def search(client: TestClient, filter: str) -> dict[str, Any]:
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    services.live.advance()
    answer = client.get("/v1/search", params={"limit": 100, "filter": filter})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def facts(client: TestClient, **params: Any) -> dict[str, Any]:
    answer = client.get("/v1/facts", params=params)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def decide(client: TestClient, *decisions: dict[str, Any]) -> list[str]:
    answer = client.post("/v1/facts/decisions", json={"decisions": decisions})
    assert answer.status_code == 201, answer.text
    return [each["id"] for each in answer.json()["decisions"]]


def undo(client: TestClient, *ids: str) -> None:
    assert client.post("/v1/facts/undo", json={"decisions": ids}).status_code == 200


def test_a_decision_is_in_the_next_search_and_undoing_brings_the_answer_back(
    client: TestClient, platform: Platform
) -> None:
    white = found(client, WHITE)
    product = sorted(white)[0]
    version = platform.artifacts.current("index")
    before = client.get(f"/v1/products/{product}").json()["facts"]
    listed = facts(client, product=product, field="colour", value="white")
    assert listed["total"] == 1
    assert listed["facts"][0]["fact"]["evidence"], "a fact is listed with its sentences"

    made = decide(
        client,
        {
            "verdict": "reject",
            "product": product,
            "field": "colour",
            "value": "white",
            "reason": "of_another",
        },
        {"verdict": "state", "product": product, "field": "colour", "value": "green"},
    )
    assert ChangeReader(platform).apply().products == 1
    assert found(client, WHITE) == white - {product}
    assert product in found(client, "attr.colour:green")
    assert platform.artifacts.current("index") == version, "no new version of the indexes was made"
    relations = {
        (f["attribute"], f["target"]["key"]) for f in client.get(f"/v1/products/{product}").json()["facts"]
    }
    assert ("colour", "colours/white") not in relations
    turned_down = facts(client, product=product, status="rejected")["facts"][0]
    assert (turned_down["reason"], turned_down["decided_by"]) == ("of_another", "open")
    assert turned_down["fact"]["evidence"]

    undo(client, *made)
    ChangeReader(platform).apply()
    assert found(client, WHITE) == white
    assert client.get(f"/v1/products/{product}").json()["facts"] == before
    past = client.get("/v1/facts/decisions", params={"product": product}).json()["decisions"]
    assert [each["verdict"] for each in past] == ["undo", "undo", "state", "reject"]
    assert {each["undone_by"] for each in past[2:]} == {"open"}
    audited = [entry.action for entry in AuditLog(platform.database).latest(limit=4, action="facts.")]
    assert sorted(audited) == ["facts.reject", "facts.state", "facts.undo", "facts.undo"]


def test_an_inferred_fact_says_what_it_rests_on_wherever_it_is_shown(client: TestClient) -> None:
    (rule,) = [each for each in client.get("/v1/rules").json()["rules"] if each["id"] == "speaker_outdoor"]
    assert rule["when"] == ["class: bluetooth_speaker", "water_resistance: at least ipx5"]
    assert rule["facts"] >= 1
    product = client.get("/v1/products/AUD-006", params={"documents": True}).json()
    shown = product["facts"]
    marked = {mark["target"] for document in product["documents"] for mark in document["marks"]}
    assert any(target.startswith("value:water_resistance/") for target in marked)
    assert "use:outdoor" not in marked, "a mention speaks for what it states"
    (fact,) = [each for each in shown if each["inferred_by"] == "speaker_outdoor"]
    assert fact["target"]["id"] == "use:outdoor"
    keys = {f"{each['attribute'] or each['relation']}:{each['target']['id']}" for each in shown}
    assert set(fact["inferred_from"]) <= keys
    assert fact["evidence"]

    asked = {"product": "AUD-006", "field": "suited_for", "value": "outdoor"}
    trace = client.get("/v1/facts/why", params=asked).json()
    assert (trace["follows"], trace["rule"]) == ("rule", "speaker_outdoor")
    assert trace["note"]
    waiting, leaves = [trace], 0
    while waiting:
        each = waiting.pop()
        waiting += each["sources"]
        if not each["sources"]:
            leaves += 1
            assert each["fact"]["fact"]["evidence"], "every way ends at sentences"
    assert leaves >= 2
    problem_of(client.get("/v1/facts/why", params={**asked, "value": "yoga"}), 404, "not_found")

    answer = client.get("/v1/search", params={"q": "outdoor speaker", "limit": 20, "explain": True}).json()
    (hit,) = [each for each in answer["hits"] if each["product"]["id"] == "AUD-006"]
    (reason,) = [each for each in hit["reasons"] if any(step["inferred_by"] for step in each["path"])]
    (step,) = reason["path"]
    assert step["inferred_by"] == "speaker_outdoor"
    assert reason["text_en"].endswith(f", from {step['from_en']}")
    assert "IP" in step["from_en"] and step["evidence"]


def test_rules_are_tried_and_nothing_is_changed(client: TestClient, platform: Platform) -> None:
    text = """rules:
  beach:
    when: [{class: speaker}, {attribute: water_resistance, at_least: ipx7}]
    then: suited_for/beach
    note: It bears sand and water.
"""
    before = sorted(edge.key for edge in platform.graph.iter_edges())
    tried = client.post("/v1/rules/preview", json={"text": text}).json()
    (effect,) = tried["rules"]
    assert effect["new"] == effect["rule"]["facts"] >= 1
    assert effect["examples"][0]["fact"]["inferred_by"] == "beach"
    assert effect["examples"][0]["fact"]["evidence"]
    assert sorted(edge.key for edge in platform.graph.iter_edges()) == before
    refused = client.post("/v1/rules/preview", json={"text": text.replace("speaker", "speakr")})
    assert "rules:3: rule 'beach': no class 'speakr'" in problem_of(refused, 400, "bad_request")["detail"]


def test_one_mention_can_be_turned_down(client: TestClient, platform: Platform) -> None:
    listed = facts(client, field="colour", status="proposed", limit=100)["facts"]
    fact = next(each for each in listed if len(each["fact"]["evidence"]) == each["fact"]["support"] == 2)
    keys = {"product": fact["product_id"], "field": "colour", "value": fact["fact"]["target"]["id"]}
    made = decide(client, {"verdict": "reject", "mention": fact["fact"]["evidence"][0]["id"]})
    ChangeReader(platform).apply()
    left = facts(client, **keys)["facts"][0]["fact"]
    assert left["support"] == 1
    undo(client, *made)
    ChangeReader(platform).apply()
    assert facts(client, **keys)["facts"][0]["fact"]["support"] == 2


def test_a_whole_filter_is_counted_before_it_is_decided(client: TestClient, platform: Platform) -> None:
    bulk = {"verdict": "reject", "field": "colour", "value": "black", "reason": "too_vague"}
    counted = client.post("/v1/facts/bulk", json=bulk).json()
    assert counted["decided"] == 0 < counted["total"]
    assert len(counted["sample"]) == min(counted["total"], 10)
    refused = client.post("/v1/facts/bulk", json={**bulk, "expected": counted["total"] + 1})
    assert "were expected" in problem_of(refused, 400, "bad_request")["detail"]
    done = client.post("/v1/facts/bulk", json={**bulk, "expected": counted["total"]}).json()
    assert done["decided"] == counted["total"]
    ChangeReader(platform).apply()
    assert found(client, "attr.colour:black") == set()
    assert facts(client, reason="too_vague")["reasons"] == {"too_vague": counted["total"]}
    newest = client.get("/v1/facts/decisions", params={"limit": counted["total"]}).json()["decisions"]
    undo(client, *(each["id"] for each in newest))
    ChangeReader(platform).apply()
    assert len(found(client, "attr.colour:black")) > 0


def test_what_is_sent_again_with_its_id_is_decided_once(client: TestClient, platform: Platform) -> None:
    product = sorted(found(client, WHITE))[0]
    accept = {"id": "mine-1", "verdict": "accept", "product": product, "field": "colour", "value": "white"}
    assert decide(client, accept) == decide(client, accept) == ["mine-1"]
    past = client.get("/v1/facts/decisions", params={"product": product}).json()["decisions"]
    assert [each["id"] for each in past].count("mine-1") == 1
    other = client.post("/v1/facts/decisions", json={"decisions": [{**accept, "verdict": "reject"}]})
    assert "differs in verdict, reason" in problem_of(other, 409, "conflict")["detail"]
    later = {**accept, "valid_until": "2099-01-01T00:00:00Z"}
    other = client.post("/v1/facts/decisions", json={"decisions": [later]})
    assert "differs in valid_until" in problem_of(other, 409, "conflict")["detail"]
    undo(client, "mine-1")


@pytest.mark.parametrize(
    ("decision", "status", "told"),
    [
        ({"verdict": "accept"}, 400, "by product, field and value"),
        ({"verdict": "accept", "product": "nobody", "field": "colour", "value": "red"}, 404, "not in the catalogue"),
        ({"verdict": "accept", "product": "AUD-001", "field": "shade", "value": "red"}, 400, "no attribute"),
        ({"verdict": "accept", "product": "AUD-001", "field": "colour", "value": "octarine"}, 404, "is called"),
        ({"verdict": "correct", "product": "AUD-001", "field": "colour", "value": "red"}, 400, "give the right value"),
        ({"verdict": "reject", "product": "AUD-001", "field": "colour", "value": "red", "reason": "says_so"}, 400,
         "is no reason to reject; the reasons are misread"),
        ({"verdict": "reject", "mention": "feedfeed"}, 404, "no mention"),
        ({"verdict": "state", "product": "AUD-001", "field": "weight", "value": "-5 g"}, 400, "signs are not kept"),
        ({"verdict": "state", "product": "AUD-001", "field": "weight", "value": "up to 3 kg"}, 400, "bounds"),
        ({"verdict": "accept", "product": "AUD-001", "field": "weight", "value": "0 g"}, 400, "is nothing"),
        ({"verdict": "state", "product": "AUD-001", "field": "weight", "value": "value:weight/-5 kilogram"}, 400,
         "is negative"),
        ({"verdict": "state", "product": "AUD-001", "field": "compatible_with", "value": "product:AUD-001"}, 400,
         "said of itself"),
        ({"verdict": "state", "product": "AUD-001", "field": "colour", "value": "red",
          "valid_from": "0001-01-01"}, 400, "of the years 1900 to"),
        ({"verdict": "state", "product": "AUD-001", "field": "colour", "value": "red",
          "valid_from": "2027-01-02T00:00:00", "valid_until": "2027-01-01T00:00:00+02:00"}, 400, "must be later"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_says_what_to_send(
    client: TestClient, decision: dict[str, Any], status: int, told: str
) -> None:
    answer = client.post("/v1/facts/decisions", json={"decisions": [decision]})
    code = {400: "bad_request", 404: "not_found"}[status]
    assert told in problem_of(answer, status, code)["detail"]


def test_a_date_that_no_calendar_has_is_refused(client: TestClient) -> None:
    state = {"verdict": "state", "product": "AUD-001", "field": "colour", "value": "red"}
    for end in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        answer = client.post("/v1/facts/decisions", json={"decisions": [{**state, "valid_from": end}]})
        assert "is no date in UTC" in problem_of(answer, 422, "validation")["detail"]


def test_a_decided_brand_and_class_are_what_page_hits_and_answer_say(
    client: TestClient, platform: Platform
) -> None:
    first = client.get("/v1/products/AUD-001").json()
    own = next(f for f in first["facts"] if f["relation"] == "in_category")["target"]
    brands = {f["fact"]["value_en"] for f in facts(client, field="brand", limit=100)["facts"]} - {
        first["brand"]
    }
    maker = sorted(brands)[0]
    made = decide(
        client,
        {"verdict": "state", "product": "AUD-001", "field": "品牌", "value": maker},
        {"verdict": "state", "product": "AUD-001", "field": "in_category", "value": "category:kettle"},
    )
    ChangeReader(platform).apply()
    hits = {hit["product"]["id"]: hit["product"] for hit in search(client, "category:kettle")["hits"]}
    assert hits["AUD-001"]["brand"] == maker
    said = client.get("/v1/products/AUD-001").json()
    assert said["brand"] == maker
    assert said["category"] != first["category"]
    assert said["category_path"][-1]["key"] == "kettle"
    statuses = {
        f["fact"]["target"]["id"]: f["status"]
        for f in facts(client, product="AUD-001", field="in_category")["facts"]
    }
    assert statuses == {"category:kettle": "accepted", own["id"]: "superseded"}
    card = Source(client.app.state.services).product("AUD-001").card  # type: ignore[attr-defined]
    assert (card.brand, card.kind[0]) == (maker, "kettle")
    undo(client, *made)

    rejected = decide(
        client,
        {"verdict": "reject", "product": "AUD-001", "field": "brand", "value": first["brand"]},
        {"verdict": "reject", "product": "AUD-001", "field": "in_category", "value": own["id"]},
    )
    ChangeReader(platform).apply()
    search(client, "language:en")
    gone = client.get("/v1/products/AUD-001").json()
    assert (gone["brand"], gone["category"], gone["category_path"]) == (None, None, [])
    turned_down = facts(client, product="AUD-001", status="rejected")["facts"]
    assert turned_down and not any(f["fact"]["is_used"] for f in turned_down)
    undo(client, *rejected)
    ChangeReader(platform).apply()
    search(client, "language:en")
    back = client.get("/v1/products/AUD-001").json()
    assert (back["brand"], back["category"]) == (first["brand"], first["category"])
