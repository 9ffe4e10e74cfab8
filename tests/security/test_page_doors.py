"""Signing in, and what is behind it: pages, NiceGUI's files and its websocket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.pages.sign_in import form_token, next_page
from api.security.tokens import ShopperTokens
from kms.access import passwords
from kms.access.audit import AuditLog
from kms.access.users import FREE_ATTEMPTS
from tests.platform_fixture import platform_state
from tests.security.closed_doors import PASSWORD, SECRETS, House, house, installation

__all__ = ["house", "installation", "platform_state"]

SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
UPGRADE = {"Upgrade": "websocket"}
HTML = {"Accept": "text/html"}
PAGES = ("/", "/?q=kettle", "/product/AUD-001", "/recommendations", "/graph", "/nothing")


@pytest.fixture(scope="module", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Argon2 with its least cost; what is decided does not depend on it."""
    from argon2 import PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        passwords._dummy_hash.cache_clear()
        yield
    passwords._dummy_hash.cache_clear()


@pytest.fixture(scope="module")
def site(installation: Any) -> Iterator[TestClient]:
    """One application with pages for the whole module; each test brings its own cookies."""
    from kms.access.keys import KeyStore
    from kms.access.users import UserStore

    database = installation.database
    place = House(installation, KeyStore(database), UserStore(database), ShopperTokens(SECRETS))
    for role in ("viewer", "analyst", "curator", "admin"):
        place.users.create(role, PASSWORD, role, actor="test")
    with place.open(with_page=True, rate_sign_in="", rate_refused="", rate_per_address="") as client:
        yield client


@pytest.fixture
def browser(site: TestClient) -> TestClient:
    """The site for a browser that was never here."""
    site.cookies.clear()
    return site


def sign_in(browser: TestClient, name: str, password: str = PASSWORD, **fields: str) -> Any:
    shown = browser.get("/sign-in")
    form = re.search(r'name="form" value="([0-9a-f]{64})"', shown.text)
    assert form is not None
    data = {"name": name, "password": password, "form": form[1], "next": "/graph", **fields}
    return browser.post("/sign-in", data=data, follow_redirects=False)


def read_to_the_end(socket: Any) -> None:
    for _ in range(5):
        socket.receive_text()


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_leads_to_the_form(browser: TestClient, path: str) -> None:
    answer = browser.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")
    assert browser.get(path, headers=HTML).status_code == 200
    assert browser.get(path, headers={"Accept": "*/*"}, follow_redirects=False).status_code == 401


def test_nothing_of_the_pages_is_given_to_strangers(browser: TestClient) -> None:
    for path in ("/_nicegui/3/static/nicegui.js", "/_nicegui_ws/socket.io/?EIO=4&transport=polling", "/docs"):
        assert browser.get(path).status_code == 401
    assert browser.post("/_nicegui_ws/socket.io/?EIO=4&transport=polling", content=b"40").status_code == 401
    assert browser.get("/static/pages/pages.css").status_code == 200


def test_signing_in_and_out(browser: TestClient) -> None:
    answer = sign_in(browser, "Viewer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/graph")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("kms_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    page = browser.get("/", headers=HTML)
    assert page.status_code == 200
    form = re.search(r"sign-out", page.text)
    assert form is not None
    token = browser.cookies["kms_session"]
    done = browser.post("/sign-out", data={"form": form_token(token, "sign-out")}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    browser.cookies.set("kms_session", token)
    assert browser.get("/", headers=HTML, follow_redirects=False).status_code == 303, (
        "the session itself has ended"
    )


def test_roles(browser: TestClient) -> None:
    sign_in(browser, "viewer")
    assert browser.get("/product/AUD-001", headers=HTML).status_code == 200
    assert browser.get("/recommendations?shopper=s0028", headers=HTML).status_code == 403
    assert browser.get("/docs").status_code == 200
    assert "/recommendations" not in browser.get("/", headers=HTML).text
    browser.cookies.clear()
    sign_in(browser, "analyst")
    assert browser.get("/recommendations", headers=HTML).status_code == 200


@pytest.mark.parametrize(("role", "decides"), [("viewer", False), ("analyst", False), ("curator", True)])
def test_only_who_may_decide_on_facts_gets_the_buttons(
    browser: TestClient, role: str, *, decides: bool
) -> None:
    sign_in(browser, role)
    page = browser.get("/product/AUD-006").text
    assert "product-title" in page
    assert ("desk-row" in page) == ("facts.js" in page) == decides


def test_a_session_is_no_key(browser: TestClient) -> None:
    sign_in(browser, "admin")
    assert browser.get("/v1/search").status_code == 401
    assert browser.get("/metrics").status_code == 401
    assert browser.post("/v1/events", json={}).status_code == 401


@pytest.mark.parametrize(
    "headers", [{}, {"Cookie": "kms_session=" + "A" * 43}, {"Authorization": "Bearer x"}]
)
def test_the_websocket_needs_a_session(browser: TestClient, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, browser.websocket_connect(SOCKET, headers=headers):
        pass
    assert refused.value.code == 1008


def test_the_websocket_is_for_this_sites_pages(browser: TestClient) -> None:
    sign_in(browser, "viewer")
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect(SOCKET, headers={"Origin": "https://evil.example"}),
    ):
        pass
    with browser.websocket_connect(
        SOCKET, headers={**UPGRADE, "Origin": f"http://{browser.base_url.host}"}
    ) as socket:
        assert socket.receive_text().startswith("0{")


def test_an_open_websocket_ends_with_its_session(
    browser: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.users.create("leaver", PASSWORD, "viewer", actor="test")
    sign_in(browser, "leaver")
    gate = browser.app.state.gate  # type: ignore[attr-defined]
    monkeypatch.setattr(gate.sessions, "_fresh_s", 0.0)
    with browser.websocket_connect(SOCKET, headers=UPGRADE) as socket:
        socket.receive_text()
        house.users.disable("leaver", actor="test")
        socket.send_text("40")
        with pytest.raises(WebSocketDisconnect):
            read_to_the_end(socket)


def test_a_role_that_changed_ends_the_websocket(
    browser: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.users.create("mover", PASSWORD, "analyst", actor="test")
    sign_in(browser, "mover")
    gate = browser.app.state.gate  # type: ignore[attr-defined]
    monkeypatch.setattr(gate.sessions, "_fresh_s", 0.0)
    with browser.websocket_connect(SOCKET, headers=UPGRADE) as socket:
        socket.receive_text()
        house.users.set_role("mover", "viewer", actor="test")
        socket.send_text("40")
        with pytest.raises(WebSocketDisconnect):
            read_to_the_end(socket)
    assert browser.get("/recommendations", headers=HTML).status_code == 403


# forged forms


def test_a_form_of_another_site_signs_nobody_in(browser: TestClient) -> None:
    data = {"name": "viewer", "password": PASSWORD, "form": "0" * 64, "next": "/"}
    assert browser.post("/sign-in", data=data).status_code == 403, "no cookie of the form"
    shown = browser.get("/sign-in")
    assert "kms_form" in shown.headers["set-cookie"]
    assert "SameSite=strict" in shown.headers["set-cookie"]
    assert browser.post("/sign-in", data=data).status_code == 403, "another token"
    assert browser.post("/sign-in", json=data).status_code == 403, "no form"
    assert "kms_session" not in browser.cookies


def test_a_sister_site_that_set_the_forms_cookie_signs_nobody_in(browser: TestClient) -> None:
    browser.cookies.set("kms_form", "planted", path="/sign-in")
    data = {"name": "viewer", "password": PASSWORD, "form": form_token("planted", "sign-in"), "next": "/"}
    answer = browser.post("/sign-in", data=data, headers={"Origin": "https://sister.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")
    assert "kms_session" not in browser.cookies


def test_a_form_of_another_site_signs_nobody_out(browser: TestClient) -> None:
    sign_in(browser, "viewer")
    assert browser.post("/sign-out", data={"form": "0" * 64}).status_code == 403
    evil = {"Origin": "https://evil.example"}
    right = {"form": form_token(browser.cookies["kms_session"], "sign-out")}
    assert browser.post("/sign-out", data=right, headers=evil).status_code == 403
    assert browser.get("/", headers=HTML, follow_redirects=False).status_code == 200


def test_a_session_that_was_planted_is_not_taken_over(browser: TestClient) -> None:
    planted = "A" * 43
    browser.cookies.set("kms_session", planted)
    answer = sign_in(browser, "viewer")
    fresh = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("kms_session="))
    assert planted not in fresh
    browser.cookies.clear()
    browser.cookies.set("kms_session", planted)
    assert browser.get("/", headers=HTML, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "/a\r\nSet-Cookie: x=1", "evil", "", "/sign-out", "/%0d%0a\x00", "/ü"],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_elsewhere(browser: TestClient, wanted: str) -> None:
    assert next_page(wanted) in {"/", "/%0d%0a"}
    assert sign_in(browser, "viewer", next=wanted).headers["location"] == "/"


def test_the_form_shows_no_markup_of_the_address(browser: TestClient) -> None:
    shown = browser.get("/sign-in", params={"next": '/"><script>alert(1)</script>'})
    assert "<script" not in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")


# guessing


def test_all_failures_look_the_same(browser: TestClient, house: House) -> None:
    house.users.create("locked", PASSWORD, "viewer", actor="test")
    house.users.create("gone", PASSWORD, "viewer", actor="test")
    house.users.disable("gone", actor="test")
    for _ in range(FREE_ATTEMPTS):
        sign_in(browser, "locked", "wrong wrong wrong")
    answers = [
        sign_in(browser, name, password)
        for name, password in [
            ("locked", PASSWORD),
            ("gone", PASSWORD),
            ("viewer", "wrong"),
            ("nobody", "wrong"),
            ("", ""),
        ]
    ]
    assert {answer.status_code for answer in answers} == {403}
    texts = {re.sub(r'value="[0-9a-f]{64}"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert "kms_session" not in browser.cookies


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"]
)
def test_attempts_of_an_address_have_a_rate_that_no_header_gets_around(house: House, header: str) -> None:
    with house.open(with_page=True, rate_sign_in="3/hour") as client:
        statuses = []
        for number in range(5):
            client.headers[header] = (
                f"for=198.51.100.{number}" if header == "Forwarded" else f"198.51.100.{number}"
            )
            statuses.append(sign_in(client, f"user{number}", "wrong wrong wrong").status_code)
        assert statuses == [403, 403, 403, 429, 429]
        assert sign_in(client, "viewer").headers["retry-after"]


def test_sign_ins_are_in_the_audit(browser: TestClient, house: House) -> None:
    sign_in(browser, "viewer")
    token = browser.cookies["kms_session"]
    browser.post("/sign-out", data={"form": form_token(token, "sign-out")})
    log = AuditLog(house.platform.database)
    assert [e.action for e in log.latest(limit=2)] == ["sign-out", "sign-in"]
    assert log.verify().problem is None


# headers


def test_cookies_behind_tls(house: House) -> None:
    with house.open(with_page=True, behind_tls=True) as client:
        client.base_url = client.base_url.copy_with(scheme="https")
        if not any(user.name == "viewer" for user in house.users.all()):
            house.users.create("viewer", PASSWORD, "viewer", actor="test")
        answer = sign_in(client, "viewer")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "kms_session" in c)
        assert cookie.startswith("__Host-kms_session=")
        assert "Secure" in cookie
        assert "max-age=31536000" in client.get("/healthz").headers["strict-transport-security"]


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/search", "/sign-in", "/nothing", "/static/pages/pages.css"]
)
def test_security_headers_are_on_every_answer(browser: TestClient, path: str) -> None:
    headers = browser.get(path, follow_redirects=False).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers
    assert ("no-store" in headers.get("cache-control", "")) == (path != "/static/pages/pages.css")
