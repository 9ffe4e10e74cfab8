from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.prices import read_currency, read_price
from kms.catalog.rows import RowProblem
from kms.currency import SHARED, SYMBOLS, Price, currency_codes


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("$12.99", "12.99", "USD"),
        ("12,99 €", "12.99", "EUR"),
        ("$1,250.00", "1250.00", "USD"),
        ("1.299,50 EUR", "1299.50", "EUR"),
        ("1.299 €", "1299.00", "EUR"),
        ("CHF 1'200.-", "1200.00", "CHF"),
        ("£5", "5.00", "GBP"),
        ("¥399", "399.00", "CNY"),
        ("399元", "399.00", "CNY"),
        ("1,280円", "1280.00", "JPY"),
        ("RMB 88", "88.00", "CNY"),
        ("$10.00 - $20.00", "10.00", "USD"),
        ("129.00 EUR", "129.00", "EUR"),
        ("0.125 USD", "0.125", "USD"),
        ("1 234,50 €", "1234.50", "EUR"),
        ({"amount": "19.9", "currency": "USD"}, "19.90", "USD"),
        ({"amount": 20, "currency": "USD"}, "20.00", "USD"),
    ],
)
def test_prices_as_shops_write_them(written: Any, amount: str, currency: str) -> None:
    assert read_price("price", written) == Price(amount=Decimal(amount), currency=currency)


def test_cents_and_a_given_currency() -> None:
    assert read_price("price", 4995, currency="USD", divisor=100) == Price(
        amount=Decimal("49.95"), currency="USD"
    )
    assert read_price("price", "$5", currency="CAD").currency == "CAD"
    assert read_price("price", "¥500", currency="JPY").currency == "JPY"
    assert read_price("price", "€5", currency="USD").currency == "EUR"


@pytest.mark.parametrize(
    "nonsense",
    [
        "call us",
        "$",
        "-5 EUR",
        "12.99",
        "1 2 3 4 EUR x 5",
        ".a-section { margin: 4px }",
        True,
        "9e99 USD",
        [1],
        {},
    ],
)
def test_price_nonsense_is_a_problem(nonsense: Any) -> None:
    with pytest.raises(RowProblem, match="price"):
        read_price("price", nonsense)


@pytest.mark.parametrize(
    ("written", "mapping", "expected"),
    [
        (".50 GBP", None, "0.50 GBP"),
        ("7.25 chf", "EUR", "7.25 CHF"),
        ("€ 3", "USD", "3.00 EUR"),
        ("250 kr", "DKK", "250.00 DKK"),
        ("R$ 1.234,50", "USD", "1234.50 BRL"),
        ("59,90 zł", None, "59.90 PLN"),
        ("１９９元", None, "199.00 CNY"),
        ("12,99 € incl. VAT", None, "12.99 EUR"),
        ("88元起", None, "88.00 CNY"),
        ("from 8.40", "EUR", "8.40 EUR"),
        ("ab 8,40", "EUR", "8.40 EUR"),
        ("ab 8,40 €", None, "8.40 EUR"),
        ("Starting at $12", None, "12.00 USD"),
        ("8.40 起", "CNY", "8.40 CNY"),
        ("$15.00", "EUR", "15.00 USD"),
        ("$15.00", "CAD", "15.00 CAD"),
        ("EUR 5 – 10", None, "5.00 EUR"),
        ("12.- CHF", None, "12.00 CHF"),
        ("1.500 euro", None, "1500.00 EUR"),
        ("1.2万元", None, "12000.00 CNY"),
        ("3€20", None, "3.20 EUR"),
        ("NOK 2 450", None, "2450.00 NOK"),
        ("24,900원", None, "24900.00 KRW"),
        ("R 3 100", None, "3100.00 ZAR"),
        ("JOD 1 200,750", None, "1200.75 JOD"),
        ("￥1,480（税込）", "JPY", "1480.00 JPY"),
        ("含稅 350元", None, "350.00 CNY"),
        ("活动价：¥79", None, "79.00 CNY"),
        ("CA $ 45.50", None, "45.50 CAD"),
        ("R 249,99", None, "249.99 ZAR"),
        ("2.499,00 TL", None, "2499.00 TRY"),
        ("Fr. 8.20", None, "8.20 CHF"),
        ("３，４５０円", None, "3450.00 JPY"),
        ("a partir de 7,10 €", None, "7.10 EUR"),
        ("2.750 KWD", None, "2.75 KWD"),
        ("BHD 2,750", None, "2750.00 BHD"),
        ("港幣 59", None, "59.00 HKD"),
        ("新台币640元", None, "640.00 TWD"),
        ("12 US dollars", None, "12.00 USD"),
        ("1,05,000", "INR", "105000.00 INR"),
    ],
)
def test_what_the_text_says_outweighs_the_mapping(written: str, mapping: str | None, expected: str) -> None:
    price = read_price("price", written, currency=mapping)
    assert f"{price.amount} {price.currency}" == expected


@pytest.mark.parametrize(
    ("written", "mapping", "message"),
    [
        ("kr 75", "USD", "kr may be DKK, ISK, NOK, SEK"),
        ("Rs 900", None, "Rs may be INR"),
        ("TAX 5", "EUR", "'TAX' is no currency"),
        ("5 XYZ", "EUR", "'XYZ' is no currency"),
        ("500 all", "EUR", "'all' is neither a currency nor a word"),
        ("abc24.50", "EUR", "is no price: 'abc' is neither a currency nor a word"),
        ("5 EUR 6 USD", None, "several currencies"),
        ("10 %", "EUR", "is no price"),
        ("sold out", "EUR", "is no price; leave the cell empty"),
        ("$10 $15", None, "is no price"),
        ("€12 €99", None, "is no price"),
        ("20€ 15€", None, "is no price"),
        ("7.50", None, "it names no currency; say which by `currency`"),
        ("20 EUR 10 EUR", None, "is no price"),
    ],
)
def test_what_is_not_said_is_refused_with_the_reason(written: str, mapping: str | None, message: str) -> None:
    with pytest.raises(RowProblem) as caught:
        read_price("price", written, currency=mapping)
    assert message in caught.value.message


def test_the_shops_currency_settles_shared_signs_and_nothing_else() -> None:
    assert read_price("price", "kr 9", shop_currency="NOK").currency == "NOK"
    assert read_price("price", "$9", shop_currency="AUD").currency == "AUD"
    assert read_price("price", "€9", shop_currency="AUD").currency == "EUR"
    with pytest.raises(RowProblem, match="names no currency"):
        read_price("price", "9", shop_currency="AUD")


def test_signs_mean_currencies_that_exist() -> None:
    assert set(SYMBOLS.values()) <= currency_codes()
    assert all(codes <= currency_codes() for codes in SHARED.values())


_FORMS = (
    lambda amount, code: f"{amount:.2f} {code}",
    lambda amount, code: f"{code} {amount:,.2f}",
    lambda amount, code: f"{code.lower()} {amount:.2f}",
    lambda amount, code: f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + f" {code}",
    lambda amount, code: f"{amount:,.2f} {code}".replace(",", "'"),
    lambda amount, code: f"{amount:,.2f} {code}".replace(",", "\u202f"),
)


@given(
    st.decimals(0, 10**8, places=2),
    st.sampled_from(["EUR", "USD", "GBP", "CHF", "SEK"]),
    st.sampled_from(_FORMS),
    st.sampled_from([None, "JPY"]),
)
def test_a_price_in_any_notation_reads_back(
    amount: Decimal, code: str, form: Any, mapping: str | None
) -> None:
    assert read_price("price", form(amount, code), currency=mapping) == Price(amount=amount, currency=code)


@pytest.mark.parametrize(
    ("written", "shop", "code"),
    [
        ("usd", None, "USD"),
        ("€", None, "EUR"),
        ("$", "CAD", "CAD"),
        ("人民币", None, "CNY"),
        (" Euro ", None, "EUR"),
    ],
)
def test_a_currency_in_a_column_of_its_own(written: str, shop: str | None, code: str) -> None:
    assert read_currency("price", written, shop_currency=shop) == code


def test_what_is_no_currency_is_refused() -> None:
    with pytest.raises(RowProblem, match="the currency 'coins' is not known; write its ISO code"):
        read_currency("price", "coins")


def test_a_list_of_prices_says_what_to_do() -> None:
    with pytest.raises(RowProblem, match="is a list; say `pick: first`"):
        read_price("price", ["1 EUR", "2 EUR"])
