"""An installation that serves amazon-beauty: its products, its graph, and purchases as events.

Products and events go the way that a shop's files go. The co-purchase lists come as edges of relations that the
installation's own ontology declares, with the paths and weights that were chosen on validation.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from api.jobs import build_graph, build_index, extract
from api.wiring import INDEX, Platform
from kms.catalog.models import Product
from kms.graph.models import Edge, GraphChanges, Node
from kms.journal.events import Interaction
from kms.progress import ProgressFactory, silent_progress
from kms.settings import read_settings
from ranking.behaviour.interactions import Interactions
from ranking.evaluate import beauty
from ranking.evaluate.beauty import PRODUCT_RELATIONS, Beauty

T = TypeVar("T")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Moment of the evaluation; the data set has an order and no dates, so purchases lie a day apart before it."""
BATCH = 5_000
RELATIONS_FILE = Path(beauty.__file__).with_name("beauty_relations.yaml")


def open_beauty(
    state_dir: Path,
    data: Beauty,
    *,
    progress: ProgressFactory = silent_progress,
) -> Platform:
    """The installation in a folder, filled where it is not yet: products, graph and a first index, without events.

    Args:
        state_dir: Its state folder.
        data: The data set.
        progress: Shows how far it is.
    """
    ontology = _write_ontology(state_dir)
    settings = read_settings(
        state_dir=state_dir, ontology_dir=ontology, extractor_dir=state_dir / "no-model", database_url=""
    )
    platform = Platform(settings, progress=progress)
    if platform.artifacts.current(INDEX) is None:
        for products in _batches(_products(data)):
            platform.catalog.put_products(products)
        extract(platform)
        build_graph(platform)
        _write_edges(platform, data)
        build_index(platform)
    return platform


def purchases(interactions: Interactions, order: Callable[[str], list[str]]) -> list[Interaction]:
    """Pairs of a matrix as purchases, each shopper's in the data set's order, a day apart, the last one at ``NOW``.

    Args:
        interactions: Shoppers × products.
        order: All products of a shopper in time order.
    """
    events: list[Interaction] = []
    for row, shopper_id in enumerate(interactions.user_ids):
        held = {interactions.item_ids[i] for i in interactions.history(row)[0]}
        bought = [item for item in order(shopper_id) if item in held]
        for age, item in enumerate(reversed(bought)):
            events.append(Interaction(shopper_id, item, "purchase", NOW - timedelta(days=age), None))
    return events


def _write_ontology(state_dir: Path) -> Path:
    source, target = read_settings().resolved_ontology_dir, state_dir / "ontology"
    if not target.exists():
        shutil.copytree(source, target)
        shutil.copy(RELATIONS_FILE, target / "core" / "copurchase.yaml")
    return target


def _products(data: Beauty) -> Iterator[Product]:
    for item_id in data.train.item_ids:
        brand, categories = data.brands.get(item_id), data.categories.get(item_id, ())
        title = " ".join(part for part in (brand, *reversed(categories[-2:])) if part) or item_id
        yield Product(id=item_id, title=title, brand=brand, category=categories[-1] if categories else None)


def _write_edges(platform: Platform, data: Beauty) -> None:
    """Co-purchase edges; what lies outside the catalogue is a node without a row."""
    known = set(data.train.item_ids)
    edges = [edge for edge in data.edges if edge[1] in PRODUCT_RELATIONS]
    outside = dict.fromkeys(tail for _, _, tail, _ in edges if tail not in known)
    for nodes in _batches(
        Node(id=f"product:{key}", type="product", key=key, label_en=key) for key in outside
    ):
        platform.graph.apply(GraphChanges(nodes=tuple(nodes)))
    made = (
        Edge(source=f"product:{head}", relation=relation, target=f"product:{tail}", extractors=("shop",))
        for head, relation, tail, _ in edges
    )
    for batch in _batches(made):
        platform.graph.apply(GraphChanges(edges=tuple(batch)))


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch
