"""Currencies: what signs and words mean, and how prices of several currencies are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated

from pydantic import Field, model_validator

from kms.types import Frozen

Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Price(Frozen):
    """An amount in one currency (ISO 4217 code)."""

    amount: Annotated[Decimal, Field(ge=0, le=Decimal("1e9"))]
    currency: Code


SYMBOLS: Mapping[str, str] = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "HK$": "HKD", "NZ$": "NZD", "S$": "SGD",
    "NT$": "TWD", "MX$": "MXN", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "元": "CNY", "円": "JPY",
    "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP", "₴": "UAH", "₦": "NGN",
    "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "Rp": "IDR", "RM": "MYR", "SFr.": "CHF", "Fr.": "CHF",
    "$": "USD",
}  # fmt: skip
"""Signs, longer ones first, and what they mean where nothing else is known."""
SHARED: Mapping[str, frozenset[str]] = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP"}),
    "£": frozenset({"GBP", "EGP", "GIP", "FKP"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "kr.": frozenset({"DKK", "ISK"}),
    "Rs": frozenset({"INR", "PKR", "LKR", "NPR", "MUR"}),
    "¥": frozenset({"CNY", "JPY"}),
    "￥": frozenset({"CNY", "JPY"}),
}
"""Signs that several currencies use; those that ``SYMBOLS`` lacks mean nothing unless the shop's currency settles it."""
WORDS: Mapping[str, str] = {
    "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "usd": "USD", "euro": "EUR", "euros": "EUR",
    "eur": "EUR", "gbp": "GBP", "quid": "GBP", "pound": "GBP", "pounds": "GBP", "cny": "CNY", "rmb": "CNY",
    "yuan": "CNY", "yen": "JPY", "美金": "USD", "元钱": "CNY", "块": "CNY", "块钱": "CNY", "人民币": "CNY",
}  # fmt: skip
"""Words of queries, lower-cased."""


class Exchange(Frozen):
    """Exchange rates, by which prices of several currencies are compared.

    Attributes:
        currency: The shop's own (ISO 4217); ``None``: amounts are compared as they are written.
        rates: What one unit of each other currency is worth in the shop's own.
    """

    currency: Code | None = None
    rates: Mapping[Code, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_rates(self) -> Exchange:
        problem = rates_problem(self.currency, self.rates)
        if problem:
            raise ValueError(problem)
        return self

    def numbers(self, price: Price) -> dict[str, float]:
        """A price as fields of the indexes: ``price`` to compare by, ``price.<code>`` in each known currency.

        A price whose currency has no rate is known in that currency only, once the shop has one of its own.
        """
        amount = float(price.amount)
        own = {f"price.{price.currency.lower()}": amount}
        if self.currency is None:
            return {"price": amount, **own}
        worth_of = {self.currency: 1.0, **self.rates}
        if price.currency not in worth_of:
            return own
        worth = amount * worth_of[price.currency]
        converted = {f"price.{code.lower()}": round(worth / rate, 2) for code, rate in worth_of.items()}
        return {"price": round(worth, 2), **converted, **own}


def rates_problem(currency: str | None, rates: Mapping[str, float]) -> str | None:
    """Say why rates cannot go with a currency, or ``None`` when they can."""
    if rates and not currency:
        return "exchange rates need the currency that they lead to (KMS_CURRENCY)"
    if currency and rates.get(currency, 1.0) != 1.0:
        return f"one {currency} is worth 1 {currency}, not {rates[currency]:g}; leave it out of the exchange rates"
    return None


def nearest_code(written: str) -> str | None:
    """The code that was probably meant by what is none: ``EURO``, ``usd``, ``元``; ``None``: none is near."""
    from kms.text.nearest import nearest_name

    named = currency_of(written) or currency_of(written.strip().upper())
    return (
        named or currency_names().get(written.strip().casefold()) or nearest_name(written, currency_codes())
    )


def sign_pattern() -> str:
    """A regular expression for all signs, longer ones first; signs of letters stand apart from other letters."""
    signs = sorted({*SYMBOLS, *SHARED}, key=len, reverse=True)
    return "|".join(
        rf"(?<![A-Za-z]){re.escape(sign)}(?![A-Za-z])"
        if sign[-1].isalpha() and sign not in ("元", "円")
        else re.escape(sign)
        for sign in signs
    )


@cache
def currency_codes() -> frozenset[str]:
    """Codes (ISO 4217) of the currencies that are legal tender somewhere today."""
    from babel.core import get_global

    return frozenset(
        code
        for currencies in get_global("territory_currencies").values()
        for code, _, until, is_tender in currencies
        if until is None and is_tender
    )


@cache
def currency_names() -> Mapping[str, str]:
    """Chinese and English names of the currencies, case-folded, and their codes: 港币, 新台幣, "swiss franc".

    Names that several currencies share ("dollar") are left out; 元 and 币 at the end stand for each other.
    """
    from babel import Locale

    codes: dict[str, set[str]] = {}
    for language in ("en", "zh_Hans", "zh_Hant"):
        for code, name in Locale.parse(language).currencies.items():
            if code not in currency_codes() or "(" in name or "（" in name:
                continue
            forms = {name, f"{name}s"} if language == "en" else {name}
            if name[-1:] in ("元", "币", "幣"):
                forms |= {name[:-1] + ending for ending in "元币幣"}
            for form in forms:
                codes.setdefault(form.casefold(), set()).add(code)
    return {name: next(iter(each)) for name, each in codes.items() if len(each) == 1}


def currency_of(written: str, shop: str | None = None) -> str | None:
    """The code of a sign, word or code in a text; ``None`` where it names no currency.

    Args:
        written: ``$``, ``euros``, ``元`` …
        shop: The shop's own currency: it settles what ``$`` and ``¥`` mean.
    """
    sign = written.strip()
    code = WORDS.get(sign.casefold()) or SYMBOLS.get(sign)
    shares = SHARED.get(sign, frozenset())
    if sign.casefold() in ("dollar", "dollars", "buck", "bucks"):
        shares = SHARED["$"]
    if code is None and sign in currency_codes():
        code = sign
    return shop if shop in shares else code
