"""Shopper tokens: a browser reads and writes for its own shopper only, and forged tokens are refused."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey
from pydantic import SecretStr
from sqlalchemy import text

from tests.integration.api_client import problem_of
from tests.platform_fixture import platform_state
from tests.security.closed_doors import CLICK, SECRETS, SHOPPER, House, client, house, installation

__all__ = ["client", "house", "installation", "platform_state"]


def test_a_browser_reads_and_writes_for_its_own_shopper_only(house: House, client: TestClient) -> None:
    url = f"/v1/shoppers/{SHOPPER}/recommendations"
    anonymous = house.browser("search", "events", "recommend")
    own = house.browser("search", "events", "recommend", shopper=SHOPPER)
    other = house.browser("search", "events", "recommend", shopper="s0001")
    problem_of(client.get(url, headers=anonymous), 403, "shopper_token_needed")
    problem_of(client.get(url, headers=other), 403, "wrong_shopper")
    assert client.get(url, headers=own).status_code == 200
    events = {"events": [CLICK]}
    problem_of(client.post("/v1/events", json=events, headers=anonymous), 403, "shopper_token_needed")
    problem_of(client.post("/v1/events", json=events, headers=other), 403, "wrong_shopper")
    assert client.post("/v1/events", json=events, headers=own).json()["stored"] == 1
    assert client.get("/v1/trending", headers=anonymous).status_code == 200


@pytest.mark.parametrize(
    "smuggled",
    [
        [CLICK, {**CLICK, "client_id": "victim"}],
        [{**CLICK, "user_id": "victim"}],
        [{**CLICK, "client_id": f"{SHOPPER} "}],
        [{**CLICK, "client_id": SHOPPER.upper()}],
    ],
)
def test_one_event_of_another_shopper_refuses_them_all(
    house: House, client: TestClient, smuggled: list[Any]
) -> None:
    before = count_events(house)
    browser = house.browser("events", shopper=SHOPPER)
    response = client.post("/v1/events", json={"events": smuggled}, headers=browser)
    assert response.status_code in {403, 422}
    assert count_events(house) == before


def count_events(house: House) -> int:
    with house.platform.database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM events")).scalar_one())


def test_a_browser_cannot_take_the_event_id_of_another_shopper(house: House, client: TestClient) -> None:
    event = {**CLICK, "event_id": "order-4711", "client_id": "thief"}
    thief = house.browser("events", shopper="thief")
    assert client.post("/v1/events", json={"events": [event]}, headers=thief).json()["stored"] == 1
    assert client.post("/v1/events", json={"events": [event]}, headers=thief).json()["known"] == 1
    event["client_id"] = SHOPPER
    server = house.headers("events")
    assert client.post("/v1/events", json={"events": [event]}, headers=server).json()["stored"] == 1


def test_a_servers_key_reads_shoppers_with_the_scope_or_their_token(house: House, client: TestClient) -> None:
    url = f"/v1/shoppers/{SHOPPER}/recommendations"
    problem_of(client.get(url, headers=house.headers("recommend")), 403, "shopper_token_needed")
    assert client.get(url, headers=house.headers("recommend", "shopper")).status_code == 200
    assert client.get(url, headers=house.headers("recommend", shopper=SHOPPER)).status_code == 200
    held = house.headers("recommend", "shopper", shopper="s0001")
    problem_of(client.get(url, headers=held), 403, "wrong_shopper")


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    ]
    return ".".join([*parts, signature])


NOW = int(datetime.now(UTC).timestamp())
CLAIMS: dict[str, Any] = {"sub": SHOPPER, "aud": "kms", "exp": NOW + 40_000}
KEY = OctKey.import_key(SECRETS["2026"].encode())


def signed(claims: dict[str, Any], *, key: OctKey = KEY, alg: str = "HS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": "2026", **header}, claims, key, algorithms=[alg])


FORGED = {
    "alg none": unsigned({"alg": "none", "kid": "2026"}, CLAIMS),
    "alg None": unsigned({"alg": "None"}, CLAIMS),
    "no signature": unsigned({"alg": "HS256", "kid": "2026"}, CLAIMS),
    "another secret": signed(CLAIMS, key=OctKey.import_key(b"x" * 40)),
    "an empty secret": signed(CLAIMS, key=OctKey.import_key(b" " * 32)),
    "another algorithm": signed(CLAIMS, alg="HS512"),
    "unknown kid": signed(CLAIMS, kid="2027"),
    "kid is a path": signed(CLAIMS, kid="../../etc/passwd"),
    "kid is a list": unsigned({"alg": "HS256", "kid": ["2026"]}, CLAIMS, "AAAA"),
    "key in the header": unsigned({"alg": "HS256", "jwk": {"kty": "oct", "k": "AAAA"}}, CLAIMS, "AAAA"),
    "critical header": unsigned({"alg": "HS256", "kid": "2026", "crit": ["b64"], "b64": False}, CLAIMS, "AAAA"),
    "changed claims": ".".join(
        [signed(CLAIMS).split(".")[0], unsigned({}, {**CLAIMS, "sub": "s0001"}).split(".")[1], signed(CLAIMS).split(".")[2]]
    ),
    "over": signed({**CLAIMS, "exp": NOW - 60}),
    "no expiry": signed({"sub": SHOPPER, "aud": "kms"}),
    "for a year": signed({**CLAIMS, "exp": NOW + 31_536_000}),
    "expiry is text": signed({**CLAIMS, "exp": "2099-01-01"}),
    "not yet": signed({**CLAIMS, "nbf": NOW + 30_000}),
    "issued later": signed({**CLAIMS, "iat": NOW + 30_000}),
    "another audience": signed({**CLAIMS, "aud": "shop"}),
    "no audience": signed({"sub": SHOPPER, "exp": NOW + 40_000}),
    "no subject": signed({"aud": "kms", "exp": NOW + 40_000}),
    "subject is a list": signed({**CLAIMS, "sub": [SHOPPER]}),
    "subject with a line end": signed({**CLAIMS, "sub": f"{SHOPPER}\n"}),
    "nothing": "..",
    "text": "not a token",
    "long": "a" * 9_000,
    "deep": base64.urlsafe_b64encode(b"[" * 1_400).decode() + ".e30.AAAA",
}  # fmt: skip


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_forged_tokens_are_refused(house: House, client: TestClient, token: str) -> None:
    headers = {**house.browser("recommend"), "X-KMS-Shopper": token}
    url = f"/v1/shoppers/{SHOPPER}/recommendations"
    problem_of(client.get(url, headers=headers), 401, "invalid_shopper_token")


def test_an_api_key_is_no_token_and_a_token_no_key(house: House, client: TestClient) -> None:
    url = f"/v1/shoppers/{SHOPPER}/recommendations"
    key = house.key("admin")
    headers = {**house.browser("recommend"), "X-KMS-Shopper": key}
    problem_of(client.get(url, headers=headers), 401, "invalid_shopper_token")
    problem_of(client.get(url, headers={"Authorization": f"Bearer {signed(CLAIMS)}"}), 401, "invalid_key")
    assert client.get(url, headers={"X-KMS-Shopper": signed(CLAIMS)}).status_code == 401


def test_secrets_can_be_changed_with_an_overlap(house: House) -> None:
    new = {"2027": "another secret of the shop's server, long enough", **SECRETS}
    with house.open(shopper_secrets={name: SecretStr(value) for name, value in new.items()}) as client:
        url = f"/v1/shoppers/{SHOPPER}/recommendations"
        for kid, secret in new.items():
            token = signed(CLAIMS, key=OctKey.import_key(secret.encode()), kid=kid)
            headers = {**house.browser("recommend"), "X-KMS-Shopper": token}
            assert client.get(url, headers=headers).status_code == 200
