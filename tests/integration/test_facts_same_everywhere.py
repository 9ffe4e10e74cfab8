"""Page and API give the same facts of every product, and the explorer the same names."""

from __future__ import annotations

import pytest

from api.pages.source import Source
from api.services import Services
from api.wiring import Platform
from kms.ontology.structure import HAS_ASPECT
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


@pytest.fixture(scope="module")
def services(platform: Platform) -> Services:
    return Services(platform)


def test_page_and_api_give_the_same_facts(services: Services, platform: Platform) -> None:
    source = Source(services)
    compared = 0
    for product_id in platform.catalog.product_ids():
        shown = services.product(product_id)
        page = source.product(product_id)
        api_facts = sorted(
            (f.name_en, f.name_zh, f.value_en, f.target.id, f.confidence, f.support, f.is_used)
            for f in shown.facts
            if f.relation != HAS_ASPECT
        )
        page_facts = sorted(
            (r.name[0], r.name[1], r.value[0], r.target, r.confidence, r.support, r.is_used)
            for r in page.facts
        )
        assert page_facts == api_facts, product_id
        compared += len(api_facts)
    assert compared > 500


def test_the_page_shows_no_ids_where_there_are_labels(services: Services, platform: Platform) -> None:
    source = Source(services)
    ids, classes = set(platform.catalog.product_ids()), set(platform.ontology.classes)
    for product_id in sorted(ids):
        for each in source.product(product_id).statements:
            assert each.value[0] not in ids
            assert each.value[0] not in {name for name in classes if "_" in name}
            assert each.name[0] in {r.label.en for r in platform.ontology.relations.values()}


def test_the_explorer_shows_products_of_kinds_below_and_names_both_directions(services: Services) -> None:
    source = Source(services)
    around = source.around("category:audio")
    assert any(node.type == "product" for node in around.nodes)
    ends = {node.id for node in around.nodes}
    assert all(edge.source in ends and edge.target in ends for edge in around.edges)
    up = next(edge for edge in around.edges if edge.relation == "subcategory_of")
    assert source.edge_name(up) != source.edge_name(up, from_target=True)
    value = next(
        edge for edge in source.around(next(n.id for n in around.nodes if n.type == "product")).edges
        if edge.attribute
    )  # fmt: skip
    attribute = services.ontology.attributes[value.attribute]
    assert source.edge_name(value) == (attribute.label.en, attribute.label.zh)


def test_the_exact_label_comes_first(services: Services) -> None:
    assert Source(services).find_nodes("waterproof")[0].label_en == "waterproof"
