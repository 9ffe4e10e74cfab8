"""Totals, facets, sorts and pages of a search against a slow and simple reference, at two sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kms.filters import Condition, Filter
from kms.lexical.models import IndexedProduct
from ranking.models import SearchAnswer, SearchRequest, Sort
from ranking.serving.search import Searcher
from tests.made_index import MadeIndex, make_products

SORTS: dict[Sort, tuple[str, int]] = {
    "price_asc": ("price", 1),
    "price_desc": ("price", -1),
    "rating": ("rating", -1),
    "popularity": ("popularity", -1),
}


class Reference:
    """The same answers by loops over all products."""

    def __init__(self, products: list[IndexedProduct]) -> None:
        self.products = products

    def matching(self, words: tuple[str, ...], class_id: str | None, **bounds: float) -> list[IndexedProduct]:
        found = []
        for product in self.products:
            price = product.numbers.get("price")
            if class_id and class_id not in product.facets["category"]:
                continue
            if any(word not in product.title.casefold().split() for word in words):
                continue
            if "most" in bounds and (price is None or price > bounds["most"]):
                continue
            found.append(product)
        return found

    @staticmethod
    def keys(products: list[IndexedProduct], sort: Sort) -> list[float | None]:
        field, sign = SORTS[sort]
        known = sorted((p.numbers[field] for p in products if field in p.numbers), reverse=sign < 0)
        return [*known, *[None] * (len(products) - len(known))]


def page_through(searcher: Searcher, limit: int = 100, **fields: object) -> list[str]:
    ids: list[str] = []
    while True:
        answer = searcher.search(SearchRequest(limit=limit, offset=len(ids), **fields))  # type: ignore[arg-type]
        if not answer.hits:
            return ids
        ids += [hit.product_id for hit in answer.hits]


def check_sorts(searcher: Searcher, expected: list[IndexedProduct], *, pages: int, **fields: object) -> None:
    """First, last and some middle pages of every sort."""
    by_id = {product.id: product for product in expected}
    for sort, (field, _) in SORTS.items():
        keys = Reference.keys(expected, sort)
        last = (len(expected) - 1) // 100 * 100
        offsets = sorted({0, last, *range(0, last, max(100, last // pages // 100 * 100))})
        for offset in offsets:
            answer = searcher.search(SearchRequest(sort=sort, limit=100, offset=offset, **fields))  # type: ignore[arg-type]
            assert answer.total == len(expected)
            shown = [by_id[hit.product_id].numbers.get(field) for hit in answer.hits]
            assert shown == keys[offset : offset + 100]
        beyond = searcher.search(SearchRequest(sort=sort, limit=100, offset=len(expected), **fields))  # type: ignore[arg-type]
        assert (beyond.hits, beyond.total) == ((), len(expected))


def counted(answer: SearchAnswer, field: str) -> dict[str, int]:
    return {count.value: count.count for count in answer.facets[field]}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Searcher, Reference]:
    products = make_products(3_600, seed=7, headphones=3_000)
    return Searcher(MadeIndex(tmp_path_factory.mktemp("made"), products)), Reference(products)


def test_3000_of_one_class_are_all_found(small: tuple[Searcher, Reference]) -> None:
    searcher, reference = small
    expected = reference.matching((), "headphones")
    assert len(expected) == 3_000
    answer = searcher.search(SearchRequest(query="headphones", facets=("brand", "attr.colour", "category")))
    assert (answer.total, answer.matching.class_rule) == (3_000, "certain")
    for field in ("brand", "attr.colour"):
        assert counted(answer, field) == Counter(v for p in expected for v in p.facets[field])
    assert counted(answer, "category")["over_ear_headphones"] == 3_000
    found = page_through(searcher, query="headphones")
    assert sorted(found) == sorted(p.id for p in expected)
    check_sorts(searcher, expected, pages=4, query="headphones")


def test_the_dearest_comes_first_by_filter_as_by_words(small: tuple[Searcher, Reference]) -> None:
    searcher, reference = small
    expected = reference.matching((), "headphones")
    dearest = max(p.numbers["price"] for p in expected if "price" in p.numbers)
    by_filter = Filter(conditions=(Condition(field="category", any_of=("headphones",)),))
    check_sorts(searcher, expected, pages=4, filter=by_filter)
    for fields in ({"query": "headphones"}, {"filter": by_filter}):
        first = searcher.search(SearchRequest(sort="price_desc", limit=1, **fields)).hits[0]
        position = searcher._index.positions[first.product_id]
        assert searcher._index.documents[position].numbers["price"] == dearest


@pytest.mark.parametrize(
    ("query", "words", "class_id", "bounds"),
    [
        ("red headphones", ("red",), "headphones", {}),
        ("borvik headphones under 50", ("borvik",), "headphones", {"most": 50.0}),
        ("black borvik headphones", ("black", "borvik"), "headphones", {}),
        ("laptop", (), "laptop", {}),
        ("", (), None, {}),
    ],
)
def test_words_and_bounds_agree(
    small: tuple[Searcher, Reference],
    query: str,
    words: tuple[str, ...],
    class_id: str,
    bounds: dict[str, float],
) -> None:
    searcher, reference = small
    expected = reference.matching(words, class_id, **bounds)
    answer = searcher.search(SearchRequest(query=query, facets=("brand",)))
    assert answer.total == len(expected)
    assert counted(answer, "brand") == Counter(p.facets["brand"][0] for p in expected)
    assert sorted(page_through(searcher, query=query)) == sorted(p.id for p in expected)


CHOICES = [
    ("red or grey headphones", lambda p: is_a(p, "headphones") and has_colour(p, "red", "grey")),
    ("red, grey or white laptop", lambda p: is_a(p, "laptop") and has_colour(p, "red", "grey", "white")),
    ("laptop or jacket", lambda p: is_a(p, "laptop") or is_a(p, "jacket")),
    (
        "red laptop or grey jacket",
        lambda p: (
            (is_a(p, "laptop") and has_colour(p, "red")) or (is_a(p, "jacket") and has_colour(p, "grey"))
        ),
    ),
    ("jacket borvik or adral", lambda p: is_a(p, "jacket") and p.brand in ("Borvik", "Adral")),
    ("headphones under 20 or over 280", lambda p: is_a(p, "headphones") and not 20 < price_of(p) < 280),
    ("红色或灰色的耳机", lambda p: is_a(p, "headphones") and has_colour(p, "red", "grey")),
]


def is_a(product: IndexedProduct, class_id: str) -> bool:
    return class_id in product.facets["category"]


def has_colour(product: IndexedProduct, *colours: str) -> bool:
    return not set(colours).isdisjoint(product.facets["attr.colour"])


def price_of(product: IndexedProduct) -> float:
    return product.numbers.get("price", 100.0)


@pytest.mark.parametrize(("query", "fits"), CHOICES, ids=[query for query, _ in CHOICES])
def test_alternatives_are_a_union(
    small: tuple[Searcher, Reference], query: str, fits: Callable[[IndexedProduct], bool]
) -> None:
    searcher, reference = small
    expected = [p for p in reference.products if fits(p)]
    assert 50 < len(expected) < len(reference.products)
    answer = searcher.search(SearchRequest(query=query, facets=("brand", "attr.colour"), explain=True))
    assert (answer.total, answer.matching.rule) == (len(expected), "all_terms")
    for field in ("brand", "attr.colour"):
        assert counted(answer, field) == Counter(v for p in expected for v in p.facets[field])
    assert sorted(page_through(searcher, query=query)) == sorted(p.id for p in expected)
    check_sorts(searcher, expected, pages=2, query=query)
    assert all(0 < hit.sources["graph"] <= 1 for hit in answer.hits)
    assert all(sum(reason.share for reason in hit.reasons) <= 1.000001 for hit in answer.hits)


def test_ties_are_the_same_on_every_page(small: tuple[Searcher, Reference]) -> None:
    searcher, _ = small
    assert page_through(searcher, query="red headphones", limit=37) == page_through(
        searcher, query="red headphones", limit=100
    )


@pytest.mark.slow
def test_116436_products_agree(tmp_path: Path) -> None:
    products = make_products(116_436, seed=20_261_121)
    searcher, reference = Searcher(MadeIndex(tmp_path, products)), Reference(products)
    expected = reference.matching((), "headphones")
    answer = searcher.search(SearchRequest(query="headphones", facets=("brand", "attr.colour")))
    assert answer.total == len(expected) > 40_000
    for field in ("brand", "attr.colour"):
        assert counted(answer, field) == Counter(v for p in expected for v in p.facets[field])
    check_sorts(searcher, expected, pages=3, query="headphones")
    check_sorts(searcher, products, pages=3)
    red = reference.matching(("red",), "headphones", most=50.0)
    check_sorts(searcher, red, pages=2, query="red headphones under 50")
    last = searcher.search(
        SearchRequest(query="headphones", limit=100, offset=(len(expected) - 1) // 100 * 100)
    )
    assert len(last.hits) == (len(expected) - 1) % 100 + 1
