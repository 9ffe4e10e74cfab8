"""Words of the offer in a search: conditions where the shop says it, and names where titles have them."""

from __future__ import annotations

import pytest

from kms.lexical.models import IndexedProduct
from ranking.models import SearchAnswer, SearchRequest
from ranking.serving.search.pipeline import Searcher
from tests.made_index import MadeIndex

SALE, STOCK, CONDITION = "on_sale", "availability", "condition"


def product(name: str, title: str, **facets: str) -> IndexedProduct:
    return IndexedProduct(
        id=name,
        title=title,
        facets={field: (value,) for field, value in facets.items()},
        numbers={"price": 20.0, "popularity": 0.0},
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    products = [
        product("A", "Fenn teapot", on_sale="true", availability="in_stock", condition="new"),
        product("B", "Iron teapot", on_sale="false", availability="out_of_stock", condition="used"),
        product("C", "Glass teapot", on_sale="false", condition="new"),
        product("D", "Sale sign A4", on_sale="false", condition="new"),
        product("E", "特价标签 一百张", on_sale="false", condition="new"),
        product("F", "不锈钢水壶", on_sale="true", availability="in_stock", condition="new"),
    ]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("offers"), products))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    products = [product("A", "Fenn teapot", on_sale="false"), product("B", "Iron teapot", on_sale="false")]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("plain"), products))


def search(searcher: Searcher, query: str) -> SearchAnswer:
    return searcher.search(SearchRequest(query=query))


@pytest.mark.parametrize(
    ("query", "found", "field"),
    [
        ("teapot on sale", {"A"}, SALE),
        ("discounted teapots", {"A"}, SALE),
        ("sale", {"A", "F"}, SALE),
        ("what's on sale", {"A", "F"}, SALE),
        ("打折的水壶", {"F"}, SALE),
        ("teapot not on sale", {"B", "C"}, SALE),
        ("teapot in stock", {"A", "C"}, STOCK),
        ("used teapot", {"B"}, CONDITION),
        ("new teapot", {"A", "C"}, CONDITION),
    ],
)
def test_words_of_the_offer_are_conditions_that_the_reading_shows(
    shop: Searcher, query: str, found: set[str], field: str
) -> None:
    answer = search(shop, query)
    assert {hit.product_id for hit in answer.hits} == found
    (constraint,) = answer.understanding.constraints
    assert constraint.condition.field == field
    assert constraint.surface in query
    assert answer.understanding.query == query


@pytest.mark.parametrize(("query", "found"), [("sale sign", {"D"}), ("特价标签", {"E"})])
def test_a_product_called_so_is_found_by_its_name(shop: Searcher, query: str, found: set[str]) -> None:
    answer = search(shop, query)
    assert {hit.product_id for hit in answer.hits} == found
    assert not answer.understanding.constraints


def test_where_nothing_is_on_sale_the_rest_is_shown_beside_and_said(plain: Searcher) -> None:
    answer = search(plain, "teapot on sale")
    assert not answer.hits
    assert {hit.product_id for hit in answer.alternatives} == {"A", "B"}
    assert answer.matching.given_up == ("on sale",)


@pytest.mark.parametrize("query", ["brand new teapot", "new teapot", "teapot for sale", "teapot in stock"])
def test_what_holds_of_all_leaves_nothing_out(plain: Searcher, query: str) -> None:
    assert {hit.product_id for hit in search(plain, query).hits} == {"A", "B"}


def test_a_condition_that_no_product_states_is_a_word(plain: Searcher) -> None:
    answer = search(plain, "refurbished teapot")
    assert not answer.understanding.constraints
    assert answer.matching.given_up == ("refurbished", "teapot")
