"""Goods that are sold by mass or volume, against things that have a size."""

from __future__ import annotations

import pytest

from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.induction.contents import is_sold_by_measure


def product(title: str, *sizes: str, **table: str) -> Product:
    variants = tuple(Variant(id=str(n), options={"Size": size}) for n, size in enumerate(sizes))
    return Product(id="p", title=title, attributes=table, variants=variants)


@pytest.mark.parametrize(
    "stuff",
    [
        product("Rapeseed Oil", "500 ml", Weight="0.82 kg"),
        product("Smoked Paprika", "75 g", "3 x 75 g"),
        product("Rice Crackers 120 g"),
        product("米醋", 净含量="500毫升"),
        product("Ground Coffee", Content="250 g"),
    ],
)
def test_an_amount_of_a_stuff_is_sold_by_measure(stuff: Product) -> None:
    assert is_sold_by_measure(stuff) is True


@pytest.mark.parametrize(
    "thing",
    [
        product("Roll-Top Bag 20 l", Weight="0.9 kg"),
        product("Watering Can", "5 l", "9 l"),
        product("Garden Fork", Weight="1.9 kg"),
        product("Workbench, carries up to 150 kg"),
        product("Harness", "5-10 kg", "10-20 kg"),
        product("紫砂壶", 容量="180毫升"),
        product("Notebook"),
    ],
)
def test_a_thing_with_a_size_is_not(thing: Product) -> None:
    assert not is_sold_by_measure(thing)
