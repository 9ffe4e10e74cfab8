from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.errors import ConfigurationError
from kms.settings import get_settings, read_settings, reset_settings, unknown_variables


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import os

    for name in os.environ:
        if name.startswith("KMS_"):
            monkeypatch.delenv(name)
    reset_settings()
    yield
    reset_settings()


def test_defaults_need_no_server() -> None:
    settings = get_settings()
    assert (settings.graph, settings.vectors, settings.port) == ("embedded", "edge", 8000)
    assert settings.resolved_database_url == f"sqlite:///{Path('.state/kms.db').resolve()}"
    assert settings.rejects_dir == Path(".state/rejects")
    assert (settings.ontology_dir / "families").is_dir()


def test_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_PORT", "9001")
    monkeypatch.setenv("KMS_LOG_LEVEL", "debug")
    monkeypatch.setenv("KMS_DATABASE_URL", "postgresql://u:p@h/n")
    settings = get_settings()
    assert (settings.port, settings.log_level) == (9001, "DEBUG")
    assert settings.resolved_database_url == "postgresql://u:p@h/n"
    monkeypatch.setenv("KMS_PORT", "9002")
    assert get_settings().port == 9001
    reset_settings()
    assert get_settings().port == 9002


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_PORT", "seventy")
    monkeypatch.setenv("KMS_GRAPH", "oracle")
    monkeypatch.setenv("KMS_DATABASE_URL", "mysql://root:secret@h/n")
    with pytest.raises(ConfigurationError) as caught:
        get_settings()
    message = str(caught.value)
    assert "KMS_PORT='seventy'" in message
    assert "KMS_GRAPH='oracle'" in message
    assert "KMS_DATABASE_URL: expected sqlite:///" in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"vectors": "server"}, "KMS_QDRANT_URL"),
        ({"graph": "neo4j"}, "KMS_NEO4J_PASSWORD"),
        ({"database_url": "kms.db"}, "KMS_DATABASE_URL"),
        ({"port": 0}, "KMS_PORT=0"),
    ],
)
def test_servers_need_what_reaches_them(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_settings(**overrides)


def test_password_is_not_shown() -> None:
    shown = repr(read_settings(graph="neo4j", neo4j_password="hush-hush", shopper_secrets={"a": "hush" * 8}))
    assert "hush" not in shown


def test_a_wrong_secret_is_not_shown_either() -> None:
    with pytest.raises(ConfigurationError, match="KMS_SHOPPER_SECRETS") as told:
        read_settings(shopper_secrets={"a": "hush-hush"})
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"rate_per_key": "often"}, "KMS_RATE_PER_KEY='often'"),
        ({"trusted_proxies": "10.0.0.0/8, proxy"}, "'proxy' is neither"),
        ({"cors_origins": "https://a.example/path"}, "no origin"),
        ({"doors": "ajar"}, "KMS_DOORS"),
    ],
)
def test_doors_are_set_plainly(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_settings(**overrides)
    assert (
        read_settings(
            rate_per_key="", rate_per_address="20/second", rate_sign_in="5 / 2 minutes"
        ).rate_per_key
        == ""
    )


def test_rates_come_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_CURRENCY", "EUR")
    monkeypatch.setenv("KMS_EXCHANGE_RATES", '{"USD": 0.92, "CNY": 0.13}')
    assert get_settings().exchange_rates == {"USD": 0.92, "CNY": 0.13}


@pytest.mark.parametrize(
    ("currency", "rates", "message"),
    [
        ("EUR", "USD=0.9", "exchange_rates.*written as JSON"),
        ("", '{"USD": 0.9}', "KMS_EXCHANGE_RATES: exchange rates need the currency"),
        ("EUR", '{"USD": 0}', "greater than 0"),
        ("EUR", '{"usd": 1}', "KMS_EXCHANGE_RATES"),
        ("EUR", '{"EUR": 2}', "one EUR is worth 1 EUR"),
        (
            "Euro",
            "{}",
            "KMS_CURRENCY='Euro': a currency is written as its three capital letters.*did you mean EUR?",
        ),
        ("EURO", "{}", "did you mean EUR?"),
        ("人民币", "{}", "did you mean CNY?"),
        ("12", "{}", "such as EUR or CNY$"),
    ],
)
def test_rates_that_cannot_be_used(
    currency: str, rates: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KMS_CURRENCY", currency)
    monkeypatch.setenv("KMS_EXCHANGE_RATES", rates)
    with pytest.raises(ConfigurationError, match=message):
        get_settings()


def test_variables_that_are_no_settings_are_named_with_the_nearest() -> None:
    given = {
        "KMS_CURENCY": "GBP",
        "KMS_CURRENCY": "GBP",
        "KMS_ZZZZ": "1",
        "KMS_CACHE_DIR": "/c",
        "HOME": "/h",
    }
    assert unknown_variables(given) == {"KMS_CURENCY": "KMS_CURRENCY", "KMS_ZZZZ": None}
