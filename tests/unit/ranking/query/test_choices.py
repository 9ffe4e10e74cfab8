from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.models import Understanding
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from tests.shop_fixture import ONTOLOGY

READER = QueryReader(ONTOLOGY, brands={}, products_of={}, speller=Speller({}, ()), currency="EUR")


def options(query: str) -> list[list[str]]:
    return [[option.surface for option in choice.options] for choice in READER.understand(query).choices]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("green or grey mug", ["green", "grey"]),
        ("mug green or grey", ["green", "grey"]),
        ("green, grey or white mug", ["green", "grey", "white"]),
        ("ladies' green or grey hat", ["green", "grey"]),
        ("waterproof or foldable headphones", ["waterproof", "foldable"]),
        ("either leather or canvas bag", ["leather", "canvas"]),
        ("blender or wok", ["blender", "wok"]),
        ("green blender or wok", ["blender", "wok"]),
        ("green blender or grey wok", ["green blender", "grey wok"]),
        ("blender or juicer", ["blender", "juicer"]),
        ("juicer or blender", ["juicer", "blender"]),
        ("bamboo flute or clarinet", ["flute", "clarinet"]),
        ("wool scarf or cashmere", ["wool", "cashmere"]),
        ("socks for women or men", ["women", "men"]),
        ("matte green or glossy grey mug", ["matte green", "glossy grey"]),
        ("in-ear or on-ear headphones", ["in-ear", "on-ear headphones"]),
        ("绿色或灰色的杯子", ["绿色", "灰色"]),
        ("搅拌机还是炒锅", ["搅拌机", "炒锅"]),
        ("羊毛或者羊绒的围巾", ["羊毛", "羊绒"]),
    ],
)
def test_what_or_joins_is_a_choice(query: str, expected: list[str]) -> None:
    assert options(query) == [expected]


@pytest.mark.parametrize(
    "query",
    [
        "green and grey mug",
        "mug not green or grey",
        "mug for 20 or less",
        "mug 300 ml or bigger",
        "mug or something",
        "mug that is good for tea",
        "不要绿色或灰色的杯子",
        "orange mug",
    ],
)
def test_no_choice(query: str) -> None:
    assert options(query) == []


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("lamp under 15 or over 90", [("price", None, 15), ("price", 90, None)]),
        (
            "backpack below 20 or above 70 litres",
            [("attr.capacity", None, 0.02), ("attr.capacity", 0.07, None)],
        ),
        ("帐篷 100元以下或900元以上", [("price.cny", None, 100), ("price.cny", 900, None)]),
    ],
)
def test_bounds_joined_by_or(query: str, conditions: list[tuple[str, float | None, float | None]]) -> None:
    (constraint,) = READER.understand(query).constraints
    either = [constraint.condition, *constraint.otherwise]
    assert [each.field for each in either] == [field for field, _, _ in conditions]
    for each, (_, low, high) in zip(either, conditions, strict=True):
        assert (each.gte, each.lte) == (
            low if low is None else pytest.approx(low, rel=0.01),
            high if high is None else pytest.approx(high, rel=0.01),
        )


def test_who_wants_neither_bound_gets_both() -> None:
    first, second = READER.understand("wok not under 20 or over 90").constraints
    assert (first.condition.gte, second.condition.lte, first.otherwise) == (20.0, 90.0, ())


@given(st.lists(st.sampled_from(["or", "mug", "green", "flute", ",", "either", "或", "杯子", "not", "wok"])))
def test_options_are_parts_of_the_query_in_its_order(words: list[str]) -> None:
    query = " ".join(words)
    read: Understanding = READER.understand(query)
    for choice in read.choices:
        assert len(choice.options) > 1
        ends = [0]
        for option in choice.options:
            assert ends[-1] <= option.start < option.end
            ends.append(option.end)
