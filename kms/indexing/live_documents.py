"""Documents of single products as they are now: made of row, ratings and the graph's present edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kms.catalog.categories import CategoryTree
from kms.catalog.models import Product
from kms.catalog.store import mean_rating, read_products, read_ratings
from kms.currency import Exchange
from kms.db.tables import ProductRow
from kms.db.versions import IN_LIST, in_chunks
from kms.graph.models import REJECTED
from kms.graph.port import GraphStore
from kms.identity.store import groups_in
from kms.indexing.category_state import CategoryState
from kms.indexing.changes import ProductFacts
from kms.indexing.documents import denied_claims, index_product
from kms.lexical.models import IndexedProduct
from kms.ontology.model import Ontology
from kms.ontology.structure import BRAND, SUB_BRAND_OF

_ALL = 1_000_000


class DocumentMaker:
    """Makes documents of single products under an installation's present ontology and category tree."""

    def __init__(self, *, graph: GraphStore, ontology: Callable[[], Ontology], exchange: Exchange) -> None:
        """Prepare.

        Args:
            graph: Facts of products.
            ontology: Gives the release that documents are made with.
            exchange: How prices are compared.
        """
        self.graph = graph
        self._ontology = ontology
        self._exchange = exchange
        self._categories = CategoryState()

    @property
    def ontology(self) -> Ontology:
        """The present release."""
        return self._ontology()

    def make(
        self, session: Session, products: Sequence[Product], now: datetime | None = None
    ) -> dict[str, Made]:
        """Documents of products by id; see ``make_documents``."""
        ontology = self.ontology
        return make_documents(
            session,
            products,
            self.graph,
            ontology,
            tree=self._categories.load(session, ontology) or CategoryTree(ontology),
            exchange=self._exchange,
            now=now,
        )


class Made(NamedTuple):
    """A product's document, ``None`` where shoppers do not see it, its part of the graph, and the id it is shown under."""

    document: IndexedProduct | None
    facts: ProductFacts
    shown_as: str


def facts_of(graph: GraphStore, product_ids: Sequence[str]) -> dict[str, ProductFacts]:
    """Outgoing edges of products in the order of a whole build, with the nodes at their ends.

    Raises:
        StoreUnavailable: The graph store does not answer.
    """
    edges_of = {
        each: sorted(
            graph.edges_of(f"product:{each}", direction="out", limit=_ALL), key=lambda edge: edge.key
        )
        for each in product_ids
    }
    ends = dict.fromkeys(edge.target for edges in edges_of.values() for edge in edges)
    nodes = {node.id: node for node in graph.nodes(list(ends))}
    return {
        each: ProductFacts(
            edges=tuple(edges),
            nodes=tuple(nodes[end] for end in dict.fromkeys(edge.target for edge in edges) if end in nodes),
        )
        for each, edges in edges_of.items()
    }


def _brand_parents(graph: GraphStore, facts: Iterable[ProductFacts]) -> dict[str, str]:
    """Key of the brand that each brand of the products, and each brand above one, is a line of."""
    waiting = {node.key for each in facts for node in each.nodes if node.type == BRAND}
    parents: dict[str, str] = {}
    seen: set[str] = set()
    while waiting:
        key = waiting.pop()
        seen.add(key)
        for edge in graph.edges_of(f"brand:{key}", relations=[SUB_BRAND_OF], direction="out", limit=1):
            parents[key] = edge.target.partition(":")[2]
            waiting |= {parents[key]} - seen
    return parents


def make_documents(
    session: Session,
    products: Sequence[Product],
    graph: GraphStore,
    ontology: Ontology,
    *,
    tree: CategoryTree,
    exchange: Exchange,
    now: datetime | None = None,
) -> dict[str, Made]:
    """Documents of products by id, as a whole build would make them now but for ``popularity``, which they lack.

    Args:
        session: Reads ratings and dates; the transaction in which the documents go into the log, so that no fact is
            missed: whoever writes edges appends a change of its own after them.
        products: As their rows are in that transaction.
        graph: Where their edges are.
        ontology: For labels and what facts imply.
        tree: The shop's categories.
        exchange: How prices are compared.
        now: The moment whose prices and publication are meant.

    Raises:
        StoreUnavailable: The graph store does not answer.
    """
    moment = now or datetime.now(UTC)
    groups = groups_in(session, [product.id for product in products])
    of_groups = read_products(session, list(groups))
    by_id = {row.id: row for row in (*products, *of_groups)}
    ids = list(by_id)
    ratings = read_ratings(session, ids)
    added: dict[str, datetime | None] = {}
    for chunk in in_chunks(ids, IN_LIST):
        dates = session.execute(select(ProductRow.id, ProductRow.added_at).where(ProductRow.id.in_(chunk)))
        added.update({row[0]: row[1] for row in dates})
    facts = facts_of(graph, ids)
    parents = _brand_parents(graph, facts.values())
    made: dict[str, Made] = {}
    for product in products:
        rows = [by_id[each] for each in groups.get(product.id, (product.id,)) if each in by_id]
        main, public = rows[0].id, [row for row in rows if row.is_public_at(moment)]
        known = facts[main]
        document = None
        if public:
            document = index_product(
                public[0] if public[0].id == main else public[0].model_copy(update={"id": main}),
                known.edges,
                {node.id: node for node in known.nodes},
                ontology,
                denied=denied_claims(
                    graph.edges_of(f"product:{main}", relations=[REJECTED], direction="out", limit=_ALL),
                    ontology,
                ),
                sources=[row for row in public if row.id != main],
                brand_parents=parents,
                rating=mean_rating(ratings.get(row.id) for row in rows),
                popularity=None,
                exchange=exchange,
                added=min((at for row in rows if (at := added.get(row.id)) is not None), default=None),
                now=moment,
                tree=tree,
            )
        made[product.id] = Made(document, known, main)
    return made
