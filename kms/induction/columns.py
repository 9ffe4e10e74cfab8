"""Names of table columns, joined where they say the same: "Weight (g)" and "weight_kg" are one column."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from kms.catalog.documents import TAGS
from kms.ontology.labels import singular
from kms.quantities.columns import read_column_name

_LONGEST_LABEL = 200


class Column(NamedTuple):
    """A column as induction sees it.

    Attributes:
        key: Equal for all names of one column.
        label: The name without its unit.
        unit: Pint's name of the unit of bare numbers, where the name says it.
    """

    key: str
    label: str
    unit: str | None


@lru_cache(maxsize=50_000)
def read_column(written: str) -> Column:
    """Key, label and unit of a column's name."""
    name = read_column_name(" ".join(written.split()))
    label = " ".join(name.name.replace("_", " ").split())[:_LONGEST_LABEL]
    return Column(singular(label), label, name.unit)


KIND_COLUMNS = frozenset(
    {"product type", "type of product", "product kind", "product category", "item type", "kind of product"}
    | {
        "produkttyp",
        "produktart",
        "type de produit",
        "商品类型",
        "产品类型",
        "商品类别",
        "产品类别",
        "品类",
        "商品种类",
    }
)
"""Names of columns whose values are kinds of products, as ``read_column`` folds them."""
TAG_COLUMN = read_column(TAGS).key
_TYPES = frozenset({"type", "kind", "category", TAG_COLUMN, "类型", "种类", "类别"})


def speaks_of_kinds(column: str) -> bool:
    """Whether a column's values can be kinds of the product: "type", and not "battery type"."""
    return column in KIND_COLUMNS or column in _TYPES
