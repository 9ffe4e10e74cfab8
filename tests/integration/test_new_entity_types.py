"""New entity types and relations are YAML alone, from the text to the graph, search, reasons, Neo4j and the pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.facts import describe_fact, name_of, read_edges, type_name
from api.jobs import build_graph, build_index, extract
from api.pages.views import group_of, read_facts
from api.wiring import Platform
from kms.catalog.models import Product
from kms.filters import Condition, Filter
from kms.graph.cypher import write_edges, write_nodes
from kms.graph.style import browser_style
from kms.ontology import check_ontology, default_folder
from kms.vectors.edge import EdgeVectorStore
from ranking.models import SearchRequest
from ranking.serving.index import ServingIndex
from ranking.serving.service import RankingService
from tests.platform_fixture import settings_for, share_encoder

FOOD = """
entities:
  ingredient: {members: terms, section: foodstuffs, label: {en: ingredient, zh: 配料}, style: {color: "#6B8E23", border: "#55701C"}}
  certificate: {members: terms, section: certificates, label: {en: certificate, zh: 认证}, style: {color: "#4682B4", border: "#36658C"}}
  place: {members: terms, section: places, label: {en: place, zh: 地点}, style: {color: "#A0522D", border: "#7A3E22"}}
relations:
  contains:
    domain: product
    range: ingredient
    facet: ingredient
    weight: 0.9
    linking: {text: introduced, table: named, confidence: 0.9}
    label: {en: contains, zh: 含有}
    alt: {en: [made with, foodstuffs list], zh: [配料表]}
    reason: {en: "contains: {target}", zh: "含有：{target}"}
    paths: [{name: same_ingredient, weight: 0.4, wording: {en: "also contains {through}, like {seed}", zh: "与{seed}一样含有{through}"}}]
    style: {color: "#6B8E23"}
  certified_by:
    domain: product
    range: certificate
    facet: certificate
    weight: 0.8
    linking: {text: named, table: named, confidence: 0.9, review_confidence: 0.7}
    label: {en: certified by, zh: 认证机构}
    style: {color: "#4682B4"}
  made_in:
    domain: product
    range: place
    cardinality: one
    facet: place
    weight: 0.6
    linking: {text: introduced, confidence: 0.9}
    label: {en: made in, zh: 制作于}
    alt: {en: [roasted in, baked in]}
    style: {color: "#A0522D"}
classes:
  food: {parent: product, label: {en: food, zh: 食品}, implies: []}
  biscuits: {parent: food, label: {en: biscuits, zh: 饼干}}
foodstuffs:
  grain: {label: {en: grain, zh: 谷物}}
  oats: {label: {en: oats, zh: 燕麦}, broader: [grain]}
  hazelnuts: {label: {en: hazelnuts, zh: 榛子}}
certificates:
  fair_field: {label: {en: Fair Field Seal, zh: 公平田野}}
places:
  west_lands: {label: {en: West Lands, zh: 西地}}
  harbour_town: {label: {en: Harbour Town, zh: 港镇}, broader: [west_lands]}
"""  # noqa: E501
PRODUCTS = (
    Product(
        id="F1", title="Morning biscuits", brand="Fernhill", category="biscuits",
        description="Contains oats and hazelnuts. Baked in Harbour Town. Carries the Fair Field Seal.",
    ),
    Product(
        id="F2", title="Tea biscuits", brand="Fernhill", category="biscuits",
        description="Crisp and plain. Contains no hazelnuts.", attributes={"Contains": "oats"},
    ),
    Product(
        id="F3", title="Plain biscuits", category="biscuits", brand="Millbrook",
        description="A shop of Harbour Town sells them beside oats.",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    state = tmp_path_factory.mktemp("new-types")
    folder = state / "ontology"
    shutil.copytree(default_folder(), folder)
    (folder / "families" / "food.yaml").write_text(FOOD, encoding="utf-8")
    assert check_ontology(folder).problems == ()
    share_encoder(state)
    opened = Platform(settings_for(state, ontology_dir=folder))
    opened.catalog.put_products(list(PRODUCTS))
    extract(opened)
    build_graph(opened)
    build_index(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def service(platform: Platform) -> Iterator[RankingService]:
    version = platform.artifacts.current("index")
    assert version is not None
    index = ServingIndex(version, encoder=platform.encoder, open_vectors=EdgeVectorStore)
    yield RankingService(index)
    index.close()


def test_texts_and_tables_become_edges(platform: Platform) -> None:
    found = {
        (e.source, e.relation, e.target): e.properties.get("implied_by", "")
        for e in platform.graph.iter_edges(["contains", "certified_by", "made_in"])
    }
    assert found == {
        ("product:F1", "contains", "ingredient:oats"): "",
        ("product:F1", "contains", "ingredient:hazelnuts"): "",
        ("product:F1", "contains", "ingredient:grain"): "contains:ingredient:oats",
        ("product:F1", "certified_by", "certificate:fair_field"): "",
        ("product:F1", "made_in", "place:harbour_town"): "",
        ("product:F1", "made_in", "place:west_lands"): "made_in:place:harbour_town",
        ("product:F2", "contains", "ingredient:oats"): "",
        ("product:F2", "contains", "ingredient:grain"): "contains:ingredient:oats",
    }


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("ingredient", "oats", {"F1", "F2"}),
        ("ingredient", "grain", {"F1", "F2"}),
        ("certificate", "fair_field", {"F1"}),
        ("place", "west_lands", {"F1"}),
    ],
)
def test_filters_and_facets(service: RankingService, field: str, value: str, expected: set[str]) -> None:
    filter = Filter(conditions=(Condition(field=field, any_of=(value,)),))
    answer = service.search(SearchRequest(filter=filter, facets=(field,)))
    assert {hit.product_id for hit in answer.hits} == expected
    assert value in {count.value for count in answer.facets[field]}


def test_queries_name_them_and_reasons_say_so(service: RankingService) -> None:
    answer = service.search(SearchRequest(query="biscuits hazelnuts", explain=True))
    entity = next(e for e in answer.understanding.entities if e.kind == "ingredient")
    assert (entity.node, entity.field, entity.value) == ("ingredient:hazelnuts", "ingredient", "hazelnuts")
    assert answer.hits[0].product_id == "F1"
    texts = {reason.text_en: reason.text_zh for reason in answer.hits[0].reasons}
    assert texts["Contains: hazelnuts"] == "含有：榛子"
    without = service.search(SearchRequest(query="biscuits without grain"))
    assert [hit.product_id for hit in without.hits] == ["F3"]


def test_recommendations_walk_the_new_paths(service: RankingService) -> None:
    hits = service.similar("F1").hits
    texts = {reason.text_en for hit in hits for reason in hit.reasons}
    assert "Also contains oats, like Morning biscuits" in texts


def test_neo4j_knows_their_labels_and_styles(platform: Platform) -> None:
    style = browser_style(platform.ontology)
    assert "node.Certificate {" in style and "relationship.CERTIFIED_BY {" in style
    assert ":Ingredient" in write_nodes("ingredient")
    assert ":MADE_IN" in write_edges("made_in")


def test_pages_and_api_show_them(platform: Platform) -> None:
    ontology = platform.ontology
    edges, nodes = read_edges(platform.graph, "F1")
    rows = {(row.name[0], row.value[0]): row for row, _ in read_facts(edges, nodes, ontology)}
    assert rows[("certified by", "Fair Field Seal")].group == "group_suited"
    assert rows[("contains", "grain")].implied_by == ("oats", "燕麦")
    facts = [describe_fact(edge, nodes[edge.target], ontology, {}) for edge in edges]
    assert ("made in", "Harbour Town") in {(fact.name_en, fact.value_en) for fact in facts}
    assert name_of("contains", "", ontology) == ("contains", "含有")
    assert type_name("place", ontology) == ("place", "地点")
    assert group_of("made_in", ontology) == "group_suited"


def test_the_repositorys_style_sheet_is_the_generated_one() -> None:
    from kms.ontology import load_ontology

    stored = Path(default_folder() / "neo4j" / "style.grass").read_text("utf-8")
    assert stored == browser_style(load_ontology())
