"""Vocabulary: the words of titles, brands, categories and facts, for completion and spelling correction."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path

from kms.lexical.analysis import words
from kms.lexical.models import IndexedProduct

_FILE = "vocabulary.json"


class Vocabulary:
    """Words with the number of products that have each; read-only and safe to share between threads.

    Attributes:
        counts: Number of products by word (lower-cased, accents folded, not stemmed), words in order.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Take the number of products of each word."""
        self.counts = dict(sorted(counts.items()))
        self._words = list(self.counts)

    def complete(self, prefix: str, *, limit: int = 10) -> list[tuple[str, int]]:
        """Words that begin with ``prefix`` (lower-cased) with their number of products, most frequent first."""
        if not prefix:
            return []
        begin = bisect_left(self._words, prefix.lower())
        completions = takewhile(lambda word: word.startswith(prefix.lower()), self._words[begin:])
        return sorted(((w, self.counts[w]) for w in completions), key=lambda pair: (-pair[1], pair[0]))[
            :limit
        ]

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Open the file that ``write_vocabulary`` wrote into a version's text folder."""
        return cls(json.loads((folder / _FILE).read_text("utf-8")))


def count_words(products: Iterable[IndexedProduct]) -> Vocabulary:
    """The vocabulary of products; descriptions are left out, whose words say less of what a product is."""
    counts: Counter[str] = Counter()
    for product in products:
        texts = (product.title, product.brand, product.category, " ".join(product.labels))
        counts.update({word for text in texts for word in words(text)})
    return Vocabulary(counts)


def write_vocabulary(folder: Path, products: Iterable[IndexedProduct]) -> None:
    """Count the words of products and write them into a version's text folder."""
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(count_words(products).counts, ensure_ascii=False)
    (folder / _FILE).write_text(content, "utf-8")
