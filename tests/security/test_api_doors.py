"""Keys, scopes, origins and rates before the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security import lookups
from api.security.scopes import API_RULES, PAGE_RULES, Rules, api_routes, check_routes
from kms.access.models import SCOPES
from kms.errors import ConfigurationError, StoreUnavailable
from tests.integration.api_client import problem_of
from tests.platform_fixture import platform_state
from tests.security.closed_doors import (
    CLICK,
    SHOPPER,
    SITE,
    House,
    client,
    house,
    installation,
)

__all__ = ["client", "house", "installation", "platform_state"]

REAL = {
    "shopper_id": SHOPPER,
    "category_id": "audio/headphones",
    "product_id": "AUD-006",
    "review_id": "R-OF-NOBODY",
    "node_id": "product:AUD-006",
    "item_id": "0000",
}
ABSENT = ("/v1/queue/items/{item_id}",)
"""What is asked for there is not in the installation, which is said behind the door alone."""
QUERIES = {
    "/v1/suggest": {"q": "head"},
    "/v1/graph/nodes": {"q": "waterproof"},
    "/v1/facts/why": {"product": "AUD-006", "field": "in_category", "value": "bluetooth_speaker"},
    "/v1/graph/path": {"source": "product:AUD-001", "target": "product:AUD-006"},
}
BODIES: dict[str, Any] = {"/v1/search": {"query": "speaker"}, "/v1/events": {"events": [CLICK]}}


WRITTEN = {**REAL, "product_id": "P-OF-NOBODY"}
"""What is asked for by routes that would change it: the installation is shared."""


def ask(client: TestClient, method: str, template: str, headers: dict[str, str] | None = None) -> Any:
    named = WRITTEN if method in ("PUT", "PATCH", "DELETE") else REAL
    path = template.replace(":path", "").format(**named)
    body = BODIES.get(template) if method == "POST" else None
    return client.request(method, path, params=QUERIES.get(template), json=body, headers=headers)


KEYED = [(route, rule) for route, rule in API_RULES.items() if rule.who == "key"]


@pytest.mark.parametrize(("route", "rule"), KEYED, ids=[" ".join(route) for route, _ in KEYED])
def test_each_route_needs_its_scope_and_no_other_one_will_do(
    house: House, client: TestClient, route: tuple[str, str], rule: Any
) -> None:
    problem_of(ask(client, *route), 401, "no_key")
    assert ask(client, *route).headers["www-authenticate"].startswith("Bearer")
    problem_of(
        ask(client, *route, {"Authorization": "Bearer kms_sk_abcdefgh_" + "A" * 43}), 401, "invalid_key"
    )
    others = [scope for scope in SCOPES if scope not in {rule.scope, "admin"}]
    problem_of(ask(client, *route, house.headers(*others)), 403, "missing_scope")
    needed = [rule.scope, "shopper"] if rule.shopper == "path" else [rule.scope]
    for scopes in (needed, ["admin"]):
        status = ask(client, *route, house.headers(*scopes)).status_code
        if rule.scope == "write" or (rule.scope == "curate" and route[0] != "GET"):
            # Nothing is written here: an empty body and an unknown id are refused behind the door.
            assert status in (400, 404, 415, 422)
        else:
            assert status == (404 if route[1] in ABSENT else 200)


def test_every_route_of_the_application_has_a_rule(house: House) -> None:
    app = create_app(house.platform)
    routes = list(api_routes(app.router.routes))
    assert len(routes) == len(set(routes)) >= 15
    assert set(routes) == set(API_RULES)
    documented = app.openapi()["paths"]
    for (method, path), rule in API_RULES.items():
        operation = documented[path.replace(":path", "")][method.lower()]
        assert ("security" in operation) == (rule.who != "anybody")
        assert {"401", "403", "429", "431"} <= operation["responses"].keys() or rule.who == "anybody"
        assert ("415" in operation["responses"]) == ("requestBody" in operation)

    @app.get("/v1/forgotten")
    def forgotten() -> None:
        """A route that somebody adds without thinking of doors."""

    with pytest.raises(ConfigurationError, match=r"GET /v1/forgotten.*scopes\.py"):
        check_routes(app.router.routes)


@pytest.mark.parametrize(
    "path",
    ["/docs", "/openapi.json", "/metrics", "/v1/nothing", "/v1", "/v1/../metrics", "//v1/search", "/v1/%2e%2e/metrics",
     "/V1/search", "/v1/search/", "/metrics/", "/metrics%2f", "/healthz/../metrics", "/static/pages/../../v1/search",
     "/healthz;/v1/search", "/v1//search", "/openapi.json/", "/docs/x"],
)  # fmt: skip
def test_no_address_answers_without_a_key(client: TestClient, path: str) -> None:
    response = client.get(path, follow_redirects=False)
    assert response.status_code in {401, 404, 307}, response.text
    assert "kms_http" not in response.text
    assert "hits" not in response.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "FOO"])
def test_another_method_is_no_way_around(house: House, client: TestClient, method: str) -> None:
    assert client.request(method, "/v1/search").status_code in {401, 405}
    weak = house.headers("events")
    assert client.request(method, "/v1/search", headers=weak).status_code in {403, 405}
    assert (
        client.request("POST", "/v1/search", headers={**weak, "X-HTTP-Method-Override": "GET"}).status_code
        == 403
    )


def test_rules_are_matched_as_routes_are() -> None:
    rules = Rules()
    rule, params = rules.find("GET", "/v1/graph/nodes/product:A/B/neighbourhood")
    assert (rule.scope, params) == ("catalogue", {"node_id": "product:A/B"})
    assert rules.find("GET", "/v1/shoppers/a b/recommendations")[1] == {"shopper_id": "a b"}
    assert rules.find("DELETE", "/v1/events")[0].scope == "events"
    assert rules.find("GET", "/v1/unknown")[0].who == "key"
    assert rules.find("GET", "/_nicegui_ws/socket.io/")[0].who == "session"
    assert rules.find("GET", "/recommendations")[0].scope == "shopper"
    assert all(rule.scope or rule.who != "key" for rule in PAGE_RULES.values())


def test_health_is_for_everybody_and_details_are_not(house: House, client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {
        "status": "ready",
        "index_version": None,
        "products": 0,
        "checks": {},
    }
    assert client.get("/readyz", headers=house.headers("metrics")).json()["checks"]["database"] == "ok"
    assert client.get("/readyz", headers=house.headers("search")).json()["checks"] == {}
    problem_of(client.get("/readyz", headers={"Authorization": "Bearer nonsense"}), 401, "invalid_key")


def test_docs_need_a_scope(house: House, client: TestClient) -> None:
    for path in ("/docs", "/openapi.json"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=house.headers("search")).status_code == 403
        assert client.get(path, headers=house.headers("catalogue")).status_code == 200


# keys


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Basic a21zOmttcw==", "kms_sk_abcdefgh_" + "A" * 43, "Bearer kms_sk_abcdefgh_" + "A" * 43,
     "Bearer " + "A" * 5_000, "Bearer ' OR 1=1 --", "Bearer kms_sk_%00"],
)  # fmt: skip
def test_what_is_no_key_is_refused(client: TestClient, value: str) -> None:
    response = client.get("/v1/search", headers={"Authorization": value})
    assert response.status_code == 401
    assert response.json()["code"] in {"no_key", "invalid_key"}
    assert len(value) < 20 or value[7:] not in response.text


def test_a_key_in_the_address_or_a_cookie_is_none(house: House, client: TestClient) -> None:
    key = house.key("admin")
    for params in ({"key": key}, {"api_key": key}, {"access_token": key}):
        assert client.get("/v1/search", params=params).status_code == 401
    assert client.get("/v1/search", headers={"Cookie": f"kms_session={key}"}).status_code == 401


def test_two_credentials_are_refused(house: House, client: TestClient) -> None:
    key = house.key("search")
    headers = [("Authorization", "Bearer x"), ("Authorization", f"Bearer {key}")]
    problem_of(client.get("/v1/search", headers=headers), 400, "bad_request")


def test_a_revoked_key_is_refused_within_seconds(
    house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, key = house.keys.create("soon gone", ["search"], actor="test")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/v1/search", headers=headers).status_code == 200
    house.keys.revoke(made.id, actor="test")
    assert lookups.FRESH_S <= 5
    gate = client.app.state.gate  # type: ignore[attr-defined]
    monkeypatch.setattr(gate._keys, "_fresh_s", 0.0)  # as when the time has passed
    problem = problem_of(client.get("/v1/search", headers=headers), 401, "invalid_key")
    assert "revoked" in problem["detail"]


def test_an_expired_key_is_refused_at_once(house: House, client: TestClient) -> None:
    headers = house.headers("search", lifetime=timedelta(seconds=-1))
    problem_of(client.get("/v1/search", headers=headers), 401, "invalid_key")


def test_last_use_is_noted(house: House, client: TestClient) -> None:
    made, key = house.keys.create("used", ["search"], actor="test")
    client.get("/v1/search", headers={"Authorization": f"Bearer {key}"})
    client.app.state.gate._store_threads.submit(int).result()  # type: ignore[attr-defined]
    client.app.state.gate._store_threads.submit(int).result()  # type: ignore[attr-defined]
    used = next(k.last_used_at for k in house.keys.all() if k.id == made.id)
    assert used is not None
    assert datetime.now(UTC) - used < timedelta(minutes=5)


def test_known_keys_go_on_while_the_store_is_away(
    house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = house.headers("search")
    assert client.get("/v1/search", headers=headers).status_code == 200
    gate = client.app.state.gate  # type: ignore[attr-defined]

    def away(_key: str) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(gate._keys, "_find", away)
    monkeypatch.setattr(gate._keys, "_fresh_s", 0.0)
    assert client.get("/v1/search", headers=headers).status_code == 200
    answer = client.get("/v1/search", headers=house.headers("search"))
    problem_of(answer, 503, "store_unavailable")
    assert answer.headers["retry-after"]
    monkeypatch.setattr(gate._keys, "_stale_s", 0.0)
    problem_of(client.get("/v1/search", headers=headers), 503, "store_unavailable")


# browsers


def test_a_publishable_key_is_for_its_origins(house: House, client: TestClient) -> None:
    browser = house.browser("search")
    assert client.get("/v1/search", headers=browser).status_code == 200
    for origin in (
        "https://evil.example",
        "null",
        f"{SITE}.evil.example",
        "http://shop.example",
        f"{SITE}:444",
        "",
    ):
        problem_of(client.get("/v1/search", headers={**browser, "Origin": origin}), 403, "wrong_origin")
    without = {name: value for name, value in browser.items() if name != "Origin"}
    problem_of(client.get("/v1/search", headers=without), 403, "wrong_origin")
    problem_of(client.get("/v1/search", headers={**without, "Referer": SITE}), 403, "wrong_origin")


def test_cors_follows_the_keys(house: House, client: TestClient) -> None:
    browser = house.browser("search")
    client.app.state.gate._origins_at = float("-inf")  # type: ignore[attr-defined]
    preflight = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, x-kms-shopper",
    }
    allowed = client.options("/v1/events", headers=preflight)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in allowed.headers
    assert (
        client.options("/v1/events", headers={**preflight, "Origin": "https://evil.example"}).status_code
        == 400
    )
    answer = client.get("/v1/search", headers=browser)
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "Origin" in answer.headers["vary"]
    refused = client.get("/v1/search", headers={"Origin": SITE})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, SITE)


def test_cors_by_setting(house: House) -> None:
    with house.open(cors_origins="https://admin.example, https://b.example") as client:
        answer = client.get("/healthz", headers={"Origin": "https://b.example"})
        assert answer.headers["access-control-allow-origin"] == "https://b.example"
        answer = client.get("/healthz", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in answer.headers


# rates


def test_a_key_has_a_rate(house: House) -> None:
    with house.open(rate_per_key="3/hour") as client:
        headers, other = house.headers("search"), house.headers("search", rate="5/hour")
        assert [client.get("/v1/search", headers=headers).status_code for _ in range(4)] == [
            200,
            200,
            200,
            429,
        ]
        answer = client.get("/v1/search", headers=headers)
        problem_of(answer, 429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 3_600
        assert [client.get("/v1/search", headers=other).status_code for _ in range(6)][4:] == [200, 429]


def test_an_address_has_a_rate(house: House) -> None:
    with house.open(rate_per_address="3/hour") as client:
        assert [client.get("/healthz").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get("/v1/search", headers=house.headers("search")).status_code == 200, (
            "a server's key counts alone"
        )
        problem_of(client.get("/v1/search", headers=house.browser("search")), 429, "rate_limited")


def test_guessing_keys_is_slowed_down_and_hurts_no_known_key(house: House) -> None:
    with house.open(rate_refused="5/hour") as client:
        good = house.headers("search")
        assert client.get("/v1/search", headers=good).status_code == 200
        wrong = {"Authorization": "Bearer kms_sk_abcdefgh_" + "A" * 43}
        statuses = [client.get("/v1/search", headers=wrong).status_code for _ in range(8)]
        assert statuses == [401] * 5 + [429] * 3
        assert client.get("/v1/search", headers=good).status_code == 200


def test_events_of_a_key_and_of_a_shopper_have_rates(house: House) -> None:
    now = int(datetime.now(UTC).timestamp())

    def batch(size: int) -> dict[str, Any]:
        return {"events": [{**CLICK, "timestamp": now * 1000 - i} for i in range(size)]}

    with house.open(rate_events_per_key="10/hour", rate_events_per_shopper="3/hour") as client:
        browser = house.browser("events", shopper=SHOPPER)
        told = problem_of(client.post("/v1/events", json=batch(4), headers=browser), 422, "validation")
        assert "at most 3 events of this shopper" in told["detail"]
        assert client.post("/v1/events", json=batch(3), headers=browser).status_code == 200
        problem_of(client.post("/v1/events", json=batch(1), headers=browser), 429, "rate_limited")
        server = house.headers("events")
        assert client.post("/v1/events", json=batch(8), headers=server).status_code == 200
        answer = client.post("/v1/events", json=batch(3), headers=server)
        problem_of(answer, 429, "rate_limited")
        assert answer.headers["retry-after"]


# logs


def test_no_shopper_and_no_secret_is_in_the_log(
    house: House, client: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    from kms.logs import configure_logs

    configure_logs(format="json")
    headers = house.headers("recommend", "shopper", "events")
    shopper = "jane.doe@example.com"
    client.get(f"/v1/shoppers/{shopper}/recommendations", headers=headers)
    client.get(f"/v1/shoppers/{shopper}/nothing", headers=headers)
    client.get(f"/v1/shoppers/{shopper}/recommendations")
    client.post("/v1/events", json={"events": [{**CLICK, "client_id": shopper}]}, headers=headers)
    client.get(f"/v1/products/{shopper}/similar", headers=headers)
    written = capfd.readouterr().err
    assert "/v1/shoppers/{shopper_id}/recommendations" in written
    assert f"key:{headers['Authorization'][14:22]}" in written
    assert headers["Authorization"][23:] not in written
    for line in written.splitlines():
        if '"logger": "api.' in line and '"route": "/v1/products/' not in line:
            assert "jane.doe" not in line


@pytest.mark.parametrize("format", ["json", "console"])
def test_nobody_writes_lines_into_the_log(
    house: House, client: TestClient, capfd: pytest.CaptureFixture[str], format: Any
) -> None:
    from kms.logs import configure_logs

    configure_logs(format=format)
    evil = "x%0a2026-11-26 [info] forged%1b[2J"
    headers = house.headers("catalogue", "search")
    client.get(f"/v1/products/{evil}", headers=headers)
    client.get(f"/v1/graph/nodes/{evil}/neighbourhood", headers=headers)
    client.get(
        "/v1/search", params={"q": "x\n2026 forged\x1b[2J"}, headers={**headers, "X-Request-ID": "a forged b"}
    )
    written = capfd.readouterr().err
    assert not [line for line in written.splitlines() if line.startswith("2026-11-26 [info] forged")]
    assert "\x1b[2J" not in written
    assert "a forged b" not in written
