"""Words of a query that no product has, read as the shop's names of the same things."""

from __future__ import annotations

import pytest

from ranking.models import Correction
from ranking.query.translation import translate

GLOSSARY = {
    "kettle": ("烧水壶", "电热水壶"),
    "green tea": ("绿茶",),
    "tea": ("茶叶",),
    "菜 板": ("砧板", "cutting board"),
}
SOLD = {"电热水壶": 2, "绿茶": 1, "茶叶": 3, "砧板": 1, "steel": 4}


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ("kettle", "电热水壶"),
        ("steel kettles under 100", "steel 电热水壶 under 100"),
        ("green tea", "绿茶"),
        ("tea", "茶叶"),
        ("竹菜板", "竹砧板"),
        ("toaster", "toaster"),
        ("", ""),
    ],
)
def test_unknown_names_are_read_as_what_the_shop_calls_the_thing(query: str, read_as: str) -> None:
    text, corrections = translate(query, GLOSSARY, lambda name: SOLD.get(name, 0))
    assert text == read_as
    assert all(isinstance(each, Correction) for each in corrections)
    assert bool(corrections) == (query != read_as)


def test_a_name_that_the_shop_uses_is_left_alone() -> None:
    text, corrections = translate("kettle", GLOSSARY, lambda name: 1)
    assert (text, corrections) == ("kettle", [])


def test_nothing_is_read_as_a_name_that_no_product_has() -> None:
    assert translate("kettle", GLOSSARY, lambda name: 0) == ("kettle", [])
