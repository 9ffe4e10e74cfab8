from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kms.currency import Exchange, Price, currency_of


def price(amount: str, currency: str) -> Price:
    return Price(amount=Decimal(amount), currency=currency)


def test_without_a_currency_of_its_own_a_shop_compares_what_is_written() -> None:
    assert Exchange().numbers(price("12.50", "USD")) == {"price": 12.5, "price.usd": 12.5}


def test_rates_bring_prices_into_every_currency() -> None:
    exchange = Exchange(currency="EUR", rates={"USD": 0.5, "CNY": 0.1})
    assert exchange.numbers(price("10", "USD")) == {
        "price": 5.0, "price.eur": 5.0, "price.usd": 10.0, "price.cny": 50.0,
    }  # fmt: skip
    assert exchange.numbers(price("10", "EUR"))["price"] == 10.0


def test_a_price_without_a_rate_is_not_compared_with_others() -> None:
    assert Exchange(currency="EUR").numbers(price("10", "USD")) == {"price.usd": 10.0}


@given(st.decimals("0.01", "1e6", places=2), st.floats(0.001, 1_000))
def test_what_a_product_costs_in_its_own_currency_is_never_rounded(amount: Decimal, rate: float) -> None:
    exchange = Exchange(currency="EUR", rates={"USD": rate})
    assert exchange.numbers(Price(amount=amount, currency="USD"))["price.usd"] == float(amount)


@pytest.mark.parametrize(
    "values",
    [
        {"rates": {"USD": 0.9}},
        {"currency": "euro"},
        {"currency": "EUR", "rates": {"USD": 0}},
        {"currency": "EUR", "rates": {"USD": float("inf")}},
        {"currency": "EUR", "rates": {"EUR": 1.1}},
    ],
)
def test_rates_that_cannot_be_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Exchange.model_validate(values)


@pytest.mark.parametrize(
    ("written", "shop", "code"),
    [
        ("$", None, "USD"),
        ("$", "CAD", "CAD"),
        ("$", "EUR", "USD"),
        (" dollars", "AUD", "AUD"),
        ("¥", None, "CNY"),
        ("¥", "JPY", "JPY"),
        ("元", "JPY", "CNY"),
        ("Euros", None, "EUR"),
        ("HK$", "CAD", "HKD"),
        ("kg", None, None),
    ],
)
def test_signs_and_words(written: str, shop: str | None, code: str | None) -> None:
    assert currency_of(written, shop) == code
