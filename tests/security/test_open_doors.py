"""Open doors: for this machine, and for nobody who reaches it by a trick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.app import create_app
from api.wiring import Platform
from kms.errors import ConfigurationError
from tests.integration.api_client import problem_of
from tests.platform_fixture import platform, platform_state
from tests.security.closed_doors import CLICK

__all__ = ["platform", "platform_state"]
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
EVIL = {"Origin": "https://evil.example"}


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with TestClient(create_app(platform), raise_server_exceptions=False) as client:
        yield client


def test_everything_is_answered_and_the_page_says_so(client: TestClient) -> None:
    for path in ("/v1/search", "/metrics", "/docs", "/v1/shoppers/s0028/recommendations", "/recommendations"):
        assert client.get(path).status_code == 200
    assert "Open on this machine" in client.get("/").text
    assert "仅在本机开放" in client.get("/?lang=zh").text
    assert client.get("/sign-in", follow_redirects=False).headers["location"] == "/"


def test_a_key_is_not_looked_at(client: TestClient) -> None:
    for path in ("/v1/search", "/v1/queue", "/v1/rules"):
        assert client.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "kms.example"])
def test_another_host_is_not_answered(client: TestClient, host: str) -> None:
    problem_of(client.get("/v1/search", headers={"Host": host}), 400, "bad_request")
    assert client.get("/", headers={"Host": host}).status_code == 400
    for own in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
        assert client.get("/v1/search", headers={"Host": own}).status_code == 200


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto", "CF-Ray"]
)
def test_a_proxy_is_not_answered(client: TestClient, name: str) -> None:
    problem_of(client.get("/v1/search", headers={name: "127.0.0.1"}), 403, "not_open_to_others")


def test_pages_of_other_sites_cannot_write(client: TestClient) -> None:
    problem_of(client.post("/v1/events", json={"events": [CLICK]}, headers=EVIL), 403, "wrong_origin")
    text = {"Content-Type": "text/plain"}
    problem_of(client.post("/v1/events", content=b"{}", headers=text), 415, "unsupported_media_type")
    answer = client.get("/v1/search", headers=EVIL)
    assert "access-control-allow-origin" not in answer.headers
    own = {"Origin": f"http://{client.base_url.host}"}
    assert client.post("/v1/events", json={"events": [CLICK]}, headers=own).status_code == 200


def test_pages_of_other_sites_cannot_open_the_websocket(client: TestClient) -> None:
    headers = {"Upgrade": "websocket", **EVIL}
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(SOCKET, headers=headers):
        pass
    assert refused.value.code == 1008


def test_events_have_a_rate_all_the_same(platform: Platform) -> None:
    platform.settings = platform.settings.model_copy(update={"rate_events_per_key": "5/hour"})
    with TestClient(create_app(platform, with_page=False), raise_server_exceptions=False) as client:
        events: list[Any] = [{**CLICK, "client_id": f"invented-{number}"} for number in range(6)]
        told = problem_of(client.post("/v1/events", json={"events": events}), 422, "validation")
        assert "at most 5 events" in told["detail"]  # waiting would not help, so it is no 429
        assert client.post("/v1/events", json={"events": events[:5]}).status_code == 200
        problem_of(client.post("/v1/events", json={"events": events[:1]}), 429, "rate_limited")


def test_on_another_address_it_does_not_start(platform: Platform) -> None:
    with pytest.raises(ConfigurationError, match="kms keys create"):
        create_app(platform, host="0.0.0.0")


@pytest.mark.parametrize("size", [20_000, 60_000])
def test_headers_have_a_size(client: TestClient, size: int) -> None:
    problem_of(client.get("/v1/search", headers={"X-Big": "a" * size}), 431, "headers_too_large")
    many = [(f"X-{number}", "a") for number in range(120)]
    problem_of(client.get("/v1/search", headers=many), 431, "headers_too_large")
