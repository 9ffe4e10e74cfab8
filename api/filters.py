r"""The filter language in one line, for query strings.

``brand:veldra,norvik;price:..100;-attr.material:plastic``

Conditions are separated by ``;`` and all must hold. ``field:a,b`` is any of the values; ``-field:a,b`` none of them;
``field:10..100``, ``field:10..`` and ``field:..100`` are ranges, ends included. A backslash takes the next
character as it is. The JSON form of the same is ``kms.filters.Filter``.
"""

from __future__ import annotations

import math
import re

from pydantic import ValidationError

from kms.errors import FilterError
from kms.filters import Condition, Filter

MOST_CHARACTERS = 2_000
MOST_VALUES = 100
_VALUE_CHARACTERS = 200
_RANGE = re.compile(r"^(?P<low>(?:[^.]|\.(?!\.))*)\.\.(?P<high>.*)$", re.DOTALL)
_EXAMPLE = "for instance brand:veldra,norvik;price:..100;-attr.material:plastic"


def read_filter(text: str) -> Filter:
    """A filter from its one-line form; empty text lets everything through.

    Raises:
        FilterError: The text cannot be read; the message names the condition.
    """
    if len(text) > MOST_CHARACTERS:
        raise FilterError(f"a filter may have {MOST_CHARACTERS} characters, this one has {len(text)}")
    conditions = [_condition(part) for part in _split(text, ";") if part.strip()]
    try:
        return check_filter(Filter(conditions=tuple(conditions)))
    except ValidationError:
        raise FilterError(f"a filter may have 50 conditions, this one has {len(conditions)}") from None


def check_filter(filter: Filter) -> Filter:
    """The filter itself, where its values are within limits.

    Raises:
        FilterError: A bound is no number, or there are too many or too long values.
    """
    for condition in filter.conditions:
        for bound in (condition.gte, condition.lte):
            if bound is not None and not math.isfinite(bound):
                raise FilterError(f"{condition.field}: a bound must be a finite number")
        values = (*condition.any_of, *condition.none_of)
        if len(values) > MOST_VALUES:
            raise FilterError(f"{condition.field}: at most {MOST_VALUES} values, there are {len(values)}")
        if any(not value or len(value) > _VALUE_CHARACTERS or "\x00" in value for value in values):
            raise FilterError(f"{condition.field}: a value must have 1 to {_VALUE_CHARACTERS} characters")
    return filter


def write_filter(filter: Filter) -> str:
    """Write a filter in its one-line form."""
    return ";".join(_write(condition) for condition in filter.conditions)


def _write(condition: Condition) -> str:
    if condition.any_of or condition.none_of:
        values = ",".join(_escape(value) for value in (*condition.any_of, *condition.none_of))
        return f"{'-' if condition.none_of else ''}{condition.field}:{values}"
    low = "" if condition.gte is None else repr(condition.gte)
    high = "" if condition.lte is None else repr(condition.lte)
    return f"{condition.field}:{low}..{high}"


def _escape(value: str) -> str:
    escaped = re.sub(r"([\\,;])", r"\\\1", value)
    return escaped.replace("..", ".\\.")


def _condition(part: str) -> Condition:
    field, separator, rest = part.strip().partition(":")
    is_excluded = field.startswith("-")
    field = field.removeprefix("-").strip()
    if not separator or not field or not rest.strip():
        raise FilterError(f"cannot read the condition {_short(part)}: expected field:value, {_EXAMPLE}")
    try:
        if (range_ := _RANGE.match(rest.strip())) and "\\" not in rest:
            if is_excluded:
                raise FilterError(f"{_short(part)}: a range cannot be excluded; give the other range instead")
            low, high = _number(range_["low"], part), _number(range_["high"], part)
            if low is None and high is None:
                raise FilterError(f"{_short(part)}: a range needs a number on one side at least")
            return Condition(field=field, gte=low, lte=high)
        values = tuple(_unescape(value).strip() for value in _split(rest, ","))
        if not all(values):
            raise FilterError(f"{_short(part)}: there is an empty value")
        return (
            Condition(field=field, none_of=values) if is_excluded else Condition(field=field, any_of=values)
        )
    except ValidationError:
        raise FilterError(f"{_short(part)}: {_short(field)} is not the name of a field, {_EXAMPLE}") from None


def _number(text: str, part: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise FilterError(f"{_short(part)}: {_short(text.strip())} is not a number") from None
    if not math.isfinite(value):
        raise FilterError(f"{_short(part)}: {_short(text.strip())} is not a finite number")
    return value


def _split(text: str, separator: str) -> list[str]:
    """Split at separators that have no backslash before them; backslashes stay."""
    parts = [""]
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and position + 1 < len(text):
            parts[-1] += text[position : position + 2]
            position += 2
            continue
        if character == separator:
            parts.append("")
        else:
            parts[-1] += character
        position += 1
    return parts


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _short(text: str) -> str:
    stripped = text.strip()
    return repr(stripped if len(stripped) <= 60 else stripped[:57] + "...")
