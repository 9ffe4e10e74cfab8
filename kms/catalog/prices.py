"""Prices as shops write them: an amount, a range of amounts, and the currency by code, sign or word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kms.catalog.rows import RowProblem, shorten
from kms.currency import (
    SHARED,
    SYMBOLS,
    WORDS,
    Price,
    currency_codes,
    currency_names,
    currency_of,
    sign_pattern,
)
from kms.quantities.numbers import Number, find_numbers, fold_width
from kms.text.chinese import fold_traditional
from kms.text.normalise import clean_text

MOST_CHARACTERS = 60
MOST_AMOUNT = 1_000_000_000
_NONE_IN_FILE = "leave the cell empty where there is none, or say `on_error: drop` in the mapping"
_NONE_IN_JSON = 'send an amount with its currency, such as "129.00 EUR", or null where there is none'
_CURRENCY_IN_JSON = 'name it with the amount by its ISO code, such as "129.00 EUR"'
_MARK = re.compile(rf"(?P<sign>{sign_pattern()})|(?P<word>[^\W\d_]+)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|to|bis|至|到)\s*", re.IGNORECASE)
_MINUS = re.compile(r"(?<![\w.])[-–]\s?$")
_EMPTY_DECIMALS = re.compile(r"[.,](?:[-–—]+|(?!\d))")
_NO_PRICE = re.compile(r"[{}<>#=%]")
_COLUMN_SIGNS: Mapping[str, str] = {
    "R": "ZAR",
    "TL": "TRY",
    "Fr": "CHF",
    "SFr": "CHF",
    "KD": "KWD",
    "Dhs": "AED",
    "원": "KRW",
}
"""Signs that are words elsewhere, as shops write them into a price column, next to the amount."""
_COLUMN_SIGN = re.compile(
    rf"\b({'|'.join(_COLUMN_SIGNS)})\.?(?=\s?[\d.,])|(?<=\d)\s?({'|'.join(_COLUMN_SIGNS)})\b\.?"
)
_PARTED_SIGN = re.compile(
    rf"(?<![^\W\d_])({'|'.join(s[:-1] for s in SYMBOLS if s.endswith('$') and s != '$')})\s+\$(?!\w*[A-Za-z])"
)
"""``US $``, which is written ``US$`` as well."""
_SIGN_AS_POINT = re.compile(r"^([^\d€£$]*\d+)([€£$])(\d\d)(?![^\s])(?=[^\d€£$]*$)")
"""``12€50``; two prices side by side ("$10 $15") are none."""
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3})")
_BLANK_GROUPS = re.compile(r"(?<![\d.,'])\d{1,3}(?: \d{3})+(?!\d)")
"""In a price's cell blanks between digits always separate thousands; in a sentence they need not."""
_CHINESE_LABEL = re.compile(r"[\u4e00-\u9fff]{0,4}价|(?:不?含|未)?税[込抜別别前后]?")
"""Chinese and Japanese words that say which price it is (售价, 券后价, 零售价), and whether with tax (含税, 税込)."""
_BESIDE = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "from ab à only now price each ea per piece pc pcs unit incl inc excl ex vat tax gst mwst tva ttc "
        "ht iva approx ca sale rrp msrp uvp was to bis 起 约 每 件 个 只 券后 仅 包邮 到 至"
    ).split()
)
"""Words that stand beside a price and change nothing in it, where the text names its currency itself."""
_STARTING = frozenset(
    "from ab à dès desde da a partir de vanaf fra från od starting at as low 起 最低 低至".split()  # noqa: SIM905
)
"""Words that make an amount the lowest price; they are read with and without a currency beside them."""


def read_price(
    field: str, value: Any, *, currency: str | None = None, divisor: int = 1, shop_currency: str | None = None
) -> Price:
    """A price from a number, a text such as ``$1,299.00``, ``12,99 €`` or ``129 EUR``, or a table.

    A range gives its lower end, a starting price ("from 6.50", "6.50 起") its amount. One separator before exactly
    three digits separates thousands. A currency that the text names outweighs ``currency``.

    Args:
        field: Named in the problem.
        value: What the shop wrote.
        currency: Currency where the value names none; also settles what ``$``, ``¥`` and ``kr`` mean.
        divisor: 100 where the shop counts cents.
        shop_currency: The shop's own, which settles what signs mean where ``currency`` is not given.
    """
    if isinstance(value, dict) and "amount" in value:
        currency = str(value.get("currency") or currency or "").strip().upper() or None
        value = value["amount"]
    amount: Decimal | None = None
    if isinstance(value, str):
        amount, currency = _read_written(field, value, currency, shop_currency)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        amount = Decimal(str(value))
    if isinstance(value, list) and len(value) > 1:
        raise RowProblem(
            field, "invalid", f"{field} {shorten(value)} is a list",
            in_file="say `pick: first` or `last` in the mapping", in_json=_NONE_IN_JSON,
        )  # fmt: skip
    if amount is None or not amount.is_finite() or not 0 <= amount / divisor <= MOST_AMOUNT:
        fault = "is negative" if amount is not None and amount < 0 else "is no price"
        raise RowProblem(
            field,
            "invalid",
            f"{field} {shorten(value)} {fault}",
            in_file=_NONE_IN_FILE,
            in_json=_NONE_IN_JSON,
        )
    if currency is None:
        raise RowProblem(
            field, "invalid", f"{field} {shorten(value)}: it names no currency",
            in_file="say which by `currency` in the mapping, or set KMS_CURRENCY", in_json=_CURRENCY_IN_JSON,
        )  # fmt: skip
    if currency not in currency_codes():
        raise RowProblem(
            field, "invalid", f"{field} {shorten(value)}: the currency {shorten(currency)} is no ISO code"
        )
    amount = (amount / divisor).normalize()
    exponent = int(amount.as_tuple().exponent)
    return Price(amount=amount.quantize(Decimal("0.01")) if exponent > -2 else amount, currency=currency)


def _read_written(
    field: str, written: str, given: str | None, shop: str | None
) -> tuple[Decimal | None, str | None]:
    text = fold_width(" ".join(clean_text(written).split()))
    if len(text) > MOST_CHARACTERS or _NO_PRICE.search(text):
        return None, given
    text = _PARTED_SIGN.sub(r"\1$", _WIDE_COMMA.sub(",", text))
    text = _BLANK_GROUPS.sub(lambda groups: groups[0].replace(" ", "'"), text)
    text = _COLUMN_SIGN.sub(lambda mark: f" {_COLUMN_SIGNS[mark[1] or mark[2]]} ", text)
    text = _EMPTY_DECIMALS.sub(" ", _SIGN_AS_POINT.sub(r"\1.\3 \2", text))
    numbers = [number for number in find_numbers(text) if not number.is_word]
    if not numbers:
        return None, given
    rest, position = "", 0
    for number in numbers:
        rest += f"{text[position : number.start]} "
        position = number.end
    rest += text[position:]
    currency = _read_currency(field, written, rest, given, shop)
    amount = _read_amount(text, numbers, currency)
    return amount, currency


def read_currency(field: str, value: Any, *, shop_currency: str | None = None) -> str:
    """The code of a currency that stands in a column of its own, by code, sign or name.

    Raises:
        RowProblem: It is no currency, or a sign that several share.
    """
    written = str(value).strip()
    code = currency_of(written, shop_currency) or _code_of(written.upper()) or _named(written)
    if code is None:
        raise RowProblem(
            field, "invalid", f"{field}: the currency {shorten(value)} is not known; write its ISO code"
        )
    return code


def _read_amount(text: str, numbers: list[Number], currency: str | None) -> Decimal | None:
    """The amount, of a range the lower one; ``None`` where there is none, or several that are no range.

    A minus before it makes it negative.

    One separator before exactly three digits separates thousands, but in currencies of three decimals.
    """
    is_negative = _MINUS.search(text[: numbers[0].start]) is not None
    if not 1 <= len(numbers) <= (1 if is_negative else 2):
        return None
    has_mills = currency is not None and _decimals_of(currency) == 3
    amounts = [
        number.value if has_mills else max(number.value, number.other or number.value) for number in numbers
    ]
    if len(amounts) == 2:
        between = _MARK.sub(
            lambda mark: mark[0] if mark["word"] else "", text[numbers[0].end : numbers[1].start]
        )
        for name in (*WORDS, *currency_codes()):
            between = re.sub(rf"\b{name}\b", "", between, flags=re.IGNORECASE) if name.isascii() else between
        if not _BETWEEN.fullmatch(between.strip()) or amounts[0] > amounts[1]:
            return None
    return -amounts[0] if is_negative else amounts[0]


def _read_currency(field: str, written: str, rest: str, given: str | None, shop: str | None) -> str | None:
    """The currency that the text beside the amount names, else ``given``."""
    if (name := _named(rest.strip())) is not None:
        return name
    codes: set[str] = set()
    signs: set[str] = set()
    unknown: list[str] = []
    for mark in _MARK.finditer(rest):
        word = mark.group()
        if (code := _code_of(word)) is not None:
            codes.add(code)
        elif mark["sign"] or word.casefold() in SIGN_WORDS:
            signs.add(_SIGN_OF.get(word.casefold(), word))
        elif (name := _named(word)) is not None:
            codes.add(name)
        else:
            unknown.append(word)
    meant = {sign: currency_of(sign, given if given in SHARED.get(sign, ()) else shop) for sign in signs}
    named = codes or {code for code in meant.values() if code}
    beside = _STARTING | _BESIDE if named or signs else _STARTING
    is_labelled = beside is not _STARTING
    strange = [word for word in unknown if not _stands_beside(word, beside, is_labelled=is_labelled)]
    if strange:
        is_like_code = len(strange[0]) == 3 and strange[0].isascii() and strange[0].isupper()
        reason = (
            "is no currency" if is_like_code else "is neither a currency nor a word that stands beside prices"
        )
        raise RowProblem(
            field,
            "invalid",
            f"{field} {shorten(written)} is no price: {shorten(strange[0])} {reason}",
            in_file=_NONE_IN_FILE,
            in_json=_NONE_IN_JSON,
        )
    if not named and (unclear := sorted(signs)):
        choices = ", ".join(sorted(SHARED[unclear[0]]))
        raise RowProblem(
            field, "invalid",
            f"{field} {shorten(written)}: {unclear[0]} may be {choices}",
            in_file="say which by `currency` in the mapping", in_json=_CURRENCY_IN_JSON,
        )  # fmt: skip
    if len(named) > 1:
        raise RowProblem(
            field,
            "invalid",
            f"{field} {shorten(written)} names several currencies: {', '.join(sorted(named))}",
        )
    return next(iter(named), given)


def _stands_beside(word: str, beside: frozenset[str], *, is_labelled: bool) -> bool:
    folded = fold_traditional(word.casefold())
    return folded in beside or (is_labelled and _CHINESE_LABEL.fullmatch(folded) is not None)


def _named(word: str) -> str | None:
    """The code of a currency's name."""
    name = word.casefold()
    return WORDS.get(name) or currency_names().get(name)


def _decimals_of(currency: str) -> int:
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def _code_of(word: str) -> str | None:
    """The code that a word is: in capitals any, in small letters those that shops write so ("eur", not "all")."""
    if len(word) != 3 or not word.isascii():
        return None
    code = word.upper()
    is_known = code in currency_codes() and (word.isupper() or code in _COMMON)
    return code if is_known else None


_COMMON = frozenset({*SYMBOLS.values(), "CHF", "SEK", "NOK", "DKK", "SAR", "AED", "ZAR"})
_SIGN_OF = {sign.casefold(): sign for sign in (*SYMBOLS, *SHARED)}
SIGN_WORDS = frozenset(_SIGN_OF)
