"""Postings of a version's products: the words that speak for a product, and the words that its text denies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from kms.lexical.analysis import TextTerms, index_terms, stems
from kms.lexical.contained import find_contained
from kms.lexical.denied import DeniedText, split_denied
from kms.lexical.heads import head_words
from kms.lexical.models import IndexedProduct
from kms.lexical.postings import Postings, build_postings
from kms.ontology.model import Ontology

DEFAULT_WEIGHTS: Mapping[str, float] = {
    "title": 2.0,
    "brand": 1.5,
    "category": 1.5,
    "labels": 1.0,
    "tags": 1.0,
    "description": 1.0,
    "table": 0.1,
}
"""Weight of a word's frequency in each text."""
POSTING_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "affirmed": DEFAULT_WEIGHTS,
    "about": {
        name: weight for name, weight in DEFAULT_WEIGHTS.items() if name not in ("description", "table")
    },
    "named": {name: DEFAULT_WEIGHTS[name] for name in ("title", "category")},
    "headed": {"heads": 1.0},
    "denied": {"denied": 1.0},
    "contained": {"contained": 1.0},
    "stated": {"table": 1.0, "cells": 1.0},
}
"""The fields of each of the postings, with their weights."""
_PRODUCTS_A_SLIP = 5_000
"""In each so many products one may have a word by a slip of the pen."""


class ProductPostings:
    """Affirmed and denied words by product.

    Attributes:
        affirmed: BM25F scores of the words that speak for a product.
        about: The same without the description and the cells' words that are no names: words of title, brand, category,
            tags and facts, which say what it is.
        named: Words of title and category alone, which name the product as the shop does; no facts.
        headed: Heads of the title, which say what the product is ("pad" of "mouse pad", not "mouse").
        denied: Words, and ids of graph nodes, that a product's title, category, description or tags deny.
        contained: Words for what a product's description says that it contains; none in a version built before they were
            read.
        stated: Words of the cells of a product's table, which exclusions look at; none in a version built before they
            were kept.
    """

    def __init__(self, folder: Path) -> None:
        """Open the files that ``write_postings`` wrote into a version's text folder."""
        size = Postings.load(folder / "affirmed").size
        self._take({name: _load(folder / name, size) for name in POSTING_WEIGHTS})

    def _take(self, postings: Mapping[str, Postings]) -> None:
        self.affirmed = postings["affirmed"]
        self.about = postings["about"]
        self.named = postings["named"]
        self.headed = postings["headed"]
        self.denied = postings["denied"]
        self.contained = postings["contained"]
        self.stated = postings["stated"]

    def knows(self, word: str) -> bool:
        """Whether some text holds a form of the word; in a large catalogue once may be a slip of the pen."""
        least = 1 + self.affirmed.count // _PRODUCTS_A_SLIP
        return all(self.affirmed.frequency(s) + self.denied.frequency(s) >= least for s in stems(word))


def _load(folder: Path, size: int) -> Postings:
    if folder.exists():
        return Postings.load(folder)
    starts, positions = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    return Postings([], starts, positions, np.zeros(0, dtype=np.float32), size)


def write_postings(folder: Path, products: Sequence[IndexedProduct], ontology: Ontology) -> None:
    """Score the words of all products and write them into a version's text folder."""
    analyzed = [analyze_product(product, ontology) for product in products]
    for name, weights in POSTING_WEIGHTS.items():
        build_postings(analyzed, weights).save(folder / name)


TEXT_FIELDS = ("title", "description", "brand", "category", "labels", "tags", "table", "cells")
"""Fields of a product that ``analyze_product`` reads: where they are the same, so are its terms."""


def analyze_product(product: IndexedProduct, ontology: Ontology) -> dict[str, TextTerms]:
    """The terms that speak for a product by field, the heads of its title, and what its title, description or tags deny."""
    title, description = split_denied(product.title, ontology), split_denied(product.description, ontology)
    # Each is a text by itself: "no sugar" denies nothing of the next one.
    tags = [split_denied(tag, ontology) for tag in product.tags]
    category = split_denied(product.category, ontology)
    return {
        "title": index_terms(title.affirmed),
        "brand": index_terms(product.brand),
        "category": index_terms(product.category),
        "labels": index_terms(" ".join(product.labels)),
        "tags": index_terms(" ".join(tag.affirmed for tag in tags)),
        "table": index_terms(" ".join(product.table)),
        "cells": index_terms(" ".join(product.cells)),
        "description": index_terms(description.affirmed),
        "heads": index_terms(" ".join(head_words(product.title))),
        "denied": TextTerms(
            [
                *_denied_terms(title),
                *_denied_terms(category),
                *_denied_terms(description),
                *chain.from_iterable(map(_denied_terms, tags)),
            ],
            [],
        ),
        "contained": index_terms(find_contained(description.affirmed)),
    }


def _denied_terms(text: DeniedText) -> list[str]:
    terms = index_terms(" ".join((text.denied, text.unblanked))).all
    return [*terms, *sorted(text.nodes)] if terms or text.nodes else []
