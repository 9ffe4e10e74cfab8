"""The shop's own categories in the graph: their tree, and an edge from each product to the places where it stands.

A category that the ontology has as a class (the class lists its path) is that class's node and has no node of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kms.catalog.categories import Category, CategoryTree
from kms.catalog.models import Product
from kms.evidence.models import Evidence
from kms.graph.models import Edge, Node
from kms.ontology.structure import (
    BELOW_SHOP_CATEGORY,
    CATEGORY,
    IN_CATEGORY,
    IN_SHOP_CATEGORY,
    SHOP_CATEGORY,
)

_STATED = 0.99
"""The confidence of what a row states."""


def category_node_id(category: Category) -> str:
    """The id of a category's node."""
    return f"{CATEGORY}:{category.class_id}" if category.class_id else f"{SHOP_CATEGORY}:{category.id}"


def category_node(category: Category) -> Node:
    """The node of a category that is no class."""
    return Node(
        id=category_node_id(category),
        type=SHOP_CATEGORY,
        key=category.id,
        label_en=category.label_en,
        label_zh=category.label_zh,
    )


def tree_edges(tree: CategoryTree) -> Iterator[Edge]:
    """The edges from each category to the one above it, but between two classes, which the ontology says."""
    for each in tree.of_paths.values():
        above = tree.of_paths.get(each.parent or "")
        if above is not None and (each.class_id is None or above.class_id is None):
            yield Edge(
                source=category_node_id(each), relation=BELOW_SHOP_CATEGORY, target=category_node_id(above)
            )


def place_product(
    product: Product,
    evidence: Sequence[Evidence],
    edges: Sequence[Edge],
    tree: CategoryTree,
    rejected: Sequence[Edge] = (),
) -> list[Edge]:
    """The edges from a product to its places in the shop's tree, those left out that its class says.

    A place that is a class of which a person said that the product is none of it is left out, too.

    Args:
        product: The row.
        evidence: Of the product; the shop's statement of its category is the evidence of the first place.
        edges: Of the product, its class among them.
        tree: Of the catalogue.
        rejected: Facts of the product that do not hold.
    """
    stated = tuple(e.id for e in evidence if e.relation == IN_CATEGORY and e.extractor == "shop")
    classes = {edge.target for edge in edges if edge.relation == IN_CATEGORY}
    classes |= {
        edge.target
        for edge in rejected
        if edge.properties.get("of_relation") == IN_CATEGORY
        and ("decision" in edge.properties or edge.properties.get("status") == "superseded")
    }
    places = [tree.of_paths[each] for each in tree.places_of(product) if each in tree.of_paths]
    targets = [target for target in map(category_node_id, places) if target not in classes]
    return [
        Edge(
            source=f"product:{product.id}",
            relation=IN_SHOP_CATEGORY,
            target=target,
            confidence=_STATED,
            extractors=("shop",),
            evidence=stated,
        )
        for target in dict.fromkeys(targets)
    ]
