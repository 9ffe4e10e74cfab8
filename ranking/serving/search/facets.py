"""Facets: how many matching products have each value of a field."""

from __future__ import annotations

from collections.abc import Sequence

from kms.indexing.documents import IN_STOCK, OUT_OF_STOCK
from kms.ontology.model import ROOT_CLASS
from kms.ontology.structure import AVAILABILITY_FIELD, CONDITION_FIELD, SALE_FIELD, SHOP_CATEGORY_FIELD
from ranking.models import FacetCount
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Positions

MOST_VALUES = 20
_CONDITIONS = {"new": ("New", "全新"), "refurbished": ("Refurbished", "翻新"), "used": ("Used", "二手")}
MOST_CATEGORIES = 1_000
"""Of the shop's own tree, which is shown whole."""


def count_facets(
    index: ServingIndex, positions: Positions, fields: Sequence[str]
) -> dict[str, tuple[FacetCount, ...]]:
    """The most frequent values of each field among the products at ``positions``, at most ``MOST_VALUES``.

    Of the shop's categories all are counted.
    """
    facets = {}
    for name in fields:
        counted = index.columns.counts(name, positions)
        if name == "category":
            counted.pop(ROOT_CLASS, None)  # everything is a product
        counts = sorted(counted.items(), key=lambda c: (-c[1], c[0]))
        facets[name] = tuple(
            FacetCount(value=value, label_en=en, label_zh=zh, count=count)
            for value, count in counts[: MOST_CATEGORIES if name == SHOP_CATEGORY_FIELD else MOST_VALUES]
            for en, zh in (_label(index, name, value),)
        )
    return facets


def _label(index: ServingIndex, field: str, value: str) -> tuple[str, str]:
    if field == "language":
        return {"en": ("English", "英文"), "zh": ("Chinese", "中文")}.get(value, (value, value))
    if field == AVAILABILITY_FIELD:
        return {IN_STOCK: ("In stock", "有货"), OUT_OF_STOCK: ("Out of stock", "缺货")}.get(
            value, (value, value)
        )
    if field == SALE_FIELD:
        return {"true": ("On sale", "促销中"), "false": ("Not on sale", "非促销")}.get(value, (value, value))
    if field == CONDITION_FIELD:
        return _CONDITIONS.get(value, (value, value))
    if field.startswith("attr."):
        attribute = index.ontology.attributes.get(field.removeprefix("attr."))
        if attribute and attribute.vocabulary:
            return index.label(f"value:{attribute.vocabulary}/{value}")
        return index.label(f"value:{attribute.id if attribute else field}/{value}")
    return index.label(f"{field}:{value}")
