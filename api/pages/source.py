"""Data source of the pages: the services' answers joined with what only pages show. Every method may block."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.cards import show_price
from api.categories import CategoryView
from api.example_queries import make_examples
from api.facts import Label, edge_name, read_edges, type_name
from api.graph_walks import spread_edges
from api.offers import range_of_rows, show_range
from api.pages.facets import Facet, FacetChooser
from api.pages.hit_cards import with_offer, with_variant
from api.pages.i18n import TEXTS
from api.pages.state import SearchState
from api.pages.views import (
    Card,
    MarkedText,
    ProductView,
    Result,
    ReviewView,
    SourceRow,
    mark_texts,
    read_aspects,
    read_facts,
    read_statements,
    related_ids,
)
from api.product_page import public_rows, rows_of_product
from api.schemas import EvidenceOut, HitOut, RecommendationsOut, SearchOut
from api.sentences import pick, resolve_evidence, show_evidence
from api.services import Services
from kms.catalog.feeds import FeedStore
from kms.catalog.models import Product
from kms.catalog.store import mean_rating
from kms.errors import NotFoundError, StoreError
from kms.graph.models import Edge, EdgeKey, Node, Subgraph
from kms.journal.models import Event
from kms.lexical.models import IndexedProduct
from kms.ontology.class_names import class_of_path
from kms.ontology.model import ROOT_CLASS
from kms.ontology.structure import CATEGORY, IN_CATEGORY, LANGUAGE_FIELD, SUBCATEGORY_OF
from kms.types import EventType, Language
from ranking.models import Suggestion

_REVIEWS_SHOWN = 12
_STATUS_SECONDS = 10.0


@dataclass(frozen=True)
class SearchPage:
    """An answer with what the page shows of it.

    Attributes:
        results: Products that match.
        others: Related products, or alternatives where nothing matches.
        facets: Those that are worth showing.
        currency: What prices are counted in, where it is one.
        category: The shop's category whose page it is.
    """

    answer: SearchOut
    results: tuple[Result, ...]
    others: tuple[Result, ...]
    facets: tuple[Facet, ...]
    currency: str | None = None
    kinds: Mapping[str, Label] = dataclasses.field(default_factory=dict)
    category: CategoryView | None = None


@dataclass(frozen=True)
class Status:
    """Content of the footer."""

    version: int | None
    products: int
    reviews: int
    nodes: int
    edges: int
    degraded: tuple[str, ...]


@dataclass(frozen=True)
class HistoryEntry:
    """One event of a shopper with the product as it is today."""

    event: Event
    card: Card


class Source:
    """Reads for the pages, safe to share between threads."""

    def __init__(self, services: Services) -> None:
        """Read through the services of the running server."""
        self._services = services
        self._facets = FacetChooser(services)
        self._platform = services.platform
        self._status: tuple[float, Status] | None = None
        self._examples: tuple[int, tuple[str, ...]] | None = None

    # search

    def search(self, state: SearchState) -> SearchPage:
        """Answer a search page.

        Raises:
            StoreUnavailable: There is no index.
            FilterError: A filter names a field that has no index.
            NotFoundError: No product stands in the category.
        """
        category = self._services.find_category(state.category) if state.category else None
        ontology = self._services.ontology
        attributes = [f"attr.{a.id}" for a in ontology.attributes.values() if a.type in {"enum", "boolean"}]
        request = state.request((*self._facets.fields, *attributes))
        answer = self._services.search(request)
        if not answer.hits and answer.total:  # an old link to a page behind the last
            last = (answer.total - 1) // request.limit * request.limit
            answer = self._services.search(request.model_copy(update={"offset": last}))
        facets = self._facets.choose(answer, attributes, state)
        others = self._results((*answer.related, *answer.alternatives))
        kinds = {each.kind: self.kind_name(each.kind) for each in answer.understanding.entities}
        return SearchPage(
            answer, self._results(answer.hits), others, facets, self._services.currency, kinds, category
        )

    def suggest(self, prefix: str, *, limit: int = 7) -> list[Suggestion]:
        """Completions; none while there is no index."""
        try:
            return self._services.suggest(prefix[:200], limit=limit)
        except StoreError:
            return []

    def trending(self, *, limit: int = 8) -> tuple[Result, ...]:
        """Products in demand, or a selection of the range where there are no events yet."""
        return self._results(self._services.trending(limit=limit).hits)

    def has_demand(self) -> bool:
        """Whether any shopper has done anything that the live version knows of."""
        with self._services.live.use() as served:
            return bool(served.index.popularity.any())

    def categories(self) -> tuple[CategoryView, ...]:
        """The shop's categories that nothing is above, with all below them."""
        return self._services.root_categories()

    def language(self) -> Language:
        """The language of most products; English while there is no index."""
        try:
            with self._services.live.use() as served:
                chinese = len(served.index.columns.holding(LANGUAGE_FIELD, "zh"))
                return "zh" if 2 * chinese > served.index.count else "en"
        except StoreError:
            return "en"

    def examples(self) -> tuple[str, ...]:
        """Queries to try, made of what is loaded; made once for each version."""
        with self._services.live.use() as served:
            number = served.index.version.number
            if self._examples is None or self._examples[0] != number:
                self._examples = (number, make_examples(served.index, served.ranking.search))
        return self._examples[1]

    # one product

    def product(self, product_id: str) -> ProductView:
        """Everything about one product.

        Raises:
            NotFoundError: Nobody knows this id.
        """
        platform = self._platform
        now = datetime.now(UTC)
        rows = rows_of_product(platform.catalog, platform.identities, product_id)
        public = public_rows(rows, product_id, now)
        product = public[0]
        documents = {d.id: d for row in rows for d in platform.catalog.documents_of(row.id)}
        reviews = [review for row in rows for review in platform.catalog.reviews_of(row.id)]
        edges, nodes, has_graph = self._edges_of(rows[0].id)
        feeds = FeedStore(platform.database, "product").feeds_of([row.id for row in public])
        evidence = platform.evidence.by_ids(list(dict.fromkeys(i for edge in edges for i in edge.evidence)))
        facts = read_facts(edges, nodes, self._services.ontology)
        aspects = read_aspects(edges, nodes, show_evidence(evidence, documents))
        keyed = [(row.key, edge) for row, edge in facts] + [(row.key, edge) for row, edge in aspects]
        spans = mark_texts(keyed, {item.id: item for item in evidence}, documents)

        def marked(document_id: str, text: str = "") -> MarkedText:
            document = documents.get(document_id)
            return MarkedText(document.text if document else text, tuple(spans.get(document_id, ())))

        shop = marked(f"product:{product.id}#shop")
        ontology = self._services.ontology
        named = platform.catalog.products(related_ids(shop.text, ontology))
        shown = reviews[:_REVIEWS_SHOWN]
        return ProductView(
            card=self._card_of(public, rows[0].id),
            product=product,
            texts={
                part: marked(f"product:{product.id}#{part}", product.title if part == "title" else "")
                for part in ("title", "description", "table")
            },
            facts=tuple(row for row, _ in facts),
            aspects=tuple(row for row, _ in aspects),
            reviews=tuple(
                ReviewView(r, marked(f"review:{r.id}#title", r.title), marked(f"review:{r.id}#text", r.text))
                for r in shown
            ),
            more_reviews=len(reviews) - len(shown),
            has_graph=has_graph,
            statements=read_statements(shop, ontology, {each.id: each.title for each in named}),
            places=self._services.places(product_id),
            sources=tuple(
                SourceRow(row, tuple(feeds.get(row.id, ())), show_range(row, now)) for row in public
            )
            if len(public) > 1
            else (),
        )

    def _card_of(self, rows: Sequence[Product], product_id: str) -> Card:
        """The card of the first row, with the ratings of all rows and the price range over them."""
        cards = self._cards(rows)
        card = cards[rows[0].id]
        if len(rows) == 1 and card.id == product_id:
            return card
        prices = range_of_rows(rows, datetime.now(UTC))
        ratings = self._platform.catalog.ratings([row.id for row in rows])
        return dataclasses.replace(
            card,
            id=product_id,
            price=show_price(prices.low) if prices else None,
            price_high=show_price(prices.high) if prices and prices.high != prices.low else None,
            usual_price=show_price(prices.usual) if prices else None,
            rating=mean_rating(ratings.values()),
            ratings=sum(each.ratings for each in ratings.values()),
        )

    def cards(self, product_ids: Sequence[str]) -> dict[str, Card]:
        """Cards of those products that still exist, by id."""
        return self._cards(self._platform.catalog.products(list(dict.fromkeys(product_ids))))

    def similar(self, product_id: str, *, limit: int = 4) -> tuple[Result, ...]:
        """Products that could be bought instead; none for a product that is newer than the index."""
        try:
            return self._results(self._services.similar(product_id, limit=limit, explain=True).hits)
        except (NotFoundError, StoreError):
            return ()

    def complements(self, product_id: str, *, limit: int = 4) -> tuple[Result, ...]:
        """Products that go with one; none for a product that is newer than the index."""
        try:
            return self._results(self._services.complements(product_id, limit=limit, explain=True).hits)
        except (NotFoundError, StoreError):
            return ()

    # shoppers

    def shoppers(self, *, limit: int = 10) -> list[tuple[str, int]]:
        """The most active shoppers with their number of events."""
        return [(s.shopper_id, s.events) for s in self._services.shoppers(limit=limit)]

    def history(self, shopper_id: str, *, limit: int = 12) -> list[HistoryEntry]:
        """A shopper's latest events on products, newest first; of a product only the latest."""
        events: dict[str, Event] = {}
        for event in self._services.history(shopper_id, limit=200):
            if event.product_id is not None and len(events) < limit:
                events.setdefault(event.product_id, event)
        cards = self._cards(self._platform.catalog.products(list(events)))
        return [HistoryEntry(event, cards[i]) for i, event in events.items() if i in cards]

    def recommend(self, shopper_id: str, *, limit: int = 10) -> tuple[RecommendationsOut, tuple[Result, ...]]:
        """The answer and its products."""
        answer = self._services.recommend(shopper_id, limit=limit, explain=True)
        return answer, self._results(answer.hits)

    def record(self, shopper_id: str, product_id: str, type: EventType, query_id: str | None = None) -> None:
        """Note that a shopper did something with a product now."""
        event = Event(
            id=uuid.uuid4().hex,
            type=type,
            shopper_id=shopper_id,
            timestamp=datetime.now(UTC),
            product_id=product_id,
            query_id=query_id,
        )
        self._services.record([event])

    # graph

    def find_nodes(self, text: str, *, limit: int = 8) -> list[Node]:
        """Nodes whose label holds ``text``."""
        return self._platform.graph.search_nodes(text[:100], limit=limit) if text.strip() else []

    def node(self, node_id: str) -> Node:
        """One node.

        Raises:
            NotFoundError: There is no such node.
        """
        nodes = self._platform.graph.nodes([node_id])
        if not nodes:
            raise NotFoundError(f"nothing in the graph has the id {node_id!r}")
        return nodes[0]

    def around(self, node_id: str, *, limit: int = 24) -> Subgraph:
        """A node with its strongest connections, spread over their kinds; a category also with products of its kinds.

        Raises:
            NotFoundError: There is no such node.
        """
        centre = self.node(node_id)
        graph = self._platform.graph
        edges = graph.edges_of(node_id, limit=400)
        kept = spread_edges(edges, limit)
        if centre.type == CATEGORY:
            kept += self._products_below(centre.key, {edge.key for edge in kept}, limit)
        others = dict.fromkeys(end for edge in kept for end in (edge.source, edge.target))
        nodes = graph.nodes([i for i in others if i != node_id])
        return Subgraph(nodes=(centre, *nodes), edges=tuple(kept), truncated=len(edges) > len(kept))

    def _products_below(self, class_id: str, taken: set[EdgeKey], limit: int) -> list[Edge]:
        """Edges of products to the classes below one, and of these classes up to it."""
        graph, hierarchy = self._platform.graph, self._services.ontology.hierarchy
        if class_id not in self._services.ontology.classes:
            return []
        below = sorted(hierarchy.descendants(class_id), key=lambda each: (hierarchy.depth(each), each))
        edges_by_key: dict[EdgeKey, Edge] = {}
        each_class = max(1, limit // max(1, len(below)))
        for name in below[:limit]:
            node_id = f"{CATEGORY}:{name}"
            products = graph.edges_of(node_id, relations=[IN_CATEGORY], direction="in", limit=each_class)
            edges_by_key.update((edge.key, edge) for edge in products)
            for step in (name, *hierarchy.ancestors(name)) if products else ():
                if step == class_id:
                    break
                up = graph.edges_of(
                    f"{CATEGORY}:{step}", relations=[SUBCATEGORY_OF], direction="out", limit=1
                )
                edges_by_key.update((edge.key, edge) for edge in up)
        return [edge for key, edge in edges_by_key.items() if key not in taken]

    def edge_name(self, edge: Edge, *, from_target: bool = False) -> Label:
        """Name of an edge; see ``api.facts.edge_name``."""
        return edge_name(edge, self._services.ontology, from_target=from_target)

    def kind_name(self, kind: str) -> Label:
        """The name of what kind of thing a query or suggestion names."""
        return TEXTS.get(f"kind_{kind}") or self.type_name(kind)

    def type_name(self, node_type: str) -> Label:
        """The name of an entity type."""
        return type_name(node_type, self._services.ontology)

    def type_colors(self) -> dict[str, str]:
        """The colour of each entity type, in the ontology's order."""
        return {name: entity.style.color for name, entity in self._services.ontology.entities.items()}

    def path(self, source: str, target: str) -> Subgraph | None:
        """The shortest connection of two nodes."""
        return self._platform.graph.shortest_path(source, target, max_length=4)

    def sentences(self, edge: Edge, *, limit: int = 6) -> tuple[EvidenceOut, ...]:
        """The sentences that an edge was read from, strongest first."""
        ids = edge.evidence[: limit * 2]
        return pick(resolve_evidence(self._platform.evidence, ids), ids, limit)

    # status

    def status(self) -> Status:
        """Counts and what is away; at most ten seconds old."""
        now = time.monotonic()
        if self._status is None or now - self._status[0] > _STATUS_SECONDS:
            self._status = (now, self._read_status())
        return self._status[1]

    def _read_status(self) -> Status:
        ready = self._services.readiness()
        degraded = [name for name, state in ready.checks.items() if state != "ok"]
        rows: Mapping[str, int] = {}
        counts: Mapping[str, int] = {}
        try:
            rows = self._platform.catalog.counts()
            if "graph" not in degraded:
                counts = self._platform.graph.counts()
        except StoreError:
            degraded = degraded or ["graph"]
        return Status(
            version=ready.index_version,
            products=rows.get("products", 0),
            reviews=rows.get("reviews", 0),
            nodes=sum(n for name, n in counts.items() if name.startswith("node:")),
            edges=sum(n for name, n in counts.items() if name.startswith("edge:")),
            degraded=tuple(degraded),
        )

    # inside

    def _results(self, hits: Sequence[HitOut]) -> tuple[Result, ...]:
        ids = [hit.product.id for hit in hits]
        try:
            cards = self._cards(self._platform.catalog.products(ids))
        except StoreError:
            cards = {}
        labels = self._labels_of(hits)
        return tuple(
            Result(with_variant(with_offer(cards.get(hit.product.id), hit), hit), hit, labels) for hit in hits
        )

    def _labels_of(self, hits: Sequence[HitOut]) -> dict[str, Label]:
        steps = [step for hit in hits for reason in hit.reasons for step in reason.path]
        try:
            with self._services.live.use() as served:
                return {i: served.index.label(i) for step in steps for i in (step.source, step.target)}
        except StoreError:
            return {}

    def _cards(self, products: Sequence[Product]) -> dict[str, Card]:
        ratings = self._platform.catalog.ratings([p.id for p in products])
        indexed = self._indexed([p.id for p in products])
        ontology = self._services.ontology
        now = datetime.now(UTC)
        cards = {}
        for product in products:
            document = indexed.get(product.id)
            brand, category = product.brand, product.category
            classes = document.facets.get("category", ()) if document is not None else ()
            class_id = classes[0] if classes and classes[0] != ROOT_CLASS else None
            if document is not None:
                brand = document.brand or None
                # People said that it is not of the class that its row names.
                is_turned_down = class_id is None and class_of_path(category or "", ontology) is not None
                category = None if is_turned_down else category
            known = ontology.classes.get(class_id or category or "")
            place = next(iter(self._services.places(product.id)), ())
            kind = (known.label.en, known.label.zh) if known else (category or "",) * 2
            if place:
                kind = (place[-1].label_en, place[-1].label_zh)
            summary = ratings.get(product.id)
            prices = product.price_range_at(now)
            cards[product.id] = Card(
                id=product.id,
                title=product.title,
                brand=brand,
                price=show_price(prices.low) if prices else None,
                price_high=show_price(prices.high) if prices and prices.high != prices.low else None,
                usual_price=show_price(prices.usual) if prices else None,
                picture=product.first_picture(),
                availability=product.current_availability(),
                language=product.language,
                rating=summary.mean if summary else None,
                ratings=summary.ratings if summary else 0,
                kind=kind,
                family=(ontology.hierarchy.family(known.id) or "") if known else "",
            )
        return cards

    def _indexed(self, product_ids: Sequence[str]) -> dict[str, IndexedProduct]:
        """The products that the index knows, as it has them: with what people decided."""
        try:
            with self._services.live.use() as served:
                index = served.index
                return {i: index.documents[index.positions[i]] for i in product_ids if i in index.positions}
        except StoreError:
            return {}

    def _edges_of(self, product_id: str) -> tuple[list[Edge], dict[str, Node], bool]:
        try:
            edges, nodes = read_edges(self._platform.graph, product_id)
        except StoreError:
            return [], {}, False
        return edges, nodes, True
