"""A drawn catalogue whose products change: the changes for an open version, and a version made anew from the same state."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kms.artifacts import ArtifactStore
from kms.catalog.categories import CategoryTree
from kms.catalog.models import Product
from kms.currency import Price
from kms.facts.linking import concept_node, value_node
from kms.graph.models import Edge, Node
from kms.indexing.build import IndexBuilder
from kms.indexing.changes import ProductChange, ProductFacts
from kms.indexing.documents import embedded_text, index_product
from kms.indexing.embeddings import pack_vector
from kms.journal.events import Interaction
from kms.lexical.models import IndexedProduct
from kms.vectors.edge import EdgeVectorStore
from ranking.serving.availability import OutOfStock
from ranking.serving.files import write_ranking_files
from ranking.serving.index import ServingIndex
from ranking.serving.popularity import measure_demand
from tests.shop_fixture import ONTOLOGY, WordEncoder

NOW = datetime(2026, 10, 1, tzinfo=UTC)
CLASSES = {
    "over_ear_headphones": "headphones",
    "true_wireless_earbuds": "earbuds",
    "electric_kettle": "kettle",
    "jacket": "jacket",
}
BRANDS = ("Veldra", "Norvik", "Haldern", "Torvane", "Quillon", "Ostrava")
VALUES = {
    "colour": ("black", "grey", "red", "white"),
    "material": ("plastic", "stainless_steel", "polyester", "faux_leather"),
    "water_resistance": ("waterproof", "splashproof"),
}
WORDS = ("drift", "hush", "alpine", "compact", "quiet", "travel", "zephyrine", "morrowind")
TEXTS = ("Made for long days.", "Not waterproof.", "Without cable, for travel.", "Fits in a bag; no battery.")


@dataclass(frozen=True)
class Row:
    """A product as the shop has it."""

    title: str
    description: str
    brand: str
    class_id: str
    price: float | None
    values: tuple[tuple[str, str], ...] = ()
    goes_with: tuple[str, ...] = ()
    stock: int | None = None
    sku: str | None = None
    published: bool = True


@dataclass
class ChangingShop:
    """Rows by product id, with what shoppers did."""

    rows: dict[str, Row]
    interactions: Sequence[Interaction] = ()
    encoder: WordEncoder = field(default_factory=WordEncoder)
    tree: CategoryTree | None = None

    def build(self, folder: Path, out_of_stock: OutOfStock = "shown") -> ServingIndex:
        """Make a version of the rows as they are and open it."""
        artifacts = ArtifactStore(folder)
        demand = measure_demand(self.interactions, now=NOW)
        builder = IndexBuilder(
            catalog=self, graph=self, ontology=ONTOLOGY, encoder=self.encoder, artifacts=artifacts,  # type: ignore[arg-type]
            make_vectors=EdgeVectorStore,
        )  # fmt: skip
        builder.build(
            demand.weights,
            finish=lambda target: write_ranking_files(
                target, self, self.interactions, builder.product_ids, ontology=ONTOLOGY, demand=demand
            ),
        )
        version = artifacts.current("index")
        assert version is not None
        index = ServingIndex(version, encoder=self.encoder, open_vectors=None, out_of_stock=out_of_stock)  # type: ignore[arg-type]
        self.tree = index.categories
        return index

    def change(
        self, sequence: int, product_id: str, row: Row | None, *, light: bool = False
    ) -> ProductChange:
        """Put a row in place of a product's, or take the product away, and say what changed.

        Args:
            sequence: Number of the change.
            product_id: Of any product.
            row: ``None``: the product goes.
            light: Neither facts nor vector come with the change: the row has other offers alone.
        """
        if row is None:
            self.rows.pop(product_id, None)
            return ProductChange(
                sequence=sequence, product_id=product_id, document=None, facts=ProductFacts()
            )
        self.rows[product_id] = row
        edges = tuple(sorted(edges_of(product_id, row), key=lambda edge: edge.key))
        nodes = tuple(nodes_of(product_id, row))
        document = index_product(
            product_of(product_id, row), edges, {n.id: n for n in nodes}, ONTOLOGY, now=NOW, tree=self.tree
        )
        numbers = {name: number for name, number in document.numbers.items() if name != "popularity"}
        document = document.model_copy(update={"numbers": numbers})
        vector = pack_vector(self.encoder.encode([embedded_text(document)])[0], self.encoder.version)
        return ProductChange(
            sequence=sequence,
            product_id=product_id,
            document=document if row.published else None,
            facts=None if light else ProductFacts(edges=edges, nodes=nodes),
            vector=None if light else vector,
        )

    # what a builder reads

    def ratings(self) -> Mapping[str, float]:
        return {}

    def known_ids(self, product_ids: Iterable[str]) -> set[str]:
        return self.rows.keys() & set(product_ids)

    def added(self) -> Mapping[str, datetime]:
        return {}

    def iter_products(self) -> Iterator[Product]:
        yield from (product_of(key, self.rows[key]) for key in sorted(self.rows))

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        nodes = {n.id: n for c in ONTOLOGY.classes.values() for n in [concept_node("category", c)]}
        for key, row in self.rows.items():
            nodes |= {n.id: n for n in nodes_of(key, row)}
        yield from (nodes[key] for key in sorted(nodes) if not types or nodes[key].type in types)

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        edges = [
            Edge(source=f"category:{c.id}", relation="subcategory_of", target=f"category:{c.parent}")
            for c in ONTOLOGY.classes.values()
            if c.parent
        ]
        edges += [edge for key, row in self.rows.items() for edge in edges_of(key, row)]
        yield from sorted(edges, key=lambda edge: edge.key)


def product_of(key: str, row: Row) -> Product:
    price = Price.model_validate({"amount": str(row.price), "currency": "EUR"}) if row.price else None
    return Product(
        id=key, title=row.title, description=row.description, brand=row.brand, category=row.class_id, price=price,
        stock=row.stock, sku=row.sku, publication="published" if row.published else "draft",
    )  # fmt: skip


def nodes_of(key: str, row: Row) -> Iterator[Node]:
    yield Node(id=f"product:{key}", type="product", key=key, label_en=row.title, label_zh=row.title)
    brand = row.brand.casefold()
    yield Node(id=f"brand:{brand}", type="brand", key=brand, label_en=row.brand, label_zh=row.brand)
    yield concept_node("category", ONTOLOGY.classes[row.class_id])
    for attribute, value in row.values:
        vocabulary = ONTOLOGY.attributes[attribute].vocabulary
        assert vocabulary is not None
        yield value_node(vocabulary, ONTOLOGY.vocabularies[vocabulary].values[value])


def edges_of(key: str, row: Row) -> Iterator[Edge]:
    source = f"product:{key}"
    yield Edge(source=source, relation="in_category", target=f"category:{row.class_id}", confidence=0.99)
    yield Edge(source=source, relation="made_by", target=f"brand:{row.brand.casefold()}", confidence=0.95)
    for attribute, value in row.values:
        node = f"value:{ONTOLOGY.attributes[attribute].vocabulary}/{value}"
        yield Edge(source=source, relation="has_value", attribute=attribute, target=node, confidence=0.8)
    for other in row.goes_with:
        yield Edge(
            source=source, relation="complements", target=f"product:{other}", confidence=0.9, extractors=("model",)
        )  # fmt: skip


def draw_row(draw: random.Random, ids: Sequence[str]) -> Row:
    """A drawn row, which may go with some of ``ids``."""
    class_id, brand = draw.choice(list(CLASSES)), draw.choice(BRANDS)
    values = [(name, draw.choice(choices)) for name, choices in VALUES.items() if draw.random() < 0.6]
    words = draw.sample(WORDS, draw.randrange(1, 3))
    title = " ".join([brand, *words, CLASSES[class_id]])
    return Row(
        title=title,
        description=draw.choice(TEXTS),
        brand=brand,
        class_id=class_id,
        price=draw.randrange(10, 300) + 0.5 if draw.random() < 0.9 else None,
        values=tuple(values),
        goes_with=tuple(draw.sample(list(ids), 1)) if ids and draw.random() < 0.3 else (),
        stock=draw.choice((None, 0, 3)),
        sku=f"SKU-{draw.randrange(10**6):06}",
        published=draw.random() < 0.9,
    )


def draw_shop(size: int, seed: int) -> ChangingShop:
    """A drawn catalogue with some events."""
    draw = random.Random(seed)
    ids = [f"P{number:03}" for number in range(size)]
    rows = {key: draw_row(draw, ids) for key in ids}
    # The popularity of what a version lacks comes with the next version.
    seen = [key for key in ids if rows[key].published]
    interactions = [
        Interaction(
            shopper_id=f"s{draw.randrange(30)}", product_id=draw.choice(seen), type=draw.choice(("view", "purchase")),
            timestamp=NOW - timedelta(days=draw.randrange(20)), value=None,
        )
        for _ in range(300)
    ]  # fmt: skip
    return ChangingShop(rows, interactions)


def draw_changes(shop: ChangingShop, seed: int, count: int) -> list[ProductChange]:
    """Draw changes of price, stock, publication, text and facts, new products, and products that go and come back."""
    draw = random.Random(f"changes {seed}")
    gone: dict[str, Row] = {}
    changes = []
    for sequence in range(1, count + 1):
        ids = sorted(shop.rows)
        key = draw.choice(ids)
        row = shop.rows[key]
        match draw.choice(("price", "stock", "publish", "text", "whole", "new", "new", "delete", "return")):
            case "price":
                changes.append(
                    shop.change(sequence, key, replace(row, price=draw.randrange(10, 300) + 0.25), light=True)
                )
            case "stock":
                changes.append(
                    shop.change(sequence, key, replace(row, stock=draw.choice((0, 9))), light=True)
                )
            case "publish":
                changes.append(shop.change(sequence, key, replace(row, published=not row.published)))
            case "text":
                title = f"{row.title} {draw.choice(WORDS)}"
                changes.append(shop.change(sequence, key, replace(row, title=title)))
            case "new":
                changes.append(shop.change(sequence, f"N{draw.randrange(40):03}", draw_row(draw, ids)))
            case "delete":
                gone[key] = row
                changes.append(shop.change(sequence, key, None))
            case "return" if gone:
                key = draw.choice(sorted(gone))
                changes.append(shop.change(sequence, key, gone.pop(key)))
            case _:
                changes.append(shop.change(sequence, key, draw_row(draw, ids)))
    return changes


def documents_of(index: ServingIndex) -> dict[str, IndexedProduct]:
    """The documents that shoppers see, by id."""
    return {key: index.documents[at] for key, at in index.positions.items()}
