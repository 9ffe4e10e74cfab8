"""Chinese spelling: characters that make no word are replaced by a known word of the same pinyin."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from kms.text.chinese_words import is_chinese_word
from ranking.models import Correction

_RUN = re.compile("[\u3400-\u9fff]{2,}")
_LONGEST = 6
_LONG = 4
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
"""Sounds that much of China writes alike."""


class _Cover(NamedTuple):
    """Per character the start of a word that it stands in, or ``None``; and the places where a cut breaks a word."""

    covered: list[int | None]
    inside: set[int]


class PinyinSpeller:
    """Known Chinese words by their sound."""

    def __init__(self, words: Mapping[str, int], names: Iterable[str] = ()) -> None:
        """Prepare for a vocabulary.

        Args:
            words: Words of the index with their numbers of products; those in other scripts are left out.
            names: Labels of the ontology, which come before words of the catalogue.
        """
        fitting = {word: count for word, count in words.items() if _is_fitting(word)}
        self._known = {**fitting, **{name: 1_000_000 for name in names if _is_fitting(name)}}

    def with_words(self, words: Mapping[str, int]) -> PinyinSpeller:
        """The same with further words."""
        fitting = {w: c for w, c in words.items() if _is_fitting(w) and w not in self._known}
        if not fitting:
            return self
        wider = PinyinSpeller({})
        wider._known = {**self._known, **fitting}
        return wider

    def correct(self, text: str) -> tuple[str, list[Correction]]:
        """The text with misspelt Chinese replaced, and what was replaced."""
        corrections: list[Correction] = []
        return _RUN.sub(lambda match: self._correct_run(match.group(), corrections), text), corrections

    def spelt(self, letters: str) -> str | None:
        """The known word whose pinyin a Latin word is: 耳机 for "erji"."""
        return self._by_letters.get(letters)

    def _correct_run(self, run: str, corrections: list[Correction]) -> str:
        cut = self._words_across(run)
        if all(place is not None for place in cut.covered):
            return run
        sounds = [_fuzzy(sound) for sound in syllables(run)]
        written, position = "", 0
        while position < len(run):
            for stop in range(min(len(run), position + _LONGEST), position + 1, -1):
                word = run[position:stop]
                if position in cut.inside or stop in cut.inside or word in self._known:
                    continue
                better = self._meant(word, " ".join(sounds[position:stop]))
                if better is not None and None in cut.covered[position:stop]:
                    corrections.append(Correction(written=word, read_as=better))
                    written, position = written + better, stop
                    break
            else:
                written, position = written + run[position], position + 1
        return written

    def _meant(self, word: str, sound: str) -> str | None:
        """The known word that sounds alike and shares a character, or, if long, differs in one character only."""
        alike = self._by_sound.get(sound)
        if alike is not None and any(a == b for a, b in zip(word, alike, strict=False)):
            return alike
        if len(word) < _LONG:
            return None
        # 的 joins what stands before it to what is asked for, and is a slip of nothing.
        masked = (word[:i] + "?" + word[i + 1 :] for i in range(len(word)) if word[i] != "的")
        return next((self._masked[each] for each in masked if each in self._masked), None)

    def _words_across(self, run: str) -> _Cover:
        """Where the words of the catalogue, the ontology and the language stand in a run."""
        covered: list[int | None] = [None] * len(run)
        inside: set[int] = set()
        for start in range(len(run)):
            for stop in range(start + 2, min(len(run), start + _LONGEST) + 1):
                word = run[start:stop]
                if word in self._known or is_chinese_word(word):
                    covered[start:stop] = [start] * (stop - start)
                    inside.update(range(start + 1, stop))
        return _Cover(covered, inside)

    @cached_property
    def _masked(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for word, _ in sorted(self._known.items(), key=lambda item: (-item[1], item[0])):
            if len(word) >= _LONG:
                for i in range(len(word)):
                    found.setdefault(word[:i] + "?" + word[i + 1 :], word)
        return found

    @cached_property
    def _by_sound(self) -> dict[str, str]:
        return self._by(" ", _fuzzy)

    @cached_property
    def _by_letters(self) -> dict[str, str]:
        return self._by("", str)

    def _by(self, separator: str, fold: Callable[[str], str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for word, _ in sorted(self._known.items(), key=lambda item: (-item[1], item[0])):
            found.setdefault(separator.join(fold(sound) for sound in syllables(word)), word)
        return found


def syllables(text: str) -> list[str]:
    """The pinyin of Chinese characters without tones, one for each."""
    return [_syllable(character) for character in text]


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    # Only single characters are asked for; without its phrases the library loads in a third of the time.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    sounds: list[str] = lazy_pinyin(character)
    return sounds[0]


def _fuzzy(sound: str) -> str:
    for written, folded in _FUZZY:
        sound = sound.replace(written, folded)
    return sound


def _is_fitting(word: str) -> bool:
    return 2 <= len(word) <= _LONGEST and _RUN.fullmatch(word) is not None
