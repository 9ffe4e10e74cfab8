"""Whether a server starts with open doors, closed ones, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.security.policy import decide_doors, is_loopback
from kms.access.keys import KeyStore
from kms.access.users import UserStore
from kms.db.session import Database
from kms.errors import ConfigurationError
from kms.settings import read_settings


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("localhost", True), ("LOCALHOST", True), ("::1", True), ("[::1]", True),
        ("0.0.0.0", False), ("::", False), ("", False), ("192.168.1.4", False), ("kms.example", False),
        ("127.0.0.1.evil.example", False), ("localhost.evil.example", False),
    ],
)  # fmt: skip
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def decide(database: Database, host: str, doors: str = "auto") -> str:
    return decide_doors(read_settings(doors=doors), host, KeyStore(database), UserStore(database))


def test_loopback_is_open_until_there_is_a_key(sqlite_database: Database) -> None:
    assert decide(sqlite_database, "127.0.0.1") == "open"
    keys = KeyStore(sqlite_database)
    made, _ = keys.create("first", ["search"], actor="test")
    assert decide(sqlite_database, "127.0.0.1") == "closed"
    keys.revoke(made.id, actor="test")
    assert decide(sqlite_database, "127.0.0.1") == "closed", "revoking the last key must not open the doors"
    assert decide(sqlite_database, "127.0.0.1", "open") == "open"


def test_loopback_is_closed_when_there_is_a_user(sqlite_database: Database) -> None:
    UserStore(sqlite_database).create("anna", "correct horse battery", "viewer", actor="test")
    assert decide(sqlite_database, "localhost") == "closed"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "kms.example"])
def test_elsewhere_a_server_needs_a_key(sqlite_database: Database, host: str) -> None:
    with pytest.raises(ConfigurationError, match="kms keys create"):
        decide(sqlite_database, host)
    keys = KeyStore(sqlite_database)
    made, _ = keys.create("over", ["search"], actor="test", lifetime=timedelta(seconds=-1))
    with pytest.raises(ConfigurationError, match="no valid API key"):
        decide(sqlite_database, host)
    made, _ = keys.create("good", ["search"], actor="test")
    assert decide(sqlite_database, host) == "closed"
    with pytest.raises(ConfigurationError, match="loopback addresses only"):
        decide(sqlite_database, host, "open")
    keys.revoke(made.id, actor="test")
    with pytest.raises(ConfigurationError, match="no valid API key"):
        decide(sqlite_database, host)
