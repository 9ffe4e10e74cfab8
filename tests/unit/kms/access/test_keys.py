"""API keys: made once, found by their hash, rotated with an overlap, and refused when they end."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kms.access.audit import AuditLog
from kms.access.keys import KeyStore
from kms.access.models import PUBLISHABLE_SCOPES, ROLE_SCOPES, ROLES, SCOPES, allows
from kms.db.session import Database, open_database
from kms.errors import InputError, NotFoundError

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(database: Database, clock: Clock) -> KeyStore:
    return KeyStore(database, now=clock)


def test_a_key_is_32_random_bytes_behind_a_visible_prefix(keys: KeyStore) -> None:
    made, key = keys.create("shop backend", ["events", "search"], actor="cli")
    match = re.fullmatch(r"kms_sk_([a-z0-9]{8})_([A-Za-z0-9_-]{43})", key)
    assert match is not None
    assert match[1] == made.id
    assert len(base64.urlsafe_b64decode(match[2] + "=")) == 32
    assert keys.create("another", ["search"], actor="cli")[1] != key


def test_the_secret_is_nowhere_in_the_store(keys: KeyStore, database: Database) -> None:
    _made, key = keys.create("shop", ["search"], actor="cli")
    with database.read() as session:
        stored = [
            str(row)
            for table in ("api_keys", "audit")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(stored) == 2
    assert not any(key[16:] in row for row in stored)


def test_a_key_is_found_by_all_of_itself(keys: KeyStore) -> None:
    made, key = keys.create("shop", ["search"], actor="cli")
    other = keys.create("shop", ["search"], actor="cli")[1]
    assert keys.find(key) == made
    for wrong in (
        key[:-1] + ("A" if key[-1] != "A" else "B"),
        key + " ",
        key.upper(),
        key[:16] + other[16:],
        "",
        "kms_sk_",
    ):
        assert keys.find(wrong) is None
    assert keys.find(key.replace("kms_sk_", "kms_pk_")) is None


def test_expiry_and_revocation(keys: KeyStore, clock: Clock) -> None:
    made, _ = keys.create("shop", ["search"], actor="cli", lifetime=timedelta(days=30))
    assert made.is_valid(NOW + timedelta(days=29))
    assert not made.is_valid(NOW + timedelta(days=30))
    clock.now += timedelta(days=1)
    revoked = keys.revoke(made.id, actor="cli")
    assert revoked.revoked_at == clock.now
    assert not revoked.is_valid(NOW)
    clock.now += timedelta(days=1)
    assert keys.revoke(made.id, actor="cli") == revoked
    with pytest.raises(NotFoundError, match="kms keys list"):
        keys.revoke("nobody00", actor="cli")


def test_rotation_leaves_the_old_key_for_the_overlap(keys: KeyStore, clock: Clock) -> None:
    old, old_key = keys.create(
        "site", ["search"], actor="cli", kind="publishable", origins=["https://Shop.example"],
        rate="50/second", lifetime=timedelta(days=10),
    )  # fmt: skip
    clock.now += timedelta(days=3)
    new, new_key = keys.rotate(old.id, actor="cli", overlap=timedelta(hours=6))
    assert (new.name, new.kind, new.scopes, new.origins, new.rate) == (
        old.name, "publishable", old.scopes, ("https://shop.example",), "50/second",
    )  # fmt: skip
    assert new.expires_at == clock.now + timedelta(days=10)
    kept = keys.find(old_key)
    assert kept is not None
    assert kept.replaced_by == new.id
    assert kept.is_valid(clock.now + timedelta(hours=5))
    assert not kept.is_valid(clock.now + timedelta(hours=6))
    assert keys.find(new_key) == new
    keys.revoke(old.id, actor="cli")
    with pytest.raises(InputError, match="revoked or expired"):
        keys.rotate(old.id, actor="cli", overlap=timedelta(0))


def test_rotation_never_makes_a_key_live_longer(keys: KeyStore, clock: Clock) -> None:
    old, old_key = keys.create("shop", ["search"], actor="cli", lifetime=timedelta(hours=2))
    keys.rotate(old.id, actor="cli", overlap=timedelta(days=9))
    kept = keys.find(old_key)
    assert kept is not None
    assert kept.expires_at == NOW + timedelta(hours=2)


def test_last_use_and_the_list(keys: KeyStore, clock: Clock) -> None:
    first, _ = keys.create("first", ["search"], actor="cli")
    assert keys.has_any()
    clock.now += timedelta(seconds=1)
    second, _ = keys.create("second", ["admin"], actor="cli")
    keys.note_use(first.id, clock.now)
    assert [key.id for key in keys.all()] == [second.id, first.id]
    assert [key.last_used_at for key in keys.all()] == [None, clock.now]
    keys.revoke(first.id, actor="cli")
    keys.revoke(second.id, actor="cli")
    assert keys.has_any(), "revoking the last key must not open the doors"


def test_each_step_is_in_the_audit(keys: KeyStore, database: Database) -> None:
    made, _ = keys.create("shop", ["search"], actor="cli:anna")
    new, _ = keys.rotate(made.id, actor="cli:bert", overlap=timedelta(0))
    keys.revoke(new.id, actor="user:carl")
    entries = AuditLog(database).latest()
    assert [(e.actor, e.action, e.target) for e in reversed(entries)] == [
        ("cli:anna", "key.create", made.id),
        ("cli:bert", "key.rotate", made.id),
        ("user:carl", "key.revoke", new.id),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scopes": ["serch"]}, "unknown scope 'serch'"),
        ({"scopes": []}, "at least one scope"),
        ({"name": ""}, "1 to 100"),
        ({"name": "a\x1b[31m"}, "printable"),
        ({"rate": "often"}, "600/minute"),
        ({"rate": "0/minute"}, "600/minute"),
        ({"rate": "5/0 minutes"}, "600/minute"),
        ({"rate": ""}, "600/minute"),
        ({"origins": ["https://shop.example"]}, "only publishable"),
        ({"kind": "publishable"}, "needs the origins"),
        ({"kind": "publishable", "scopes": ["shopper"], "origins": ["https://a.example"]}, "scope shopper"),
        ({"kind": "publishable", "origins": ["https://a.example/"]}, "no origin"),
        ({"kind": "publishable", "origins": ["null"]}, "no origin"),
        ({"kind": "publishable", "origins": ["https://*.example"]}, "no origin"),
        ({"kind": "publishable", "origins": ["https://" + f"s{n}.example" for n in range(51)]}, "at most 50"),
    ],
)
def test_what_cannot_be_made_is_refused(keys: KeyStore, changes: dict[str, object], message: str) -> None:
    values: dict[str, object] = {"name": "shop", "scopes": ["search"], **changes}
    with pytest.raises(InputError, match=re.escape(message)):
        keys.create(actor="cli", **values)  # type: ignore[arg-type]
    assert not keys.has_any()


def test_scopes_of_roles() -> None:
    assert set(ROLE_SCOPES) == set(ROLES)
    assert "shopper" not in ROLE_SCOPES["viewer"] | ROLE_SCOPES["curator"] | PUBLISHABLE_SCOPES
    assert all(allows(frozenset({"admin"}), scope) for scope in SCOPES)
    assert not allows(frozenset({"search", "curate"}), "admin")


@pytest.fixture(scope="module")
def keys_of_a_shop() -> Iterator[KeyStore]:
    database = open_database("sqlite://")
    keys = KeyStore(database)
    keys.create("shop", ["search"], actor="cli")
    yield keys
    database.close()


@given(guess=st.text(max_size=80) | st.from_regex(r"\Akms_[sp]k_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\Z"))
def test_no_other_text_is_a_key(keys_of_a_shop: KeyStore, guess: str) -> None:
    assert keys_of_a_shop.find(guess) is None
