"""Likeness of rows: whether those that share a group are variants of one product, or products of one kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from kms.catalog.layouts.plain_columns import is_option
from kms.catalog.rows import RawRow
from kms.catalog.values import is_empty

_WORD = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]")
_NEAR, _SAME = 0.5, 0.8
"""Share of a title's words that the titles of its group have, too: of likely variants, and of sure ones."""
_MOST = 0.8
"""Share of the rows of a group that must be alike: one may be misspelt."""
_SAID = ("brand", "category", "category_paths")

ByField = Mapping[str, Sequence[str]]
"""The columns of each field."""


def are_variants(rows: Sequence[RawRow], group: str, named: ByField, *, must_be_sure: bool) -> bool:
    """Whether rows of a group are variants of one product.

    Rows with unlike titles are, where a row of their own names them or where all that is said of brand and category agrees
    and they differ in an option, such as a colour.

    Args:
        rows: Of one group.
        group: What they share.
        named: The columns of each field.
        must_be_sure: Their column says no more than that they belong together: all must have near titles, the same brand
            and category, and differ in an option.
    """
    ids = [_cell(row, named.get("id", ())) for row in rows]
    said = {field: _distinct(rows, named.get(field, ())) for field in _SAID}
    agree = all(len(values) <= 1 for values in said.values())
    are_near = are_titles_near(rows, named, share=_SAME if must_be_sure else _NEAR)
    if must_be_sure:
        return are_near and agree and _differ_in_options(rows)
    if are_near or group in ids:
        return True
    is_told = bool(said["category"] or said["category_paths"])
    return agree and is_told and _differ_in_options(rows)


def are_titles_near(rows: Sequence[RawRow], named: ByField, *, share: float) -> bool:
    """Whether titles have most words in common, aside from those of the row's own options; without titles they have."""
    words = [_title_words(row, named.get("title", ())) for row in rows]
    words = [each for each in words if each]
    if len(words) < 2:
        return True
    counts = Counter(word for each in words for word in each)
    core = {word for word, count in counts.items() if 2 * count > len(words)}
    near = sum(len(each & core) >= share * len(each) for each in words)
    return near >= _MOST * len(words)


def _title_words(row: RawRow, columns: Sequence[str]) -> set[str]:
    options = {
        word
        for column, value in row.values.items()
        if is_option(str(column)) and not is_empty(value)
        for word in _WORD.findall(str(value).casefold())
    }
    return set(_WORD.findall(_cell(row, columns).casefold())) - options


def _differ_in_options(rows: Sequence[RawRow]) -> bool:
    columns = dict.fromkeys(column for row in rows for column in row.values if is_option(str(column)))
    return any(len({_cell(row, (column,)) for row in rows}) > 1 for column in columns)


def _distinct(rows: Sequence[RawRow], columns: Sequence[str]) -> set[str]:
    return {cell.casefold() for row in rows if (cell := _cell(row, columns))}


def _cell(row: RawRow, columns: Sequence[str]) -> str:
    value = next((v for column in columns if not is_empty(v := row.values.get(column))), None)
    return "" if value is None else " ".join(str(value).split())
