"""Reading of queries with the words, brands and numbers of products of changed products."""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Mapping

from typing_extensions import override

from kms.lexical.analysis import stems
from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import ProductPostings
from kms.lexical.vocabulary import Vocabulary, count_words
from kms.ontology.labels import normalise
from ranking.query.understand import QueryReader


class ChangedVocabulary(Vocabulary):
    """The words of a version and those that changed products brought."""

    def __init__(self, base: Vocabulary, further: Mapping[str, int]) -> None:
        """Add words that the version has not, with their numbers of products."""
        self.base = base
        self.further = Vocabulary(further)
        self.counts = ChainMap(self.further.counts, base.counts)  # type: ignore[assignment]

    @override
    def complete(self, prefix: str, *, limit: int = 10) -> list[tuple[str, int]]:
        both = [*self.base.complete(prefix, limit=limit), *self.further.complete(prefix, limit=limit)]
        return sorted(both, key=lambda pair: (-pair[1], pair[0]))[:limit]


def new_words(document: IndexedProduct, base: Vocabulary) -> tuple[str, ...]:
    """Words of a product that no product of the version has."""
    return tuple(word for word in count_words([document]).counts if word not in base.counts)


def count_new(words: Iterable[Iterable[str]]) -> dict[str, int]:
    """Number of products of each word, given the words of each product."""
    return dict(Counter(word for each in words for word in each))


def change_reader(
    base: QueryReader,
    words: Mapping[str, int],
    labels: Mapping[str, tuple[str, str]],
    products_of: Mapping[str, int],
    postings: ProductPostings,
    is_word: Callable[[str], bool],
) -> QueryReader:
    """The reader of a version with what changed products brought.

    Args:
        base: Of the version.
        words: New words with their numbers of products.
        labels: Labels of new nodes.
        products_of: Node id to number of products.
        postings: Words of all products as they are now.
        is_word: Whether a word is one of the encoder's.
    """
    brands = {
        normalise(label): (node, label) for node, (label, _) in labels.items() if node.startswith("brand:")
    }
    speller = base.speller.with_words(
        words,
        is_written=lambda word: is_word(word) or postings.knows(word),
        together=lambda beside: int(postings.about.holding(stems(" ".join(beside))).sum()),
    )
    return base.with_products(brands, products_of, speller)
