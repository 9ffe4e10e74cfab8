"""Contents: tells goods that are sold by mass or volume, such as foods, creams and cleaners, from things that have a size.

A bottle of 500 ml of oil weighs at least what the oil weighs, an empty bag of 20 l much less. A mass in a title of one
product says nothing: mugs, tents and dumbbells have one. It counts where a column says that it is the contents (净含量) or
the size, where shoppers choose among several ("250 g, 1 kg"), and where the titles of a whole class state one and several
of them the same: teas are packed in 100 g, and hardly two tents weigh as much. Where no weight is known a volume counts
only as contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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
_NAMES_OTHER = re.compile(
    r"\b(?:capacity|load|payload|max\w*|up to|over|under|for)\b|承重|载重|适合|最大", re.IGNORECASE
)
"""Names of options whose amounts a product carries or is made for."""

_PACKED = 5.0
"""Kilograms up to which goods are packed in amounts that recur."""
_LEAST_PRODUCTS = 4
_SHARE_STATED = 0.75
_SHARE_DISTINCT = 0.67

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
    options = {read_column(name).label.casefold() for name in product.options()}
    weighed = (_OF_WEIGHT & table.keys()) - options
    weight = next((kg for kg, is_mass in _amounts(table[name] for name in weighed) if is_mass), None)
    amounts = _amounts(table[name] for name in sorted(_OF_SIZE & table.keys()))
    for name in sorted((options & table.keys()) - _OF_SIZE):
        chosen = [] if _NAMES_OTHER.search(name) else _amounts([table[name]])
        amounts += chosen if len(set(chosen)) > 1 else []
    amounts += [each for each in _amounts([(product.title, None)]) if not each[1]]
    if not amounts:
        return None
    if weight is None:
        return True if any(is_mass for _, is_mass in amounts) else None
    return any(_LEAST * weight <= kilograms <= _MOST * weight for kilograms, _ in amounts)


def mass_in_title(product: Product) -> float | None:
    """Kilograms that a title states, where the product can weigh as much; ``None``: none or several."""
    masses = [kilograms for kilograms, is_mass in _amounts([(product.title, None)]) if is_mass]
    if len(masses) != 1 or masses[0] > _PACKED:
        return None
    table = {
        column.label.casefold(): (value, column.unit)
        for column, value in ((read_column(name), value) for name, value in product.table().items())
    }
    weights = _amounts(table[name] for name in _OF_WEIGHT & table.keys())
    weight = next((kg for kg, is_mass in weights if is_mass), None)
    return masses[0] if weight is None or _LEAST * weight <= masses[0] <= _MOST * weight else None


def recur(masses: Sequence[float], products: int) -> bool:
    """Whether titles of a class state masses as of packs: nearly all do, and several the same.

    Args:
        masses: That titles of its products state.
        products: How many it has.
    """
    return (
        products >= _LEAST_PRODUCTS
        and len(masses) >= _SHARE_STATED * products
        and len(set(masses)) <= _SHARE_DISTINCT * len(masses)
    )


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
