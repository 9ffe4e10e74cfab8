"""Product details for page and API: row, facts with their sentences, opinions, marked texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from api.facts import MOST_EVIDENCE, MOST_FACTS, describe_fact, read_edges
from api.offers import range_of_rows, show_details, show_range_of, show_source
from api.product_schemas import AspectOut, DocumentOut, MarkOut, ProductOut, ReviewsSummary, SourceOut
from api.schemas import EvidenceOut, NodeOut
from api.sentences import pick, show_evidence
from kms.catalog.feeds import FeedStore
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore, mean_rating
from kms.errors import NotFoundError, StoreUnavailable
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.graph.models import Edge, Node
from kms.graph.port import GraphStore
from kms.identity.store import IdentityStore
from kms.indexing.decided_fields import shown_brand, shown_category
from kms.indexing.documents import denied_claims, is_derived
from kms.ontology.implications import Claim
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_ASPECT, IN_CATEGORY, REJECTED


class ProductReader:
    """Reads products as the product page and the API show them."""

    def __init__(
        self,
        *,
        catalog: CatalogStore,
        evidence: EvidenceStore,
        graph: GraphStore,
        ontology: Ontology,
        identities: IdentityStore,
        feeds: FeedStore,
    ) -> None:
        """Read from these stores."""
        self._identities = identities
        self._feeds = feeds
        self._catalog = catalog
        self._evidence = evidence
        self._graph = graph
        self._ontology = ontology

    def load(self, product_id: str, *, with_documents: bool = False, with_graph: bool = True) -> ProductOut:
        """One product; without its facts, and saying so, where the graph store does not answer.

        A product that several rows describe is answered under the id of the first, with all rows as its sources.

        Args:
            product_id: Its id.
            with_documents: Whether its texts come along.
            with_graph: ``False`` where the graph store is known to be away, so that nobody waits for it.

        Raises:
            NotFoundError: Nobody knows this id, or its product is not published.
            StoreUnavailable: The operational store does not answer.
        """
        now = datetime.now(UTC)
        rows = rows_of_product(self._catalog, self._identities, product_id)
        public = public_rows(rows, product_id, now)
        product, main = public[0], rows[0].id
        members = [row.id for row in rows]
        degraded: list[str] = []
        edges: list[Edge] = []
        nodes: dict[str, Node] = {}
        denied: frozenset[Claim] = frozenset()
        try:
            if not with_graph:
                raise StoreUnavailable("the graph store is away")
            edges, nodes = read_edges(self._graph, main)
            node = f"product:{main}"
            rejected = self._graph.edges_of(node, relations=[REJECTED], direction="out", limit=MOST_FACTS)
            denied = denied_claims(rejected, self._ontology)
        except StoreUnavailable:
            degraded.append("graph")
        of_rows = self._evidence.active_many(members)
        evidence = [item for member in members for item in of_rows[member]]
        documents = {d.id: d for member in members for d in self._catalog.documents_of(member)}
        resolved = show_evidence(evidence, documents)
        facts = [edge for edge in edges if edge.relation != HAS_ASPECT]
        opinions = [edge for edge in edges if edge.relation == HAS_ASPECT]
        return ProductOut(
            id=main,
            title=product.title,
            description=product.description,
            brand=shown_brand(product, edges, nodes, denied) or None,
            category=shown_category(product, edges, nodes, denied, self._ontology),
            category_path=self._category_path(facts),
            language=product.language,
            attributes=product.attributes,
            related=dict(product.related.items()),
            **show_details(product, now) | {"price_range": show_range_of(range_of_rows(public, now))},
            sources=self._sources(public, now) if len(public) > 1 else (),
            facts=tuple(describe_fact(e, nodes[e.target], self._ontology, resolved) for e in facts),
            reviews=self._reviews(members, opinions, nodes, resolved),
            documents=_documents(documents, evidence, [*facts, *opinions]) if with_documents else (),
            degraded=tuple(degraded),
        )

    def _sources(self, rows: Sequence[Product], now: datetime) -> tuple[SourceOut, ...]:
        feeds = self._feeds.feeds_of([row.id for row in rows])
        return tuple(show_source(row, now, feeds.get(row.id, ())) for row in rows)

    def _reviews(
        self,
        members: Sequence[str],
        opinions: Sequence[Edge],
        nodes: Mapping[str, Node],
        resolved: Mapping[str, EvidenceOut],
    ) -> ReviewsSummary:
        ratings = self._catalog.ratings(members)
        mean = mean_rating(ratings.values())
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
            count=sum(len(self._catalog.reviews_of(member)) for member in members),
            ratings=sum(each.ratings for each in ratings.values()),
            mean_rating=round(mean, 2) if mean is not None else None,
            aspects=tuple(aspects),
        )

    def _category_path(self, facts: Sequence[Edge]) -> tuple[NodeOut, ...]:
        for edge in facts:
            class_id = edge.target.partition(":")[2]
            if edge.relation == IN_CATEGORY and class_id in self._ontology.classes:
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


def rows_of_product(catalog: CatalogStore, identities: IdentityStore, product_id: str) -> list[Product]:
    """All rows that describe one product, the one that stands for it first.

    Raises:
        NotFoundError: Nobody knows this id.
    """
    if not catalog.known_ids([product_id]):
        raise NotFoundError(f"product {product_id!r} is not in the catalogue")
    return catalog.products(identities.group_of(product_id))


def public_rows(rows: Sequence[Product], product_id: str, now: datetime) -> list[Product]:
    """Those rows of a product that shoppers may see.

    Raises:
        NotFoundError: There are none.
    """
    public = [row for row in rows if row.is_public_at(now)]
    if not public:
        raise NotFoundError(f"product {product_id!r} is in the catalogue and not published")
    return public


def _documents(
    documents: Mapping[str, Document], evidence: Sequence[Evidence], edges: Sequence[Edge]
) -> tuple[DocumentOut, ...]:
    """Texts with those mentions marked that speak for one of ``edges``, in the order of ``edges``."""
    order = {"title": 0, "description": 1, "shop": 2, "table": 3, "review_title": 4, "review_text": 5}
    # A mention speaks first for what it states, and only then for what follows from that.
    ordered = sorted(enumerate(edges), key=lambda pair: (not is_derived(pair[1]), -pair[0]))
    fact_of = {name: number for number, edge in ordered for name in edge.evidence}
    marks: dict[str, list[MarkOut]] = {}
    for item in evidence:
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
