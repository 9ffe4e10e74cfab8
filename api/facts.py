"""Facts of a product as API and pages show them: one function reads an edge, so that both say the same."""

from __future__ import annotations

from collections.abc import Mapping

from api.product_schemas import FactOut
from api.schemas import EvidenceOut, NodeOut
from api.sentences import pick
from kms.facts.models import SOURCES_SEPARATOR
from kms.graph.models import Edge, Node
from kms.graph.port import GraphStore
from kms.indexing.documents import is_used
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_VALUE

MOST_FACTS = 300
MOST_EVIDENCE = 5

Label = tuple[str, str]
"""English and Chinese."""


def read_edges(graph: GraphStore, product_id: str) -> tuple[list[Edge], dict[str, Node]]:
    """A product's edges whose targets exist, the surest first, and the targets by id.

    Raises:
        StoreUnavailable: The graph store does not answer.
    """
    edges = graph.edges_of(f"product:{product_id}", direction="out", limit=MOST_FACTS)
    nodes = {node.id: node for node in graph.nodes(list({edge.target for edge in edges}))}
    return [edge for edge in edges if edge.target in nodes], nodes


def describe_fact(
    edge: Edge, target: Node, ontology: Ontology, evidence: Mapping[str, EvidenceOut]
) -> FactOut:
    """An edge in words, with whether search and filters use it."""
    attribute = ontology.attributes.get(edge.attribute)
    name_en, name_zh = edge_name(edge, ontology)
    value_en, value_zh = value_label(edge, target)
    return FactOut(
        relation=edge.relation,
        attribute=edge.attribute,
        attribute_label_en=attribute.label.en if attribute else "",
        attribute_label_zh=attribute.label.zh if attribute else "",
        name_en=name_en,
        name_zh=name_zh,
        value_en=value_en,
        value_zh=value_zh,
        target=show_node(target),
        confidence=edge.confidence,
        support=edge.support,
        extractors=edge.extractors,
        properties=edge.properties,
        is_used=is_used(edge),
        implied_by=str(edge.properties.get("implied_by", "")).partition(":")[2],
        inferred_by=str(edge.properties.get("inferred_by", "")),
        inferred_from=tuple(
            filter(None, str(edge.properties.get("inferred_from", "")).split(SOURCES_SEPARATOR))
        ),
        evidence=pick(evidence, edge.evidence, MOST_EVIDENCE),
    )


def edge_name(edge: Edge, ontology: Ontology, *, from_target: bool = False) -> Label:
    """Name of an edge in both languages: the attribute for values, else the relation.

    Args:
        edge: With its attribute.
        ontology: Where the labels are.
        from_target: Read from the edge's target, as in "kinds" for "kind of".
    """
    return name_of(edge.relation, edge.attribute, ontology, from_target=from_target)


def name_of(relation: str, attribute: str, ontology: Ontology, *, from_target: bool = False) -> Label:
    """The name of a relation, or of the attribute that a value is a value of."""
    own = ontology.attributes.get(attribute) if relation == HAS_VALUE else None
    if own is not None:
        return own.label.en, own.label.zh
    known = ontology.relations.get(relation)
    if known is None:
        return relation.replace("_", " "), relation.replace("_", " ")
    label = known.inverse if from_target and known.inverse else known.label
    return label.en, label.zh


def type_name(node_type: str, ontology: Ontology) -> Label:
    """The name of an entity type."""
    known = ontology.entities.get(node_type)
    return (known.label.en, known.label.zh) if known else (node_type, node_type)


def value_label(edge: Edge, node: Node | None) -> Label:
    """The object of a fact in both languages; quantities as they were written, bare numbers with their column's unit."""
    written = edge.properties.get("written")
    if isinstance(written, str) and written:
        shown = f"{written} {edge.properties.get('unit', '')}".strip()
        return shown, shown
    if node is None:
        return edge.target, edge.target
    if node.key.endswith(("/true", "/false")):
        return ("yes", "是") if node.key.endswith("/true") else ("no", "否")
    return node.label_en or node.key, node.label_zh or node.label_en or node.key


def show_node(node: Node) -> NodeOut:
    """A node as it is answered."""
    return NodeOut(
        id=node.id,
        type=node.type,
        key=node.key,
        label_en=node.label_en,
        label_zh=node.label_zh,
        properties=node.properties,
    )
