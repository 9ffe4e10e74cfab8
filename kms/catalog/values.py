"""Parsers of single values: names, numbers, moments, lists and texts as shops write them."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from kms.catalog.rows import RowProblem, shorten
from kms.text.chinese import fold_traditional
from kms.text.normalise import clean_text

EpochUnit = Literal["seconds", "milliseconds"]

_DATE_FORMATS = ("%m %d, %Y", "%B %d, %Y", "%Y/%m/%d", "%d.%m.%Y")
_OF_FIVE = re.compile(
    r"([\d.,]+)\s*(?:(?:/|out of|of|von|sur)\s*5(?:[.,]0+)?)?\s*(?:stars?|sterne?|星|颗星|顆星|分)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[,;|\n]\s*")
_TRADEMARK = re.compile(r"[™®℠©]|\((?:tm|r|c)\)", re.IGNORECASE)
_NO_NAME = frozenset(
    {"n/a", "na", "n.a", "none", "null", "nil", "nan", "unknown", "undefined", "not applicable", "not available",
     "no brand", "no name", "unbranded", "tbd", "does not apply", "not specified", "not set",
     "#n/a", "#value!", "#ref!", "#name?", "#div/0!", "#null!", "#num!",
     "无", "暂无", "没有", "无品牌", "无牌", "未知", "不详", "不适用", "空"}
)  # fmt: skip
"""What shops and spreadsheets write into a cell that they have nothing for, case-folded."""
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def is_empty(value: Any) -> bool:
    """Whether a shop meant "nothing": null, blank text, an empty list or table, not-a-number."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {}, ())


def says_nothing(value: Any) -> bool:
    """Whether a shop wrote that it has nothing for a cell: ``N/A``, ``-``, 无, or the error of a spreadsheet."""
    if not isinstance(value, str):
        return False
    name = value.strip().casefold().strip(" .()[]")
    is_blank = all(unicodedata.category(sign).startswith(("P", "Z")) for sign in name)
    return is_blank or fold_traditional(name) in _NO_NAME


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


def read_moment(field: str, value: Any, *, unit: EpochUnit | None = None) -> datetime:
    """A moment in UTC from epoch time, ISO 8601 or a common date form; without a zone it is UTC.

    Args:
        field: For messages.
        value: What the shop wrote.
        unit: Of a number; ``None``: seconds, or milliseconds where it is too large for seconds of this century.
    """
    moment: datetime | None = None
    try:
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
        elif isinstance(value, str) and not value.strip().isdigit():
            moment = _read_date(value.strip())
        elif not isinstance(value, bool):
            number = float(value)
            is_fine = unit == "milliseconds" or (unit is None and number > _LATEST.timestamp())
            moment = datetime.fromtimestamp(number / 1_000 if is_fine else number, UTC)
        if moment is not None:
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        moment = None
    if moment is None or not _EARLIEST <= moment <= _LATEST:
        raise RowProblem(
            field,
            "invalid",
            f"{field} {shorten(value)} is no time between 1970 and 2100, such as 2026-01-31T12:00:00Z",
        )
    return moment


def read_list(field: str, value: Any) -> tuple[str, ...]:
    """Distinct texts of a list, or of a text split at commas, semicolons, bars and line breaks."""
    items = value if isinstance(value, list | tuple) else _SPLIT.split(read_text(field, value))
    texts = (read_text(field, item, is_single_line=True) for item in items if not is_empty(item))
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= 128))


def _read_date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None
