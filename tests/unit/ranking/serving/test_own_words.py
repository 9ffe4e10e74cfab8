"""Products that are found by their own words: tags, qualities that texts tell, ends of compounds, characters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.catalog.models import Product
from kms.db.session import open_database
from kms.facts.linking import concept_node
from kms.graph.models import Edge, GraphChanges, Node
from ranking.models import SearchAnswer, SearchRequest
from ranking.serving.search.word_units import cut_off, lacked_of
from ranking.serving.service import RankingService
from tests.shop_fixture import ONTOLOGY, SmallShop

PRODUCTS = {
    "P1": Product(id="P1", title="Fenn pot 1.2 l", description="Microwave safe and easy to pour.", tags=("stoneware",)),
    "P2": Product(id="P2", title="Big Batch Stockpot 8 l", description="Insulated handles.", tags=("steel", "soup")),
    "P3": Product(id="P3", title="Paper filters", description="A hundred of them.", tags=("compostable", "loose leaf")),
    "B1": Product(id="B1", title="Deep steeping basket", tags=("infuser",), category="Brewing"),
    "L1": Product(id="L1", title="Quiet Hours", category="Leaves & Infusions", tags=("caffeine-free",)),
    "L2": Product(id="L2", title="Strong Leaves", category="Leaves & Infusions", description="With caffeine."),
    "L3": Product(id="L3", title="Old Leaves", category="Leaves & Infusions", description="Pressed leaves."),
    "O1": Product(id="O1", title="Pressed linseed", tags=("oil painting", "oil", "paint")),
    "O2": Product(id="O2", title="Cinder tubes, eight of the best colours for the studio", tags=("oil paint", "set")),
    "N1": Product(id="N1", title="Oat bar", tags=("no sugar", "vanilla")),
    "S1": Product(id="S1", title="Stair Rail No-Drill"),
    "S2": Product(id="S2", title="Stair Rail", tags=("drilling",)),
    "H1": Product(id="H1", title="Nestling Shoulder Bag"),
    "H2": Product(id="H2", title="Four Seasons Laundry Bag"),
    "W1": Product(id="W1", title="Bevel chisels, set of four", description="Easy to sharpen."),
    "W2": Product(id="W2", title="Two-grit stone", description="To sharpen chisels and knives."),
    "W3": Product(id="W3", title="Beech mallet", description="Drives chisels."),
    "K1": Product(id="K1", title="Tovi console", description="Glacier white PX4 station"),
    "K2": Product(id="K2", title="Tovi headset", tags=("PX4", "PX4 station")),
    "K3": Product(id="K3", title="Tovi boom arm", description="Holds what you like. Fits the PX4 station as well."),
    "G6": Product(id="G6", title="加厚文件夹", description="放二十页文件。", language="zh"),
    "G7": Product(id="G7", title="家用碎纸机", description="粉碎信用卡。", language="zh"),
    "G8": Product(id="G8", title="油画棒", description="颜色厚重。", language="zh"),
    "G9": Product(id="G9", title="生宣纸", description="画画写字都行。", language="zh"),
    "T1": Product(id="T1", title="Teal Tin", description="A teal like the side of a wall, with a drawstring pouch. For "
        "oats, rice and cat biscuits. Washes out of your sleeves. A saucer is sold separately."),
    "C1": Product(id="C1", title="户外餐盘", description="盘子两只，含收纳袋。收起来像一个西瓜。", language="zh"),
    "C2": Product(id="C2", title="轻便披风", description="防小雨，不防暴雨。", language="zh"),
    "C3": Product(id="C3", title="厚披风", description="日常穿。", language="zh"),
    "G1": Product(id="G1", title="红油豆瓣酱", description="炒菜上色。", language="zh"),
    "G2": Product(id="G2", title="铸铁平底锅", description="越用越好。", language="zh"),
    "G3": Product(id="G3", title="速开帐篷", description="公园里遮个阳正好。", language="zh"),
    "G4": Product(id="G4", title="麻辣鱼干", description="拆袋即食。", language="zh"),
    "G10": Product(id="G10", title="原味鱼干", description="慢慢风干。", language="zh"),
    "G11": Product(id="G11", title="豆腐猫砂", description="没有粉尘。", language="zh"),
    "G12": Product(id="G12", title="膨润土猫砂", description="结团快。", language="zh"),
    "G5": Product(id="G5", title="蜂蜜糕", description="入口即化。", language="zh"),
}  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RankingService]:
    folder: Path = tmp_path_factory.mktemp("own-words")
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    shop = SmallShop(database, folder)
    shop.catalog.put_products(list(PRODUCTS.values()))
    nodes = [concept_node("category", ONTOLOGY.classes["handbag"])]
    nodes += [Node(id=f"product:{key}", type="product", key=key) for key in PRODUCTS]
    edge = Edge(source="product:H1", relation="in_category", target="category:handbag", confidence=0.95)
    shop.graph.prepare()
    shop.graph.apply(GraphChanges(nodes=tuple(nodes), edges=(edge,)))
    shop.build()
    yield shop.open()
    shop.close()
    database.close()


def search(service: RankingService, query: str) -> SearchAnswer:
    return service.search(SearchRequest(query=query, limit=20, explain=True))


def hits(service: RankingService, query: str) -> list[str]:
    return [hit.product_id for hit in search(service, query).hits]


def test_a_description_that_is_but_a_name_says_what_a_product_is(service: RankingService) -> None:
    assert set(hits(service, "px4 station")) == {"K1", "K2"}


def test_tags_are_words_of_a_product(service: RankingService) -> None:
    assert hits(service, "compostable") == ["P3"]
    assert hits(service, "compostable filters") == ["P3"]


def test_what_one_tag_denies_is_not_denied_of_the_next(service: RankingService) -> None:
    assert hits(service, "vanilla") == ["N1"]
    assert "N1" not in hits(service, "sugar")


def test_a_text_tells_a_quality_and_no_thing(service: RankingService) -> None:
    answer = search(service, "microwave safe")
    assert [hit.product_id for hit in answer.hits] == ["P1"]
    assert answer.matching.rule == "all_terms"
    assert any(reason.source == "text" for reason in answer.hits[0].reasons)


@pytest.mark.parametrize(
    ("query", "product"), [("handles", "P2"), ("drawstring pouch", "T1"), ("收纳袋", "C1")]
)
def test_what_a_text_says_of_the_product_itself_is_found(
    service: RankingService, query: str, product: str
) -> None:
    answer = search(service, query)
    assert [hit.product_id for hit in answer.hits] == [product]
    assert (answer.matching.rule, answer.matching.given_up) == ("all_terms", ())


@pytest.mark.parametrize("query", ["wall", "cat biscuits", "sleeves", "saucer", "西瓜"])
def test_what_a_text_says_of_something_else_is_no_hit_and_no_reason(
    service: RankingService, query: str
) -> None:
    answer = search(service, query)
    assert not answer.hits
    lost = set(" ".join(answer.matching.given_up).split())
    terms = {term for hit in answer.alternatives for reason in hit.reasons for term in reason.terms}
    assert lost and not lost & terms


def test_what_a_text_denies_is_no_hit(service: RankingService) -> None:
    assert hits(service, "披风") != []
    assert not hits(service, "防暴雨披风")


def test_what_does_something_is_not_all_that_is_done(service: RankingService) -> None:
    assert hits(service, "infuser") == ["B1"]
    assert {"L1", "L2", "L3"} <= set(hits(service, "infusions"))


def test_the_last_part_of_a_compound_names_it(service: RankingService) -> None:
    assert set(hits(service, "pot")) == {"P1", "P2"}


def test_a_quality_is_excluded_where_only_the_description_has_it(service: RankingService) -> None:
    assert hits(service, "pot not insulated") == ["P1"]


def test_what_says_that_it_is_free_comes_first(service: RankingService) -> None:
    found = hits(service, "leaves without caffeine")
    assert found[0] == "L1"
    assert "L3" in found


def test_what_says_no_to_something_is_without_it(service: RankingService) -> None:
    assert hits(service, "stair rail without drilling") == ["S1"]


def test_what_no_product_of_a_class_is_called_is_not_asked_of_the_class(service: RankingService) -> None:
    assert search(service, "shoulder bag").matching.classes == ("handbag",)
    answer = search(service, "laundry bag")
    assert answer.matching.classes == ()
    assert [hit.product_id for hit in (*answer.hits, *answer.alternatives)][:1] == ["H2"]


def test_the_kind_that_is_asked_for_comes_before_what_shares_the_rest(service: RankingService) -> None:
    answer = search(service, "炒菜的锅")
    shown = [hit.product_id for hit in (*answer.hits, *answer.related, *answer.alternatives)]
    assert shown[:1] == ["G2"]


def test_characters_of_descriptions_are_a_likeness(service: RankingService) -> None:
    answer = search(service, "遮阳的")
    assert [hit.product_id for hit in answer.alternatives] == ["G3"]
    assert not answer.hits


def test_a_word_of_one_character_is_looked_for_within_longer_ones(service: RankingService) -> None:
    answer = search(service, "辣的")
    assert [hit.product_id for hit in (*answer.hits, *answer.alternatives)][:1] == ["G4"]


def test_what_a_task_is_done_to_is_not_what_is_asked_for(service: RankingService) -> None:
    answer = search(service, "sharpen chisels")
    assert [hit.product_id for hit in answer.hits] == ["W2"]
    assert answer.matching.rule == "all_terms"
    assert hits(service, "chisels")[0] == "W1"


def test_the_verb_of_a_task_says_more_than_its_object(service: RankingService) -> None:
    answer = search(service, "粉碎文件")
    assert [hit.product_id for hit in (*answer.hits, *answer.alternatives)][:2] == ["G7", "G6"]


def test_a_word_of_one_description_does_not_hide_titles_that_share_its_characters(
    service: RankingService,
) -> None:
    answer = search(service, "画画用的")
    shown = [hit.product_id for hit in (*answer.hits, *answer.related, *answer.alternatives)]
    assert shown[:1] == ["G9"]
    assert "G8" in shown


def test_what_a_product_is_called_is_not_lacking_in_it(service: RankingService) -> None:
    answer = search(service, "不辣的鱼干")
    shown = [hit.product_id for hit in answer.shown]
    assert shown.index("G10") < shown.index("G4")
    assert "不辣" in answer.matching.given_up


def test_a_word_for_lacking_a_thing_is_said_by_denying_it(service: RankingService) -> None:
    assert hits(service, "无尘猫砂") == ["G11"]


@pytest.mark.parametrize(
    ("word", "lacked"),
    [("无尘", "尘"), ("不辣", "辣"), ("没味道", "味道"), ("不能", ""), ("无", ""), ("尘", ""), ("no", "")],
)
def test_a_chinese_word_says_what_there_is_none_of(word: str, lacked: str) -> None:
    assert lacked_of(word) == lacked


@pytest.mark.parametrize(
    ("text", "names", "rests"),
    [("洗衣服的", ["洗衣"], {"服"}), ("洗衣液", ["洗衣"], set()), ("soap bar", ["soap"], set())],
)
def test_a_name_cuts_a_character_off_a_longer_word(text: str, names: list[str], rests: set[str]) -> None:
    assert cut_off(text, [(text.index(name), text.index(name) + len(name)) for name in names]) == rests


def test_a_tag_of_the_very_words_comes_before_their_stems(service: RankingService) -> None:
    assert hits(service, "oil paint") == ["O2", "O1"]
    assert hits(service, "oil painting") == ["O1", "O2"]
