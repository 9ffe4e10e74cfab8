"""Words that nobody wrote, read as the nearest that somebody did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kms.lexical.analysis import STOP_WORDS
from ranking.models import Correction

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]{3,}")
_LONG = 8
_SHORT = 4
"""Words of four letters lack one or have two exchanged; with one replaced most are another word ("bank", "back")."""


class Speller:
    """Corrects by edit distance over the words of catalogue and ontology, the more frequent first."""

    def __init__(
        self,
        words: Mapping[str, int],
        also_known: Iterable[str] = (),
        *,
        is_written: Callable[[str], bool] = lambda word: False,
    ) -> None:
        """Take the vocabulary.

        Args:
            words: Lower-cased word to number of products: what corrections are chosen from.
            also_known: Words of labels, which count as known even where no product has them.
            is_written: Whether a word is known although nothing is corrected to it, as those of descriptions.
        """
        self._is_written = is_written
        self._counts = {word: count for word, count in words.items() if word.isalpha() and word.isascii()}
        for word in also_known:
            if word.isalpha() and word.isascii():
                self._counts.setdefault(word, 1)
        self._by_length: dict[int, list[str]] = {}
        for word in self._counts:
            self._by_length.setdefault(len(word), []).append(word)
        self._nearest = lru_cache(maxsize=10_000)(self._find_nearest)

    def correct(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """The text with unknown words replaced, and what was replaced. Words with digits are left alone."""
        corrections: list[Correction] = []

        def replace(match: re.Match[str]) -> str:
            word = match.group()
            better = self._nearest(word.casefold())
            if better is None:
                return word
            corrections.append(Correction(written=word, read_as=better))
            return better

        return _WORD.sub(replace, text), tuple(corrections)

    def _find_nearest(self, word: str) -> str | None:
        if word in STOP_WORDS or self._is_written(word):
            return None
        if (
            word in self._counts
            or (word.endswith("s") and word[:-1] in self._counts)
            or f"{word}s" in self._counts
        ):
            return None
        distance = 2 if len(word) >= _LONG else 1
        candidates = [
            other
            for length in range(len(word) - distance, len(word) + distance + 1)
            for other in self._by_length.get(length, ())
            if other[0] == word[0] or other[:2] == word[1::-1] or other[1:3] == word[1:3]
        ]
        if len(word) == _SHORT:
            candidates = [c for c in candidates if len(c) > len(word) or sorted(c) == sorted(word)]
        found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=distance, limit=None)
        if not found:
            return None
        return min(found, key=lambda f: (f[1], f[0][0] != word[0], -self._counts[f[0]], f[0]))[0]
