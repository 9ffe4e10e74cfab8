"""Variants as the indexes see them."""

from __future__ import annotations

import datetime
from decimal import Decimal

from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.currency import Exchange, Price
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
