r"""The filter language in one line, for query strings.

``brand:veldra,norvik;price:..100;-attr.material:plastic``

Conditions are separated by ``;`` and all must hold. ``field:a,b`` is any of the values; ``-field:a,b`` none of them;
``field:10..100``, ``field:10..`` and ``field:..100`` are ranges, ends included; the bounds of a quantity are in SI units,
or have a unit of their own: ``attr.weight:..2kg``. A backslash takes the next character as it is.
The JSON form of the same is ``kms.filters.Filter``.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from pydantic import ValidationError

from kms.errors import FilterError
from kms.filters import Condition, Filter
from kms.quantities.mentions import find_quantities
from kms.quantities.values import QuantityError, dimensions_of, quantity_of

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
            low, high = _bound(range_["low"], part), _bound(range_["high"], part)
            dimensions = {each.dimension for each in (low, high) if each and each.dimension}
            if len(dimensions) > 1:
                raise FilterError(
                    f"{_short(part)}: one bound is a {' and the other a '.join(sorted(dimensions))}"
                )
            if low is None and high is None:
                raise FilterError(f"{_short(part)}: a range needs a number on one side at least")
            return Condition(
                field=field,
                gte=low and low.number,
                lte=high and high.number,
                dimension=next(iter(dimensions), None),
            )
        values = tuple(_unescape(value).strip() for value in _split(rest, ","))
        if not all(values):
            raise FilterError(f"{_short(part)}: there is an empty value")
        return (
            Condition(field=field, none_of=values) if is_excluded else Condition(field=field, any_of=values)
        )
    except ValidationError:
        raise FilterError(f"{_short(part)}: {_short(field)} is not the name of a field, {_EXAMPLE}") from None


class _Bound(NamedTuple):
    """A bound, and what it measures where it has a unit."""

    number: float
    dimension: str | None = None


def _bound(text: str, part: str) -> _Bound | None:
    """A bound as a number, or with a unit, in SI units."""
    written = text.strip()
    if not written:
        return None
    mentions = list(find_quantities(written))
    if len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(written)):
        dimension = dimensions_of(mentions[0].unit)[0]
        try:
            return _Bound(quantity_of(mentions[0], dimension).si_magnitude, dimension)
        except QuantityError:
            pass  # said below
    return _Bound(_number(written, part))


def _number(text: str, part: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise FilterError(
            f"{_short(part)}: {_short(text.strip())} is neither a number nor one with a unit that is known"
        ) from None
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
