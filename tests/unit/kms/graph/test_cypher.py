"""Cypher text that is made from names, and models to properties and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.errors import StoreError
from kms.graph import cypher
from kms.graph.models import Edge, Node, Scalar

names = st.sampled_from(["id", "name", "search", "attribute", "property_id", "property_", "free", "颜色"])
properties = st.dictionaries(names, st.one_of(st.text(), st.integers(), st.booleans()))


@pytest.mark.parametrize(
    "relation",
    ["", "Has", "a-b", "x` {}]-() DETACH DELETE r //", "1a", "_a", "made by", "a" * 81, "é"],
)
def test_a_relation_that_would_be_cypher_is_refused(relation: str) -> None:
    for make in (cypher.write_edges, cypher.remove_edges):
        with pytest.raises(StoreError, match="relation"):
            make(relation)


def test_names() -> None:
    assert cypher.relationship("has_value") == "HAS_VALUE"
    assert cypher.label("product") == "Product"
    with pytest.raises(StoreError, match="is not a name"):
        cypher.write_nodes("Product) DETACH DELETE n //")


def test_labels_are_made_of_names_only() -> None:
    assert "SET n:SkinType" in cypher.write_nodes("skin_type")


@pytest.mark.parametrize(
    ("labels", "shown"),
    [({"label_en": "black", "label_zh": "黑"}, "black"), ({"label_zh": "黑"}, "黑"), ({}, "k/b")],
)
def test_caption(labels: dict[str, Any], shown: str) -> None:
    assert cypher.node_properties(Node(id="value:k/b", type="value", key="k/b", **labels))["name"] == shown


@given(extra=properties)
def test_nodes_come_back(extra: dict[str, Scalar]) -> None:
    node = Node(id="value:v", type="value", key="v", label_en="V", properties=extra)
    assert cypher.read_node(cypher.node_properties(node)) == node


@given(extra=properties, evidence=st.lists(st.text(), max_size=3))
def test_edges_come_back(extra: dict[str, Scalar], evidence: list[str]) -> None:
    edge = Edge(
        source="product:p",
        relation="has_value",
        target="value:v",
        attribute="colour",
        evidence=tuple(evidence),
        properties=extra,
    )
    row = cypher.edge_row(edge)
    written = row["properties"]
    found = {
        "source": row["source"],
        "relation": "has_value",
        "target": row["target"],
        "attribute": written["attribute"],
        "properties": written,
    }
    assert cypher.read_edge(found) == edge
