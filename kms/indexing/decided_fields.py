"""Brand and category to show of a product: as people decided, else as its row has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kms.catalog.models import Product
from kms.graph.models import Edge, Node
from kms.ontology.class_names import class_of_path
from kms.ontology.implications import Claim
from kms.ontology.labels import text_key
from kms.ontology.model import Ontology
from kms.ontology.structure import BRAND_FIELD, CATEGORY_FIELD, IN_CATEGORY, MADE_BY


def shown_brand(
    product: Product, edges: Sequence[Edge], nodes: Mapping[str, Node], denied: Collection[Claim]
) -> str:
    """The brand to show; empty where there is none, or where people said that it is none of the row's.

    Args:
        product: The row.
        edges: What holds of the product.
        nodes: Their targets by id.
        denied: What people turned down.
    """
    decided = decided_target(MADE_BY, edges, nodes)
    if decided is not None:
        return decided.label_en
    brand = product.brand or ""
    turned_down = {claim.value for claim in denied if claim.field == BRAND_FIELD}
    # The row may write an alias of the brand that was turned down; then the product has no maker any more.
    is_without = bool(turned_down) and not any(edge.relation == MADE_BY for edge in edges)
    return "" if is_without or text_key(brand) in turned_down else brand


def shown_category(
    product: Product,
    edges: Sequence[Edge],
    nodes: Mapping[str, Node],
    denied: Collection[Claim],
    ontology: Ontology,
) -> str | None:
    """The category to show, likewise."""
    decided = decided_target(IN_CATEGORY, edges, nodes)
    if decided is not None:
        return decided.label_en
    own = class_of_path(product.category, ontology) if product.category else None
    return None if own is not None and Claim(CATEGORY_FIELD, own) in denied else product.category


def decided_target(relation: str, edges: Sequence[Edge], nodes: Mapping[str, Node]) -> Node | None:
    """What a relation leads to by a decision."""
    for edge in edges:
        is_decided = edge.properties.get("status") == "accepted" and edge.properties.get("preferred", True)
        if edge.relation == relation and is_decided and edge.target in nodes:
            return nodes[edge.target]
    return None
