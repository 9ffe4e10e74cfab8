from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.ontology.load import load_ontology
from ranking.query.leanings import LeaningReader
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader

ONTOLOGY = load_ontology()
LEANINGS = LeaningReader(ONTOLOGY)
READER = QueryReader(ONTOLOGY, brands={}, products_of={}, speller=Speller({}, set()))


def leanings(query: str) -> list[tuple[str, str]]:
    return [(x.field, x.direction) for x in READER.understand(query).leanings]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("lightweight laptop with long battery", [("attr.weight", "less"), ("attr.battery_life", "more")]),
        ("laptop with a long  battery life", [("attr.battery_life", "more")]),
        ("cheap earbuds", [("price", "less")]),
        ("便宜的蓝牙耳机", [("price", "less")]),
        ("长续航 耳机", [("attr.battery_life", "more")]),
        ("轻便帐篷", [("attr.weight", "less")]),
        ("large backpack", [("attr.capacity", "more")]),
        ("backpack not too large", [("attr.capacity", "less")]),
        ("not expensive headphones", [("price", "less")]),
        ("不太贵的耳机", [("price", "less")]),
        ("large monitor", [("attr.screen_size", "more")]),
        ("bright head torch", [("attr.brightness", "more")]),
        ("最轻的帐篷", [("attr.weight", "less")]),
        ("重量最轻的背包", [("attr.weight", "less")]),
        ("最大的显示器", [("attr.screen_size", "more")]),
        ("屏幕尺寸最大的笔记本电脑", [("attr.screen_size", "more")]),
        ("tent, cheapest first", [("price", "less")]),
        ("tallest router", [("attr.height", "more")]),
        ("narrowest hat", [("attr.width", "less")]),
        ("slimmest tablet", [("attr.height", "less")]),
        ("heaviest casserole", [("attr.weight", "more")]),
        ("loudest hair dryer", [("attr.noise_level", "more")]),
        ("warmest sleeping bag", [("attr.comfort_temperature", "less")]),
        ("hair dryer with the lowest noise", [("attr.noise_level", "less")]),
        ("router with most ports", [("attr.port_count", "more")]),
        ("shortest boil time stove", [("attr.boil_time", "less")]),
        ("最厚的围巾", [("attr.height", "more")]),
        ("充电时间最短的音箱", [("attr.charging_time", "less")]),
        ("最大功率的搅拌机", [("attr.power", "more")]),
        ("silent kettle", [("attr.noise_level", "less")]),
        ("speaker with the largest battery capacity", [("attr.battery_capacity", "more")]),
        ("最暖的睡袋", [("attr.comfort_temperature", "less")]),
        ("安静的电热水壶", [("attr.noise_level", "less")]),
        ("最便宜的排前面 耳机", [("price", "less")]),
    ],
)
def test_words_lean_to_what_the_named_class_has(query: str, expected: list[tuple[str, str]]) -> None:
    assert leanings(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "tall boots",
        "wide mouth bottle",
        "thin scarf",
        "loudest",
        "",
        "lightweight",  # of what?
        "light grey laptop sleeve",  # a colour
        "spotlight laptop",
        "not cheap earbuds",
        "不便宜的耳机",
        "bright lipstick",  # has no brightness
        "a light for a laptop",
        "laptop with a light",
    ],
)
def test_words_that_lean_to_nothing(query: str) -> None:
    assert leanings(query) == []


def test_a_field_leans_once_and_bounds_stay_bounds() -> None:
    understanding = READER.understand("cheap, really cheap earbuds under 50")
    assert [(x.surface, x.field) for x in understanding.leanings] == [("cheap", "price")]
    assert [c.surface for c in understanding.constraints] == ["under 50"]


def test_an_attribute_that_is_named_is_no_entity_beside_its_leaning() -> None:
    understanding = READER.understand("headphones with long battery")
    assert [e.kind for e in understanding.entities] == ["class"]


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    for found in LEANINGS.find(text, list(ONTOLOGY.classes), []):
        assert text[found.start : found.end] == found.leaning.surface


@pytest.mark.parametrize(
    ("query", "field", "is_extreme"),
    [
        ("best rated tent", "rating", True),
        ("top-rated kettle", "rating", True),
        ("highly rated jacket", "rating", False),
        ("best jacket for travel", "rating", False),
        ("评分最高的帐篷", "rating", True),
        ("newest tablets", "added", True),
        ("最新的帐篷", "added", True),
        ("most popular mug", "popularity", True),
        ("best-selling mug", "popularity", True),
        ("热销耳机", "popularity", False),
    ],
)
def test_numbers_that_every_shop_has(query: str, field: str, is_extreme: bool) -> None:
    assert [(x.field, x.direction, x.is_extreme) for x in READER.understand(query).leanings] == [
        (field, "more", is_extreme)
    ]


@pytest.mark.parametrize(
    ("query", "surface"),
    [
        ("tent, cheapest first", "cheapest first"),
        ("最便宜的排前面 耳机", "最便宜的排前面"),
        ("最轻的帐篷", "最轻"),
        ("cheapest firstbook", "cheapest"),
    ],
)
def test_words_that_only_order_belong_to_the_leaning(query: str, surface: str) -> None:
    (leaning,) = LEANINGS.find(query, ["tent"], [])
    assert (leaning.leaning.surface, leaning.leaning.is_extreme) == (surface, True)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("lightest pen", ["attr.weight"]),
        ("最轻的笔", ["attr.weight"]),
        ("lightweight pen", []),
        ("tallest pen", []),
    ],
)
def test_without_a_class_a_superlative_means_what_products_have(query: str, fields: list[str]) -> None:
    found = LEANINGS.find(query, [], [], {"weight": 12, "length": 3})
    assert [f.leaning.field for f in found] == fields
    assert LEANINGS.find(query, [], []) == []
