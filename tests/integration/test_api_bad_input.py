"""Each route with wrong types, huge values, broken encodings and unknown ids: a clear answer and never a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.wiring import Platform
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]

LONG = "x" * 5_000
CHANGEABLE = "/v1/products/AUD-001"
ROUTES = (
    "/v1/search",
    "/v1/suggest",
    "/v1/shoppers/s1/recommendations",
    CHANGEABLE,
    "/v1/products/AUD-001/similar",
    "/v1/products/AUD-001/complements",
    "/v1/trending",
    "/v1/graph/nodes",
    "/v1/graph/nodes/product:AUD-001/neighbourhood",
    "/v1/graph/path",
)
PARAMETERS = ("q", "filter", "facets", "sort", "limit", "cursor", "explain", "shopper_id", "category", "documents",
              "types", "depth", "source", "target", "max_length")  # fmt: skip


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


@pytest.mark.parametrize(
    "url",
    [
        "/v1/search?limit=0", "/v1/search?limit=101", "/v1/search?limit=ten", "/v1/search?limit=1e99",
        "/v1/search?limit=99999999999999999999999", "/v1/search?sort=best", "/v1/search?explain=maybe",
        f"/v1/search?q={LONG}", f"/v1/search?filter={LONG}", f"/v1/search?facets={LONG}",
        f"/v1/search?cursor={LONG}", "/v1/search?q=a%00b",
        "/v1/suggest", f"/v1/suggest?q={LONG}", "/v1/suggest?q=a&limit=21", "/v1/suggest?q=%00",
        f"/v1/shoppers/{LONG}/recommendations", "/v1/shoppers/a%20b/recommendations",
        "/v1/shoppers/s%00/recommendations", "/v1/shoppers/s1/recommendations?limit=-1",
        f"/v1/products/{LONG}", "/v1/products/a%0Ab", "/v1/products/AUD-001?documents=perhaps",
        f"/v1/products/{LONG}/similar", "/v1/products/AUD-001/similar?limit=1000",
        f"/v1/products/{LONG}/complements", "/v1/products/AUD-001/complements?limit=x",
        "/v1/trending?category=Not%20One", "/v1/trending?limit=0", f"/v1/trending?category={LONG}",
        "/v1/graph/nodes", "/v1/graph/nodes?q=", f"/v1/graph/nodes?q={LONG}",
        "/v1/graph/nodes?q=a&limit=1001", "/v1/graph/nodes?q=%00", "/v1/graph/nodes?q=a&types=galaxy",
        "/v1/search?q=kettle&limt=5", "/v1/search?query=kettle", "/v1/suggest?q=k&lmit=3", "/v1/trending?categroy=kettle",
        "/v1/products/AUD-001?document=true", "/v1/shoppers/s1/recommendations?filters=price:..5",
        "/v1/graph/nodes/AUD-001/neighbourhood", f"/v1/graph/nodes/product:{LONG}/neighbourhood",
        "/v1/graph/nodes/product:AUD-001/neighbourhood?depth=9",
        "/v1/graph/nodes/product:AUD-001/neighbourhood?limit=0",
        "/v1/graph/path", "/v1/graph/path?source=product:AUD-001", "/v1/graph/path?source=x&target=y",
        "/v1/graph/path?source=product:AUD-001&target=product:AUD-002&max_length=99",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: TestClient, url: str) -> None:
    problem = problem_of(client.get(url), 422, "validation")
    assert problem["errors"]
    assert all(error["field"] and error["message"] for error in problem["errors"])
    assert len(client.get(url).content) < 5_000


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"filter": "brand"}, "brand"),
        ({"filter": "weight:..3"}, "weight"),
        ({"filter": "price:cheap"}, "price"),
        ({"filter": "brand:1..2"}, "brand"),
        ({"filter": "attr.nothing:x"}, "attr.nothing"),
        ({"filter": "price:..inf"}, "finite"),
        ({"facets": "title"}, "title"),
        ({"facets": "attr.weight"}, "attr.weight"),
        ({"facets": ",".join(f"f{n}" for n in range(21))}, "20"),
    ],
)
def test_a_filter_that_cannot_be_used(client: TestClient, parameters: dict[str, str], says: str) -> None:
    assert says in problem_of(client.get("/v1/search", params=parameters), 400, "invalid_filter")["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"\xff", 400, "malformed_json"),
        (b"[]", 422, "validation"),
        (b'{"query": 7}', 422, "validation"),
        (b'{"query": "\\ud800"}', 422, "validation"),
        (b'{"query": "a\\u0000"}', 422, "validation"),
        (b'{"limit": "10"}', 422, "validation"),
        (b'{"limit": 10.5}', 422, "validation"),
        (b'{"explain": "yes"}', 422, "validation"),
        (b'{"unknown": 1}', 422, "validation"),
        (b'{"filter": {"conditions": [{"field": "brand"}]}}', 422, "validation"),
        (b'{"filter": {"conditions": [{"field": "BRAND", "any_of": ["x"]}]}}', 422, "validation"),
        (b'{"filter": {"conditions": "all"}}', 422, "validation"),
        (b'{"filter": {"conditions": [{"field": "price", "lte": NaN}]}}', 400, "invalid_filter"),
        (b'{"filter": {"conditions": [{"field": "price", "lte": 1e999}]}}', 400, "invalid_filter"),
        (b'{"filter": {"conditions": [{"field": "nothing", "any_of": ["x"]}]}}', 400, "invalid_filter"),
        (b'{"cursor": "abc"}', 400, "invalid_cursor"),
        (json.dumps({"query": "x" * 501}).encode(), 422, "validation"),
        (json.dumps({"query": "x" * 2_000_000}).encode(), 413, "payload_too_large"),
    ],
)  # fmt: skip
def test_a_search_body_that_is_wrong(client: TestClient, body: bytes, status: int, code: str) -> None:
    response = client.post("/v1/search", content=body, headers={"content-type": "application/json"})
    problem_of(response, status, code)


@pytest.mark.parametrize(
    ("filter_", "says"),
    [
        ("category:headfones", "headphones"),
        ("attr.colour:bleu", "blue"),
        ("attr.wireless:yes", "true"),
        ("use:travvel", "travel"),
        ("audience:childrenn", "children"),
        ("language:english", "en, zh"),
        ("-attr.material:lether", "leather"),
        ("price:100..10", "price:10..100"),
    ],
)
def test_a_value_that_nothing_can_have(client: TestClient, filter_: str, says: str) -> None:
    for url in ("/v1/search", "/v1/shoppers/s1/recommendations"):
        problem = problem_of(client.get(url, params={"filter": filter_}), 422, "unknown_value")
        assert says in problem["detail"]


def test_a_value_that_this_catalogue_lacks_is_noted(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"filter": "brand:nobodys_brand"}).json()
    assert answer["total"] == 0
    assert [(note["field"], note["value"]) for note in answer["notes"]] == [("brand", "nobodys_brand")]
    known = client.get("/v1/search", params={"facets": "brand"}).json()["facets"]["brand"][0]["value"]
    (note,) = client.get("/v1/search", params={"filter": f"brand:{known}x"}).json()["notes"]
    assert note["nearest"] == known
    assert client.get("/v1/search", params={"filter": f"brand:{known}"}).json()["notes"] == []


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("/v1/search?q=kettle&limt=5", "limit"),
        ("/v1/search?q=kettle&facet=brand", "facets"),
        ("/v1/trending?categroy=kettle", "category"),
        ("/v1/graph/nodes?q=a&types=categori", "category"),
        ("/v1/search?filter=attr.color:red", "attr.colour"),
    ],
)
def test_the_nearest_name_is_offered(client: TestClient, url: str, meant: str) -> None:
    response = client.get(url)
    assert response.status_code in (400, 422)
    assert f"did you mean '{meant}'" in response.json()["detail"]


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("/v1/search?facets=price", 400, "facets count values, and this is a number; ask for a part of it by a filter"),
        ("/v1/search?facets=brnad", 400, "facet 'brnad': there is no such field (did you mean 'brand'?)"),
        ("/v1/search?filter=on_sale:yes", 422, "there are false, true"),
        ("/v1/graph/nodes/AUD-001/neighbourhood", 422, "AUD-001 is no id of a node: that is a type, a colon and a key"),
        ("/v1/graph/path?source=AUD-001&target=product:AUD-002", 422, "such as product:AUD-001"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_to_do(client: TestClient, url: str, status: int, said: str) -> None:
    response = client.get(url)
    assert response.status_code == status
    assert said in response.json()["detail"]
    assert "pattern" not in response.text


def test_a_parameter_that_comes_twice_is_refused(client: TestClient) -> None:
    problem = problem_of(client.get("/v1/search?q=tent&q=kettle"), 422, "validation")
    assert problem["errors"] == [{"field": "query.q", "message": "this may be given once"}]
    assert client.get("/v1/graph/nodes?q=a&types=brand&types=category").status_code == 200


def test_broken_encodings_in_an_address(client: TestClient) -> None:
    assert client.get("/v1/search?q=%ff%fe%e9").status_code == 200
    assert client.get("/v1/suggest?q=%ff").status_code == 200
    problem_of(client.get("/v1/products/%ff%fe"), 404, "not_found")
    problem_of(client.get("/v1/graph/nodes/value:%ff/neighbourhood"), 404, "not_found")
    assert client.get("/v1/shoppers/%e9%ff/recommendations").json()["kind"] == "cold"


def test_what_a_store_could_take_for_a_command_is_a_word(client: TestClient) -> None:
    for text in (
        "'; DROP TABLE products; --",
        "a AND (b OR",
        '"',
        "title:*",
        "(((",
        "\\",
        "%",
        "_",
        "^3~",
        "[1 TO 2]",
    ):
        assert client.get("/v1/search", params={"q": text, "explain": "true"}).status_code == 200, text
        assert client.get("/v1/suggest", params={"q": text}).status_code == 200, text
        assert client.get("/v1/graph/nodes", params={"q": text}).status_code == 200, text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_that_is_not_for_an_address(client: TestClient, method: str) -> None:
    for url in (*(route for route in ROUTES if route != CHANGEABLE), "/v1/events"):
        response = client.request(method, url)
        problem_of(response, 405, "method_not_allowed")
        assert response.headers["allow"]


def test_get_is_not_for_events(client: TestClient) -> None:
    assert client.get("/v1/events").headers["allow"] == "POST"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    route=st.sampled_from(ROUTES),
    parameters=st.dictionaries(
        st.sampled_from(PARAMETERS),
        st.one_of(
            st.text(max_size=60).filter(lambda t: not any(0xD800 <= ord(c) <= 0xDFFF for c in t)),
            st.integers().map(str),
            st.floats().map(str),
            st.sampled_from(["true", "brand:x", "price:..1", "product:AUD-001", "耳机", "headphones"]),
        ),
        max_size=4,
    ),
)
def test_any_parameters_get_an_answer_or_a_clear_refusal(
    client: TestClient, route: str, parameters: dict[str, str]
) -> None:
    response = client.get(route, params=parameters)
    assert response.status_code in {200, 400, 404, 422}, response.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["query", "filter", "conditions", "field", "any_of", "lte", "limit", "facets"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=10,
    )
)
def test_any_json_is_an_answer_or_a_clear_refusal(client: TestClient, body: Any) -> None:
    content = json.dumps(body).encode()
    for url in ("/v1/search", "/v1/events"):
        response = client.post(url, content=content, headers={"content-type": "application/json"})
        assert response.status_code in {200, 207, 400, 422}, response.text
