"""Materials that a product is used on or sold in."""

from __future__ import annotations

import pytest

from extraction.rules.surfaces import is_meant_for, is_treated, is_used_on, is_wrap, noun_before


@pytest.mark.parametrize(
    ("title", "material", "treated"),
    [
        ("Leather Care Balm", "Leather", True),
        ("Bamboo Fertiliser 1 l", "Bamboo", True),
        ("Cotton Baby Care Towel", "Cotton", False),
        ("Leather Cleaner 200 ml", "Leather", True),
        ("Wool and Silk Detergent", "Wool", True),
        ("Wood Screws 4 x 40", "Wood", True),
        ("Brass Screws 4 x 40", "Brass", False),
        ("Glass Bottle", "Glass", False),
        ("Oak Tool Chest", "Oak", False),
        ("Ceramic Disc Brake Pads", "Ceramic", False),
        ("Glass Drill Bit 6 mm", "Glass", True),
        ("Cotton Wash Cloth", "Cotton", False),
        ("Stainless Steel Cutter", "Stainless Steel", False),
        ("Silicone Protector for phones", "Silicone", False),
    ],
)
def test_titles_name_what_a_product_is_used_on(title: str, material: str, treated: bool) -> None:
    start = title.index(material)
    assert is_treated(title, start, start + len(material)) is treated


@pytest.mark.parametrize(
    ("before", "used"),
    [
        ("Cuts dry ", True),
        ("Finds pipes and ", True),
        ("Finds its place anywhere, white ", False),
        ("A frame of ", False),
    ],
)
def test_words_before_a_material_say_that_it_is_worked_on(before: str, used: bool) -> None:
    assert is_used_on(before) is used


@pytest.mark.parametrize(
    ("before", "meant"),
    [
        ("For ", True),
        ("A saw for green ", True),
        ("Bits for glass, mirror and ", True),
        ("Long known for ", False),
        ("Valued for soft ", False),
        ("For women, red ", False),
        ("Case for iPhone 14, black ", False),
        ("Pan for all hobs, cast ", False),
        ("A stand for phones of solid ", False),
    ],
)
def test_a_product_is_meant_for_a_material_and_not_for_another_thing(before: str, meant: bool) -> None:
    assert is_meant_for(before, frozenset({"green", "red", "black", "glass", "wood", "iron"})) is meant


def test_what_a_product_is_sold_in_is_not_its_material() -> None:
    assert is_wrap("Comes in a ", "tin", frozenset({"balm"}))
    assert is_wrap("In a ", "case", frozenset({"drill"}))
    assert not is_wrap("In a ", "case", frozenset({"case"}))
    assert not is_wrap("Made in a small ", "workshop", frozenset({"case"}))


def test_a_measure_belongs_to_the_noun_right_before_it() -> None:
    assert noun_before("Untreated boards ") == "board"
    assert noun_before("It is only ") == ""
    assert noun_before("Generously ") == ""
    assert noun_before("It is comfortable, ") == ""
