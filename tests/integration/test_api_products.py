"""Products, the graph, and what runs the platform, over the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Platform
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def get(client: TestClient, url: str, **parameters: Any) -> dict[str, Any]:
    response = client.get(url, params=parameters)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_product_has_its_row_facts_and_reviews(client: TestClient, platform: Platform) -> None:
    row = platform.catalog.product("AUD-001")
    answer = get(client, "/v1/products/AUD-001")
    assert (answer["title"], answer["brand"], answer["attributes"]) == (row.title, row.brand, row.attributes)
    assert row.price is not None
    assert answer["price"] == {"amount": float(row.price.amount), "currency": row.price.currency}
    assert answer["category_path"][0]["key"] == "audio"
    assert answer["documents"] == []
    relations = {fact["relation"] for fact in answer["facts"]}
    assert {"in_category", "made_by", "has_value"} <= relations
    assert "has_aspect" not in relations
    assert answer["reviews"]["count"] == len(platform.catalog.reviews_of("AUD-001"))
    assert 1 <= answer["reviews"]["mean_rating"] <= 5


def test_every_fact_opens_to_the_words_that_it_was_read_from(client: TestClient, platform: Platform) -> None:
    for product_id in platform.catalog.product_ids()[:10]:
        answer = get(client, f"/v1/products/{product_id}")
        documents = {d.id: d.text for d in platform.catalog.documents_of(product_id)}
        aspects = answer["reviews"]["aspects"]
        for fact in [*answer["facts"], *aspects]:
            assert fact["evidence"], fact
            for item in fact["evidence"]:
                text = documents[item["document_id"]]
                assert text[item["start"] : item["end"]] == item["surface"]
                sentence, span = item["sentence"], item["highlight"]
                assert text[item["sentence_start"] :].startswith(sentence)
                assert sentence[span["start"] : span["end"]] == item["surface"]


def test_the_reviews_are_summed_up_by_aspect(client: TestClient, platform: Platform) -> None:
    aspects = [
        aspect
        for product_id in platform.catalog.product_ids()
        for aspect in get(client, f"/v1/products/{product_id}")["reviews"]["aspects"]
    ]
    assert any(a["positive"] for a in aspects)
    assert any(a["negative"] for a in aspects)
    assert all(a["label_en"] and a["label_zh"] and -1 <= a["polarity"] <= 1 for a in aspects)


def test_documents_come_with_every_mention_marked(client: TestClient) -> None:
    answer = get(client, "/v1/products/AUD-001", documents="true")
    facts = [*answer["facts"], *answer["reviews"]["aspects"]]
    marks = [(d, m) for d in answer["documents"] for m in d["marks"]]
    assert marks
    assert answer["documents"][0]["field"] == "title"
    for document, mark in marks:
        assert 0 <= mark["start"] < mark["end"] <= len(document["text"])
        target = facts[mark["fact"]]
        assert mark["target"] == (target["target"]["id"] if "target" in target else f"aspect:{target['id']}")


def test_nodes_are_found_in_both_languages(client: TestClient) -> None:
    english = get(client, "/v1/graph/nodes", q="headphones", types="category")["nodes"]
    chinese = get(client, "/v1/graph/nodes", q="耳机", types="category")["nodes"]
    assert "category:headphones" in [n["id"] for n in english]
    assert "category:headphones" in [n["id"] for n in chinese]
    assert {n["type"] for n in english} == {"category"}


def test_a_neighbourhood_of_a_node_whose_key_has_a_slash(client: TestClient) -> None:
    around = get(client, "/v1/graph/nodes/product:AUD-001/neighbourhood", limit=50)
    assert around["nodes"][0]["id"] == "product:AUD-001"
    ids = {node["id"] for node in around["nodes"]}
    assert all(e["source"] in ids and e["target"] in ids for e in around["edges"])
    value = next(i for i in ids if i.startswith("value:") and "/" in i)
    assert get(client, f"/v1/graph/nodes/{value}/neighbourhood")["edges"]
    assert get(client, "/v1/graph/nodes/product:AUD-001/neighbourhood", depth=3, limit=5)["truncated"]


def test_the_way_between_two_products(client: TestClient) -> None:
    found = get(client, "/v1/graph/path", source="product:AUD-001", target="product:AUD-002")
    assert found["nodes"][0]["id"] == "product:AUD-001"
    assert found["nodes"][-1]["id"] == "product:AUD-002"
    assert len(found["edges"]) == len(found["nodes"]) - 1
    short = get(client, "/v1/graph/path", source="product:AUD-001", target="product:KIT-001", max_length=1)
    assert short == {"nodes": [], "edges": [], "truncated": False}


def test_what_nobody_knows_is_not_found(client: TestClient) -> None:
    for url in (
        "/v1/products/nobody",
        "/v1/products/nobody/similar",
        "/v1/products/nobody/complements",
        "/v1/graph/nodes/product:nobody/neighbourhood",
        "/v1/graph/path?source=product:AUD-001&target=product:nobody",
        "/v1/graph/path?source=product:nobody&target=product:AUD-001",
        "/v1/trending?category=spaceship",
        "/v1/nothing/here",
    ):
        problem_of(client.get(url), 404, "not_found")


def test_health_and_readiness(client: TestClient) -> None:
    assert get(client, "/healthz") == {"status": "ok"}
    ready = get(client, "/readyz")
    assert ready["status"] == "ready", ready
    assert ready["checks"] == dict.fromkeys(("database", "graph", "index", "vectors", "changes"), "ok")


def test_metrics_count_requests_by_route_and_status(client: TestClient) -> None:
    get(client, "/v1/search", q="speaker", explain="true")
    client.get("/v1/products/nobody")
    client.get("/v1/products/somebody")
    text = client.get("/metrics").text
    assert 'kms_http_requests_total{method="GET",route="/v1/products/{product_id}",status="404"}' in text
    assert "nobody" not in text
    assert "somebody" not in text
    assert "kms_index_version 1.0" in text
    assert "kms_graph_up 1.0" in text
    for stage in ("ranking", "rows", "evidence", "product"):
        assert f'kms_stage_seconds_count{{stage="{stage}"}}' in text
    assert 'kms_http_request_seconds_bucket{le="0.05",method="GET",route="/v1/search"}' in text


def test_the_request_id_is_taken_over_or_given(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    given = client.get("/healthz", headers={"X-Request-ID": "not one\tat all"}).headers["x-request-id"]
    assert len(given) == 32


def test_openapi_describes_every_route_with_an_example(client: TestClient) -> None:
    described = get(client, "/openapi.json")
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            answers = route["responses"]
            if path == "/metrics":
                continue
            (content,) = answers["200" if "200" in answers else "201"]["content"].values()
            assert "example" in content, (method, path)
            if path.startswith("/v1"):
                assert "application/problem+json" in answers["503"]["content"], (method, path)
            assert route.get("description"), (method, path)
    assert client.get("/docs").status_code == 200


def test_other_sites_may_not_call_it_from_a_browser_unless_they_are_named(platform: Platform) -> None:
    origin = {"Origin": "https://shop.example"}
    with open_client(platform) as closed:
        assert "access-control-allow-origin" not in closed.get("/healthz", headers=origin).headers
    with open_client(platform, allowed_origins=["https://shop.example"]) as opened:
        answer = opened.get("/healthz", headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
