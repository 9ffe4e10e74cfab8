"""A product with everything that is held about it: row, facts with their sentences, opinions, marked texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.cards import show_price
from api.schemas import (
    AspectOut,
    DocumentOut,
    EvidenceOut,
    FactOut,
    MarkOut,
    NodeOut,
    ProductOut,
    ReviewsSummary,
)
from api.sentences import pick, show_evidence
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.errors import StoreUnavailable
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.graph.models import Edge, Node
from kms.graph.port import GraphStore
from kms.indexing.documents import is_used
from kms.ontology.model import Ontology

MOST_FACTS = 300
MOST_EVIDENCE = 5
ASPECT = "has_aspect"


class ProductReader:
    """Reads products as the product page and the API show them."""

    def __init__(
        self, *, catalog: CatalogStore, evidence: EvidenceStore, graph: GraphStore, ontology: Ontology
    ) -> None:
        """Read from these stores."""
        self._catalog = catalog
        self._evidence = evidence
        self._graph = graph
        self._ontology = ontology

    def read(self, product_id: str, *, with_documents: bool = False, with_graph: bool = True) -> ProductOut:
        """One product; without its facts, and saying so, where the graph store does not answer.

        Args:
            product_id: Its id.
            with_documents: Whether its texts come along.
            with_graph: ``False`` where the graph store is known to be away, so that nobody waits for it.

        Raises:
            NotFoundError: Nobody knows this id.
            StoreUnavailable: The operational store does not answer.
        """
        product = self._catalog.product(product_id)
        degraded: list[str] = []
        edges: list[Edge] = []
        nodes: dict[str, Node] = {}
        try:
            if not with_graph:
                raise StoreUnavailable("the graph store is away")
            edges = self._graph.edges_of(f"product:{product_id}", direction="out", limit=MOST_FACTS)
            nodes = {n.id: n for n in self._graph.nodes([e.target for e in edges])}
        except StoreUnavailable:
            degraded.append("graph")
        found = self._evidence.active(product_id)
        documents = {d.id: d for d in self._catalog.documents_of(product_id)}
        resolved = show_evidence(found, documents)
        facts = [e for e in edges if e.target in nodes and e.relation != ASPECT]
        opinions = [e for e in edges if e.target in nodes and e.relation == ASPECT]
        return ProductOut(
            id=product.id,
            title=product.title,
            description=product.description,
            brand=product.brand,
            category=product.category,
            category_path=self._category_path(facts),
            price=show_price(product.price),
            language=product.language,
            attributes=product.attributes,
            related=dict(product.related.items()),
            image_url=product.image_url,
            facts=tuple(self._fact(e, nodes[e.target], resolved) for e in facts),
            reviews=self._reviews(product, opinions, nodes, resolved),
            documents=_documents(documents, found, [*facts, *opinions]) if with_documents else (),
            degraded=tuple(degraded),
        )

    def _fact(self, edge: Edge, target: Node, resolved: Mapping[str, EvidenceOut]) -> FactOut:
        attribute = self._ontology.attributes.get(edge.attribute)
        return FactOut(
            relation=edge.relation,
            attribute=edge.attribute,
            attribute_label_en=attribute.label.en if attribute else "",
            attribute_label_zh=attribute.label.zh if attribute else "",
            target=show_node(target),
            confidence=edge.confidence,
            support=edge.support,
            extractors=edge.extractors,
            properties=edge.properties,
            is_used=is_used(edge),
            evidence=pick(resolved, edge.evidence, MOST_EVIDENCE),
        )

    def _reviews(
        self,
        product: Product,
        opinions: Sequence[Edge],
        nodes: Mapping[str, Node],
        resolved: Mapping[str, EvidenceOut],
    ) -> ReviewsSummary:
        rating = self._catalog.ratings([product.id]).get(product.id)
        aspects = [
            AspectOut(
                id=nodes[edge.target].key,
                label_en=nodes[edge.target].label_en,
                label_zh=nodes[edge.target].label_zh,
                positive=int(edge.properties.get("positive", 0)),
                negative=int(edge.properties.get("negative", 0)),
                neutral=int(edge.properties.get("neutral", 0)),
                polarity=float(edge.properties.get("polarity", 0.0)),
                evidence=pick(resolved, edge.evidence, MOST_EVIDENCE),
            )
            for edge in opinions
        ]
        aspects.sort(key=lambda a: (-(a.positive + a.negative + a.neutral), a.id))
        return ReviewsSummary(
            count=len(self._catalog.reviews_of(product.id)),
            ratings=rating.ratings if rating else 0,
            mean_rating=round(rating.mean, 2) if rating else None,
            aspects=tuple(aspects),
        )

    def _category_path(self, facts: Sequence[Edge]) -> tuple[NodeOut, ...]:
        for edge in facts:
            class_id = edge.target.partition(":")[2]
            if edge.relation == "in_category" and class_id in self._ontology.classes:
                chain = [*reversed(self._ontology.hierarchy.ancestors(class_id)), class_id]
                terms = [self._ontology.classes[c] for c in chain if self._ontology.classes[c].parent]
                return tuple(
                    NodeOut(
                        id=f"category:{t.id}",
                        type="category",
                        key=t.id,
                        label_en=t.label.en,
                        label_zh=t.label.zh,
                    )
                    for t in terms
                )
        return ()


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


def _documents(
    documents: Mapping[str, Document], found: Sequence[Evidence], edges: Sequence[Edge]
) -> tuple[DocumentOut, ...]:
    """Texts with those mentions marked that speak for one of ``edges``, in the order of ``edges``."""
    order = {"title": 0, "description": 1, "shop": 2, "table": 3, "review_title": 4, "review_text": 5}
    fact_of = {name: number for number, edge in reversed(list(enumerate(edges))) for name in edge.evidence}
    marks: dict[str, list[MarkOut]] = {}
    for item in found:
        number = fact_of.get(item.id)
        document = documents.get(item.document_id)
        if number is None or document is None or document.content_hash != item.document_hash:
            continue
        marks.setdefault(item.document_id, []).append(
            MarkOut(
                start=item.start,
                end=item.end,
                evidence_id=item.id,
                relation=item.relation,
                target=edges[number].target,
                fact=number,
            )
        )
    return tuple(
        DocumentOut(
            id=document.id,
            field=document.field,
            text=document.text,
            language=document.language,
            review_id=document.review_id,
            marks=tuple(sorted(marks.get(document.id, ()), key=lambda m: (m.start, m.end, m.evidence_id))),
        )
        for document in sorted(documents.values(), key=lambda d: (order.get(d.field, 9), d.id))
    )
