"""Hosts and origins."""

from __future__ import annotations

from typing import Any

import pytest

from api.security.origins import host_name, is_host_allowed, is_same_origin


def scope(server: str = "127.0.0.1") -> dict[str, Any]:
    return {"type": "http", "server": (server, 8000), "headers": []}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Shop.Example:8000", "shop.example"), ("shop.example", "shop.example"), ("[::1]:80", "::1"), ("[::1]", "::1"),
        ("", ""), ("127.0.0.1:8000", "127.0.0.1"),
    ],
)  # fmt: skip
def test_names(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_open_doors_answer_to_loopback_names(host: str) -> None:
    assert is_host_allowed(scope(), host, (), is_open=True)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", "", "0"]
)
def test_open_doors_answer_to_no_other_name(host: str) -> None:
    assert not is_host_allowed(scope(), host, (), is_open=True)
    assert is_host_allowed(scope(), host, (), is_open=False)


def test_allowed_hosts() -> None:
    assert is_host_allowed(scope(), "KMS.example:443", ("kms.example",), is_open=True)
    assert is_host_allowed(scope(), "kms.example", ("kms.example",), is_open=False)
    assert not is_host_allowed(scope(), "evil.example", ("kms.example",), is_open=False)


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("https://kms.example", "kms.example", True),
        ("https://kms.example", "kms.example:443", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("https://KMS.example", "kms.EXAMPLE", True),
        ("https://kms.example:444", "kms.example", False),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("https://evil.example", "kms.example", False),
        ("https://kms.example.evil.example", "kms.example", False),
        ("null", "kms.example", False),
        ("", "", False),
        ("javascript:1", "1", False),
        ("https://friend.example", "kms.example", True),
    ],
)
def test_same_origin(origin: str, host: str, expected: bool) -> None:
    assert is_same_origin(scope(), origin, host, ("https://friend.example",)) is expected
