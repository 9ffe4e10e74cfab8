"""A small shop whose answers are known by construction: rows and a graph made by hand, indexes made for real.

The encoder counts hashed words: texts with the same words are near each other, and nothing has to be loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from kms.artifacts import ArtifactStore
from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.currency import Exchange, Price
from kms.db.session import Database
from kms.encoder.scale import LikenessScale
from kms.facts.linking import concept_node, value_node
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import Edge, GraphChanges, Node
from kms.indexing.build import IndexBuilder, IndexReport
from kms.indexing.documents import AS_WRITTEN
from kms.journal.events import Journal
from kms.journal.models import Event
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology
from kms.vectors.edge import EdgeVectorStore
from ranking.serving.files import write_ranking_files
from ranking.serving.index import ServingIndex
from ranking.serving.popularity import measure_demand
from ranking.serving.service import RankingService

ONTOLOGY = load_ontology()
NOW = datetime(2026, 10, 1, tzinfo=UTC)


class WordEncoder:
    """Stands in for ``kms.encoder.embeddings.TextEncoder``: hashed bags of words, unit length."""

    version = "words-1"
    dimensions = 64
    name = "words"
    scale = LikenessScale()

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(
        self, texts: Sequence[str], *, batch_size: int = 32, advance: Callable[[int], object] | None = None
    ) -> np.ndarray:
        self.encoded += texts
        return np.stack([self.encode_query(t) for t in texts]) if texts else np.zeros((0, 64), np.float32)

    def can_read(self, text: str) -> bool:
        return text.isascii()

    def is_word(self, word: str) -> bool:
        return word == "smart"

    def encode_query(self, text: str) -> np.ndarray:
        vector = np.full(self.dimensions, 1e-3, dtype=np.float32)
        for word in text.casefold().split():
            vector[hashlib.blake2b(word.encode(), digest_size=1).digest()[0] % self.dimensions] += 1.0
        return vector / np.linalg.norm(vector)


PRODUCTS: dict[str, tuple[str, str, float, str]] = {
    # id: title, brand, price, class
    "H1": ("Veldra Hush over-ear headphones", "Veldra", 129.0, "over_ear_headphones"),
    "H2": ("Norvik Drift headphones", "Norvik", 89.0, "over_ear_headphones"),
    "H3": ("Norvik Fjell earbuds", "Norvik", 59.0, "true_wireless_earbuds"),
    "K1": ("Haldern kettle 1.7 litre", "Haldern", 39.0, "electric_kettle"),
    "K2": ("Brannok travel kettle", "Brannok", 25.0, "electric_kettle"),
    "J1": ("Torvane rain jacket", "Torvane", 110.0, "jacket"),
    "S1": ("Veldra headphone stand", "Veldra", 19.0, "over_ear_headphones"),
}
VALUES: dict[str, tuple[tuple[str, str], ...]] = {
    "H1": (("colour", "grey"), ("material", "faux_leather"), ("water_resistance", "splashproof")),
    "H2": (("colour", "black"), ("material", "faux_leather")),
    "H3": (("colour", "black"), ("water_resistance", "waterproof")),
    "K1": (("material", "stainless_steel"),),
    "K2": (("material", "plastic"),),
    "J1": (("water_resistance", "waterproof"), ("material", "polyester")),
}


class SmallShop:
    """Rows, graph, events and indexes of the products above."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.catalog = CatalogStore(database)
        self.journal = Journal(database)
        self.graph = EmbeddedGraphStore(folder / "graph.db")
        self.artifacts = ArtifactStore(folder / "artifacts")
        self.encoder = WordEncoder()
        self._opened: list[ServingIndex] = []

    def fill(self) -> None:
        self.catalog.put_products([product(key) for key in PRODUCTS])
        self.catalog.put_reviews(
            [
                Review(id=f"r{i}", product_id=key, rating=r, text="fine")
                for i, (key, r) in enumerate((("H1", 5), ("H2", 2)))
            ]
        )
        self.graph.prepare()
        self.graph.apply(GraphChanges(nodes=tuple(_nodes()), edges=tuple(_edges())))

    def shop_along(self) -> None:
        """Ten shoppers take headphones and their stand; five take both kettles."""
        self.journal.record_events(
            [
                Event(
                    id=f"{shopper}-{key}", type="purchase", shopper_id=f"s{shopper}", product_id=key,
                    timestamp=NOW - timedelta(days=shopper),
                )
                for shopper in range(15)
                for key in (("H1", "S1") if shopper < 10 else ("K1", "K2"))
            ]
        )  # fmt: skip

    def build(self, ontology: Ontology = ONTOLOGY, exchange: Exchange = AS_WRITTEN) -> IndexReport:
        interactions = list(self.journal.interactions())
        builder = IndexBuilder(
            catalog=self.catalog, graph=self.graph, ontology=ontology, encoder=self.encoder,  # type: ignore[arg-type]
            artifacts=self.artifacts, make_vectors=EdgeVectorStore, exchange=exchange,
        )  # fmt: skip
        demand = measure_demand(interactions, now=NOW)
        return builder.build(
            demand.weights,
            finish=lambda folder: write_ranking_files(
                folder, self.graph, interactions, builder.product_ids, ontology=ontology, demand=demand
            ),
        )

    def open(self) -> RankingService:
        version = self.artifacts.current("index")
        assert version is not None
        index = ServingIndex(version, encoder=self.encoder, open_vectors=EdgeVectorStore)  # type: ignore[arg-type]
        self._opened.append(index)
        return RankingService(index)

    def close(self) -> None:
        for index in self._opened:
            index.close()
        self.graph.close()


def product(key: str) -> Product:
    title, brand, price, class_id = PRODUCTS[key]
    amount = Price.model_validate({"amount": str(price), "currency": "EUR"})
    return Product(id=key, title=title, brand=brand, category=class_id, price=amount)


def _nodes() -> list[Node]:
    nodes = [concept_node("category", c) for c in ONTOLOGY.classes.values()]
    nodes += [concept_node("use", ONTOLOGY.terms["use"]["travel"])]
    for key, (title, brand, *_) in PRODUCTS.items():
        nodes.append(Node(id=f"product:{key}", type="product", key=key, label_en=title, label_zh=title))
        nodes.append(
            Node(
                id=f"brand:{brand.casefold()}",
                type="brand",
                key=brand.casefold(),
                label_en=brand,
                label_zh=brand,
            )
        )
    for values in VALUES.values():
        for attribute, value in values:
            vocabulary = ONTOLOGY.attributes[attribute].vocabulary
            assert vocabulary is not None
            nodes.append(value_node(vocabulary, ONTOLOGY.vocabularies[vocabulary].values[value]))
    return list({n.id: n for n in nodes}.values())


def _edges() -> list[Edge]:
    edges = [
        Edge(source=f"category:{c.id}", relation="subcategory_of", target=f"category:{c.parent}")
        for c in ONTOLOGY.classes.values()
        if c.parent
    ]
    for key, (_, brand, _, class_id) in PRODUCTS.items():
        edges.append(
            Edge(
                source=f"product:{key}",
                relation="in_category",
                target=f"category:{class_id}",
                confidence=0.99,
            )
        )
        edges.append(
            Edge(
                source=f"product:{key}",
                relation="made_by",
                target=f"brand:{brand.casefold()}",
                confidence=0.99,
            )
        )
    for key, values in VALUES.items():
        for attribute, value in values:
            vocabulary = ONTOLOGY.attributes[attribute].vocabulary
            edges.append(
                Edge(
                    source=f"product:{key}", relation="has_value", attribute=attribute,
                    target=f"value:{vocabulary}/{value}", confidence=0.9, evidence=(f"e-{key}-{value}",),
                )
            )  # fmt: skip
    edges.append(Edge(source="product:K2", relation="suited_for", target="use:travel", confidence=0.8))
    # The shop files the stand under headphones and says itself what it goes with.
    edges.append(
        Edge(
            source="product:S1", relation="complements", target="product:H2", confidence=0.95, extractors=("shop",)
        )
    )  # fmt: skip
    # A text that was read says the same of two pairs of headphones.
    edges.append(
        Edge(
            source="product:H3", relation="complements", target="product:H2", confidence=0.9, extractors=("model",)
        )
    )  # fmt: skip
    return edges
