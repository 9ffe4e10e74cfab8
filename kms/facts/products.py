"""Products named in passing: a mention is linked where its words point to one title."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from kms.ontology.labels import normalise

_MOST_CANDIDATES = 200


class ProductNames:
    """An index from words to the products in whose titles they stand.

    A mention means a product when all its words stand in the title and no other title holds them as well, or
    when one title begins with the mention and no other does.
    """

    def __init__(self, titles: Mapping[str, str], mains: Mapping[str, str] | None = None) -> None:
        """Index ``titles`` by product id; ``mains``: the product that stands for each merged one."""
        self._mains = mains or {}
        self._titles: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._by_word: dict[str, set[str]] = defaultdict(set)
        for product_id, title in titles.items():
            self.put(product_id, title)

    def put(self, product_id: str, title: str) -> None:
        """Add a product or give it another title."""
        self.remove(product_id)
        self._titles[product_id] = title
        self._folded[product_id] = normalise(title)
        for word in self._folded[product_id].split():
            self._by_word[word].add(product_id)

    def remove(self, product_id: str) -> None:
        """Forget a product."""
        self._titles.pop(product_id, None)
        for word in self._folded.pop(product_id, "").split():
            self._by_word[word].discard(product_id)
            if not self._by_word[word]:
                del self._by_word[word]

    def title(self, product_id: str) -> str | None:
        """The title of a product, or ``None``."""
        return self._titles.get(product_id)

    def main_of(self, product_id: str) -> str:
        """The product that stands for one; itself where it was not merged."""
        return self._mains.get(product_id, product_id)

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a normalised word; 0 for words of every title."""
        return math.log(len(self._titles) / max(1, len(self._by_word.get(word, ())))) if self._titles else 0.0

    def find(self, mention: str, *, besides: str = "") -> str | None:
        """The one product that a mention can mean, or ``None``.

        Args:
            mention: Words of a text, such as "Norvik Drift".
            besides: The product whose text it is; never the answer when another one fits.
        """
        folded = normalise(mention)
        words = folded.split()
        if not words or (len(words) == 1 and len(words[0]) < 4):
            return None
        sets = [self._by_word.get(word, set()) for word in words]
        candidates = set.intersection(*sets) - {besides}
        if not candidates or len(candidates) > _MOST_CANDIDATES:
            return None
        if len({self.main_of(candidate) for candidate in candidates}) == 1:
            return min(candidates)
        beginning = [c for c in candidates if f"{self._folded[c]} ".startswith(f"{folded} ")]
        return min(beginning) if len({self.main_of(each) for each in beginning}) == 1 else None
