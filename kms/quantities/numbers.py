"""Numbers in text: finds digits, fractions and number words, and reads the notations of English and Chinese shops.

Every character is looked at a bounded number of times, so the cost grows with the length of the text and not with its
square: a run of digits is taken as one token, and what follows it is matched within a few characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext

from kms.quantities.words import find_number_words

BLANKS = " \u00a0\u2007\u2009\u202f"
MOST_DIGITS = 18
"""Longer runs of digits are codes."""
_FRACTION_SIGNS = "¼½¾⅐-⅞↉"
_DENOMINATORS = frozenset({2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64})

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {
    0xFF0B: "+", 0xFF0D: "-", 0xFF0E: ".", 0xFF0F: "/", 0xFF05: "%", 0xFF02: '"', 0xFF07: "'", 0xFF5E: "~",
    0x301C: "~", 0x223C: "~", 0xFF08: "(", 0xFF09: ")", 0x3000: " ", 0x2044: "/", 0x2212: "-", 0xFF0A: "*",
    0xFF04: "$", 0x2019: "'", 0x2032: "'", 0x2033: '"', 0x201C: '"', 0x201D: '"',
}  # fmt: skip
_RUN = re.compile(
    r"(?P<point>(?<![\w.,])[.,](?=\d))?"
    rf"(?P<run>\d+(?:[.,]\d+|['\u00a0\u2007\u2009\u202f]\d{{3}}(?!\d))*)|(?P<sign>[{_FRACTION_SIGNS}])"
)
_BLANK_GROUPS = re.compile(r"\d{1,3}((?: \d{3}){1,6})(?:[.,]\d{1,2})?(?! \d{3}(?!\d)|[\d/]|[.,]\d)")
_MIXED = re.compile(
    rf"(?:(?:[-{BLANKS}]|\s?又\s?)?([{_FRACTION_SIGNS}])|(?:[-{BLANKS}]|\s?又\s?)(\d{{1,2}})/(\d{{1,2}})(?![\d/]))"
)
_FRACTION = re.compile(r"/(\d{1,2})(?![\d/.])")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u00a0\u2007\u2009\u202f ]\d{3})+")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_CELL_START = re.compile(r"[ ~<>≤≥+-]{0,20}")
_CELL_REST = re.compile(r"[^\d]{0,20}")
_MULTIPLIERS = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100, "萬": 10_000, "億": 100_000_000}
_UNIT_AFTER_THOUSAND = frozenset("克瓦米帕赫卡焦安伏")
"""千克 and 千瓦 are units; in 千元 and 千毫安 the first character multiplies."""
_CODE_BEFORE = re.compile(r"(?:[A-Za-z]*\d[A-Za-z\d.]*|[A-Z]+|[A-Za-z]{1,3})[-–]")


@dataclass(frozen=True)
class Number:
    """A number in a text: ``text[start:end]``.

    Attributes:
        value: By the custom of English and Chinese: a point before decimals, a comma between thousands.
        other: Where one point or comma stands before exactly three digits, the other reading.
        is_word: Written out.
        letter: The single letter that the number is tied to ("H30", "S22", "7h30"), else empty.
        is_tied: It follows a letter, a digit or a sign in such a way that it may be part of a code.
    """

    start: int
    end: int
    value: Decimal
    other: Decimal | None = None
    is_word: bool = False
    letter: str = ""
    is_tied: bool = False


def fold_width(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones, one for one, so that offsets stay."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def find_numbers(text: str) -> list[Number]:
    """All numbers of a text from left to right, without overlaps; the text must be folded by ``fold_width``."""
    numbers: list[Number] = []
    end = 0
    for match in _RUN.finditer(text):
        if match.start() < end:
            continue
        number = _read_fraction_sign(match) if match["sign"] else _read_run(text, match)
        end = match.end()
        if number is not None:
            number = _multiplied(text, number)
            numbers.append(number)
            end = number.end
    numbers += (
        _multiplied(text, Number(word.start, word.end, word.value, is_word=True))
        for word in find_number_words(text)
    )
    numbers.sort(key=lambda number: (number.start, -number.end))
    return list(_without_overlaps(numbers))


def read_number(text: str) -> Decimal | None:
    """The number that a text consists of, or ``None``."""
    folded = fold_width(text.strip())
    sign = -1 if folded[:1] in ("-", "负") else 1
    body = folded.lstrip("+-负").strip()
    numbers = find_numbers(body)
    if len(numbers) == 1 and numbers[0].start == 0 and numbers[0].end == len(body):
        return sign * numbers[0].value
    return None


def _without_overlaps(numbers: list[Number]) -> Iterator[Number]:
    end = 0
    for number in numbers:
        if number.start >= end:
            end = number.end
            yield number


def _read_fraction_sign(match: re.Match[str]) -> Number:
    return Number(match.start(), match.end(), _sign_value(match["sign"]))


def _sign_value(sign: str) -> Decimal:
    # Thirds have no end: six digits are as exact as anything that is made from them.
    return round(Decimal(unicodedata.numeric(sign)), 6).normalize()


def _read_run(text: str, match: re.Match[str]) -> Number | None:
    start, end, run = match.start(), match.end(), match["run"]
    letter, is_tied = _tie(text, start)
    if match["point"]:
        return _number(start, end, Decimal(f"0.{run}"), letter, is_tied) if run.isdigit() else None
    if sum(map(str.isdigit, run)) > MOST_DIGITS:
        return None
    if run.isdigit() and len(run) <= 3:
        groups = _BLANK_GROUPS.match(text, start)
        if groups is not None and _is_blank_grouping(text, groups):
            value, _ = _read_digits(groups.group().replace(" ", "'"))
            return None if value is None else _number(start, groups.end(), value, letter, is_tied)
    value, other = _read_digits(run)
    if value is None:
        return None
    if run.isdigit():
        mixed = _MIXED.match(text, end)
        part = _fraction_part(mixed) if mixed else None
        if mixed is not None and part is not None:
            return _number(start, mixed.end(), value + part, letter, is_tied)
        fraction = _FRACTION.match(text, end)
        if fraction is not None and int(run) < int(fraction[1]) in _DENOMINATORS:
            return _number(start, fraction.end(), _divide(int(run), int(fraction[1])), letter, is_tied)
    return Number(start, end, value, other, letter=letter, is_tied=is_tied)


def _number(start: int, end: int, value: Decimal, letter: str, is_tied: bool) -> Number:
    return Number(start, end, value, letter=letter, is_tied=is_tied)


def _fraction_part(match: re.Match[str]) -> Decimal | None:
    if match[1]:
        return _sign_value(match[1])
    above, below = int(match[2]), int(match[3])
    return _divide(above, below) if 0 < above < below and below in _DENOMINATORS else None


def _divide(above: int, below: int) -> Decimal:
    with localcontext(prec=12):
        return Decimal(above) / Decimal(below)


def _read_digits(run: str) -> tuple[Decimal | None, Decimal | None]:
    """A run of digits and separators as a number, and its other reading where there is one."""
    for blank in "'\u00a0\u2007\u2009\u202f":
        run = run.replace(blank, "'")
    head, _, tail = run.rpartition("'")
    if head:
        whole, decimals = tail[:3], tail[3:]
        if not _GROUPED.fullmatch(f"{head}'{whole}") or (decimals and decimals[0] not in ".,"):
            return None, None
        return Decimal(
            f"{head}{whole}".replace("'", "").replace(",", "").replace(".", "") + decimals.replace(",", ".")
        ), None
    points, commas = run.count("."), run.count(",")
    if not points + commas:
        return Decimal(run), None
    if points and commas:
        mark = "." if run.rfind(".") > run.rfind(",") else ","
        whole, _, decimals = run.rpartition(mark)
        if mark in whole or not (_GROUPED.fullmatch(whole) or _INDIAN.fullmatch(whole)):
            return None, None
        return Decimal(whole.replace(".", "").replace(",", "") + "." + decimals), None
    if points + commas > 1:
        grouped = _GROUPED.fullmatch(run) or _INDIAN.fullmatch(run)
        return (Decimal(run.replace(".", "").replace(",", "")), None) if grouped else (None, None)
    decimal = Decimal(run.replace(",", "."))
    if not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", run):
        return decimal, None
    thousands = Decimal(run.replace(".", "").replace(",", ""))
    return (decimal, thousands) if points else (thousands, decimal)


def _is_blank_grouping(text: str, groups: re.Match[str]) -> bool:
    """Whether "20 000" is one number: in a cell of its own it is, in a sentence it may be two ("iPhone 15 128 GB")."""
    if _CELL_START.fullmatch(text, 0, groups.start()) and _CELL_REST.fullmatch(text, groups.end()):
        return True
    last = groups[1][-3:]
    if last == "000" or groups.group()[-3:].find(",") >= 0:
        return True
    before = text[max(0, groups.start() - 4) : groups.start()].rstrip().casefold()
    return (
        last.endswith("00")
        and before[-1:].isalpha()
        and before[-1:].isascii()
        and not before.endswith((" of", "pack"))
    )


def _tie(text: str, start: int) -> tuple[str, bool]:
    """The letter that a number is tied to, and whether it may be part of a code."""
    before = text[start - 1] if start else " "
    if (before.isascii() and before.isalpha()) or before in "_#":
        return before, True
    if before in "Øø⌀ø":
        return "Ø", False
    if before in "-–" and start > 1 and text[start - 2].isascii() and text[start - 2].isalnum():
        word = re.search(r"[A-Za-z\d.]{1,24}[-–]$", text[max(0, start - 25) : start])
        # After digits it is the end of a range, which whoever reads ranges looks for.
        return "", word is not None and _CODE_BEFORE.fullmatch(word.group()) is not None
    return "", before in ".," and start > 1 and (text[start - 2].isalnum())


def _multiplied(text: str, number: Number) -> Number:
    """The number with a Chinese multiplier behind it taken in: 2万, 1.2亿, 3千."""
    at = number.end
    sign = text[at : at + 1]
    factor = _MULTIPLIERS.get(sign)
    if factor is None or number.is_word or (sign == "千" and text[at + 1 : at + 2] in _UNIT_AFTER_THOUSAND):
        return number
    return Number(
        number.start,
        at + 1,
        number.value * factor,
        is_word=False,
        letter=number.letter,
        is_tied=number.is_tied,
    )
