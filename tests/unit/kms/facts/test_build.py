"""Rows and evidence to graph: what changes when a row, an opinion or the catalogue changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.currency import Price
from kms.db.session import Database
from kms.db.states import BuildStates
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposalStore
from kms.evidence.store import EvidenceStore
from kms.facts.build import GraphBuilder, GraphReport
from kms.graph.compare import compare
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import Edge
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()


class Shop:
    """A small catalogue with a graph; ``says`` stands in for extraction."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.catalog = CatalogStore(database)
        self.evidence = EvidenceStore(database)
        self.proposals = ProposalStore(database)
        self.states = BuildStates(database)
        self.folder = folder
        self.graph = EmbeddedGraphStore(folder / "graph.db")

    def put(self, product_id: str, title: str, brand: str | None = None) -> None:
        price = Price.model_validate({"amount": "10", "currency": "EUR"})
        self.catalog.put_products([Product(id=product_id, title=title, brand=brand, price=price)])

    def says(self, product_id: str, *facts: tuple[str, str, dict[str, str]]) -> None:
        document = next(d for d in self.catalog.documents_of(product_id) if d.field == "title")
        found = [
            Evidence.model_validate(
                {
                    "document_id": document.id,
                    "document_hash": document.content_hash,
                    "product_id": product_id,
                    "field": "title",
                    "language": "en",
                    "start": place,
                    "end": place + 1,
                    "surface": surface,
                    "relation": relation,
                    "sentence": (0, len(document.text)),
                    "confidence": 0.9,
                    "extractor": "rules",
                    "extractor_version": "t",
                    "ontology_release": ONTOLOGY.version,
                    **fields,
                }
            )
            for place, (relation, surface, fields) in enumerate(facts)
        ]
        self.evidence.record([document], found, "test")

    def build(self) -> GraphReport:
        return self.builder(self.graph).build()

    def builder(self, graph: EmbeddedGraphStore) -> GraphBuilder:
        return GraphBuilder(
            catalog=self.catalog,
            evidence=self.evidence,
            proposals=self.proposals,
            states=self.states,
            graph=graph,
            ontology=ONTOLOGY,
        )

    def targets(self, product_id: str) -> set[str]:
        return {e.target for e in self.edges(product_id)}

    def edges(self, product_id: str) -> list[Edge]:
        return self.graph.edges_of(f"product:{product_id}", direction="out")

    def assert_equals_rebuild(self) -> None:
        fresh = EmbeddedGraphStore(self.folder / "fresh.db")
        self.builder(fresh).rebuild()
        assert compare(self.graph, fresh) == []
        fresh.clear()
        fresh.close()


COLOUR = ("has_value", "red", {"attribute": "colour", "value": "red"})


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(sqlite_database, tmp_path)
    made.put("A", "Veldra Hush headphones", "Veldra")
    made.put("B", "Norvik Drift earbuds", "Norvik")
    yield made
    made.graph.close()


def test_first_build_and_second(shop: Shop) -> None:
    shop.says("A", COLOUR, ("made_by", "Veldra", {}))
    report = shop.build()
    assert (report.built, report.edges_written) == (2, 2)
    assert shop.targets("A") == {"value:colours/red", "brand:veldra"}
    again = shop.build()
    assert (again.built, again.edges_written, again.edges_removed) == (0, 0, 0)
    shop.assert_equals_rebuild()


def test_the_class_tree_is_there_without_products(shop: Shop) -> None:
    shop.build()
    path = shop.graph.shortest_path("category:over_ear_headphones", "category:product")
    assert path is not None
    assert shop.graph.counts()["edge:subcategory_of"] == len(ONTOLOGY.classes) - 1


def test_evidence_that_goes_takes_its_edge_and_its_lonely_node(shop: Shop) -> None:
    shop.says("A", COLOUR)
    shop.build()
    shop.says("A", ("has_value", "blue", {"attribute": "colour", "value": "blue"}))
    report = shop.build()
    assert (report.edges_written, report.edges_removed) == (1, 1)
    assert shop.targets("A") == {"value:colours/blue"}
    assert shop.graph.nodes(["value:colours/red"]) == []
    shop.assert_equals_rebuild()


def test_deleted_product_goes_with_edges_from_both_sides(shop: Shop) -> None:
    shop.says("A", ("complements", "x", {"value": "B"}))
    shop.says("B", COLOUR)
    shop.build()
    assert shop.targets("A") == {"product:B"}
    shop.catalog.delete_products(["B"])
    report = shop.build()
    assert report.deleted == 1
    assert shop.graph.nodes(["product:B", "value:colours/red"]) == []
    assert shop.targets("A") == set()
    shop.assert_equals_rebuild()


def test_a_product_that_appears_is_linked_from_those_that_named_it(shop: Shop) -> None:
    shop.says("A", ("complements", "Kestrel Stand", {}))
    shop.build()
    assert [p.surface for p in shop.proposals.top()] == ["Kestrel Stand"]
    shop.put("C", "Kestrel Stand for headphones")
    report = shop.build()
    assert report.relinked == 1
    assert shop.targets("A") == {"product:C"}
    assert shop.proposals.count() == 0
    shop.assert_equals_rebuild()


def test_new_title_is_a_new_label(shop: Shop) -> None:
    shop.build()
    shop.put("A", "Veldra Hush headphones, now in red", "Veldra")
    shop.build()
    assert shop.graph.nodes(["product:A"])[0].label_en == "Veldra Hush headphones, now in red"
    shop.assert_equals_rebuild()


def test_what_cannot_be_linked_is_proposed_once_with_its_support(shop: Shop) -> None:
    unknown = ("has_value", "unobtainium", {"attribute": "material"})
    shop.says("A", unknown)
    shop.says("B", unknown)
    report = shop.build()
    assert report.proposals == 1
    top = shop.proposals.top()[0]
    assert (top.kind, top.attribute, top.surface, top.support) == ("value", "material", "unobtainium", 2)
    assert not any("unobtainium" in n.id for n in shop.graph.iter_nodes())


def test_brands_in_the_text_of_a_branded_product_are_not_its_makers(shop: Shop) -> None:
    shop.says("A", ("made_by", "Norvik", {}), ("made_by", "Veldra", {"extractor": "shop", "field": "shop"}))
    shop.build()
    assert shop.targets("A") == {"brand:veldra"}


@pytest.fixture
def counting(shop: Shop) -> Callable[[], int]:
    return lambda: sum(shop.graph.counts().values())


def test_rebuild_after_the_graph_was_lost(shop: Shop, counting: Callable[[], int]) -> None:
    shop.says("A", COLOUR)
    shop.build()
    before = counting()
    shop.graph.clear()
    shop.builder(shop.graph).rebuild()
    assert counting() == before
