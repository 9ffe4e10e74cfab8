"""Amounts in a query: its quantities, its sums of money and its bare numbers, read by the one number grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kms.currency import WORDS, currency_codes, currency_names, currency_of, sign_pattern
from kms.quantities.mentions import QuantityMention, find_quantities
from kms.quantities.numbers import Number, find_numbers, fold_width

_WEIGHTS = frozenset({"pound", "pounds"})
"""Words that name a currency and a weight."""
_NAMES = "|".join(sorted((re.escape(name) for name in WORDS if name not in _WEIGHTS), key=len, reverse=True))
_BEFORE = re.compile(rf"(?P<sign>{sign_pattern()}|(?<![A-Za-z])(?:{_NAMES}))\s?$", re.IGNORECASE)
_AFTER = re.compile(rf"\s?(?P<sign>{sign_pattern()}|(?:{_NAMES})(?![A-Za-z]))", re.IGNORECASE)
_NAME_ZH = re.compile(r"\s?(?P<name>[\u3400-\u9fff]{2,6})")
_NAME_EN = re.compile(r"\s?(?P<name>[A-Za-z]+(?:\s[A-Za-z]+)?)")
_COMMON = 3.45
"""Zipf frequency from which a code is read as a word."""
_SIGN = re.compile(r"[^\d\s.,]")
_LONGEST_NAME = 12
_THOUSAND = re.compile(r"k(?![A-Za-z0-9])", re.IGNORECASE)
_PLUS = re.compile(r"\s?\+")
_PLUS_BEHIND_UNIT = re.compile(r"\+(?![^\W_])")
_OLD = re.compile(r"[\s-]?olds?\b", re.IGNORECASE)
_TO = re.compile(r"\s?(?:[-–—~]|到|至)\s?|\s(?:to|and)\s", re.IGNORECASE)
_ARTICLE = re.compile(
    r"\b(?:than|under|below|over|above|up to|at least|at most|within)\s+(?P<article>an?)\s", re.IGNORECASE
)


@dataclass(frozen=True)
class Amount:
    """A number of a query: ``text[start:end]``.

    Attributes:
        low: The number, or the least of a range.
        high: The greatest of a range, else the same.
        quantity: With its unit, where it has one.
        sign: The sign or word of the currency that it is a sum of.
        is_least: A plus sign says "or more".
    """

    start: int
    end: int
    low: float
    high: float
    quantity: QuantityMention | None = None
    sign: str | None = None
    is_least: bool = False

    @property
    def is_range(self) -> bool:
        """Whether it names two different ends."""
        return self.low != self.high


def count_articles(query: str) -> str:
    """The query with "1" in place of an article between a bound and a unit: "less than a litre". Offsets stay true."""
    for match in _ARTICLE.finditer(query):
        start, end = match.span("article")
        counted = f"{query[:start]}{'1'.ljust(end - start)}{query[end:]}"
        if any(mention.start == start for mention in find_quantities(counted)):
            query = counted
    return query


def find_amounts(
    query: str, dimensions: frozenset[str] = frozenset(), counts: Sequence[QuantityMention] = ()
) -> list[Amount]:
    """All numbers of a query from left to right, without overlaps; a sum of money comes before a quantity.

    Args:
        query: Either language.
        dimensions: What the attributes of the named classes measure (see ``find_quantities``).
        counts: Numbers of things that the query names (see ``find_counts``); they come before other quantities.
    """
    text = fold_width(query)
    every = find_numbers(text)
    ends = {number.end for number in every}
    numbers = [
        number
        for number in every
        if not number.is_tied or number.start - 1 in ends or _money_before(text, number.start)
    ]
    sums = [_read_sum(text, number) for number in numbers]
    quantities = [*counts, *find_quantities(query, also=dimensions)]
    money = [amount for amount in _joined(text, sums) if amount.sign is not None]
    # A mark for each character keeps this linear in the query's length.
    taken = bytearray(len(text))
    for amount in money:
        taken[amount.start : amount.end] = b"\1" * (amount.end - amount.start)
    found = list(money)
    for q in quantities:
        if not any(taken[q.start : q.end]) and not is_age(text, q):
            plus = _PLUS_BEHIND_UNIT.match(text, q.end)
            end = plus.end() if plus else q.end
            found.append(Amount(q.start, end, q.low, q.high, q, None, q.is_least or plus is not None))
            taken[q.start : q.end] = b"\1" * (q.end - q.start)
    found += (each for each in _joined(text, sums) if not any(taken[each.start : each.end]))
    return sorted(found, key=lambda amount: amount.start)


def is_age(text: str, quantity: QuantityMention) -> bool:
    """Whether a time is an age, which is no time that a product has: "for 8 year olds"."""
    return _OLD.match(text, quantity.end) is not None


def _money_before(text: str, start: int) -> re.Match[str] | None:
    window = max(0, start - _LONGEST_NAME)
    return _BEFORE.search(text, window, start) if _SIGN.search(text, window, start) else None


def _read_sum(text: str, number: Number) -> Amount:
    """A number as a sum of money: a lone point before three digits separates thousands, ``k`` multiplies."""
    value = float(max(number.value, number.other or number.value))
    start, end = number.start, number.end
    if thousand := _THOUSAND.match(text, end):
        value, end = value * 1_000, thousand.end()
    before = _money_before(text, start)
    sign = before["sign"] if before else None
    if before:
        start = before.start()
    elif _SIGN.search(text, end, end + 2):
        sign, end = _money_behind(text, end)
    is_least = False
    if sign and (plus := _PLUS.match(text, end)):  # "toys 3+" tells an age, "tent 4+" how many sleep in it
        is_least, end = True, plus.end()
    return Amount(start, end, value, value, sign=sign, is_least=is_least)


def _money_behind(text: str, end: int) -> tuple[str | None, int]:
    """The sign, name or code of a currency behind a number, and where it ends."""
    if named := _NAME_ZH.match(text, end):
        for length in range(len(named["name"]), 1, -1):
            name = named["name"][:length]
            if code := currency_names().get(name):
                return code, named.start("name") + length
    if named := _NAME_EN.match(text, end):
        for name in (named["name"], named["name"].partition(" ")[0]):
            code = name if _is_code(name) else currency_names().get(name.casefold())
            if code:
                return code, named.start("name") + len(name)
    after = _AFTER.match(text, end)
    return (after["sign"], after.end()) if after else (None, end)


def _is_code(name: str) -> bool:
    """Whether a word is a currency's code and no English word in capitals: "4 CUP", "2 TOP shelves"."""
    if name not in currency_codes():
        return False
    from wordfreq import zipf_frequency  # its lists take a third of a second to load, which few queries need

    return float(zipf_frequency(name, "en")) < _COMMON


def _joined(text: str, sums: list[Amount]) -> list[Amount]:
    """Two sums with a dash or a "to" between them as one range; either may name the currency."""
    joined: list[Amount] = []
    position = 0
    while position < len(sums):
        first = sums[position]
        second = sums[position + 1] if position + 1 < len(sums) else None
        signs = {s for s in (first.sign, second.sign if second else None) if s}
        if (
            second is not None
            and signs
            and first.low < second.high
            and _TO.fullmatch(text, first.end, second.start)
        ):
            joined.append(
                Amount(first.start, second.end, first.low, second.high, sign=second.sign or first.sign)
            )
            position += 2
            continue
        joined.append(first)
        position += 1
    return joined


def currency_of_amount(amount: Amount, shop: str | None) -> str | None:
    """The code of the currency that an amount names, or ``None``."""
    return currency_of(amount.sign, shop) if amount.sign else None
