"""Questions for the columns that a table lacks, with the columns that may be meant by their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kms.catalog.layouts.base import Sample
from kms.catalog.layouts.column_values import columns_of, is_date
from kms.catalog.layouts.plain_columns import is_bookkeeping
from kms.catalog.layouts.plain_reviews import columns_of_reviews
from kms.catalog.mapping import Kind
from kms.catalog.values import is_empty

_SHOWN_CANDIDATES, _SHOWN_COLUMNS = 3, 20
_SHORTEST_NUMBER, _LONGEST_CODE, _LONGEST_NAME = 4, 40, 200
_CODE = re.compile(r"(?=.*[\w])[\w./#+-]+(?: [\w./#+-]*\d[\w./#+-]*)?")
_DECIMAL = re.compile(r"[-+]?\d{1,6}[.,]\d{1,2}")
_MOST = 0.9
"""Share of the rows whose value must be of the kind: one cell may be wrong."""


def ask_for_columns(sample: Sample, kind: Kind) -> str:
    """Ask which columns are those that every row needs, with candidates; empty: none is missing, or nobody can tell.

    Args:
        sample: The beginning of the file.
        kind: What its rows are.
    """
    if not sample.rows or kind == "event":
        return ""
    lacks = _lacking_of_products(sample) if kind == "product" else _lacking_of_reviews(sample)
    asked = []
    for what, candidates, names in lacks:
        shown = ", ".join(candidates[:_SHOWN_CANDIDATES])
        found = f"Candidates by their values: {shown}" if shown else "No column's values look like it"
        asked.append(f"which column is {what}? {found}. Rename it to {names}")
    if not asked:
        return ""
    columns = ", ".join(sample.columns[:_SHOWN_COLUMNS])
    more = ", …" if len(sample.columns) > _SHOWN_COLUMNS else ""
    has_none = any(not candidates for _, candidates, _ in lacks)
    listed = f" Its columns are: {columns}{more}" if has_none else ""
    return f"{'; '.join(asked)}, or write a mapping (docs/layouts.md).{listed}"


def _lacking_of_products(sample: Sample) -> list[tuple[str, list[str], str]]:
    table = columns_of(sample.rows)
    named = table.by_field(sample.columns)
    free = [
        column for column in sample.columns if table.field_of(column) in (None, "gtin", "mpn")
    ]  # A code of the maker may stand for the shop's own.
    lacks = []
    if "id" not in named:
        lacks.append(
            ("the product number", _columns_with(sample, free, _is_code, is_unique=True), "SKU or id")
        )
    if "title" not in named:
        codes = lacks[0][1] if lacks else []
        names = _columns_with(sample, [c for c in free if c not in codes], _is_name)
        lacks.append(("the product's name", names, "title"))
    return lacks


def _lacking_of_reviews(sample: Sample) -> list[tuple[str, list[str], str]]:
    found = columns_of_reviews(sample.columns)
    free = [column for column in sample.columns if column not in found.values()]
    lacks = []
    if "product_id" not in found:
        codes = _columns_with(sample, free, _is_code)
        lacks.append(("the number of the product that a review is of", codes, "SKU or product_id"))
    if "text" not in found and "rating" not in found:
        texts = _columns_with(sample, free, _is_name)
        lacks.append(("what the customers wrote, or their stars", texts, "text or rating"))
    return lacks


def _columns_with(
    sample: Sample, columns: Sequence[str], is_such: Callable[[str], bool], *, is_unique: bool = False
) -> list[str]:
    """The columns whose values are such, the likeliest first: no bare numbers or count of the rows where others are."""
    found: list[tuple[int, float, str]] = []
    for column in columns:
        cells = [v for row in sample.rows if not is_empty(v := row.values.get(column))]
        values = [str(v).strip() for v in cells if not is_date(v)]
        if sum(map(is_such, values)) < max(1, _MOST * len(sample.rows)):
            continue
        different = len(set(values)) / len(values)
        if is_unique and different < 1:
            continue
        counts = [str(number) for number in range(1, len(values) + 1)]
        is_count = is_bookkeeping(column) or (len(values) > 1 and values == counts)
        is_bare = all(value.isdigit() and len(value) < _SHORTEST_NUMBER for value in values)
        found.append((2 * is_count + is_bare, -different, column))
    best = min((kind for kind, *_ in found), default=0)
    return [column for kind, _, column in sorted(found, key=lambda each: each[:2]) if kind == best]


def _is_code(value: str) -> bool:
    is_short = len(value) <= _LONGEST_CODE and _CODE.fullmatch(value) is not None
    return is_short and not _DECIMAL.fullmatch(value) and any(sign.isdigit() for sign in value)


def _is_name(value: str) -> bool:
    is_address = value.casefold().startswith(("http:", "https:", "www."))
    return len(value) <= _LONGEST_NAME and not is_address and sum(sign.isalpha() for sign in value) >= 2
