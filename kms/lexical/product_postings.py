"""Postings of a version's products: the words that speak for a product, and the words that its text denies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kms.lexical.analysis import TextTerms, index_terms, stems
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
    "description": 1.0,
}
"""Weight of a word's frequency in each text."""
_PRODUCTS_A_SLIP = 5_000
"""In each so many products one may have a word by a slip of the pen."""
_AFFIRMED = "affirmed"
_ABOUT = "about"
_NAMED = "named"
_HEADED = "headed"
_DENIED = "denied"


class ProductPostings:
    """Affirmed and denied words by product.

    Attributes:
        affirmed: BM25F scores of the words that speak for a product.
        about: The same without the description: words of title, brand, category and facts, which say what it is.
        named: Words of title and category alone, which name the product as the shop does; no facts.
        headed: Heads of the title, which say what the product is ("pad" of "mouse pad", not "mouse").
        denied: Words, and ids of graph nodes, that a product's title or description denies.
    """

    def __init__(self, folder: Path) -> None:
        """Open the files that ``write_postings`` wrote into a version's text folder."""
        self.affirmed = Postings.load(folder / _AFFIRMED)
        self.about = Postings.load(folder / _ABOUT)
        self.named = Postings.load(folder / _NAMED)
        self.headed = Postings.load(folder / _HEADED)
        self.denied = Postings.load(folder / _DENIED)

    def knows(self, word: str) -> bool:
        """Whether some text holds a form of the word; in a large catalogue once may be a slip of the pen."""
        least = 1 + self.affirmed.size // _PRODUCTS_A_SLIP
        return all(self.affirmed.frequency(s) + self.denied.frequency(s) >= least for s in stems(word))


def write_postings(folder: Path, products: Sequence[IndexedProduct], ontology: Ontology) -> None:
    """Score the words of all products and write them into a version's text folder."""
    both = [analyze_product(product, ontology) for product in products]
    affirmed = [terms for terms, _ in both]
    denied = [{"denied": TextTerms(terms, [])} for _, terms in both]
    build_postings(affirmed, DEFAULT_WEIGHTS).save(folder / _AFFIRMED)
    about = {name: weight for name, weight in DEFAULT_WEIGHTS.items() if name != "description"}
    build_postings(affirmed, about).save(folder / _ABOUT)
    named = {name: DEFAULT_WEIGHTS[name] for name in ("title", "category")}
    build_postings(affirmed, named).save(folder / _NAMED)
    heads = [{"title": index_terms(" ".join(head_words(product.title)))} for product in products]
    build_postings(heads, {"title": 1.0}).save(folder / _HEADED)
    build_postings(denied, {"denied": 1.0}).save(folder / _DENIED)


def analyze_product(product: IndexedProduct, ontology: Ontology) -> tuple[dict[str, TextTerms], list[str]]:
    """The terms that speak for a product, by field, and those that its title or description denies."""
    title, description = split_denied(product.title, ontology), split_denied(product.description, ontology)
    affirmed = {
        "title": index_terms(title.affirmed),
        "brand": index_terms(product.brand),
        "category": index_terms(product.category),
        "labels": index_terms(" ".join(product.labels)),
        "description": index_terms(description.affirmed),
    }
    return affirmed, [*_denied_terms(title), *_denied_terms(description)]


def _denied_terms(text: DeniedText) -> list[str]:
    return [*index_terms(text.denied).all, *sorted(text.nodes)] if text.denied else []
