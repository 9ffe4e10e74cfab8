from __future__ import annotations

import math

import pytest

from ranking.query.ages import AgeReader
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from tests.shop_fixture import ONTOLOGY

AGES = AgeReader(ONTOLOGY)
READER = QueryReader(ONTOLOGY, brands={}, products_of={}, speller=Speller({}, ()), currency="EUR")


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("scooter for 6 year olds", 6, 6),
        ("scooter for a six-year-old", 6, 6),
        ("crayons ages 4 to 7", 4, 7),
        ("crayons aged 4-7", 4, 7),
        ("crayons age 3+", 3, math.inf),
        ("crayons for ages 5 and up", 5, math.inf),
        ("swing for toddlers under 3", 0, 3),
        ("swing for under 3s", 0, 3),
        ("kids 5-8 years jigsaw", 5, 8),
        ("rattle 6 months old", 0.5, 0.5),
        ("积木 6岁", 6, 6),
        ("积木 3到6岁", 3, 6),
        ("8岁以上积木", 8, math.inf),
        ("2岁以内的积木", 0, 2),
        ("18个月宝宝的积木", 1.5, 1.5),
    ],
)
def test_ages(query: str, low: float, high: float) -> None:
    (age,) = AGES.find(query)
    assert [age.low, age.high] == pytest.approx([low, high])


@pytest.mark.parametrize(
    "query",
    [
        "backpack for kids under 40",
        "kids backpack under 5",
        "gift for kids under 15 euros",
        "laptop with 3 year warranty",
        "whisky 12 cl",
        "保质期12个月的面霜",
        "耳机 200以下",
        "old radio",
    ],
)
def test_no_ages(query: str) -> None:
    assert AGES.find(query) == []


@pytest.mark.parametrize(
    ("query", "audiences"),
    [
        ("scooter for 6 year olds", {"children"}),
        ("scooter for 13 year olds", {"teenagers"}),
        ("cane for a 70 year old", {"seniors", "adults"}),
        ("swing for kids under 2", {"children", "babies", "toddlers"}),
        ("1岁宝宝的玩具", {"babies"}),
    ],
)
def test_an_age_names_audiences_and_no_price(query: str, audiences: set[str]) -> None:
    read = READER.understand(query)
    assert {e.value for e in read.entities if e.kind == "audience"} == audiences
    assert read.constraints == ()


@pytest.mark.parametrize(
    ("query", "celsius"),
    [
        ("sleeping bag minus 7", -7),
        ("sleeping bag rated to -7", -7),
        ("sleeping bag rated to 4", 4),
        ("sleeping bag 7 below zero", -7),
        ("零下7睡袋", -7),
    ],
)
def test_a_bare_number_is_a_temperature_where_the_class_has_one(query: str, celsius: float) -> None:
    read = READER.understand(query)
    (number,) = (e for e in read.entities if e.kind == "quantity")
    assert (number.field, number.negated) == ("attr.comfort_temperature", False)
    assert float(number.value) == pytest.approx(celsius + 273.15, abs=0.01)
    assert (read.constraints, read.excluded_words) == ((), ())


def test_a_class_without_temperatures_has_none() -> None:
    read = READER.understand("mug minus 7")
    assert [e.kind for e in read.entities if e.kind == "quantity"] == []
