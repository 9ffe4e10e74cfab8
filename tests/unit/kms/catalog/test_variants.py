"""The variant that words ask for."""

from __future__ import annotations

import pytest

from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.catalog.variants import find_variant

SIZES = ("S", "M", "XL")
COLOURS = ("Navy", "Navy blue", "Red")
COAT = Product(
    id="coat",
    title="Coat",
    variants=tuple(
        Variant(
            id=f"C-{size}-{n}",
            sku=f"COAT/{size}-{n}",
            options={"Size": size, "Colour": colour, "Lining": "fleece"},
            availability="out_of_stock" if (size, colour) == ("S", "Red") else "in_stock",
        )
        for size in SIZES
        for n, colour in enumerate(COLOURS)
    ),
)
FOOD = Product(
    id="food",
    title="狗粮",
    variants=(
        Variant(id="a", options={"Size": "400 g", "Taste": "鸡肉"}),
        Variant(id="b", options={"Size": "12 kg", "Taste": "三文鱼"}),
    ),
)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("coat xl red", ("XL", "Red")),
        ("navy blue coat size m", ("M", "Navy blue")),
        ("navy coat", ("S", "Navy")),
        ("red coat", ("M", "Red")),
        ("COAT/XL-1", ("XL", "Navy blue")),
        ("order coat/m-2 please", ("M", "Red")),
    ],
)
def test_options_and_codes_name_a_variant_and_what_can_be_bought_comes_first(
    query: str, options: tuple[str, str]
) -> None:
    variant = find_variant(COAT, [query])
    assert variant is not None
    assert (variant.options["Size"], variant.options["Colour"]) == options


@pytest.mark.parametrize("query", ["coat", "fleece coat", "women's coat", "", "yellow"])
def test_what_no_variant_or_every_variant_has_names_none(query: str) -> None:
    assert find_variant(COAT, [query]) is None


@pytest.mark.parametrize(("query", "wanted"), [("food 12kg", "b"), ("鸡肉 狗粮", "a"), ("三文鱼狗粮", "b")])
def test_units_and_chinese_are_compared_as_words(query: str, wanted: str) -> None:
    variant = find_variant(FOOD, [query])
    assert variant is not None and variant.id == wanted


def test_a_product_without_choice_has_none() -> None:
    assert find_variant(Product(id="x", title="x"), ["x"]) is None


def test_a_variant_with_what_is_excluded_is_not_the_one_that_is_shown() -> None:
    variant = find_variant(COAT, ["coat not navy"], ["navy", "藏青色"])
    assert variant is not None
    assert variant.options["Colour"] == "Navy blue"


def test_what_all_variants_have_excludes_none() -> None:
    assert find_variant(COAT, ["coat"], ["fleece"]) is None
