"""Columns whose values tell what they are, where their names alone do not: groups, stock, and dates.

A "Group" may name a product with its sizes or a kind of products; "In stock" may be a number or a yes; and a column of dates
is never a property that products share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from kms.catalog.fields import read_availability, read_flag
from kms.catalog.layouts.likeness import are_variants
from kms.catalog.layouts.plain_columns import (
    columns_by_field,
    field_named,
    fold_name,
    is_bookkeeping,
    may_count,
    may_group,
)
from kms.catalog.rows import RawRow, RowProblem, shorten
from kms.catalog.values import is_empty, read_moment, read_number, says_nothing

GROUP = "item_group_id"
_MOST = 0.8
"""Share of the groups, or values, that must agree."""
_DATE = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}(?!\d)(?:\s?[-/.月]\s?\d{1,2}(?!\d))?.{0,16}"
    r"|\d{1,2}[-/.]\s?(?:\d{1,2}[-/.]\s?)?(?:19|20)\d\d(?!\d).{0,16}|\d{1,2}/\d{1,2}/\d\d"
)
_COMPACT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_MONTH = re.compile(r"[^\W\d_]{3,9}\.?")


@dataclass(frozen=True)
class TableColumns:
    """What the columns of a table mean.

    Attributes:
        told: Fields (empty: none) that values tell, in place of the names of their columns.
        remarks: What was decided against a column's name, in words.
    """

    told: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    def by_field(self, columns: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The columns of each field."""
        return columns_by_field(tuple(columns), self.told)

    def field_of(self, column: str) -> str | None:
        """The field that a column becomes; ``None``: it is no field's."""
        return self._by_column.get(column, field_named(column)) or None

    @cached_property
    def _by_column(self) -> Mapping[str, str]:
        return dict(self.told)


def columns_of(rows: Sequence[RawRow]) -> TableColumns:
    """What the columns of a table mean, by their names and the values of its first rows."""
    told: dict[str, str] = {}
    columns = list(dict.fromkeys(str(column) for row in rows for column in row.values))
    for column in columns:
        values = [v for row in rows if not is_empty(v := row.values.get(column)) and not says_nothing(v)]
        field = field_named(column)
        if may_count(column) or field in ("stock", "availability"):
            if (counted := _stock_or_state(column, field, values)) is not None:
                told[column] = counted
        elif field == "published_at":
            if not all(isinstance(value, int | float) or is_date(value) for value in values):
                told |= {} if any(map(is_date, values)) else {column: ""}
        elif field is None and values and all(map(is_date, values)):
            told |= {} if is_bookkeeping(column) else {column: "texts"}
    remarks = _decide_groups(rows, columns, told)
    _decide_codes(rows, columns, told)
    return TableColumns(tuple(told.items()), tuple(remarks))


def _stock_or_state(column: str, field: str | None, values: Sequence[Any]) -> str | None:
    """The field of a column of pieces or states; ``None``: what its name says."""
    numbers = [number for value in values if (number := _number(value)) is not None]
    states = sum(map(_is_state, values))
    if field is not None:
        # Zeros and ones are both; the name decides.
        is_state = bool(values) and states == len(values) and len(numbers) < len(values)
        is_count = len(numbers) == len(values) and any(number not in (0, 1) for number in numbers)
        other = "availability" if is_state else "stock" if is_count else field
        return None if other == field else other
    if len(numbers) >= _MOST * len(values) and any(number not in (0, 1) for number in numbers):
        return "stock"
    return "availability" if states and states >= _MOST * len(values) else ""


def _number(value: Any) -> float | None:
    try:
        return read_number("stock", value)
    except RowProblem:
        return None


def _is_state(value: Any) -> bool:
    for reader in (read_availability, read_flag):
        try:
            reader("availability", value)
        except RowProblem:
            continue
        return True
    return False


def is_date(value: Any) -> bool:
    """Whether a value is a day or month of a year as people or spreadsheets write it; a bare year or number is none."""
    if isinstance(value, date):
        return True
    if not isinstance(value, str) or len(text := value.strip()) > 40:
        return False
    if _COMPACT.fullmatch(text) or _DATE.fullmatch(text):
        return True
    if not _MONTH.search(text) or not re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text):
        return False
    try:
        read_moment("date", text)
    except RowProblem:
        return False
    return True


def _decide_groups(rows: Sequence[RawRow], columns: Sequence[str], told: dict[str, str]) -> list[str]:
    """Take the column whose rows are variants as the group, and none whose rows are different products."""
    remarks = []
    named = columns_by_field(tuple(columns), tuple(told.items()))
    sure = named.get(GROUP, ())
    for column in (*sure, *(each for each in columns if may_group(each))):
        has_group = GROUP in told.values() or any(told.get(each, GROUP) == GROUP for each in sure)
        is_named = column in sure
        shared = [group for group in _groups(rows, column) if len(group[1]) > 1]
        alike = sum(are_variants(members, key, named, must_be_sure=not is_named) for key, members in shared)
        if is_named and 2 * alike >= len(shared) and (shared or "id" in named):
            continue
        if not is_named and shared and not has_group and alike >= _MOST * len(shared):
            told[column] = GROUP
            continue
        told[column] = _other_field(column, rows, columns, told)
        if shared:
            kept = "the category" if told[column] == "category" else "a row of the shop's table"
            remarks.append(
                f"column {shorten(column)} looks like a group id but its rows are different products; read as {kept}"
            )
    return remarks


def _decide_codes(rows: Sequence[RawRow], columns: Sequence[str], told: dict[str, str]) -> None:
    """Where several columns may name the products, leave out those in which rows share a code."""
    named = columns_by_field(tuple(columns), tuple(told.items()))
    codes = named.get("sku", ())
    shared = [column for column in codes if any(len(group) > 1 for _, group in _groups(rows, column))]
    if len(shared) < len(codes):
        told.update((column, "") for column in shared if fold_name(column) != "sku")


def _groups(rows: Sequence[RawRow], column: str) -> list[tuple[str, list[RawRow]]]:
    groups: dict[str, list[RawRow]] = {}
    for row in rows:
        value = row.values.get(column)
        if not is_empty(value) and not says_nothing(value):
            groups.setdefault(str(value).strip(), []).append(row)
    return list(groups.items())


def _other_field(column: str, rows: Sequence[RawRow], columns: Sequence[str], told: Mapping[str, str]) -> str:
    """What a column is that names no group: a code where each row has its own, the category where none else is."""
    named = columns_by_field(tuple(c for c in columns if c != column), tuple(told.items()))
    keys = [key for key, _ in _groups(rows, column)]
    has_words = sum(not any(c.isdigit() for c in key) for key in keys) >= _MOST * len(keys)
    if keys and has_words and not {"category", "category_paths"} & named.keys():
        return "category"
    is_code = not has_words and not {"id", "sku"} & named.keys() and len(keys) == len(rows)
    return "sku" if is_code else ""
