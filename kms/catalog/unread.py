"""Values that stand in a file and cannot be read say nothing: what the file said of them before still holds.

A price of "twelve" is neither a new price nor none. So before a row is compared with the catalogue, its unread fields get
what its file said before; an empty cell, on the other hand, says that there is no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import ValidationError

from kms.catalog.layouts.products import cheapest_of
from kms.catalog.models import Product
from kms.catalog.offers import stated_beyond

_TABLES = ("numbers", "texts")
_OFFERED = ("price", "sale")


class Unread(NamedTuple):
    """A field whose cell has something that cannot be read; ``variant`` is the id of the variant, empty for the product."""

    variant: str
    field: str


def complete(product: Product, unread: Iterable[Unread], before: Mapping[str, Any]) -> Product:
    """The product with what was said before in place of the values that could not be read.

    Args:
        product: As it was read, without them.
        unread: Which they are.
        before: What the file said before (``three_way.values_of``).
    """
    values: dict[str, Any] = product.model_dump(mode="json", exclude_defaults=True)
    variants = {each["id"]: each for each in values.get("variants", ())}
    earlier = {each["id"]: each for each in before.get("variants", ())}
    fields: dict[str, set[str]] = {}
    for variant, field in unread:
        fields.setdefault(variant, set()).add(field)
    for variant, names in fields.items():
        own = variants.get(variant) if variant else values
        said = earlier.get(variant) if variant else before
        if own is not None and said is not None:
            _fill(own, names, said)
    try:
        filled = Product.model_validate(values)
    except ValidationError:
        return product  # the two do not go together
    if filled.variants and (cheapest := cheapest_of(filled.variants)) is not None:
        filled = filled.model_copy(update={name: getattr(cheapest, name) for name in _OFFERED})
    return filled


def _fill(own: dict[str, Any], names: set[str], said: Mapping[str, Any]) -> None:
    if "price" in names or ("sale" in names and _is_of(own.get("price"), said)):
        for name in _OFFERED:
            own.pop(name, None)
            if name in said:
                own[name] = said[name]
    if "stock" in names and "stock" in said:
        own["stock"] = said["stock"]
        stated = own.get("availability")
        if stated is None:
            names = {*names, "availability"}  # a layout may have made it of the stock
        elif stated_beyond(own["stock"], stated) is None:
            del own["availability"]
    for name in names.difference(_OFFERED):
        if name in _TABLES:
            own[name] = {**said.get(name, {}), **own.get(name, {})}
        elif name not in own and name in said:
            own[name] = said[name]


def _is_of(price: Any, said: Mapping[str, Any]) -> bool:
    """Whether a price is the one that was said before, the usual or the lower one."""
    told = [said.get("price"), (said.get("sale") or {}).get("price")]
    return price is not None and any(
        each is not None
        and each["currency"] == price["currency"]
        and Decimal(each["amount"]) == Decimal(price["amount"])
        for each in told
    )
