"""Words of a query that no product has, read as the shop's names of the same things."""

from __future__ import annotations

import pytest

from ranking.models import Correction
from ranking.query.translation import translate

GLOSSARY = {
    "kettle": ("烧水壶", "电热水壶"),
    "green tea": ("绿茶",),
    "tea": ("茶叶",),
    "bag": ("手提包",),
    "mouse": ("鼠标",),
    "菜 板": ("砧板", "cutting board"),
    "帽 子": ("hat", "cap"),
    "鸭 舌 帽": ("peaked hat", "cap"),
    "大 衣": ("coat",),
}
SOLD = {"电热水壶": 2, "绿茶": 1, "茶叶": 3, "砧板": 1, "steel": 4, "手提包": 1, "鼠标": 1} | {
    "hat": 1,
    "cap": 9,
    "coat": 2,
}
KNOWN = ("cheap", "stainless steel")


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ("kettle", "电热水壶"),
        ("steel kettles under 100", "steel 电热水壶 under 100"),
        ("green tea", "绿茶"),
        ("tea", "茶叶"),
        ("cheap kettle", "cheap 电热水壶"),
        ("stainless steel kettle, 2 l", "stainless steel 电热水壶, 2 l"),
        ("a kettle and a mouse", "a 电热水壶 and a 鼠标"),
        ("kettle not red", "电热水壶 not red"),
        ("mouse pad", "mouse pad"),
        ("green tea infuser", "green tea infuser"),
        ("sand bag", "sand bag"),
        ("nice stainless bag", "nice stainless bag"),
        ("竹菜板", "竹砧板"),
        ("竹菜板 30厘米", "竹砧板 30厘米"),
        ("菜板架", "菜板架"),
        ("大衣柜", "大衣柜"),
        ("长大衣", "长coat"),
        ("帽子", "hat"),
        ("鸭舌帽", "cap"),
        ("toaster", "toaster"),
        ("", ""),
    ],
)
def test_unknown_names_are_read_as_what_the_shop_calls_the_thing(query: str, read_as: str) -> None:
    text, corrections = translate(query, GLOSSARY, lambda name: SOLD.get(name, 0), KNOWN.__contains__)
    assert text == read_as
    assert all(isinstance(each, Correction) for each in corrections)
    assert bool(corrections) == (query != read_as)


def test_a_name_that_the_shop_uses_is_left_alone() -> None:
    text, corrections = translate("kettle", GLOSSARY, lambda name: 1, lambda words: True)
    assert (text, corrections) == ("kettle", [])


@pytest.mark.parametrize(
    ("in_texts", "called", "read_as"),
    [
        (0, {"耳机": 9}, "耳机"),
        (5, {"耳机": 9}, "earbuds"),
        (5, {"earphones": 2}, "earbuds"),
        (2, {"earphones": 2}, "earphones"),
    ],
)
def test_a_word_of_the_shops_texts_gives_way_only_to_a_more_usual_one(
    in_texts: int, called: dict[str, int], read_as: str
) -> None:
    def count(name: str) -> int:
        return called.get(name, 0)

    glossary = {"earbud": ("耳机", "earphones")}
    text, _ = translate("earbuds", glossary, count, KNOWN.__contains__, lambda name: in_texts)
    assert text == read_as


def test_nothing_is_read_as_a_name_that_no_product_has() -> None:
    assert translate("kettle", GLOSSARY, lambda name: 0, lambda words: True) == ("kettle", [])


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ("tea bag", "tea bag"),
        ("folding chair", "folding 椅子"),
        ("steel bag", "steel 手提包"),
        ("bag", "手提包"),
    ],
)
def test_the_end_of_a_name_is_no_other_thing(query: str, read_as: str) -> None:
    glossary = {
        "bag": ("手提包",),
        "tea bag": ("茶包",),
        "chair": ("椅子",),
        "folding chair": ("折叠椅",),
    }
    sold = {"手提包": 1, "椅子": 2, "tea": 3, "steel": 4, "folding": 1}
    assert translate(query, glossary, lambda name: sold.get(name, 0), KNOWN.__contains__)[0] == read_as


@pytest.mark.parametrize(("known", "read_as"), [(("折叠",), "折叠椅"), ((), "露营椅")])
def test_words_that_the_shop_knows_are_not_replaced_by_a_kind_of_the_same_end(
    known: tuple[str, ...], read_as: str
) -> None:
    glossary = {"折 叠 椅": ("露营椅",)}
    assert translate("折叠椅", glossary, {"露营椅": 2}.get, known.__contains__)[0] == read_as  # type: ignore[arg-type]
