"""Which products match, by which rule, and what stands beside them; on the small shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kms.db.session import open_database
from kms.errors import FilterError
from kms.facts.linking import concept_node
from kms.filters import Condition, Filter
from kms.graph.models import Edge, GraphChanges
from ranking.models import SearchAnswer, SearchRequest
from ranking.serving.search import Searcher
from ranking.serving.search.questions import is_question
from ranking.serving.search.understand import understand
from ranking.serving.service import RankingService
from tests.shop_fixture import ONTOLOGY, SmallShop, product


def search(service: RankingService, query: str, **fields: object) -> SearchAnswer:
    return service.search(SearchRequest(query=query, limit=50, **fields))  # type: ignore[arg-type]


def ids(answer: SearchAnswer) -> set[str]:
    return {hit.product_id for hit in answer.hits}


def beside(answer: SearchAnswer) -> set[str]:
    return {hit.product_id for hit in (*answer.related, *answer.alternatives)}


def test_a_class_that_is_certain_is_required(service: RankingService) -> None:
    answer = search(service, "kettles")
    assert ids(answer) == {"K1", "K2"}
    assert (answer.matching.rule, answer.matching.class_rule) == ("all_terms", "certain")
    assert not ids(answer) & beside(answer)


@pytest.mark.parametrize("query", ["kettle please", "buy kettle online", "I want to order a kettle"])
def test_words_of_asking_change_nothing(service: RankingService, query: str) -> None:
    answer = search(service, query)
    assert (ids(answer), answer.matching.rule, answer.matching.class_rule) == (
        {"K1", "K2"},
        "all_terms",
        "certain",
    )


def test_a_query_of_words_of_asking_alone_is_not_everything(service: RankingService) -> None:
    assert ids(search(service, "please")) == set()


def test_a_word_behind_the_class_makes_it_another_thing(service: RankingService) -> None:
    answer = search(service, "headphone stand")
    assert answer.matching.class_rule == "uncertain"
    assert ids(answer) == {"S1"}


def test_a_fact_counts_as_a_word(service: RankingService) -> None:
    # No text of H3 says waterproof; a fact does.
    assert ids(search(service, "waterproof earbuds")) == {"H3"}


def test_words_are_given_up_one_by_one_and_named(service: RankingService) -> None:
    answer = search(service, "steel kettle zubrowka")
    assert (answer.matching.rule, answer.matching.dropped) == ("relaxed", ("zubrowka",))
    assert ids(answer) == {"K1"}


@pytest.mark.parametrize("query", ["zubrowka", "zubrowka holder", "norvik zubrowka"])
def test_nothing_fits_where_the_thing_itself_is_unknown(service: RankingService, query: str) -> None:
    answer = search(service, query, facets=("brand",))
    assert (answer.hits, answer.total, answer.facets["brand"]) == ((), 0, ())
    assert answer.matching.rule == "nothing"
    assert "zubrowka" in answer.matching.given_up


@pytest.mark.parametrize(
    "query", ["zubrowka holder", "norvik zubrowka", "jacket under 5", "boil cup", "travel cup", "warm office"]
)
def test_alternatives_always_say_what_they_lack(service: RankingService, query: str) -> None:
    answer = search(service, query)
    assert bool(answer.matching.given_up) or not answer.alternatives


def test_alternatives_keep_what_the_query_excludes(service: RankingService) -> None:
    answer = search(service, "jacket under 5 not polyester")
    assert answer.total == 0 and "J1" not in beside(answer)


def test_the_most_of_something_decides_the_order(service: RankingService) -> None:
    assert [h.product_id for h in search(service, "cheapest kettle").hits] == ["K2", "K1"]
    assert [h.product_id for h in search(service, "most expensive kettle").hits] == ["K1", "K2"]


def test_a_question_about_a_need_is_answered_by_meaning(service: RankingService) -> None:
    answer = search(service, "what can I take to boil a cup on the road for travel")
    assert answer.matching.rule in ("meaning", "nothing")
    assert answer.matching.rule == "nothing" or answer.total == len(answer.hits)


@contextmanager
def opened_shop(folder: Path) -> Iterator[SmallShop]:
    """The small shop in a folder of its own, to be changed and built."""
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    shop = SmallShop(database, folder)
    shop.fill()
    yield shop
    shop.close()
    database.close()


@pytest.fixture(scope="module")
def denying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RankingService]:
    """A shop with products whose texts deny what others have."""
    with opened_shop(tmp_path_factory.mktemp("denying")) as shop:
        shop.catalog.put_products(
            [
                product("H1").model_copy(
                    update={"description": "Great sound. Not waterproof, so mind the rain."}
                ),
                product("H2").model_copy(
                    update={"description": "A lamp-free design that has no microphone."}
                ),
                product("J1").model_copy(
                    update={"title": "Hood-free rain jacket", "description": "Comes without a pouch."}
                ),
            ]
        )
        shop.build()
        yield shop.open()


@pytest.mark.parametrize("query", ["waterproof headphones", "防水耳机"])
def test_a_denied_word_does_not_match(denying: RankingService, query: str) -> None:
    answer = search(denying, query, explain=True)
    assert ids(answer) == {"H3"}
    assert "H1" not in beside(answer)  # what its text denies is not shown as alike either


def test_other_words_that_a_text_denies_do_not_match(denying: RankingService) -> None:
    assert "H2" not in ids(search(denying, "headphones microphone"))
    assert (
        "J1" not in ids(search(denying, "jacket pouch"))
        or "pouch" in search(denying, "jacket pouch").matching.dropped
    )


@pytest.mark.parametrize("query", ["jacket without hood", "jacket without a pouch", "jacket no hood"])
def test_what_is_free_of_something_is_not_left_out_for_the_word(denying: RankingService, query: str) -> None:
    assert "J1" in ids(search(denying, query))


@pytest.mark.parametrize(
    ("query", "counts"),
    [("kettle", True), ("steel kettle", True), ("kettle mat", False), ("mat for a kettle", False)],
)
def test_a_class_that_tells_more_of_another_thing_does_not_count(
    service: RankingService, query: str, counts: bool
) -> None:
    graph = Searcher(service.index).features(SearchRequest(query=query)).values["graph"]
    assert bool(graph.max(initial=0.0) > 0) is counts


def test_a_query_may_say_a_word_twice(service: RankingService) -> None:
    answer = search(service, "kettle steel zubrowka steel zubrowka")
    assert ids(answer) == {"K1"}
    assert set(answer.matching.dropped) == {"zubrowka"}


def test_what_only_shares_a_word_is_no_alternative_to_an_unknown_thing(service: RankingService) -> None:
    answer = search(service, "travel zubrowka")  # K2 is a travel kettle
    assert answer.total == 0
    assert answer.matching.given_up == ("travel", "zubrowka") or not answer.alternatives


def test_the_noun_that_is_asked_for_is_not_given_up(service: RankingService) -> None:
    # J1 is waterproof, S1 is a stand; only the second is called what is asked for.
    answer = search(service, "waterproof stand")
    assert "J1" not in ids(answer)
    assert "H3" not in ids(answer)


@pytest.mark.parametrize("query", ["veldra headphones please", "veldra headphones ones"])
def test_a_brand_is_had_and_not_mentioned(mentioning: RankingService, query: str) -> None:
    assert "H2" not in ids(search(mentioning, query))


@pytest.fixture(scope="module")
def mentioning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RankingService]:
    """A shop with a product whose text names another brand."""
    with opened_shop(tmp_path_factory.mktemp("mentioning")) as shop:
        shop.catalog.put_products(
            [product("H2").model_copy(update={"description": "As light as the Veldra Hush."})]
        )
        shop.build()
        yield shop.open()


@pytest.mark.parametrize(
    ("query", "is_asked"),
    [
        ("下雨天走路上班应该穿什么", True),
        ("手机壳 黑色 上班 女", False),
        ("女士上班用的打印机", False),
        ("上班", False),
    ],
)
def test_a_chinese_question_has_words_of_a_sentence_and_names_things(
    service: RankingService, query: str, is_asked: bool
) -> None:
    assert is_question(understand(service.index, SearchRequest(query=query))) is is_asked


def test_a_range_with_swapped_bounds_is_refused(service: RankingService) -> None:
    swapped = Filter(conditions=(Condition(field="price", gte=100, lte=10),))
    with pytest.raises(FilterError, match=r"swapped \(price:10\.\.100\)"):
        search(service, "kettle", filter=swapped)


@pytest.fixture(scope="module")
def for_some(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RankingService]:
    """A shop that knows of two pairs of headphones for whom they are; of the third it knows nothing."""
    with opened_shop(tmp_path_factory.mktemp("for-some")) as shop:
        audiences = ONTOLOGY.terms["audience"]
        shop.graph.apply(
            GraphChanges(
                nodes=tuple(concept_node("audience", audiences[name]) for name in ("men", "children")),
                edges=tuple(
                    Edge(
                        source=f"product:{key}",
                        relation="for_audience",
                        target=f"audience:{name}",
                        confidence=0.9,
                    )
                    for key, name in (("H1", "men"), ("H2", "children"))
                ),
            )
        )
        shop.build()
        yield shop.open()


@pytest.mark.parametrize(
    ("query", "rule", "found"),
    [
        ("headphones for men", "all_terms", {"H1"}),
        ("headphones for women", "relaxed", {"H3", "S1"}),  # one pair is for men, one for children
        ("headphones for babies", "relaxed", {"H2", "H3", "S1"}),
    ],
)
def test_what_is_for_others_does_not_match(
    for_some: RankingService, query: str, rule: str, found: set[str]
) -> None:
    answer = search(for_some, query)
    assert (answer.matching.rule, ids(answer)) == (rule, found)


def test_where_all_are_for_others_nothing_fits(for_some: RankingService) -> None:
    answer = search(
        for_some,
        "headphones for women",
        filter=Filter(conditions=(Condition(field="audience", any_of=("men",)),)),
    )
    assert (answer.matching.rule, answer.total) == ("nothing", 0)
    assert {hit.product_id for hit in answer.alternatives} == {"H1"}
