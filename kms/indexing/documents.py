"""A product's row and its part of the graph as the document that the indexes hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kms.catalog.models import Product
from kms.currency import Exchange
from kms.graph.models import Edge, Node
from kms.lexical.models import IndexedProduct
from kms.ontology.model import Ontology

LEAST_CONFIDENCE = 0.5
"""Facts believed less than this are not searched or filtered by; the product page still shows them."""
AS_WRITTEN = Exchange()
_DESCRIPTION_CHARACTERS = 5_000
_EMBEDDED_CHARACTERS = 400


def is_used(edge: Edge) -> bool:
    """Whether ranking and filters use a fact: believed enough, and the winner of its conflict."""
    return edge.confidence >= LEAST_CONFIDENCE and edge.properties.get("preferred", True) is not False


def index_product(
    product: Product,
    edges: Sequence[Edge],
    nodes: Mapping[str, Node],
    ontology: Ontology,
    *,
    rating: float | None = None,
    popularity: float = 0.0,
    exchange: Exchange = AS_WRITTEN,
) -> IndexedProduct:
    """Join row and facts.

    Args:
        product: The row.
        edges: Outgoing edges of the product.
        nodes: The edges' targets by id.
        ontology: For the hierarchy's labels.
        rating: Mean of the reviews' ratings.
        popularity: Any count that grows with interest.
        exchange: How prices are compared.
    """
    facets: dict[str, list[str]] = {"language": [product.language]}
    numbers: dict[str, float] = {"popularity": popularity}
    labels: list[str] = []
    category_labels: list[str] = []
    if product.price is not None:
        numbers.update(exchange.numbers(product.price))
    if rating is not None:
        numbers["rating"] = rating
    for edge in edges:
        target = nodes.get(edge.target)
        if target is None or not is_used(edge):
            continue
        if edge.relation == "in_category":
            chain = [target.key, *ontology.hierarchy.ancestors(target.key)]
            named = [c for c in chain if c in ontology.classes and ontology.classes[c].parent]
            facets.setdefault("category", []).extend(named)
            for class_id in named:
                label = ontology.classes[class_id].label
                category_labels += [label.en, label.zh]
        elif edge.relation == "made_by":
            facets.setdefault("brand", []).append(target.key)
        elif edge.relation == "suited_for":
            facets.setdefault("use", []).append(target.key)
            labels += [target.label_en, target.label_zh]
        elif edge.relation == "for_audience":
            facets.setdefault("audience", []).append(target.key)
            labels += [target.label_en, target.label_zh]
        elif edge.relation == "has_value":
            magnitude = edge.properties.get("si_magnitude")
            if isinstance(magnitude, int | float) and not isinstance(magnitude, bool):
                numbers[f"attr.{edge.attribute}"] = float(magnitude)
            else:
                facets.setdefault(f"attr.{edge.attribute}", []).append(target.key.partition("/")[2])
                labels += [target.label_en, target.label_zh]
    return IndexedProduct(
        id=product.id,
        title=product.title,
        description=product.description[:_DESCRIPTION_CHARACTERS],
        brand=product.brand or "",
        category=" ".join(dict.fromkeys(category_labels)) or (product.category or ""),
        language=product.language,
        labels=tuple(dict.fromkeys(label for label in labels if label)),
        facets={name: tuple(dict.fromkeys(values)) for name, values in facets.items()},
        numbers=numbers,
    )


def embedded_text(document: IndexedProduct) -> str:
    """What the dense vector is made of: title, brand, the beginning of the description."""
    brand = document.brand if document.brand.casefold() not in document.title.casefold() else ""
    parts = (document.title, brand, document.description[:_EMBEDDED_CHARACTERS])
    return ". ".join(part for part in parts if part)
