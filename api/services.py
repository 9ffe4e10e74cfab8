"""Services behind routes, pages and the command line: ranking joined with rows, sentences and the journal."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from api.cards import make_cards
from api.categories import CategoryCounts, CategoryView, places_of, show_category
from api.cursors import read_cursor, write_cursor
from api.graph_walks import GraphWalks
from api.health import GraphHealth
from api.hits import HitPresenter, Observe
from api.live import INTERVAL_S, LiveVersion
from api.product_page import ProductReader
from api.product_schemas import ProductOut, ReviewOut
from api.schemas import (
    CategoriesOut,
    CategoryPlaceOut,
    EvidenceOut,
    ProductCard,
    ReadyOut,
    RecommendationsOut,
    SearchOut,
)
from api.sentences import pick, resolve_evidence
from api.serving import Served, catch_up, open_served
from api.wiring import INDEX
from kms.catalog.feeds import FeedStore
from kms.errors import KmsError, StoreError, StoreUnavailable
from kms.filters import Filter
from kms.journal.models import Event
from kms.journal.validation import EventProblem, check_events
from ranking.models import Recommendations, SearchRequest, Suggestion
from ranking.serving.signals import history_of

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.catalog.categories import Category
    from kms.journal.events import Interaction
    from kms.journal.profiles import ShopperSummary
    from kms.ontology.model import Ontology

HISTORY_EVENTS = 200


class Services:
    """Every service of an installation; safe to share between threads. ``start`` before use, ``stop`` at the end."""

    def __init__(
        self,
        platform: Platform,
        *,
        interval_s: float = INTERVAL_S,
        warm: bool = True,
        observe: Observe = lambda _stage, _seconds: None,
    ) -> None:
        """Answer from ``platform``.

        Args:
            platform: The installation.
            interval_s: Time between two looks for a new version of the indexes.
            warm: Load what is loaded on demand when a version is opened, as a server does.
            observe: Told how many seconds each stage of an answer took.
        """
        self.platform = platform
        self.observe = observe
        self.walks = GraphWalks(platform)
        self._hits = HitPresenter(platform, observe)
        self.live: LiveVersion[Served] = LiveVersion(
            lambda: platform.artifacts.current(INDEX),
            lambda version: open_served(platform, version, warm=warm),
            interval_s=interval_s,
            is_incomplete=lambda served: served.is_incomplete,
            advance=lambda served: catch_up(served, platform.change_log),
        )
        self.graph_health = GraphHealth(platform.graph)

    def start(self) -> None:
        """Open the live version and watch for new ones."""
        self._open_connections()
        self.graph_health.start()
        self.live.start()

    def stop(self) -> None:
        """Stop watching and let go of the version."""
        self.live.stop()
        self.graph_health.stop()

    def _open_connections(self) -> None:
        for store in (self.platform.database, self.platform.graph):
            with suppress(StoreError):  # a store that is away now is found out by whoever needs it
                store.open_connections()

    @property
    def sequence(self) -> int:
        """Number of the last change of single products that answers show; -1 before there is a version."""
        try:
            with self.live.use() as served:
                return served.sequence
        except StoreUnavailable:
            return -1

    def show_changes_through(self, sequence: int) -> None:
        """Take over changes now, unless answers show those through a number already."""
        if self.sequence < sequence:
            self.live.advance()

    @property
    def ontology(self) -> Ontology:
        """The release that the live version was made with; before there is one, that of the files."""
        try:
            with self.live.use() as served:
                return served.index.ontology
        except StoreUnavailable:
            return self.platform.ontology

    @property
    def currency(self) -> str | None:
        """Currency of ``price``; ``None``: each price is compared as it is written."""
        with self.live.use() as served:
            return served.index.currency

    # search and recommendations

    def search(self, request: SearchRequest, *, cursor: str | None = None) -> SearchOut:
        """A page of ranked products.

        Args:
            request: What is asked; its ``offset`` counts where there is no cursor.
            cursor: ``next_cursor`` of the page before, of the same request.

        Raises:
            FilterError: A filter or facet names a field that has no index.
            CursorError: The cursor is not of this request.
            StoreUnavailable: There is no index yet.
        """
        began = time.perf_counter()
        question = request.model_dump_json(exclude={"offset", "limit", "explain"})
        if cursor is not None:
            offset = read_cursor(cursor, question)
            request = request.model_copy(update={"offset": offset})
        with self.live.use() as served:
            with self._hits.stage("ranking"):
                answer = served.ranking.search(request)
            shown, degraded = self._hits.show(served, (answer.hits, answer.related, answer.alternatives))
            hits, related, alternatives = self._hits.name_variants(served, request, answer, shown)
            if request.offset:
                hits = tuple(
                    hit.model_copy(update={"position": hit.position + request.offset}) for hit in hits
                )
            behind = request.offset + len(answer.hits)
            has_more = bool(answer.hits) and behind < answer.total
            return SearchOut(
                query_id=new_query_id(),
                hits=hits,
                total=answer.total,
                understanding=answer.understanding,
                matching=answer.matching,
                related=related,
                alternatives=alternatives,
                notes=answer.notes,
                facets=answer.facets,
                next_cursor=write_cursor(behind, question) if has_more else None,
                degraded=self._degraded(degraded),
                index_version=served.index.version.number,
                took_ms=_since(began),
            )

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Suggestion]:
        """Completions of what is being typed."""
        with self.live.use() as served, self._hits.stage("suggest"):
            return served.ranking.suggest(prefix, limit=limit)

    def recommend(
        self, shopper_id: str, *, limit: int = 10, filter: Filter | None = None, explain: bool = False
    ) -> RecommendationsOut:
        """Products for a shopper by what the journal knows at this moment; a new shopper gets what is in demand."""
        began = time.perf_counter()
        degraded: list[str] = []
        touched: list[Interaction] = []
        try:
            with self._hits.stage("journal"):
                touched = self.platform.journal.touched(shopper_id, limit=HISTORY_EVENTS)
        except StoreError:
            degraded.append("journal")
        with self.live.use() as served:
            index = served.index
            # Events of products that are one count together.
            history = history_of([i._replace(product_id=index.main_of(i.product_id)) for i in touched])
            with self._hits.stage("ranking"):
                found = served.ranking.recommend(history, limit=limit, filter=filter, explain=explain)
            return self._show_recommendations(served, found, began, degraded)

    def similar(self, product_id: str, *, limit: int = 10, explain: bool = False) -> RecommendationsOut:
        """Products that could be bought instead.

        Raises:
            NotFoundError: No such product.
        """
        return self._beside("similar", product_id, limit, explain)

    def complements(self, product_id: str, *, limit: int = 10, explain: bool = False) -> RecommendationsOut:
        """Products that go with one.

        Raises:
            NotFoundError: No such product.
        """
        return self._beside("complements", product_id, limit, explain)

    def _beside(
        self, kind: Literal["similar", "complements"], product_id: str, limit: int, explain: bool
    ) -> RecommendationsOut:
        began = time.perf_counter()
        with self.live.use() as served:
            if product_id not in served.index.positions:
                product_id = self.settle_product(product_id)
            self._check_known(served, product_id)
            ask = served.ranking.similar if kind == "similar" else served.ranking.complements
            with self._hits.stage("ranking"):
                found = ask(product_id, limit=limit, explain=explain)
            return self._show_recommendations(served, found, began)

    def trending(
        self, *, limit: int = 10, category: str | None = None, explain: bool = False
    ) -> RecommendationsOut:
        """Products in demand.

        Raises:
            NotFoundError: No such class of the ontology.
        """
        began = time.perf_counter()
        with self.live.use() as served:
            with self._hits.stage("ranking"):
                found = served.ranking.trending(limit=limit, category=category, explain=explain)
            return self._show_recommendations(served, found, began)

    # products, shoppers, events

    def product(self, product_id: str, *, with_documents: bool = False) -> ProductOut:
        """A product with facts, sentences and opinions.

        Raises:
            NotFoundError: Nobody knows this id.
            StoreUnavailable: The operational store does not answer.
        """
        platform = self.platform
        reader = ProductReader(
            catalog=platform.catalog,
            evidence=platform.evidence,
            graph=platform.graph,
            ontology=self.ontology,
            identities=platform.identities,
            feeds=FeedStore(platform.database, "product"),
        )
        with self._hits.stage("product"):
            product_id = self.settle_product(product_id)
            product = reader.load(
                product_id, with_documents=with_documents, with_graph=self.graph_health.error is None
            )
        places = tuple(tuple(show_category(each) for each in path) for path in self.places(product_id))
        return product.model_copy(update={"places": places})

    def settle_product(self, named: str) -> str:
        """The product's id where it is named by it, or by a code of it or of a variant; else what was given."""
        if named in self.platform.catalog.known_ids([named]):
            return named
        return self.platform.catalog.ids_by_code([named]).get(named, named)

    # the shop's categories

    def categories(self, *, depth: int = 12) -> CategoriesOut:
        """The shop's category tree with the number of products, ``depth`` levels of it.

        Raises:
            StoreUnavailable: There is no index yet.
        """
        with self.live.use() as served:
            return CategoriesOut(
                categories=tuple(view.out(depth - 1) for view in CategoryCounts(served.index).roots()),
                products=served.index.count,
                index_version=served.index.version.number,
            )

    def category(self, category_id: str, *, depth: int = 12) -> CategoryPlaceOut:
        """One category with its place and what is below it.

        Raises:
            NotFoundError: No product stands in such a category.
            StoreUnavailable: There is no index yet.
        """
        with self.live.use() as served:
            view = CategoryCounts(served.index).find(category_id)
            return CategoryPlaceOut(
                category=view.out(depth),
                path=tuple(show_category(each) for each in view.path),
                index_version=served.index.version.number,
            )

    def root_categories(self) -> tuple[CategoryView, ...]:
        """The categories that nothing is above, most products first."""
        with self.live.use() as served:
            return CategoryCounts(served.index).roots()

    def find_category(self, category_id: str) -> CategoryView:
        """One category with all below it.

        Raises:
            NotFoundError: No product stands in such a category.
        """
        with self.live.use() as served:
            return CategoryCounts(served.index).find(category_id)

    def places(self, product_id: str) -> tuple[tuple[Category, ...], ...]:
        """Where a product stands in the shop's categories; nowhere while there is no index."""
        try:
            with self.live.use() as served:
                return places_of(served.index, product_id)
        except StoreUnavailable:
            return ()

    @property
    def classes_with_paths(self) -> frozenset[str]:
        """The classes that some category of the shop is, and the classes above them."""
        with self.live.use() as served:
            tree = served.index.categories
        own = {each.class_id for each in tree.of_paths.values() if each.class_id is not None}
        ancestors = tree.ontology.hierarchy.ancestors
        return frozenset(own).union(*(ancestors(class_id) for class_id in own))

    @property
    def has_own_categories(self) -> bool:
        """Whether most products state category paths of the shop's own."""
        with self.live.use() as served:
            return served.index.categories.has_paths

    def reviews(self, product_id: str, *, limit: int = 20) -> list[ReviewOut]:
        """The newest reviews of a product, which may be none."""
        return [
            ReviewOut.model_validate(review.model_dump(exclude={"product_id", "shopper_id"}))
            for review in self.platform.catalog.reviews_of(product_id, limit=limit)
        ]

    def shoppers(self, *, limit: int = 50) -> list[ShopperSummary]:
        """The most active shoppers, for the choice on the page."""
        return self.platform.profiles.shoppers(limit=limit)

    def history(self, shopper_id: str, *, limit: int = 50) -> list[Event]:
        """Events of a shopper, newest first."""
        return self.platform.journal.history(shopper_id, limit=limit)

    def cards(self, product_ids: Sequence[str]) -> dict[str, ProductCard]:
        """Cards of products by id; deleted ones are left out."""
        with self.live.use() as served:
            known = [i for i in product_ids if i in served.index.positions]
            return make_cards(self.platform.catalog, served.index, known)[0]

    def record(self, events: Sequence[Event]) -> int:
        """Add events to the journal; they count in the shopper's next answer. Returns how many are new."""
        with self._hits.stage("journal"):
            return self.platform.journal.record_events(events)

    def name_products(self, events: Sequence[Event]) -> list[Event]:
        """Events with their product's id, where they name it by a code of it or of a variant."""
        named = {event.product_id for event in events if event.product_id}
        by_code = self.platform.catalog.ids_by_code(named - self.platform.catalog.known_ids(named))
        return [
            event.model_copy(update={"product_id": by_code[event.product_id]})
            if event.product_id in by_code
            else event
            for event in events
        ]

    def check_events(self, events: Sequence[Event]) -> list[EventProblem | None]:
        """The problem of each event, ``None`` for those that can be stored."""
        known_products = self.platform.catalog.known_ids
        return check_events(events, known_products=known_products, now=datetime.now(UTC))

    # the graph

    def edge_evidence(self, source: str, relation: str, target: str) -> tuple[EvidenceOut, ...]:
        """The sentences that an edge was read from, as of the live version of the indexes."""
        with self.live.use() as served:
            ids = served.edges.find([(source, relation, target)]).get((source, relation, target), ())
        return pick(resolve_evidence(self.platform.evidence, ids), ids, len(ids))

    # health

    def readiness(self) -> ReadyOut:
        """Readiness of each part."""
        checks: dict[str, str] = {}
        try:
            self.platform.database.ping()
            checks["database"] = "ok"
        except KmsError as error:
            checks["database"] = f"does not answer: {error}"
        checks["graph"] = self.graph_health.error or "ok"
        version = self.live.version
        products = 0
        if version is None:
            checks["index"] = self.live.error or "there is none yet; run kms index build"
        else:
            with self.live.use() as served:
                products = served.index.count
                checks["vectors"] = served.index.vectors_error or "ok"
            checks["index"] = self.live.error or "ok"
            checks["changes"] = self.live.advance_error or "ok"
        is_whole = all(value == "ok" for value in checks.values())
        status = "unavailable" if version is None else "ready" if is_whole else "degraded"
        return ReadyOut(
            status=status,  # type: ignore[arg-type]
            index_version=version.number if version else None,
            products=products,
            checks=checks,
        )

    def _show_recommendations(
        self, served: Served, found: Recommendations, began: float, degraded: Sequence[str] = ()
    ) -> RecommendationsOut:
        (hits,), missing = self._hits.show(served, (found.hits,))
        return RecommendationsOut(
            query_id=new_query_id(),
            kind=found.kind,
            hits=hits,
            degraded=self._degraded(found.degraded, degraded, missing),
            index_version=served.index.version.number,
            took_ms=_since(began),
        )

    def _degraded(self, *parts: Sequence[str]) -> tuple[str, ...]:
        names = [name for part in parts for name in part]
        if self.graph_health.error is not None:
            names.append("graph")
        return tuple(dict.fromkeys(names))

    def _check_known(self, served: Served, product_id: str) -> None:
        """Raise the fitting error for a product that only the live version lacks, or that does not exist."""
        if served.index.main_of(product_id) not in served.index.positions:
            self.platform.catalog.product(product_id)
            served.index.position(product_id)


def new_query_id() -> str:
    """A fresh id that events refer to."""
    return uuid.uuid4().hex


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1_000, 2)
