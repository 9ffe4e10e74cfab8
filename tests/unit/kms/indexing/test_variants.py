"""Variants as the indexes see them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.currency import Exchange, Price
from kms.graph.models import Edge, Node, Scalar
from kms.indexing.documents import index_product
from kms.indexing.variants import index_variants
from kms.ontology import load_ontology

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def bag(*variants: tuple[str, str, str]) -> Product:
    return Product(
        id="bag",
        title="Bag",
        variants=tuple(
            Variant(
                id=f"v{n}",
                options={"Colour": colour, "Size": size},
                price=Price(amount=Decimal(amount), currency="EUR"),
            )
            for n, (colour, size, amount) in enumerate(variants)
        ),
    )


def test_options_are_values_of_the_product_with_what_they_imply_and_prices_are_comparable() -> None:
    product = bag(("Navy", "12 L", "30"), ("Red", "20 L", "50"))
    facets = {"attr.colour": ("navy", "blue", "red")}
    first, second = index_variants([product], facets, load_ontology(), Exchange(currency="EUR"), NOW)
    assert set(first.facets["attr.colour"]) == {"navy", "blue"}
    assert second.facets["attr.colour"] == ("red",)
    assert (first.numbers["price"], second.numbers["price"]) == (30.0, 50.0)
    assert "20 l" in second.options


def test_an_option_means_nothing_that_the_product_does_not_have() -> None:
    first, _ = index_variants(
        [bag(("Navy", "S", "30"), ("Red", "M", "50"))], {}, load_ontology(), Exchange(), NOW
    )
    assert first.facets == {}


def test_a_product_without_a_choice_has_no_variants() -> None:
    product = bag(("Navy", "S", "30"))
    assert not list(index_variants([product], {}, load_ontology(), Exchange(), NOW))


def with_option(name: str, *values: str) -> Product:
    return Product(
        id="pot",
        title="Pot",
        variants=tuple(Variant(id=f"v{n}", options={name: value}) for n, value in enumerate(values)),
    )


def fact(attribute: str, magnitude: float, written: str) -> tuple[Edge, Node]:
    node = Node(id=f"value:{attribute}/{magnitude}", type="value", key=f"{attribute}/{magnitude}")
    properties: dict[str, Scalar] = {
        "si_low": magnitude,
        "si_high": magnitude,
        "written": written,
        "preferred": True,
    }
    return Edge(
        source="product:pot",
        relation="has_value",
        target=node.id,
        attribute=attribute,
        confidence=0.95,
        properties=properties,
    ), node


@pytest.mark.parametrize(
    ("name", "values", "written"),
    [
        ("Capacity", ("0.6 l", "1.2 l"), "0.6 l, 1.2 l"),
        ("Volume", ("1.2 l", "600 ml"), "1.2 l, 600 ml"),  # by another name
        ("Chosen", ("0.6 l", "1.2 l"), "0.6 l, 1.2 l"),  # by the line that the fact was read from
        ("Capacity (l)", ("0.6", "1.2"), "0.6, 1.2"),
        ("Capacity", ("0.6 l", "1.2 l"), "0.9 l"),  # a table states another one
    ],
)
def test_a_quantity_reaches_from_the_least_variant_to_the_largest(
    name: str, values: tuple[str, ...], written: str
) -> None:
    edge, node = fact("capacity", 0.0006 if written != "0.9 l" else 0.0009, written)
    document = index_product(with_option(name, *values), [edge], {node.id: node}, load_ontology())
    assert document.numbers["attr.capacity"] == pytest.approx(0.0006)
    assert document.highs["attr.capacity"] == pytest.approx(0.0012)
    own = sorted(variant.numbers["attr.capacity"] for variant in document.variants)
    assert own == pytest.approx([0.0006, 0.0012])


def test_an_option_that_is_no_quantity_of_the_fact_changes_nothing() -> None:
    edge, node = fact("capacity", 0.0006, "0.6 l")
    for option in (with_option("Capacity", "small", "large"), with_option("Length", "1 m", "2 m")):
        document = index_product(option, [edge], {node.id: node}, load_ontology())
        assert document.numbers["attr.capacity"] == 0.0006
        assert "attr.capacity" not in document.highs
        assert all("attr.capacity" not in variant.numbers for variant in document.variants)
