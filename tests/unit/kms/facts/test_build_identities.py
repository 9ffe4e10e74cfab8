"""The graph under decided identities: merged products, brands of several names, and that undoing leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database, open_database
from kms.db.states import BuildStates
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposalStore
from kms.evidence.store import EvidenceStore
from kms.facts.build import GraphBuilder, GraphReport
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import Edge, Node
from kms.identity.store import Identity, IdentityKind, IdentityStore
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()
PRODUCTS = {
    "A": ("Norvik Drift headphones", "Norvik"),
    "B": ("NVK Drift headphones black", "NVK"),
    "C": ("Norvik Kids headphones", "Norvik Kids"),
    "D": ("Haldern kettle", "Haldern"),
    "E": ("Case for Norvik Drift", "Brannok"),
}
FACTS = {
    "A": [("has_value", "black", {"attribute": "colour", "value": "black"})],
    "B": [("has_value", "red", {"attribute": "colour", "value": "red"}), ("mentions", "D", {})],
    "D": [("has_value", "silver", {"attribute": "colour", "value": "silver"})],
    "E": [("compatible_with", "Norvik Drift", {}), ("complements", "B", {"value": "B"})],
}
DECISIONS = [
    Identity(kind="brand_alias", left="NVK", right="Norvik"),
    Identity(kind="brand_alias", left="Haldern", right="Norvik"),
    Identity(kind="sub_brand", left="Norvik Kids", right="Norvik"),
    Identity(kind="sub_brand", left="Brannok", right="Norvik Kids"),
    Identity(kind="product", left="B", right="A"),
    Identity(kind="product", left="D", right="B"),
    Identity(kind="product", left="A", right="E"),
]


class Shop:
    """Five products with evidence and a graph."""

    def __init__(self, database: Database, graph: EmbeddedGraphStore) -> None:
        self.database, self.graph = database, graph
        self.catalog, self.evidence = CatalogStore(database), EvidenceStore(database)
        self.identities = IdentityStore(database)
        self.catalog.put_products([Product(id=i, title=t, brand=b) for i, (t, b) in PRODUCTS.items()])
        for product_id in PRODUCTS:
            self.say(product_id)

    def say(self, product_id: str) -> None:
        documents = self.catalog.documents_of(product_id)
        title = next(d for d in documents if d.field == "title")
        shop = next(d for d in documents if d.field == "shop")
        brand = PRODUCTS[product_id][1]
        facts = [(shop, "made_by", brand, {"extractor": "shop"})]
        facts += [(title, *fact) for fact in FACTS.get(product_id, [])]
        found = [
            Evidence.model_validate(
                {
                    "document_id": document.id, "document_hash": document.content_hash, "product_id": product_id,
                    "field": document.field, "language": "en", "start": place, "end": place + 1, "surface": surface,
                    "relation": relation, "sentence": (0, len(document.text)), "confidence": 0.9, "extractor": "rules",
                    "extractor_version": "t", "ontology_release": ONTOLOGY.version, **fields,
                }
            )
            for place, (document, relation, surface, fields) in enumerate(facts)
        ]  # fmt: skip
        self.evidence.record([title, shop], found, "test")

    def builder(self, graph: EmbeddedGraphStore) -> GraphBuilder:
        return GraphBuilder(
            catalog=self.catalog, evidence=self.evidence, proposals=ProposalStore(self.database),
            states=BuildStates(self.database), graph=graph, ontology=ONTOLOGY,
            brand_names=self.identities.brand_names(), merges=self.identities.merges(),
        )  # fmt: skip

    def build(self) -> GraphReport:
        return self.builder(self.graph).build()

    def content(self) -> tuple[list[Node], list[Edge]]:
        return list(self.graph.iter_nodes()), list(self.graph.iter_edges())

    def targets(self, product_id: str, relation: str) -> set[str]:
        edges = self.graph.edges_of(f"product:{product_id}", direction="out", relations=[relation])
        return {edge.target for edge in edges}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("identities")
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    graph = EmbeddedGraphStore(folder / "graph.db")
    graph.prepare()
    made = Shop(database, graph)
    made.build()
    yield made
    graph.close()
    database.close()


@pytest.fixture
def decided(shop: Shop) -> Iterator[Shop]:
    """The shop, whose decisions are taken back after the test."""
    yield shop
    kinds: tuple[IdentityKind, ...] = ("brand_alias", "sub_brand", "product")
    shop.identities.decide(shop.identities.all(kinds, status="accepted"), "open")
    shop.build()


def test_a_merged_product_has_the_facts_of_its_sources(decided: Shop) -> None:
    before = decided.content()
    decided.identities.decide([DECISIONS[4]], "accepted")
    decided.build()
    assert decided.graph.nodes(["product:B"]) == []
    assert decided.targets("A", "has_value") == {"value:colours/black", "value:colours/red"}
    assert decided.targets("E", "complements") == {"product:A"}
    decided.identities.decide([DECISIONS[4]], "open")
    decided.build()
    assert decided.content() == before


def test_a_brand_takes_the_writing_of_most_rows(shop: Shop) -> None:
    try:
        for main, brands in {"Haldern": ["HALDERN"], "HALDERN": ["HALDERN", "HALDERN"]}.items():
            shop.catalog.put_products(
                [Product(id=f"D{n}", title="Kettle", brand=brand) for n, brand in enumerate(brands)]
            )
            shop.build()
            (node,) = shop.graph.nodes(["brand:haldern"])
            assert node.label_en == main
    finally:
        shop.catalog.delete_products(["D0", "D1"])
        shop.build()


def test_one_brand_under_two_names(decided: Shop) -> None:
    decided.identities.decide([DECISIONS[0], DECISIONS[2]], "accepted")
    report = decided.build()
    assert report.relinked
    assert decided.targets("B", "made_by") == decided.targets("A", "made_by") == {"brand:norvik"}
    (node,) = decided.graph.nodes(["brand:norvik"])
    assert node.properties["alternative_names"] == "NVK"
    assert decided.graph.nodes(["brand:nvk"]) == []
    (edge,) = decided.graph.iter_edges(["sub_brand_of"])
    assert (edge.source, edge.target) == ("brand:norvik_kids", "brand:norvik")


def test_where_the_main_product_goes_the_next_one_stands_for_the_rest(decided: Shop) -> None:
    decided.identities.decide([DECISIONS[4]], "accepted")
    decided.build()
    decided.catalog.delete_products(["A"])
    decided.build()
    assert decided.targets("B", "has_value") == {"value:colours/red"}
    decided.catalog.put_products([Product(id="A", title=PRODUCTS["A"][0], brand=PRODUCTS["A"][1])])
    decided.say("A")
    decided.build()
    assert decided.targets("A", "has_value") == {"value:colours/black", "value:colours/red"}


@settings(max_examples=12)
@given(
    st.lists(st.sampled_from(DECISIONS), min_size=1, max_size=4, unique_by=lambda pair: pair.id),
    st.integers(0, 2**32),
)
def test_undoing_leaves_the_graph_as_it_was(shop: Shop, decisions: list[Identity], seed: int) -> None:
    before, random = shop.content(), Random(seed)
    for decision in decisions:
        shop.identities.decide([decision], "accepted")
        shop.build()
    among = shop.content()
    for decision in random.sample(decisions, len(decisions)):
        shop.identities.decide([decision], "open")
        if random.random() < 0.5:
            shop.build()
    shop.build()
    assert shop.content() == before
    assert among != before
