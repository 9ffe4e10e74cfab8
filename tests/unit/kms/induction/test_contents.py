"""Goods that are sold by mass or volume, against things that have a size."""

from __future__ import annotations

import pytest

from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.induction.contents import is_sold_by_measure, mass_in_title, recur


def product(title: str, *sizes: str, option: str = "Size", **table: str) -> Product:
    variants = tuple(Variant(id=str(n), options={option: size}) for n, size in enumerate(sizes))
    return Product(id="p", title=title, attributes=table, variants=variants)


@pytest.mark.parametrize(
    "stuff",
    [
        product("Rapeseed Oil", "500 ml", Weight="0.82 kg"),
        product("Smoked Paprika", "75 g", "3 x 75 g"),
        product("Rice Crackers 120 g", Size="120 g"),
        product("Espresso Beans", "250 g", "1 kg", option="Weight"),
        product("White Wall Paint 2.5 l", Weight="3.6 kg"),
        product("Nail Lacquer 10 ml", Weight="35 g"),
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
        product("Titanium Mug 450 g"),
        product("Titanium Mug 450 g", Weight="450 g"),
        product("Ultralight Tent 900 g", "1 person", "2 persons"),
        product("Carbon Road Bike 7.9 kg", "S", "M"),
        product("Steel Dumbbell 10 kg", Weight="10.2 kg"),
        product("Cast Iron Pan 2.3 kg", "24 cm", "28 cm"),
        product("Running Shoe 230 g", Weight="0.8 kg"),
        product("Cotton T-Shirt 180 g", "S", "M"),
        product("Merino Wool Yarn Red 50 g"),
        product("Sledgehammer", "5 kg", option="Head weight"),
        product("Luggage Scale", "40 kg", "50 kg", option="Load capacity"),
        product("电子厨房秤 5公斤", 最大称重="5公斤"),
    ],
)
def test_a_thing_with_a_size_is_not(thing: Product) -> None:
    assert not is_sold_by_measure(thing)


def test_titles_of_a_class_that_state_the_same_masses_are_of_packs() -> None:
    teas = [mass_in_title(product(f"{name} {size} g")) for name, size in
            (("Black Tea", 100), ("Assam", 100), ("Sencha", 50), ("Rooibos", 100))]  # fmt: skip
    assert [mass for mass in teas if mass is not None] == [0.1, 0.1, 0.05, 0.1]
    assert recur([mass for mass in teas if mass is not None], 4)
    tents = [mass_in_title(product(f"Tent {mass} g")) or 0.0 for mass in (900, 1250, 1420, 2100)]
    assert not recur(tents, 4)
    assert not recur([0.1, 0.1], 4)
    assert not recur([0.1, 0.1], 2)


def test_a_mass_in_a_title_counts_only_where_the_product_can_weigh_as_much() -> None:
    assert mass_in_title(product("Lentils 500 g", Weight="0.52 kg")) == 0.5
    assert mass_in_title(product("Parcel for 20 g letters", Weight="3 kg")) is None
    assert mass_in_title(product("Cement 25 kg")) is None
    assert mass_in_title(product("Notebook")) is None
