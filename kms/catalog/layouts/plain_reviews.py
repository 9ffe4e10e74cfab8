"""Plain tables of reviews: CSV or JSON lines whose columns are named after what they hold, in English or Chinese.

A review names its product by id or by any of the shop's codes; one without a number of its own gets an id out of its
content. Names and addresses of those who wrote are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import chain, islice
from typing import Any

import yaml

from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop
from kms.catalog.layouts.column_names import bare_of_people, code_named
from kms.catalog.layouts.mapped import MappedRows
from kms.catalog.layouts.plain_columns import columns_by_field, fold_name
from kms.catalog.mapping import Mapping
from kms.catalog.mapping_files import load_mapping
from kms.catalog.rows import BadRow, RawRow

PLAIN_REVIEWS = "kms-reviews"
_WORDS = yaml.safe_load(resources.files(__package__).joinpath("review_columns.yaml").read_text("utf-8"))
_NAMES: dict[str, tuple[str, ...]] = {
    field: (fold_name(field), *(fold_name(name) for name in written.split(",")))
    for field, written in _WORDS["fields"].items()
}
_KNOWN = frozenset(fold_name(name) for name in _WORDS["known"].split(","))
_NAMES_A_PRODUCT = frozenset(fold_name(name) for name in _WORDS["names_a_product"].split(","))
_CODES = ("product_id", "shopper_id")
_OF_PEOPLE = ("rating", "title", "text", "created_at")
"""Fields whose columns may say who wrote: ``customer comment``."""
_SOLD = frozenset({"price", "usual", "sale", "brand", "category", "category_paths", "stock", "description"})
"""What a row says of a product and not of a review."""
_LOOKED_AT = 100
_TYPICAL, _MOST_SCORE = 4, 0.9
"""Fields that are enough for a table; the score of a perfect one."""


class PlainReviews(MappedRows):
    """A table of reviews in the platform's own field names, or in the names that people give to such columns."""

    def __init__(self) -> None:
        super().__init__(PLAIN_REVIEWS, load_mapping(PLAIN_REVIEWS))

    def match(self, sample: Sample) -> Match:
        """How many fields the file has, and how many of its columns reviews commonly have."""
        if not sample.rows:
            return Match(0.0, "it has no rows")
        columns = columns_of_reviews(sample.columns)
        if "product_id" not in columns:
            return Match(0.0, "no column product_id")
        if "text" not in columns and "rating" not in columns:
            return Match(0.0, "no column text or rating")
        is_explicit = fold_name(columns["product_id"]) in _NAMES_A_PRODUCT
        if not is_explicit and ("text" not in columns or "rating" not in columns):
            return Match(0.0, "no column product_id")
        others = tuple(column for column in sample.columns if column not in columns.values())
        if not is_explicit and (sold := _SOLD & columns_by_field(others).keys()):
            return Match(0.0, f"its rows are of products, with {', '.join(sorted(sold))}")
        familiar = [c for c in sample.columns if c in columns.values() or fold_name(c) in _KNOWN]
        of_fields = min(1.0, len(columns) / _TYPICAL)
        of_file = len(familiar) / len(sample.columns)
        score = 2 * of_fields * of_file / (of_fields + of_file) * _MOST_SCORE
        return Match(round(score, 3), f"columns {', '.join(list(columns.values())[:6])}")

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A review a row."""
        first = list(islice(rows(), _LOOKED_AT))
        columns = tuple(
            dict.fromkeys(chain.from_iterable(row.values for row in first if isinstance(row, RawRow)))
        )
        yield from MappedRows(self.name, self.mapping_for(tuple(map(str, columns)))).read(rows, shop)

    def mapping_for(self, columns: Sequence[str]) -> Mapping:
        """The mapping by the names of the columns; that of our own names where none names a product."""
        return mapping_of(tuple(columns)) or self.mapping


def columns_of_reviews(columns: Sequence[str]) -> dict[str, str]:
    """The column of each field that a table of reviews has; of several names the one that the field lists first."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(fold_name(column), column)
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        if (name := next((n for n in names if n in by_name), None)) is not None:
            found[field] = by_name[name]
    taken = set(found.values())
    for column in columns:
        folded = fold_name(column)
        if column in taken or folded in _KNOWN:
            continue
        bare = bare_of_people(folded)
        meant = [each for each in _OF_PEOPLE if bare in _NAMES[each]]
        if not meant and code_named(folded) in ("id", "sku"):
            meant = ["product_id"]
        for each in meant[:1]:
            found.setdefault(each, column)
    return found


@lru_cache(maxsize=100)
def mapping_of(columns: tuple[str, ...]) -> Mapping | None:
    """The mapping that reads a table with these columns; ``None``: it has no column that names a product."""
    found = columns_of_reviews(columns)
    if "product_id" not in found:
        return None
    # A field without a column keeps its own name, by which the report says that it is missing.
    fields: dict[str, Any] = {field: {"column": found.get(field, field)} for field in _NAMES}
    for field in _CODES:
        if found.get(field, field) != field:
            fields[field]["code"] = True
    if "id" not in found:
        fields["id"] = {"columns": list(columns), "hash": True}
    elif found["id"] != "id":
        fields["id"]["code"] = True
    if "created_at" in found and found["created_at"] != "created_at":
        fields["created_at"]["on_error"] = "drop"
    return Mapping.model_validate({"kind": "review", "fields": fields})
