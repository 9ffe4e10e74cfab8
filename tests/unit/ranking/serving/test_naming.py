"""What a name means: products that are the thing come before products that have it, in a shop made for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.catalog.models import Product
from kms.db.session import open_database
from kms.facts.linking import value_node
from kms.graph.models import Edge, GraphChanges, Node
from ranking.models import SearchRequest
from ranking.serving.index import ServingIndex
from ranking.serving.search import naming
from ranking.serving.search.naming import PRIOR, agreement, called_in_words
from ranking.serving.search.understand import understand
from ranking.serving.service import RankingService
from tests.shop_fixture import ONTOLOGY, SmallShop

TITLES = {
    "B1": "Ampero rechargeable battery AA",
    "B2": "Ampero rechargeable batteries AAA 4 pieces",
    "B3": "Stromwerk D cell, rechargeable battery",
    "B4": "蓄能 充电电池 5号 4节",
    "B5": "蓄能 充电电池 7号",
    "C1": "Ampero charger for a rechargeable battery",
    "C2": "Ampero battery charger",
    "T1": "Dentiva sonic brush, two heads",
    "T2": "Dentiva sonic brush for kids",
    "T3": "洁白 声波牙刷",
    "W1": "Ovella cashmere wrap",
    "W2": "Ovella cashmere throw, grey",
    "W3": "Ovella comb for wool",
}
DESCRIPTIONS = {"T2": "Comes without a stand."}
FACTS = {
    **dict.fromkeys(("T1", "T2", "T3"), ("power_source", "rechargeable")),
    **dict.fromkeys(("W1", "W2"), ("material", "cashmere")),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RankingService]:
    folder: Path = tmp_path_factory.mktemp("names")
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    shop = SmallShop(database, folder)
    shop.catalog.put_products(
        [
            Product(id=key, title=title, description=DESCRIPTIONS.get(key, "Runs for weeks."))
            for key, title in TITLES.items()
        ]
    )
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for key, title in TITLES.items():
        nodes[key] = Node(id=f"product:{key}", type="product", key=key, label_en=title, label_zh=title)
    for key, (attribute, value) in FACTS.items():
        vocabulary = ONTOLOGY.attributes[attribute].vocabulary
        assert vocabulary is not None
        node = value_node(vocabulary, ONTOLOGY.vocabularies[vocabulary].values[value])
        nodes[node.id] = node
        edges.append(
            Edge(
                source=f"product:{key}", relation="has_value", target=node.id, attribute=attribute,
                confidence=0.95,
            )
        )  # fmt: skip
    shop.graph.prepare()
    shop.graph.apply(GraphChanges(nodes=tuple(nodes.values()), edges=tuple(edges)))
    shop.build()
    yield shop.open()
    shop.close()
    database.close()


def first(service: RankingService, query: str, count: int) -> set[str]:
    answer = service.search(SearchRequest(query=query, limit=20))
    return {hit.product_id for hit in answer.shown[:count]}


@pytest.mark.parametrize(
    ("query", "things"),
    [
        ("rechargeable batteries", {"B1", "B2", "B3"}),
        ("rechargeable battery", {"B1", "B2", "B3"}),
        ("充电电池", {"B4", "B5"}),
    ],
)
def test_what_is_the_thing_comes_before_what_has_it(
    service: RankingService, query: str, things: set[str]
) -> None:
    assert first(service, query, len(things)) == things


def test_a_chinese_name_is_found_at_the_end_of_a_compound(service: RankingService) -> None:
    assert first(service, "刷子", 1) == {"T3"}
    assert first(service, "刷", 1) == {"T3"}


def test_a_chinese_word_that_no_product_has_finds_titles_with_its_characters(service: RankingService) -> None:
    answer = service.search(SearchRequest(query="牙膏", limit=20, explain=True))
    assert answer.matching.rule == "nothing"
    assert [hit.product_id for hit in answer.alternatives] == ["T3"]
    assert not service.search(SearchRequest(query="薯片", limit=20)).shown


def test_who_wants_none_of_something_finds_first_what_says_so(service: RankingService) -> None:
    assert first(service, "sonic brush without stand", 1) == {"T2"}


def test_what_goes_with_the_thing_comes_behind_it(service: RankingService) -> None:
    assert first(service, "battery", 3) == {"B1", "B2", "B3"}
    assert first(service, "battery charger", 2) == {"C1", "C2"}


def test_the_words_are_the_reason_for_a_name(service: RankingService) -> None:
    answer = service.search(SearchRequest(query="rechargeable batteries", limit=20, explain=True))
    hit = next(hit for hit in answer.hits if hit.product_id == "B1")
    assert hit.sources["text"] > 1.0
    assert sum(reason.share for reason in hit.reasons) == pytest.approx(1.0)
    assert not [reason for reason in hit.reasons if reason.source == "graph"]


def test_what_only_has_it_is_still_found(service: RankingService) -> None:
    answer = service.search(SearchRequest(query="rechargeable batteries", limit=20))
    assert {"T1", "T2", "T3"} <= {hit.product_id for hit in answer.hits}


def test_a_name_that_titles_and_facts_agree_on_counts_in_full(service: RankingService) -> None:
    assert measure(service.index, "cashmere") == 1.0
    assert first(service, "cashmere", 2) == {"W1", "W2"}


def test_agreement_counts_the_products_that_are_called_so(service: RankingService) -> None:
    # Four English titles have the words, none of them the fact.
    assert measure(service.index, "rechargeable battery") == pytest.approx(PRIOR / (4 + PRIOR))


def test_a_name_that_no_title_has_means_the_fact(service: RankingService) -> None:
    assert measure(service.index, "mains powered") == 1.0


def measure(index: ServingIndex, query: str) -> float:
    (entity,) = understand(index, SearchRequest(query=query)).entities
    return agreement(index, entity)


def test_the_last_character_of_an_unknown_word_says_what_is_asked_for(service: RankingService) -> None:
    # 电 stands in two titles of batteries and 刷 at the end of one, which alone is a brush.
    answer = service.search(SearchRequest(query="电鞋刷", limit=20))
    assert answer.matching.rule == "nothing"
    assert [hit.product_id for hit in answer.alternatives] == ["T3"]


def test_a_told_class_counts_as_far_as_titles_called_so_are_of_it(
    service: RankingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two titles are about a charger, and none of them was told to be of the class that the word names.
    assert measure(service.index, "charger") == 1.0
    monkeypatch.setattr(naming, "is_told", lambda index, entity: entity.kind == "class")
    assert measure(service.index, "charger") == pytest.approx(PRIOR / (2 + PRIOR))
    assert measure(service.index, "toothbrush") == 1.0


@pytest.mark.parametrize(
    ("query", "called"),
    [
        ("charger for battery", {"C1", "C2"}),
        ("battery charger", {"C1", "C2"}),
        ("grey cashmere throw", {"W2"}),
        ("cashmere comb", set()),
        ("charger", set()),
        ("", set()),
    ],
)
def test_what_is_called_by_all_words_and_headed_by_the_noun(
    service: RankingService, query: str, called: set[str]
) -> None:
    index = service.index
    found = called_in_words(index, understand(index, SearchRequest(query=query)))
    assert {index.ids[at] for at in found.nonzero()[0].tolist()} == called
