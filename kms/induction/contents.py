"""Contents: tells goods that are sold by mass or volume, such as foods, creams and cleaners, from things that have a size.

A bottle of 500 ml of oil weighs at least what the oil weighs, an empty bag of 20 l much less. Where no weight is known a
mass counts as contents ("250 g"), and a volume only where its column says so (净含量).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kms.catalog.models import Product
from kms.induction.columns import read_column
from kms.quantities.mentions import find_quantities
from kms.quantities.values import can_measure, quantity_of

_OF_CONTENTS = frozenset({"content", "net content", "net quantity", "净含量", "内容量"})
_OF_SIZE = frozenset({"size", "volume", "pack size", "规格", "容量", "分量"})
_OF_WEIGHT = frozenset({"weight", "item weight", "重量"})
_LEAST = 0.25
"""Contents are at least so much of what a product weighs: a small jar weighs more than what is in it."""
_MOST = 1.05
_LITRES_A_CUBIC_METRE = 1_000
_OF_OTHER = re.compile(
    r"(?:\b(?:up to|max\.?|over|under|for)\b|承重|适合|最大)[^,;，；]{0,12}$", re.IGNORECASE
)
"""Before an amount that the product carries or is made for."""

Amount = tuple[float, bool]
"""Kilograms, or litres, which weigh about as many; and whether it is a mass."""
_Cell = tuple[str, str | None]


def is_sold_by_measure(product: Product) -> bool | None:
    """Whether a product is an amount of some stuff; ``None`` where neither its title nor its table tells."""
    table: dict[str, _Cell] = {}
    for name, value in product.table().items():
        column = read_column(name)
        table[column.label.casefold()] = (value, column.unit)
    if _amounts(table[name] for name in _OF_CONTENTS & table.keys()):
        return True
    weight = next(
        (kg for kg, is_mass in _amounts(table[n] for n in _OF_WEIGHT & table.keys()) if is_mass), None
    )
    sizes = (_OF_SIZE | {read_column(name).label.casefold() for name in product.options()}) & table.keys()
    amounts = _amounts([*(table[name] for name in sorted(sizes)), (product.title, None)])
    if not amounts:
        return None
    if weight is None:
        return True if any(is_mass for _, is_mass in amounts) else None
    return any(_LEAST * weight <= kilograms <= _MOST * weight for kilograms, _ in amounts)


def _amounts(cells: Iterable[_Cell]) -> list[Amount]:
    amounts = []
    for text, unit in cells:
        for mention in find_quantities(text, unit=unit):
            if mention.is_range or _OF_OTHER.search(text, 0, mention.start):
                continue
            if can_measure(mention, "mass"):
                amounts.append((quantity_of(mention, "mass").si_low * mention.pieces, True))
            elif can_measure(mention, "volume"):
                litres = quantity_of(mention, "volume").si_low * _LITRES_A_CUBIC_METRE
                amounts.append((litres * mention.pieces, False))
    return amounts
