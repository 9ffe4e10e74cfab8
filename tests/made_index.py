"""A made catalogue of any size, opened without stores: its answers are known by construction."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import ProductPostings, write_postings
from kms.lexical.vocabulary import count_words
from kms.ontology.implications import Claim
from kms.ontology.model import ROOT_CLASS
from ranking.paths.index import GraphIndex
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from ranking.serving.index import ServingIndex
from tests.shop_fixture import ONTOLOGY, WordEncoder

CLASSES = {
    "over_ear_headphones": "headphones",
    "true_wireless_earbuds": "earbuds",
    "electric_kettle": "electric kettle",
    "jacket": "jacket",
    "laptop": "laptop",
}
BRANDS = ("Adral", "Borvik", "Cestra", "Dunholm")
COLOURS = ("black", "white", "red", "grey")


def make_products(size: int, seed: int, *, headphones: int | None = None) -> list[IndexedProduct]:
    """Products of a few classes, brands and colours; some without price or rating.

    Args:
        size: How many.
        seed: Of the draw.
        headphones: So many of them are over-ear headphones and no other product is of that class or of earbuds.
    """
    draw = random.Random(seed)
    others = [c for c in CLASSES if c not in ("over_ear_headphones", "true_wireless_earbuds")]
    chains = {class_id: _chain(class_id) for class_id in CLASSES}
    products = []
    for number in range(size):
        if headphones is None:
            class_id = draw.choice(list(CLASSES))
        else:
            class_id = "over_ear_headphones" if number < headphones else draw.choice(others)
        brand, colour = draw.choice(BRANDS), draw.choice(COLOURS)
        # A stand for headphones has their word in its title, and is none.
        extra = (
            " headphones stand" if headphones is not None and class_id == "laptop" and number % 7 == 0 else ""
        )
        numbers = {"popularity": float(draw.randrange(50)) if draw.random() < 0.5 else 0.0}
        if draw.random() < 0.95:
            numbers["price"] = draw.randrange(500, 30_490) / 100
        if draw.random() < 0.6:
            numbers["rating"] = draw.randrange(10, 50) / 10
        chain = chains[class_id]
        products.append(
            IndexedProduct(
                id=f"P{number:06}",
                title=f"{brand} {colour} {CLASSES[class_id]}{extra}",
                brand=brand,
                category=" ".join(ONTOLOGY.classes[c].label.en for c in chain if c != ROOT_CLASS),
                labels=(colour,),
                facets={
                    "brand": (brand.casefold(),),
                    "category": tuple(dict.fromkeys((*chain, ROOT_CLASS))),
                    "attr.colour": (colour,),
                    "language": ("en",),
                },
                numbers=numbers,
            )
        )
    draw.shuffle(products)
    return products


def _chain(class_id: str) -> list[str]:
    closure = ONTOLOGY.implications.closure([Claim("category", class_id)])
    return [claim.value for claim in closure if claim.field == "category"]


class MadeIndex(ServingIndex):
    """The serving index of made products; only the files that search reads are written."""

    def __init__(self, folder: Path, products: list[IndexedProduct]) -> None:
        write_postings(folder, products, ONTOLOGY)
        self.currency = None
        self.ontology = ONTOLOGY
        self.encoder = WordEncoder()  # type: ignore[assignment]
        self.documents = products
        self.ids = tuple(product.id for product in products)
        self.positions = {product_id: at for at, product_id in enumerate(self.ids)}
        self.vocabulary = count_words(products)
        self.postings = ProductPostings(folder)
        self.graph = GraphIndex.build([], node_ids=[f"product:{i}" for i in self.ids])
        self.labels = {f"brand:{b.casefold()}": (b, b) for b in BRANDS}
        self.scale = self.encoder.scale
        self.vectors = None
        self.vectors_error = None
        self.behaviour = None
        self.embeddings = np.zeros((len(products), self.encoder.dimensions), dtype=np.float32)
        weights = np.array([p.numbers["popularity"] for p in products], dtype=np.float32)
        self.popularity = np.log1p(weights) / np.log1p(max(float(weights.max()), 1.0))
        self.popular = weights > 40
        self._by_entity = {}
        brands = {b.casefold(): (f"brand:{b.casefold()}", b) for b in BRANDS}
        counts = {f"category:{c}": 1 for c in ("headphones", *CLASSES)}
        self.reader = QueryReader(
            ONTOLOGY, brands=brands, products_of=counts, speller=Speller({}, is_written=lambda word: True)
        )
