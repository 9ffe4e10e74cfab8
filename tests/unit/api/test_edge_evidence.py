"""Evidence ids of edges, kept with the indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.edge_evidence import MOST, EdgeEvidence, write_edge_evidence
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import Edge, GraphChanges, Node, Scalar
from kms.indexing.changes import ProductFacts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = EmbeddedGraphStore(tmp_path / "graph.db")
    store.prepare()
    nodes = (
        Node(id="product:P1", type="product", key="P1"),
        Node(id="value:material/steel", type="value", key="material/steel"),
        Node(id="category:mug", type="category", key="mug"),
    )
    edges = (
        Edge(source="product:P1", relation="has_value", attribute="material", target="value:material/steel",
             evidence=("e1", "e2", "e3", "e4")),
        Edge(source="product:P1", relation="in_category", target="category:mug", evidence=("e5",)),
    )  # fmt: skip
    store.apply(GraphChanges(nodes=nodes, edges=edges))
    write_edge_evidence(tmp_path, store)
    store.close()
    return tmp_path


def test_the_strongest_evidence_is_found(folder: Path) -> None:
    edges = EdgeEvidence(folder)
    steel = ("product:P1", "has_value", "value:material/steel")
    assert edges.find([steel, ("product:P2", *steel[1:])]) == {steel: ("e1", "e2", "e3")[:MOST]}
    edges.close()


def test_a_class_above_the_stated_one_has_its_evidence(folder: Path) -> None:
    edges = EdgeEvidence(folder)
    kitchen = ("product:P1", "in_category", "category:kitchen")
    assert edges.find([kitchen]) == {kitchen: ("e5",)}
    edges.close()


def test_what_a_rule_infers_has_its_rule_and_sources(tmp_path: Path) -> None:
    store = EmbeddedGraphStore(tmp_path / "graph.db")
    store.prepare()
    marks: dict[str, Scalar] = {
        "inferred_by": "column",
        "inferred_from": "in_category:category:tent; rating:value:rating/3 meter",
    }
    ends = ("product:P1", "value:water/proof")
    nodes = tuple(Node(id=each, type=each.split(":")[0], key=each.split(":")[1]) for each in ends)
    edge = Edge(source=ends[0], relation="has_value", attribute="water", target=ends[1], properties=marks)
    store.apply(GraphChanges(nodes=nodes, edges=(edge,)))
    write_edge_evidence(tmp_path, store)
    store.close()
    name = (ends[0], "has_value", ends[1])
    edges = EdgeEvidence(tmp_path)
    inference = ("column", ("in_category:category:tent", "rating:value:rating/3 meter"))
    assert edges.inferences([name, ("product:P2", *name[1:])]) == {name: inference}
    other = edge.model_copy(update={"properties": {**marks, "inferred_by": "other"}})
    changed = edges.with_facts({"P1": ProductFacts(edges=(other,))})
    assert changed.inferences([name])[name][0] == "other"
    assert edges.with_facts({"P1": ProductFacts()}).inferences([name]) == {}
    edges.close()


def test_a_version_without_the_file_has_none(tmp_path: Path) -> None:
    edges = EdgeEvidence(tmp_path)
    assert edges.find([("a", "b", "c")]) == {}
    assert edges.inferences([("a", "b", "c")]) == {}
    edges.close()
