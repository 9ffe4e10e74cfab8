"""Documents of single products as they are now: made of row, ratings and the graph's present edges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kms.catalog.categories import CategoryTree
from kms.catalog.models import Product
from kms.catalog.store import read_ratings
from kms.currency import Exchange
from kms.db.tables import ProductRow
from kms.db.versions import IN_LIST, in_chunks
from kms.graph.port import GraphStore
from kms.indexing.changes import ProductFacts
from kms.indexing.documents import index_product
from kms.lexical.models import IndexedProduct
from kms.ontology.model import Ontology

_ALL = 1_000_000


class Made(NamedTuple):
    """A product's document, ``None`` where shoppers do not see it, and its part of the graph."""

    document: IndexedProduct | None
    facts: ProductFacts


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
    ids = [product.id for product in products]
    ratings = read_ratings(session, ids)
    added: dict[str, datetime | None] = {}
    for chunk in in_chunks(ids, IN_LIST):
        rows = session.execute(select(ProductRow.id, ProductRow.added_at).where(ProductRow.id.in_(chunk)))
        added.update({row[0]: row[1] for row in rows})
    facts = facts_of(graph, ids)
    made: dict[str, Made] = {}
    for product in products:
        known = facts[product.id]
        document = None
        if product.is_public_at(moment):
            rating = ratings.get(product.id)
            document = index_product(
                product,
                known.edges,
                {node.id: node for node in known.nodes},
                ontology,
                rating=rating.mean if rating else None,
                popularity=None,
                exchange=exchange,
                added=added.get(product.id),
                now=moment,
                tree=tree,
            )
        made[product.id] = Made(document, known)
    return made
