"""Completions to suggest: the entities that products have, in both languages, and the products themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kms.lexical.models import IndexedProduct
from kms.ontology.model import Ontology
from kms.ontology.structure import CATEGORY, PRODUCT
from ranking.models import Suggestion
from ranking.suggest.index import Completion

_POPULARITY = 1e-3
"""Entities come before products, so that popularity orders products alone."""


def list_completions(
    products: Sequence[IndexedProduct],
    labels: Mapping[str, tuple[str, str]],
    counts: Mapping[str, int],
    ontology: Ontology,
) -> Iterator[Completion]:
    """Entities weigh their number of products, products their popularity.

    Args:
        products: Of the version.
        labels: English and Chinese label by node id.
        counts: Number of products by node id; those of a class with its subclasses'.
        ontology: Says which entity types queries name.
    """
    kinds = suggested_kinds(ontology)
    for node, names in labels.items():
        kind = kinds.get(node.partition(":")[0])
        if kind is None or not counts.get(node) or names[0][:1].isdigit():
            continue
        for name in dict.fromkeys(names):
            yield Completion(Suggestion(text=name, kind=kind, id=node), 1.0 + counts[node])
    for product in products:
        suggestion = Suggestion(
            text=product.title, kind="product", id=product.id, image_url=product.image_url
        )
        yield Completion(suggestion, product_weight(product))


def product_weight(product: IndexedProduct) -> float:
    """Weight of the completion of a product."""
    return min(0.9, _POPULARITY * product.numbers.get("popularity", 0.0))


def suggested_kinds(ontology: Ontology) -> dict[str, str]:
    """Entity types that queries name, each with the kind that its entities have in queries."""
    asked = {r.range for r in ontology.relations.values() if r.domain == PRODUCT and r.weight > 0}
    return {name: "class" if name == CATEGORY else name for name in ontology.entities if name in asked}
