"""What is asked for together must hold of one variant; what is excluded of one leaves the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.filters import Condition, Filter
from kms.lexical.models import IndexedProduct, IndexedVariant
from kms.ontology.model import ROOT_CLASS
from ranking.models import SearchRequest
from ranking.serving.search.pipeline import Searcher
from tests.made_index import MadeIndex


def kettle(name: str, shared: str | None = None, **variants: tuple[str, str, float]) -> IndexedProduct:
    """A kettle with variants, each a colour, a size and a price, and perhaps a colour that no option says."""
    prices = [price for _, _, price in variants.values()]
    said = (colour for colour, _, _ in variants.values())
    colours = tuple(dict.fromkeys((shared, *said) if shared else said))
    return IndexedProduct(
        id=name,
        title=f"{name} electric kettle",
        category="electric kettle",
        labels=(*colours, *(size for _, size, _ in variants.values())),
        facets={
            "attr.colour": colours,
            "category": ("electric_kettle", "kettle", ROOT_CLASS),
            "language": ("en",),
        },
        numbers={"price": min(prices), "popularity": 0.0},
        highs={"price": max(prices)},
        variants=tuple(
            IndexedVariant(facets={"attr.colour": (colour,)}, options=(size,), numbers={"price": price})
            for colour, size, price in variants.values()
        ),
    )


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    products = [
        kettle("Adral", a=("white", "1 l", 30.0), b=("red", "1 l", 90.0)),
        kettle("Borvik", a=("red", "1 l", 40.0), b=("black", "2 l", 95.0)),
        kettle("Cestra", a=("white", "1 l", 50.0), b=("white", "2 l", 55.0)),
    ]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("variants"), products))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """A white kettle whose options are colours of its lid, and two of another or of several colours."""
    products = [
        kettle("Adral white", "white", a=("red", "1 l", 30.0), b=("black", "1 l", 90.0)),
        kettle("Borvik", a=("red", "1 l", 20.0), b=("black", "1 l", 25.0)),
        kettle("Cestra", a=("white", "1 l", 40.0), b=("black", "2 l", 80.0)),
    ]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("shared"), products))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("red kettle", {"Adral", "Borvik"}),
        ("red kettle under 60", {"Borvik"}),
        ("white kettle under 60", {"Adral", "Cestra"}),
        ("red kettle under 20", set()),
        ("kettle not white", {"Adral", "Borvik"}),
        ("kettle not white under 60", {"Borvik"}),
        ("kettle not red", {"Adral", "Borvik", "Cestra"}),
    ],
)
def test_option_price_and_exclusion_hold_of_one_variant(
    searcher: Searcher, query: str, found: set[str]
) -> None:
    answer = searcher.search(SearchRequest(query=query, limit=10))
    assert {hit.product_id for hit in answer.hits} == found


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"gte": 0.001, "lte": 0.0014}, {"Dorva"}),  # the larger variant
        ({"gte": 0.0005, "lte": 0.0007}, {"Dorva"}),
        ({"gte": 0.0008, "lte": 0.001}, set()),  # between the two
        ({"gte": 0.001}, {"Dorva"}),
        ({"gte": 0.002}, set()),
    ],
)
def test_a_measure_is_found_by_each_variant_and_not_between_them(
    tmp_path: Path, bounds: dict[str, float], found: set[str]
) -> None:
    field = "attr.capacity"
    pot = kettle("Dorva", a=("red", "0.6 l", 30.0), b=("red", "1.2 l", 40.0))
    variants = tuple(
        each.model_copy(update={"numbers": {**each.numbers, field: size}})
        for each, size in zip(pot.variants, (0.0006, 0.0012), strict=True)
    )
    pot = pot.model_copy(
        update={
            "numbers": {**pot.numbers, field: 0.0006},
            "highs": {**pot.highs, field: 0.0012},
            "variants": variants,
        }
    )
    filter = Filter(conditions=(Condition(field=field, gte=bounds.get("gte"), lte=bounds.get("lte")),))
    answer = Searcher(MadeIndex(tmp_path, [pot])).search(SearchRequest(query="", filter=filter, limit=10))
    assert {hit.product_id for hit in answer.hits} == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("white kettle under 60", {"Adral white", "Cestra"}),
        ("kettle not white", {"Borvik", "Cestra"}),
        ("white kettle not red", {"Adral white", "Cestra"}),
        ("white kettle not red under 60", {"Cestra"}),
    ],
)
def test_what_no_option_says_is_of_every_variant(shared: Searcher, query: str, found: set[str]) -> None:
    answer = shared.search(SearchRequest(query=query, limit=10))
    assert {hit.product_id for hit in answer.hits} == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("red black kettle", {"Adral white", "Borvik"}),
        ("red black kettle under 28", {"Borvik"}),
        ("black white kettle under 60", {"Adral white", "Cestra"}),
        ("kettle 1 l 2 l", {"Cestra"}),
    ],
)
def test_several_values_of_a_field_need_not_be_of_one_variant(
    shared: Searcher, query: str, found: set[str]
) -> None:
    answer = shared.search(SearchRequest(query=query, limit=10))
    assert {hit.product_id for hit in answer.hits} == found


def test_a_rejected_value_of_one_variant_leaves_the_others(tmp_path_factory: pytest.TempPathFactory) -> None:
    product = IndexedProduct(
        id="Elgar",
        title="Elgar electric kettle",
        category="electric kettle",
        labels=("white", "1 l"),
        table=("navy", "white"),
        tags=("navy",),
        facets={"attr.colour": ("white",), "category": ("electric_kettle", "kettle", ROOT_CLASS)},
        numbers={"price": 30.0, "popularity": 0.0},
        variants=(
            IndexedVariant(facets={}, options=("navy",), numbers={"price": 30.0}),
            IndexedVariant(facets={"attr.colour": ("white",)}, options=("white",), numbers={"price": 30.0}),
        ),
    )
    only = product.model_copy(update={"id": "Fenn", "title": "Fenn kettle", "variants": product.variants[:1]})
    searcher = Searcher(MadeIndex(tmp_path_factory.mktemp("rejected"), [product, only]))
    answer = searcher.search(SearchRequest(query="kettle not navy"))
    assert {hit.product_id for hit in answer.hits} == {"Elgar"}
