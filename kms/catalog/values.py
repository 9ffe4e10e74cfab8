"""Parsers of single values: names, numbers, moments, lists and texts as shops write them."""

from __future__ import annotations

import math
import re
import warnings
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from kms.catalog.rows import RowProblem, shorten
from kms.text.answers import is_bare_no, is_placeholder, says_none
from kms.text.chinese import fold_traditional
from kms.text.normalise import clean_text

EpochUnit = Literal["seconds", "milliseconds"]

_REVIEW_DATE = "%m %d, %Y"
"""Months by number before the day, as in the Amazon review data: ``09 13, 2009``."""
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])\d{1,2}\.\s?\d{1,2}\.\s?\d{4}(?!\d)")
_COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_MIDNIGHT = re.compile(r"[T ,]\s*0?0:00(?::00)?$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CHINESE_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?")
_DATE_WORDS = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|\bat\b|\bUhr\b|\bum\b", re.IGNORECASE)
_OTHER_MONTHS = {
    "januar": "january", "februar": "february", "märz": "march", "mai": "may", "juni": "june", "juli": "july",
    "oktober": "october", "dezember": "december", "mär": "mar", "okt": "oct", "dez": "dec",
}  # fmt: skip
_OF_FIVE = re.compile(
    r"([\d.,]+)\s*(?:(?:/|out of|of|von|sur)\s*5(?:[.,]0+)?)?\s*(?:stars?|sterne?|星|颗星|顆星|分)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[,;|\n]\s*")
_TRADEMARK = re.compile(r"[™®℠©]|\((?:tm|r|c)\)", re.IGNORECASE)
_NO_NAME = frozenset({"not available", "no brand", "no name", "unbranded", "无品牌", "无牌"})
"""What shops write for a brand or category that a product has none of, case-folded."""
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def is_empty(value: Any) -> bool:
    """Whether a shop meant "nothing": null, blank text, an empty list or table, not-a-number."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {}, ())


def says_nothing(value: Any) -> bool:
    """Whether a shop wrote that it has nothing for a cell: ``N/A``, ``-``, ``none``, 无, or the error of a spreadsheet."""
    if not isinstance(value, str):
        return False
    is_none = says_none(value) and not is_bare_no(value)
    name = value.strip().casefold().strip(" .()[]")
    return is_placeholder(value) or is_none or fold_traditional(name) in _NO_NAME


def read_text(field: str, value: Any, *, join: str = " ", is_single_line: bool = False) -> str:
    """Clean text of a text, number or list of these; tables are refused."""
    if isinstance(value, list | tuple):
        parts = (
            read_text(field, item, is_single_line=is_single_line) for item in value if not is_empty(item)
        )
        return join.join(part for part in parts if part)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float | Decimal):
        return clean_text(str(value), is_single_line=is_single_line)
    raise RowProblem(field, "invalid", f"{field} {shorten(value)} is no text")


def read_name(field: str, value: Any) -> str:
    """A brand or category: one line without trademark signs; empty where the shop wrote that there is none."""
    name = " ".join(_TRADEMARK.sub(" ", read_text(field, value, is_single_line=True)).split())
    has_letters = any(character.isalnum() for character in name)
    return name if has_letters and not says_nothing(name) else ""


def read_number(field: str, value: Any, *, divisor: float = 1.0) -> float:
    """A finite number; texts may have a decimal point or comma."""
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value) / divisor
        if not math.isfinite(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise RowProblem(field, "invalid", f"{field} {shorten(value)} is no number") from None
    return number


def read_rating(field: str, value: Any, *, divisor: float = 1.0) -> float:
    """A rating of at most 5 by number ("4.5", "4,5/5", "4 out of 5", "4 stars", 4星) or by signs (★★★★☆)."""
    if not isinstance(value, str):
        return read_number(field, value, divisor=divisor)
    text = value.strip()
    if 0 < len(text) <= 5 and set(text) <= set("★☆⭐✩"):
        return float(len(text) - text.count("☆") - text.count("✩"))
    match = _OF_FIVE.fullmatch(text)
    return read_number(field, match[1] if match else value, divisor=divisor)


def read_moment(
    field: str, value: Any, *, unit: EpochUnit | None = None, format: str | None = None
) -> datetime:
    """A moment in UTC from epoch time, ISO 8601 or another usual writing; without a zone it is UTC.

    Args:
        field: For messages.
        value: What the shop wrote.
        unit: Of a number; ``None``: seconds, or milliseconds where it is too large for seconds of this century.
        format: How it is written, as Python's ``strptime`` takes it (``%d/%m/%Y %H:%M``); nothing else is taken then.
    """
    moment: datetime | None = None
    try:
        if format is not None and isinstance(value, str | int):
            moment = datetime.strptime(str(value).strip(), format)
        elif isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
        elif isinstance(value, str) and unit is None and _COMPACT_DATE.fullmatch(value.strip()):
            moment = datetime.strptime(value.strip(), "%Y%m%d")
        elif isinstance(value, str) and not value.strip().isdigit():
            moment = _read_date(field, value.strip())
        elif not isinstance(value, bool):
            number = float(value)
            is_fine = unit == "milliseconds" or (unit is None and number > _LATEST.timestamp())
            moment = datetime.fromtimestamp(number / 1_000 if is_fine else number, UTC)
        if moment is not None:
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        moment = None
    if moment is None or not _EARLIEST <= moment <= _LATEST:
        how = f"of the form {format!r}" if format else "such as 2026-01-31T12:00:00Z"
        raise RowProblem(
            field, "invalid", f"{field} {shorten(value)} is no time between 1970 and 2100, {how}"
        )
    return moment


def read_end(field: str, value: Any) -> datetime:
    """The last moment of a period: of a day without a time, or with midnight and no zone, its last second."""
    moment = read_moment(field, value)
    if isinstance(value, str):
        text = value.strip()
        is_day = bool(_MIDNIGHT.search(text)) or (":" not in text and (not text.isdigit() or len(text) == 8))
    else:
        is_day = isinstance(value, date) and not isinstance(value, datetime)
    return moment + timedelta(days=1, seconds=-1) if is_day else moment


def read_list(field: str, value: Any) -> tuple[str, ...]:
    """Distinct texts of a list, or of a text split at commas, semicolons, bars and line breaks."""
    items = value if isinstance(value, list | tuple) else _SPLIT.split(read_text(field, value))
    texts = (read_text(field, item, is_single_line=True) for item in items if not is_empty(item))
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= 128))


def _read_date(field: str, text: str) -> datetime | None:
    """A date with its year in four digits; ``03/04/2026`` is refused, which may be March or April."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.strptime(text, _REVIEW_DATE)
    except ValueError:
        pass
    from dateutil import parser, tz

    text = _CHINESE_DATE.sub(r"\1-\2-\3 ", text)
    text = _DATE_WORDS.sub(" ", text)
    text = re.sub(
        r"[a-zä]{3,}", lambda word: _OTHER_MONTHS.get(word[0].casefold(), word[0]), text, flags=re.I
    )
    if len(text) > 60 or not _YEAR.search(text) or sum(c.isdigit() for c in text) < 5:
        return None
    is_day_first = bool(_DOTTED.search(text))
    if slashed := _SLASHED.search(text):
        first, second = int(slashed[1]), int(slashed[3])
        is_day_first = first > 12
        if first != second and first <= 12 and second <= 12:
            forms = "%d/%m/%Y or %m/%d/%Y".replace("/", slashed[2])
            raise RowProblem(
                field, "invalid", f"{field} {shorten(text)} may be of two months",
                in_file=f"say in the mapping `format: {forms}`", in_json="send it such as 2026-01-31T12:00:00Z",
            )  # fmt: skip
    zones = {"UTC": tz.UTC, "GMT": tz.UTC, "Z": tz.UTC}
    default = datetime(1970, 1, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a zone that the library does not know is no guess
        try:
            return parser.parse(text, dayfirst=is_day_first, default=default, tzinfos=zones)
        except (ValueError, OverflowError, Warning):
            return None
