"""Spelling correction: replaces an unknown word by the known one that was most likely meant.

A word is left alone where some text of the catalogue has it, where it is an English word, and where it may be a name
that the catalogue lacks. Words written apart that the catalogue writes as one are joined, and the reverse.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kms.lexical.analysis import STOP_WORDS, stems
from kms.text.nouns import has_plural
from kms.text.plurals import is_plural, singular_of
from ranking.models import Correction
from ranking.query.pinyin import PinyinSpeller
from ranking.query.slips import Slip, log_likelihood, slip_between

_WORD = re.compile(r"(?<![\w])[A-Za-z][A-Za-z'’]{2,}(?![\w'’])")
_LETTERS = re.compile(r"[A-Za-z]+")
_PAIR = re.compile(r"(?<![\w'’-])(?=([A-Za-z]{2,})[ ]+([A-Za-z]{2,})(?![\w'’-]))")
_LONG = 8
"""From this length on two slips are looked for."""
_SHORT = 3
_RARER_THAN_SHORT = 2.0
"""Words of so few letters, which are often codes, lack a letter or have two exchanged, and are rarer by this."""
_RARER_THAN_SHORT_LABEL = 1.4
"""The same where a label of the ontology is far likelier than every other word (``_FAR``)."""
_FAR = 0.8
"""How much likelier, as a decimal logarithm."""
_MOST_UNKNOWN = 8
"""Unknown words of one query that are looked up: it bounds the cost of a query of nonsense."""
ENGLISH = 3.0
"""Zipf frequency (decimal logarithm of uses in a billion words) from which on a word is right English."""
_CLEARLY_RARER: dict[Slip, float] = {
    "doubled": 0.5,
    "swapped": 1.0,
    "misdoubled": 1.0,
    "omitted": 1.4,
    "neighbour": 2.0,
    "brushed": 2.6,
    "vowel": 2.0,
    "inserted": 3.0,
    "replaced": 3.0,
}
"""How much rarer in English a possible name must be than the word that it is taken for, by the slip."""
_ALONE = 0.5
"""Added to that where no other word of the query speaks for the correction and no label of the ontology has it."""
_CODE = 4
"""Capitals up to this length are a code in a query that is not all capitals."""
_CONTEXT = 1.5
_LABEL = 0.5
_OFTEN = 3
_LEAST_PART = 3

Together = Callable[[Sequence[str]], int]


class _Candidate(NamedTuple):
    word: str
    score: float
    distance: int
    has_context: bool


class Speller:
    """Corrects by a noisy channel: likelihood of the slip, frequency of the word, and what stands beside it."""

    def __init__(
        self,
        words: Mapping[str, int],
        also_known: Iterable[str] = (),
        *,
        is_written: Callable[[str], bool] = lambda word: False,
        together: Together = lambda words: 0,
        pinyin: PinyinSpeller | None = None,
        english: Callable[[str], float] | None = None,
    ) -> None:
        """Prepare for a vocabulary.

        Args:
            words: Lower-cased word to number of products: what corrections are chosen from.
            also_known: Names of the ontology, whose words count as known even where no product has them.
            is_written: Whether a word is known although nothing is corrected to it, as those of descriptions.
            together: How many products have all of some words in title, brand, category or labels.
            pinyin: Corrects Chinese.
            english: Zipf frequency of a word in English, names included, 0 for one that nobody uses; default wordfreq.
        """
        self._is_written = is_written
        self._together = together
        self._pinyin = pinyin
        self._english = english or _zipf
        self._counts = {word: count for word, count in words.items() if word.isalpha() and word.isascii()}
        names = [[word.casefold() for word in _LETTERS.findall(name)] for name in also_known]
        self._labels = frozenset(word for name in names for word in name)
        self._label_pairs = frozenset(pair for name in names for pair in pairwise(name))
        for word in self._labels:
            self._counts.setdefault(word, 1)
        self._singulars = frozenset(map(singular_of, self._counts))
        self._stems = frozenset(stems(" ".join(self._counts)))
        self._by_length: dict[int, list[str]] = {}
        for word in self._counts:
            if len(word) > 2:
                self._by_length.setdefault(len(word), []).append(word)
        self._nearest = lru_cache(maxsize=10_000)(self._find_nearest)

    def with_words(
        self, words: Mapping[str, int], *, is_written: Callable[[str], bool], together: Together
    ) -> Speller:
        """The same with further words, for a version some of whose products changed.

        Args:
            words: Those that the vocabulary lacks, with their numbers of products.
            is_written: As in the constructor.
            together: As in the constructor.
        """
        wider = copy.copy(self)
        wider._is_written, wider._together = is_written, together
        wider._pinyin = self._pinyin.with_words(words) if self._pinyin is not None else None
        fitting = {w: c for w, c in words.items() if w.isalpha() and w.isascii() and w not in self._counts}
        if fitting:
            wider._counts = {**self._counts, **fitting}
            wider._singulars = self._singulars.union(map(singular_of, fitting))
            wider._stems = self._stems.union(stems(" ".join(fitting)))
            wider._by_length = dict(self._by_length)
            for word in fitting:
                if len(word) > 2:
                    wider._by_length[len(word)] = [*wider._by_length.get(len(word), ()), word]
        wider._nearest = lru_cache(maxsize=10_000)(wider._find_nearest)
        return wider

    def correct(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """The text with what is misspelt replaced, and what was replaced. Words with digits are left alone."""
        corrections: list[Correction] = []
        text = self._join(text, corrections)
        unknown: set[str] = set()
        # "ESS" and "PLCE PWB" are codes; who shouts uses longer words as well.
        is_shouted = text.isupper() and any(len(word) > _CODE for word in _LETTERS.findall(text))

        written = {w.casefold() for w in _WORD.findall(text)} - STOP_WORDS
        known = {word for word in written if self.is_known(word)}
        alone: dict[str, str] = {}
        for word in sorted(written - known)[:_MOST_UNKNOWN]:
            if better := self._nearest(word, tuple(sorted(known))):
                alone[word] = better

        def replace(match: re.Match[str]) -> str:
            word = match.group().casefold()
            if self.is_known(word) or (_is_code(match.group()) and not is_shouted):
                return match.group()
            unknown.add(word)
            if len(unknown) > _MOST_UNKNOWN:
                return match.group()
            # Other misspelt words speak for a correction as they were meant: "runing shoos".
            meant = {
                other
                for miswritten, better in alone.items()
                if miswritten != word
                for other in better.split()
            }
            better = self._nearest(word, tuple(sorted(known | meant))) if meant else None
            better = better or alone.get(word)
            if better is None:
                return match.group()
            corrections.append(Correction(written=match.group(), read_as=better))
            return better

        text = _WORD.sub(replace, text)
        if self._pinyin is not None:
            text, chinese = self._pinyin.correct(text)
            corrections.extend(chinese)
        return text, tuple(corrections)

    def is_known(self, word: str) -> bool:
        """Whether a lower-cased word is a word of the catalogue, of the ontology or of English, in either number."""
        return (
            word in STOP_WORDS
            or word in self._counts
            or singular_of(word) in self._singulars
            or (self._is_written(word) and not self._is_misspelt_form(word))
            or self._english_in_either_number(word) >= ENGLISH
        )

    def _english_in_either_number(self, word: str) -> float:
        """Zipf frequency of a word; of a plural that of its singular counts as well ("fryers" is as right as "fryer")."""
        forms = {word, singular_of(word)} if is_plural(word) else {word}
        uses = sum(10**rank for rank in map(self._english, forms) if rank > 0)
        return math.log10(uses) if uses else 0.0

    def _is_misspelt_form(self, word: str) -> bool:
        """Whether texts seem to have a word only because it has the stem of another: "headphons" of headphones."""
        return self._english(word) == 0 and any(stem in self._stems for stem in stems(word))

    def _join(self, text: str, corrections: list[Correction]) -> str:
        """Pairs of words that the catalogue writes as one: "head phones", "back pack"."""
        position, parts = 0, []
        for match in _PAIR.finditer(text):
            first, second = match.group(1), match.group(2)
            if match.start() < position:
                continue
            joined = (first + second).casefold()
            if joined in self._counts and self._is_split(first.casefold(), second.casefold(), joined):
                corrections.append(Correction(written=text[match.start() : match.end(2)], read_as=joined))
                parts += [text[position : match.start()], joined]
                position = match.end(2)
        return "".join(parts) + text[position:]

    def _is_split(self, first: str, second: str, joined: str) -> bool:
        if first in STOP_WORDS or second in STOP_WORDS:
            return False
        # "Multi color" and "top loading" are right as they stand; what English writes as one word ("backpack") is joined,
        # and so are names of things that no product has apart.
        words = (first, second)
        are_words = all(word in self._counts or self._english(word) >= ENGLISH for word in words)
        is_name = has_plural(joined) and not all(w in self._counts or self._is_written(w) for w in words)
        if are_words and not is_name and self._english(joined) < ENGLISH:
            return False
        return _OFTEN * self._together([first, second]) < max(self._counts[joined], _OFTEN + 1)

    def _find_nearest(self, word: str, beside: tuple[str, ...]) -> str | None:
        rank = self._english(word)
        candidates = self._candidates(word, beside)
        second = candidates[1].score if len(candidates) > 1 else -math.inf
        for candidate in candidates:
            is_far = candidate.score - second >= _FAR
            if self._is_sure(word, rank, candidate, has_company=bool(beside), is_far=is_far):
                return candidate.word
            if candidate.score < candidates[0].score - 1:
                break
        return self._split(word, rank) or (self._pinyin.spelt(word) if self._pinyin and rank == 0 else None)

    def _candidates(self, word: str, beside: tuple[str, ...]) -> list[_Candidate]:
        """Known words within reach, the likeliest first."""
        reach = 2 if len(word) >= _LONG else 1
        near = [
            (other, int(distance))
            for length in range(len(word) - reach, len(word) + reach + 1)
            for other, distance, _ in process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=reach, limit=None
            )
        ]
        found = []
        for other, distance in near:
            has_context = bool(beside) and self._together([other, *beside]) > 0
            score = log_likelihood(word, other) + math.log10(1 + self._counts[other])
            score += _LABEL * (other in self._labels) + _CONTEXT * has_context
            found.append(_Candidate(other, score, distance, has_context))
        return sorted(found, key=lambda c: (-c.score, c.distance, c.word))

    def _is_sure(
        self, word: str, rank: float, candidate: _Candidate, *, has_company: bool, is_far: bool
    ) -> bool:
        """Whether a correction gains more than it may lose.

        A word that English texts have, however rarely, may be a name ("tefal"): then it is corrected to a much commoner word
        only, the less likely the slip the commoner, and where there are other words, only where they speak for it.
        """
        slip = slip_between(word, candidate.word)
        if len(word) <= _SHORT and not candidate.has_context:
            rarer = self._english(candidate.word) - rank
            is_label = is_far and candidate.word in self._labels
            least = _RARER_THAN_SHORT_LABEL if is_label else _RARER_THAN_SHORT
            return slip in ("omitted", "doubled", "swapped") and rarer >= least and not has_company
        if rank > 0:
            rarer = self._english(candidate.word) - rank
            if has_company:
                return candidate.has_context and rarer >= _CLEARLY_RARER.get(slip, math.inf)
            alone = 0.0 if candidate.word in self._labels else _ALONE
            return rarer >= _CLEARLY_RARER.get(slip, math.inf) + alone
        return True

    def _split(self, word: str, rank: float) -> str | None:
        """A word as two known ones that stand together in some product: "bluetoothspeaker".

        What may be a name ("netgear") is split only as a label of the ontology is.
        """
        for at in range(len(word) - _LEAST_PART, _LEAST_PART - 1, -1):
            first, second = word[:at], word[at:]
            if first not in self._counts or second not in self._counts:
                continue
            if (first, second) in self._label_pairs or (rank == 0 and self._together([first, second])):
                return f"{first} {second}"
        return None


def _is_code(word: str) -> bool:
    """Whether a word is written as a code or a product's name: "DRW", "iCard"."""
    return (word.isupper() and len(word) <= _CODE) or (not word.isupper() and not word[1:].islower())


@lru_cache(maxsize=50_000)
def _zipf(word: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, "en"))
