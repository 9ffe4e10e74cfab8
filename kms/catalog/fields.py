"""Parsers of a shop's fields: bar codes, stock, availability, condition, category paths, pictures, links, periods."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from kms.catalog.offers import Availability, Condition, Picture, Url
from kms.catalog.rows import RowProblem, shorten
from kms.catalog.values import (
    is_empty,
    read_end,
    read_moment,
    read_name,
    read_number,
    read_text,
    says_nothing,
)

WordT = TypeVar("WordT", Availability, Condition)

_SCIENTIFIC = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE)
_GTIN_SIGNS = re.compile(r"[\s\-‐‑–]+")
_WRAPPED = re.compile(r'^(?:="?|\'|")|"$')
_NOT_WORD = re.compile(r"[^\w]+")
_PATH_SIGN = re.compile(r"\s*(?:>|›|»|→|&gt;)\s*")
_ADDRESS = TypeAdapter[str](Url)
_YES = frozenset({"true", "yes", "y", "1", "on", "ja", "oui", "si", "sí", "是", "有"})
_NO = frozenset({"false", "no", "n", "0", "off", "nein", "non", "否", "无"})
_AVAILABILITIES: dict[str, Availability] = {
    "instock": "in_stock", "available": "in_stock", "availablenow": "in_stock", "limitedavailability": "in_stock",
    "onlineonly": "in_stock", "instoreonly": "in_stock", "lowstock": "in_stock", "availablefororder": "in_stock",
    "有货": "in_stock", "现货": "in_stock", "有现货": "in_stock",
    "outofstock": "out_of_stock", "soldout": "out_of_stock", "unavailable": "out_of_stock",
    "notavailable": "out_of_stock", "reserved": "out_of_stock", "无货": "out_of_stock", "缺货": "out_of_stock",
    "售罄": "out_of_stock", "已售罄": "out_of_stock",
    "preorder": "preorder", "presale": "preorder", "预售": "preorder", "预订": "preorder",
    "backorder": "backorder", "onbackorder": "backorder", "backordered": "backorder", "madetoorder": "backorder",
    "discontinued": "discontinued", "停产": "discontinued", "已停产": "discontinued",
}  # fmt: skip
_CONDITIONS: dict[str, Condition] = {
    "new": "new", "newcondition": "new", "brandnew": "new", "全新": "new", "新": "new",
    "refurbished": "refurbished", "refurbishedcondition": "refurbished", "renewed": "refurbished",
    "certifiedrefurbished": "refurbished", "翻新": "refurbished",
    "used": "used", "usedcondition": "used", "secondhand": "used", "preowned": "used", "damagedcondition": "used",
    "openbox": "used", "二手": "used",
}  # fmt: skip


def read_gtin(field: str, value: Any) -> str | None:
    """A GTIN whose check digit is right, as digits alone; ``None`` for one of nothing but zeros.

    A spreadsheet's marks around it go; a leading zero that a spreadsheet lost comes back where that makes the check digit
    right; an ISBN of ten digits becomes one of thirteen.
    """
    from stdnum import ean, isbn

    written = _WRAPPED.sub("", read_text(field, value, is_single_line=True)).strip()
    digits = _GTIN_SIGNS.sub("", _WRAPPED.sub("", written))
    if digits.endswith(".0"):
        digits = digits[:-2]
    if _SCIENTIFIC.fullmatch(digits):
        raise RowProblem(
            field, "invalid", f"{field} {shorten(written)} was rounded by a spreadsheet",
            in_file="format the column as text and export again", in_json="send all its digits as a string",
        )  # fmt: skip
    if digits and set(digits) == {"0"}:
        return None
    if digits.isascii() and digits.isdigit():
        for candidate in (digits, f"0{digits}" if len(digits) == 11 else ""):
            if candidate and ean.is_valid(candidate):
                return candidate
    if len(digits) == 10 and isbn.is_valid(digits):
        return str(isbn.to_isbn13(digits))
    right = len(digits) in (8, 12, 13, 14) and digits.isascii() and digits.isdigit()
    why = "its check digit is wrong" if right else "it has not 8, 12, 13 or 14 digits"
    raise RowProblem(field, "invalid", f"{field} {shorten(written)} is no GTIN (EAN, UPC, ISBN): {why}")


def read_code(field: str, value: Any) -> str:
    """A SKU or a maker's number: one line, any signs; what a spreadsheet puts around it goes."""
    written = read_text(field, value, is_single_line=True)
    if written.startswith('="') and written.endswith('"'):
        written = written[2:-1]
    written = written.removeprefix("'").strip()
    if len(written) > 200:
        raise RowProblem(field, "too_long", f"{field} has {len(written)} characters, at most 200 are taken")
    return written


def read_stock(field: str, value: Any) -> int:
    """A number of pieces."""
    number = read_number(field, value)
    if abs(number) > 1e9:
        raise RowProblem(field, "invalid", f"{field} {shorten(value)} is no number of pieces")
    return int(number)


def read_flag(field: str, value: Any) -> bool:
    """Yes or no: TRUE, yes, 1, 是, or their opposites."""
    if isinstance(value, bool):
        return value
    word = read_text(field, value, is_single_line=True).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise RowProblem(field, "invalid", f"{field} {shorten(value)} is neither yes nor no, such as TRUE or 0")


def read_availability(field: str, value: Any) -> Availability:
    """Availability by the words of feeds and schema.org: "in stock", ``OutOfStock``, 预售."""
    return _choose(field, value, _AVAILABILITIES, "in stock, out of stock, preorder or backorder")


def read_condition(field: str, value: Any) -> Condition:
    """New, refurbished or used, by the words of feeds and schema.org."""
    return _choose(field, value, _CONDITIONS, "new, refurbished or used")


def _choose(field: str, value: Any, words: dict[str, WordT], choices: str) -> WordT:
    written = read_text(field, value, is_single_line=True)
    bare = _NOT_WORD.sub("", written.rpartition("/")[2]).replace("_", "").casefold()
    if bare not in words:
        raise RowProblem(field, "invalid", f"{field} {shorten(written)} is not {choices}")
    return words[bare]


def read_paths(field: str, values: Iterable[Any]) -> tuple[tuple[str, ...], ...]:
    """Distinct category paths, each written with ``>`` between its parts."""
    paths: dict[tuple[str, ...], None] = {}
    for value in values:
        if is_empty(value):
            continue
        parts = (
            read_name(field, part) for part in _PATH_SIGN.split(read_text(field, value, is_single_line=True))
        )
        path = tuple(part[:500] for part in parts if part)
        if path:
            paths[path] = None
    return tuple(paths)


def read_url(field: str, value: Any) -> str:
    """An address of http or https; ``//host/…`` means https."""
    written = read_text(field, value, is_single_line=True)
    written = f"https:{written}" if written.startswith("//") else written
    try:
        return _ADDRESS.validate_python(written.replace(" ", "%20"))
    except ValidationError:
        raise RowProblem(
            field, "invalid", f"{field} {shorten(written)} is no address of http or https"
        ) from None


def read_picture(field: str, value: Any, *, alt: Any = "") -> Picture:
    """A picture by its address."""
    return Picture(
        url=read_url(field, value), alt=read_text(field, alt, is_single_line=True)[:1_000] if alt else ""
    )


def read_names(field: str, values: Iterable[Any]) -> tuple[str, ...]:
    """Distinct short names, such as tags."""
    names = (read_text(field, value, is_single_line=True) for value in values if not is_empty(value))
    return tuple(dict.fromkeys(name for name in names if 0 < len(name) <= 200 and not says_nothing(name)))


def split_list(text: str, separator: str = ",") -> list[str]:
    r"""Parts of a list in a cell; a separator behind ``\`` belongs to its part."""
    parts = re.split(rf"(?<!\\){re.escape(separator)}", text)
    return [part.replace(f"\\{separator}", separator).strip() for part in parts if part.strip()]


def read_period(field: str, value: Any) -> tuple[datetime | None, datetime | None]:
    """Begin and end of a period such as ``2026-01-01T00:00Z/2026-01-31T23:59Z``; one of them may be open."""
    begin, separator, end = read_text(field, value, is_single_line=True).partition("/")
    if not separator:
        raise RowProblem(
            field, "invalid", f"{field} {shorten(value)} is no period, such as 2026-01-01/2026-01-31"
        )
    is_open = [part.strip() in ("", "..") for part in (begin, end)]
    return None if is_open[0] else read_moment(field, begin), None if is_open[1] else read_end(field, end)
