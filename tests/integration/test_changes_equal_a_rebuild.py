"""Documents that single changes make are those that a rebuild from truth makes, whatever was changed and in which order."""

from __future__ import annotations

import random

import pytest

from api.change_reader import ChangeReader
from api.jobs import build_graph, build_index, extract
from api.wiring import INDEX, Platform
from kms.catalog.json_models import ReadProduct, read_product, read_review
from kms.graph.models import Edge
from kms.indexing.build import read_documents
from kms.indexing.live_writes import LiveWriter, OfferRow
from kms.lexical.models import IndexedProduct
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


@pytest.fixture
def writer(platform: Platform) -> LiveWriter:
    return LiveWriter(platform.database, platform.document_maker(lambda: platform.ontology))


def lamp(number: int, rng: random.Random) -> ReadProduct:
    colour = rng.choice(["black", "white", "red"])
    return read_product(
        {
            "title": f"{rng.choice(['Brevo', 'Kinoto', 'Lumdal'])} desk lamp {number}",
            "description": f"A {colour} lamp that weighs {rng.randint(1, 5)} kg. Goes with the Halvard Beam.",
            "brand": rng.choice(["Brevo", "Kinoto", "Lumdal", None]),
            "price": f"{rng.randint(5, 90)} EUR",
            "attributes": {"Weight": f"{rng.randint(100, 900)} g", "Colour": colour},
            "stock": rng.choice([0, 3, None]),
            "category_paths": rng.choice([[], [["Lamps", "Desk lamps"]], [["lamps"], ["Home", "Lamps"]]]),
        },
        product_id=f"NEW-{number}",
    )


def change_at_random(writer: LiveWriter, platform: Platform, rng: random.Random) -> None:
    ids = platform.catalog.product_ids()
    kind = rng.choice(
        ["put", "patch", "offer", "hide", "show", "delete", "review", "unreview", "rename", "move"]
    )
    chosen = rng.choice(ids)
    if kind == "put":
        writer.put_products([lamp(rng.randint(1, 6), rng) for _ in range(1)], actor="test")
    elif kind == "patch":
        body = {"attributes": {"Weight": f"{rng.randint(1, 9)} kg"}, "brand": rng.choice(["Kinoto", "Zorba"])}
        writer.patch_product(chosen, body, actor="test")
    elif kind == "move":
        paths = rng.choice(
            [[["Sound", "At home"]], [["At home"], ["Sound", "At home"]], [["sound", "Outside"]]]
        )
        writer.patch_product(chosen, {"category_paths": paths}, actor="test")
    elif kind == "rename":
        writer.patch_product(chosen, {"title": rng.choice(["Halvard Beam", "Norvik Drift X"])}, actor="test")
    elif kind in ("offer", "hide", "show"):
        bodies: dict[str, dict[str, object]] = {
            "offer": {"price": f"{rng.randint(5, 90)} EUR", "sale": None, "stock": rng.choice([0, 7])},
            "hide": {"publication": "hidden"},
            "show": {"publication": "published"},
        }
        writer.patch_offers([OfferRow(chosen, bodies[kind])], actor="test")
    elif kind == "delete":
        writer.delete_products([chosen], actor="test")
    elif kind == "review":
        review: dict[str, object] = {
            "product_id": chosen,
            "rating": rng.randint(1, 5),
            "text": "The battery is great, the case is bad.",
        }
        writer.put_reviews([read_review(review, review_id=f"NEWR-{rng.randint(1, 5)}")], actor="test")
    else:
        reviews = platform.catalog.review_ids()
        writer.delete_reviews([rng.choice(reviews)], actor="test")


def changed_documents(platform: Platform) -> dict[str, IndexedProduct]:
    """The documents of the live version with the log on top, popularity aside."""
    version = platform.artifacts.current(INDEX)
    assert version is not None
    documents = {each.id: plain(each) for each in read_documents(version.path)}
    for change in platform.change_log.since(0, limit=100_000):
        documents.pop(change.product_id, None)
        if change.document is not None:
            documents[change.product_id] = plain(change.document)
    return documents


def plain(document: IndexedProduct) -> IndexedProduct:
    numbers = {name: value for name, value in document.numbers.items() if name != "popularity"}
    return document.model_copy(update={"numbers": numbers})


def edges_of(platform: Platform) -> dict[object, Edge]:
    return {edge.key: edge for edge in platform.graph.iter_edges()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changes_equal_a_rebuild(platform: Platform, writer: LiveWriter, seed: int) -> None:
    rng = random.Random(seed)
    reader = ChangeReader(platform)
    for _ in range(6):
        for _ in range(rng.randint(1, 5)):
            change_at_random(writer, platform, rng)
        if rng.random() < 0.5:
            reader.apply(most=rng.choice([1, 3, None]))
    reader.apply()
    assert platform.change_log.count_pending() == 0
    documents, edges = changed_documents(platform), edges_of(platform)
    nodes = {node.id: node for node in platform.graph.iter_nodes()}
    extract(platform)
    build_graph(platform, from_nothing=True)
    assert edges_of(platform) == edges
    assert {node.id: node for node in platform.graph.iter_nodes()} == nodes
    build_index(platform)
    rebuilt = changed_documents(platform)
    assert rebuilt.keys() == documents.keys()
    for each, document in rebuilt.items():
        assert documents[each] == document
