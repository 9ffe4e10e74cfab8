from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kms.db.session import Database
from kms.errors import StoreError
from kms.graph.models import Edge, Node
from kms.indexing.build import FORMAT, read_documents, read_ontology, schema_for
from kms.indexing.concepts import concept_texts
from kms.indexing.documents import embedded_text, index_product
from kms.indexing.embeddings import read_embeddings
from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import ProductPostings
from kms.vectors.edge import EdgeVectorStore
from ranking.models import SearchRequest
from ranking.serving.index import ServingIndex
from tests.shop_fixture import ONTOLOGY, SmallShop, WordEncoder, product


def test_a_version_holds_the_same_products_everywhere(shop: SmallShop) -> None:
    report = shop.build()
    assert (report.version, report.products, report.embedded) == (1, 7, 7)
    version = shop.artifacts.current("index")
    assert version is not None
    documents = read_documents(version.path)
    assert [d.id for d in documents] == sorted(d.id for d in documents)
    assert ProductPostings(version.path / "text").affirmed.size == 7
    vectors = EdgeVectorStore(version.path / "vectors")
    assert vectors.count() == 7
    assert vectors.schema == schema_for(documents, WordEncoder.dimensions)
    assert "attr.colour" in vectors.schema.keywords
    assert "attr.spf" not in vectors.schema.numbers
    having = [sum(name in d.facets for d in documents) for name in vectors.schema.keywords]
    assert having == sorted(having, reverse=True)
    vectors.close()
    assert len(read_embeddings(version.path)) == 7 + len(concept_texts(ONTOLOGY))


def test_unchanged_texts_are_not_encoded_again(shop: SmallShop) -> None:
    shop.build()
    shop.catalog.put_products([product("H1").model_copy(update={"title": "Veldra Murmur"})])
    shop.encoder.encoded.clear()
    report = shop.build()
    assert (report.version, report.embedded) == (2, 1)
    assert shop.encoder.encoded == ["Veldra Murmur"]


def test_a_deleted_product_is_in_no_index(shop: SmallShop) -> None:
    shop.build()
    shop.catalog.delete_products(["H1"])
    shop.build()
    hits = shop.open().search(SearchRequest(query="headphones", limit=50)).hits
    assert "H1" not in {h.product_id for h in hits}


def test_an_index_of_another_encoder_is_refused(shop: SmallShop) -> None:
    shop.build()
    version = shop.artifacts.current("index")
    assert version is not None
    other = WordEncoder()
    other.version = "words-2"
    with pytest.raises(StoreError, match="another encoder"):
        ServingIndex(version, encoder=other, open_vectors=EdgeVectorStore)  # type: ignore[arg-type]


def test_an_index_of_another_format_is_refused(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kms.indexing.build.FORMAT", FORMAT - 1)
    shop.build()
    monkeypatch.undo()
    with pytest.raises(StoreError, match="kms index build"):
        shop.open()
    shop.build()
    assert shop.open().index.ids


def test_a_version_keeps_the_ontology_that_it_was_made_with(shop: SmallShop) -> None:
    jacket = ONTOLOGY.classes["jacket"]
    renamed = jacket.model_copy(update={"label": jacket.label.model_copy(update={"en": "Zubrowka thing"})})
    changed = ONTOLOGY.model_copy(
        update={
            "release": ONTOLOGY.release.model_copy(update={"version": "9.0.0"}),
            "classes": {**ONTOLOGY.classes, "jacket": renamed},
        }
    )
    shop.build()
    before = shop.open()
    shop.build(changed)
    after = shop.open()
    assert before.index.ontology == ONTOLOGY
    assert after.index.ontology.version == "9.0.0"
    found = [s.index.reader.understand("zubrowka thing").entities for s in (before, after)]
    assert [[e.node for e in entities] for entities in found] == [[], ["category:jacket"]]


def test_a_version_without_its_ontology_is_refused(shop: SmallShop) -> None:
    shop.build()
    version = shop.artifacts.current("index")
    assert version is not None
    (version.path / "ontology.json").unlink()
    with pytest.raises(StoreError, match="holds no readable ontology; run kms index build"):
        read_ontology(version.path)


def test_an_empty_catalogue_makes_an_empty_version(sqlite_database: Database, tmp_path: Path) -> None:
    shop = SmallShop(sqlite_database, tmp_path)
    shop.graph.prepare()
    assert shop.build().products == 0
    assert shop.open().search(SearchRequest(query="anything")).hits == ()
    shop.close()


def test_documents_carry_ancestors_values_and_numbers() -> None:
    def edge(relation: str, target: str, **fields: object) -> Edge:
        return Edge.model_validate({"source": "product:H1", "relation": relation, "target": target, **fields})

    nodes = {
        n.id: n
        for n in (
            Node(id="category:over_ear_headphones", type="category", key="over_ear_headphones"),
            Node(id="value:colours/grey", type="value", key="colours/grey", label_en="grey", label_zh="灰色"),
            Node(id="value:weight/0.3 kilogram", type="value", key="weight/0.3 kilogram"),
            Node(id="value:weight/0.4 kilogram", type="value", key="weight/0.4 kilogram"),
            Node(id="value:foldable/true", type="value", key="foldable/true", label_en="foldable"),
        )
    }
    edges = [
        edge("in_category", "category:over_ear_headphones"),
        edge("has_value", "value:colours/grey", attribute="colour"),
        edge(
            "has_value",
            "value:weight/0.3 kilogram",
            attribute="weight",
            properties={"si_low": 0.3, "si_high": 0.3, "preferred": True},
        ),
        edge(
            "has_value",
            "value:weight/0.4 kilogram",
            attribute="weight",
            properties={"si_low": 0.4, "si_high": 0.4, "preferred": False},
        ),
        edge("has_value", "value:foldable/true", attribute="foldable", confidence=0.2),
    ]
    document = index_product(product("H1"), edges, nodes, ONTOLOGY, rating=4.5, popularity=3.0)
    assert document.facets["category"] == ("over_ear_headphones", "headphones", "audio", "product")
    assert document.facets["attr.wearing_style"] == ("over_ear",)
    assert document.facets["attr.colour"] == ("grey",)
    assert "attr.foldable" not in document.facets
    assert document.numbers == {
        "popularity": 3.0, "price": 129.0, "price.eur": 129.0, "rating": 4.5, "attr.weight": 0.3,
    }  # fmt: skip
    assert {"grey", "灰色"} <= set(document.labels)
    assert embedded_text(document) == "Veldra Hush over-ear headphones"


def document_of(*claims: tuple[str, str]) -> IndexedProduct:
    """The document of a product with these (relation or attribute, node key) claims."""
    nodes, edges = {}, []
    for name, key in claims:
        kind = "category" if name == "in_category" else "value"
        node = Node.model_validate({"id": f"{kind}:{key}", "type": kind, "key": key})
        nodes[node.id] = node
        relation, attribute = (name, "") if name == "in_category" else ("has_value", name)
        edges.append(
            Edge(source="product:H1", relation=relation, target=node.id, attribute=attribute, confidence=0.9)
        )
    return index_product(product("H1"), edges, nodes, ONTOLOGY)


def test_documents_hold_what_their_values_imply() -> None:
    document = document_of(("in_category", "speaker"), ("connectivity", "connectivity/bluetooth_5_3"))
    assert document.facets["attr.connectivity"] == ("bluetooth_5_3", "bluetooth")
    assert document.facets["attr.wireless"] == ("true",)
    assert {"Bluetooth", "wireless", "无线"} <= set(document.labels)


def test_documents_do_not_imply_what_the_class_cannot_have_or_a_fact_denies() -> None:
    scale = document_of(("in_category", "kitchen_scale"), ("connectivity", "connectivity/bluetooth"))
    assert "attr.wireless" not in scale.facets
    wired = document_of(
        ("in_category", "headset"), ("connectivity", "connectivity/bluetooth"), ("wireless", "wireless/false")
    )
    assert wired.facets["attr.wireless"] == ("false",)


def test_a_product_without_a_class_is_a_product() -> None:
    document = document_of()
    assert document.facets["category"] == ("product",)
    assert document.category == "over_ear_headphones", (
        "the shop's own word is searched where no class is known"
    )


def test_vectors_are_those_of_the_texts(shop: SmallShop) -> None:
    shop.build()
    index = shop.open().index
    for position, document in enumerate(index.documents):
        assert np.allclose(index.embeddings[position], shop.encoder.encode_query(embedded_text(document)))


def test_texts_that_the_encoder_cannot_read_are_near_to_nothing(shop: SmallShop) -> None:
    chinese = product("K2").model_copy(update={"title": "便携折叠电水壶", "language": "zh"})
    shop.catalog.put_products([chinese])
    shop.build()
    index = shop.open().index
    assert not index.embeddings[index.positions["K2"]].any()
    assert index.embeddings[index.positions["K1"]].any()
