"""Kin of few matches: products of the same place come before those that share another word."""

from __future__ import annotations

import numpy as np
import pytest

from kms.lexical.models import IndexedProduct
from ranking.models import SearchRequest
from ranking.serving.search.kin import MOST_MATCHES, score_kin
from ranking.serving.search.pipeline import Searcher
from tests.made_index import MadeIndex


def product(name: str, title: str, place: str, description: str = "") -> IndexedProduct:
    parts = place.split("/")
    above = tuple("/".join(parts[: n + 1]) for n in range(len(parts)))
    return IndexedProduct(
        id=name,
        title=title,
        description=description,
        facets={"shop_category": above},
        numbers={"popularity": 0.0},
    )


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    products = [
        product("A", "Deep basket infuser", "brewing/tea"),
        product("B", "Mesh ball", "brewing/tea"),
        product("C", "Filter paper", "brewing/coffee"),
        *(product(f"N{n}", f"Nougat {n}", "sweets") for n in range(20)),
        product("D", "Peach drink", "drinks", "Needs no infuser."),
    ]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("kin"), products))


def test_the_nearest_place_counts_most(searcher: Searcher) -> None:
    index = searcher._index
    kin = dict(zip(index.ids, score_kin(index, np.array([index.positions["A"]])).tolist(), strict=True))
    assert kin["A"] == kin["B"] > kin["C"] > kin["D"] == kin["N1"] == 0.0


def test_a_place_counts_by_the_share_of_the_matches_that_stand_there(searcher: Searcher) -> None:
    index = searcher._index
    at = [index.positions[each] for each in ("A", "D")]
    alone, both = score_kin(index, np.array(at[:1])), score_kin(index, np.array(at))
    assert both[index.positions["B"]] == pytest.approx(alone[index.positions["B"]] / 2)


def test_many_matches_and_none_have_no_kin(searcher: Searcher) -> None:
    assert not score_kin(searcher._index, np.arange(MOST_MATCHES + 1)).any()
    assert not score_kin(searcher._index, np.array([], dtype=np.int64)).any()


def test_products_of_the_same_place_are_related_to_the_only_match(searcher: Searcher) -> None:
    answer = searcher.search(SearchRequest(query="infuser", limit=3))
    assert [hit.product_id for hit in answer.hits] == ["A"]
    assert answer.related[0].product_id == "B"
