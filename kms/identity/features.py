"""Features of a pair of records: simple numbers that say how alike they are, each between -1 and 1 or so.

They are what the scored rule adds up (``rule``) and what the pair classifier reads beside the texts
(``extraction.matching``).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Set

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from kms.identity.records import Record

FEATURES = (
    "code_shared", "code_length", "code_in_text", "code_begins", "code_conflict", "gtin_same", "gtin_differs",
    "mpn_same", "numbers_shared", "numbers_left", "numbers_right", "numbers_conflict", "title_shared", "title_covered",
    "rare_missing", "title_set_ratio", "title_sort_ratio", "text_shared", "brand_same", "brand_differs",
    "price_known", "price_near", "first_word_same", "length_ratio", "rarest_shared", "rarest_alone_least",
    "rarest_alone_most", "alike_least", "alike_most",
)  # fmt: skip
"""Names of the numbers that ``PairReader.compare`` gives, in order."""

Vector = NDArray[np.float32]
_LONG_CODE = 12
_LEAST_BEGINNING = 5
_RAREST = math.log1p(1e6)
_LEAST_INSIDE = 4
_ALIKE = 0.88


class WordWeights:
    """Inverse document frequency of words over the titles of all records: rare words say more."""

    def __init__(self, records: Iterable[Record]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for record in records:
            counts.update(record.title_set)
            total += 1
        self._counts = counts
        self._total = max(1, total)

    def weight(self, word: str) -> float:
        """Of a folded word; a word that no title has weighs most."""
        return math.log1p(self._total / (1 + self._counts.get(word, 0)))

    def sum(self, words: Set[str]) -> float:
        """The weights of several words added up."""
        return sum(self.weight(word) for word in words)

    def holders(self, word: str) -> int:
        """In how many titles a word stands."""
        return self._counts.get(word, 0)


class PairReader:
    """Compares records; ``weights`` are of the catalogue that the records are of."""

    def __init__(self, weights: WordWeights) -> None:
        self._weights = weights

    def compare(self, left: Record, right: Record) -> Vector:
        """The features of a pair, ``(len(FEATURES),)``; about the same with the sides swapped."""
        weights = self._weights
        ours, theirs = left.title_set | left.joined, right.title_set | right.joined
        shared_codes = (left.codes & (theirs | right.mpns)) | (right.codes & (ours | left.mpns))
        in_text = (left.codes & right.text_set) | (right.codes & left.text_set)
        begins = _longest_beginning(left.codes, right.codes)
        shared = left.title_set & right.title_set
        our_sum, their_sum = weights.sum(left.title_set), weights.sum(right.title_set)
        shared_sum = weights.sum(shared)
        alone_left, alone_right = left.numbers - theirs, right.numbers - ours
        rest = (left.title_set if our_sum <= their_sum else right.title_set) - shared
        other_text = right.text_set if our_sum <= their_sum else left.text_set
        rarest = max((weights.weight(word) for word in rest - other_text), default=0.0)
        brands = left.brand_set | right.brand_set
        rarest_alone = sorted((self._rarest(left.title_set - right.title_set - brands),
                               self._rarest(right.title_set - left.title_set - brands)))  # fmt: skip
        alike = sorted((self._alike(left, right, brands), self._alike(right, left, brands)))
        texts = left.text_set | left.title_set, right.text_set | right.title_set
        brand_known = bool(left.brand_set and right.brand_set)
        brand_same = bool(
            left.brand_set & (right.brand_set or right.title_set)
            or right.brand_set & (left.brand_set or left.title_set)
        )
        price_known = bool(left.price and right.price and left.currency == right.currency)
        ratio = abs(math.log(left.price / right.price)) if left.price and right.price and price_known else 0.0
        has_codes = bool(left.codes and right.codes)
        a, b = " ".join(left.title_words), " ".join(right.title_words)
        return np.array(
            [
                bool(shared_codes),
                min(max(map(len, shared_codes), default=0), _LONG_CODE) / _LONG_CODE,
                bool(in_text),
                begins,
                has_codes and not shared_codes and begins < 0.5,
                bool(left.gtins & right.gtins),
                bool(left.gtins and right.gtins and not left.gtins & right.gtins),
                bool(left.mpns & right.mpns),
                min(len(left.numbers & right.numbers), 3) / 3,
                min(len(alone_left), 3) / 3,
                min(len(alone_right), 3) / 3,
                bool(alone_left and alone_right),
                shared_sum / max(1e-9, our_sum + their_sum - shared_sum),
                shared_sum / max(1e-9, min(our_sum, their_sum)),
                rarest / _RAREST,
                fuzz.token_set_ratio(a, b) / 100,
                fuzz.token_sort_ratio(a, b) / 100,
                len(texts[0] & texts[1]) / max(1, min(len(texts[0]), len(texts[1]))),
                brand_same,
                brand_known and not brand_same,
                price_known,
                math.exp(-ratio) if price_known else 0.0,
                bool(left.title_words and right.title_words and left.title_words[0] == right.title_words[0]),
                min(len(a), len(b)) / max(1, len(a), len(b)),
                self._rarest(shared),
                *rarest_alone,
                *alike,
            ],
            dtype=np.float32,
        )

    def _rarest(self, words: Set[str]) -> float:
        """Weight of the rarest of some words, 0 of none."""
        return max((self._weights.weight(word) for word in words), default=0.0) / _RAREST

    def _alike(self, one: Record, other: Record, brands: Set[str]) -> float:
        """The share of one title's words, by weight and without brands, that the other has too, or has about so.

        A word of letters counts as far as it resembles one of the other title, and whole where it stands inside its
        words written as one ("shop" in "printshop").
        """
        theirs, written = other.title_set, "".join(other.title_words)
        total = found = 0.0
        for word in one.title_set - brands:
            weight = self._weights.weight(word)
            total += weight
            if word in theirs or (len(word) >= _LEAST_INSIDE and word in written):
                found += weight
            elif len(word) >= _LEAST_INSIDE and not any(map(str.isdigit, word)):
                best = max((JaroWinkler.similarity(word, each) for each in theirs), default=0.0)
                found += weight * best if best > _ALIKE else 0.0
        return found / total if total else 0.0


def _longest_beginning(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """How much of the shorter of two model numbers begins the longer one: "dscw120" and "dscw120p" differ by a colour."""
    best = 0.0
    for left in ours:
        for right in theirs:
            short, long = sorted((left, right), key=len)
            if len(short) >= _LEAST_BEGINNING and long.startswith(short):
                best = max(best, len(short) / len(long))
            elif len(short) >= _LEAST_BEGINNING + 1:
                likeness = JaroWinkler.similarity(short, long)
                best = max(best, 0.5 * likeness if likeness > 0.9 else 0.0)
    return best
