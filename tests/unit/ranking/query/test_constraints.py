from __future__ import annotations

from dataclasses import replace

import pytest

from kms.ontology.load import load_ontology
from kms.quantities.mentions import find_quantities
from ranking.query.constraints import attribute_for, find_constraints

ONTOLOGY = load_ontology()


def conditions(query: str, *classes: str) -> list[tuple[str, float | None, float | None]]:
    found = find_constraints(query, ONTOLOGY, classes)
    return [
        (
            c.constraint.condition.field,
            None if c.constraint.condition.gte is None else round(c.constraint.condition.gte, 2),
            None if c.constraint.condition.lte is None else round(c.constraint.condition.lte, 2),
        )
        for c in found
    ]


@pytest.mark.parametrize(
    ("query", "field", "low", "high"),
    [
        ("kettle under 50", "price", None, 50),
        ("kettle under $50", "price.usd", None, 50),
        ("kettle under US$50", "price.usd", None, 50),
        ("kettle for at most 1,200 dollars", "price.usd", None, 1200),
        ("laptops over €900", "price.eur", 900, None),
        ("laptops over 900€", "price.eur", 900, None),
        ("between 20 and 40 pounds", "price.gbp", 20, 40),
        ("from 20 to 40 euros", "price.eur", 20, 40),
        ("300元以下的耳机", "price.cny", None, 300),
        ("不超过300块", "price.cny", None, 300),
        ("300以下的耳机", "price", None, 300),
        ("至少100元", "price.cny", 100, None),
        ("100到200元的耳机", "price.cny", 100, 200),
    ],
)
def test_prices(query: str, field: str, low: float | None, high: float | None) -> None:
    assert conditions(query) == [(field, low, high)]


def test_the_shop_settles_what_a_shared_sign_means() -> None:
    fields = [
        find_constraints(query, ONTOLOGY, (), currency)[0].constraint.condition.field
        for query, currency in (
            ("under $50", "AUD"),
            ("under $50", "EUR"),
            ("under ¥50", "JPY"),
            ("under £5", "AUD"),
        )
    ]
    assert fields == ["price.aud", "price.usd", "price.jpy", "price.gbp"]


@pytest.mark.parametrize(
    ("query", "classes", "field", "low", "high"),
    [
        ("headphones with at least 20 hours", ("headphones",), "attr.battery_life", 71_928, None),
        ("续航至少20小时的耳机", ("headphones",), "attr.battery_life", 71_928, None),
        ("laptop under 1.5 kg", ("laptop",), "attr.weight", None, 1.5),
        ("chair that holds over 200 pounds", ("camp_furniture",), "attr.load_limit", 90.63, None),
        ("帐篷 2公斤以内", ("tent",), "attr.weight", None, 2.0),
    ],
)
def test_units_go_to_the_attribute_they_measure(
    query: str, classes: tuple[str, ...], field: str, low: float | None, high: float | None
) -> None:
    assert conditions(query, *classes) == [(field, low, high)]


def test_two_constraints_in_order_without_overlap() -> None:
    found = find_constraints("tent under 2 kg and under 300 euros", ONTOLOGY, ["tent"])
    assert [f.constraint.condition.field for f in found] == ["attr.weight", "price.eur"]
    assert found[0].end <= found[1].start


@pytest.mark.parametrize("query", ["2-3 person", "iphone 12", "usb 3", "", "under", "1000/6000 whetstone"])
def test_numbers_that_bound_nothing(query: str) -> None:
    assert conditions(query) == []


def test_the_attribute_that_is_named_wins() -> None:
    (gram,) = find_quantities("250 g")
    named = attribute_for(gram, "capacity of the scale", ONTOLOGY, ["kitchen_scale"])
    assert named is not None and named.dimension == "mass"
    assert attribute_for(replace(gram, unit="no_such_unit"), "", ONTOLOGY, []) is None
