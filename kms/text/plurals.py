"""English plurals: the singular of a noun as a key for comparison ("knives" and "knife" both give "knife")."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_SHORTEST = 4
_VOWEL_CHANGED = ("men", "feet", "teeth", "geese", "mice", "lice", "oxen", "children")
"""The only plurals without an s that are folded: "stamina" and "media" are words of their own."""


@lru_cache(maxsize=100_000)
def singular_of(word: str) -> str:
    """The singular of a lower-case English word; the same key for both numbers, and stable when applied again.

    The dictionary of lemminflect knows irregular nouns and those that only look like plurals ("lens", "canvas"); words
    that it does not have lose a regular ending. The key is for comparing and not for showing: "hoodie" gives "hoody".
    """
    for _ in range(3):
        shorter = _singular(word)
        if shorter == word:
            break
        word = shorter
    return word


def is_plural(word: str) -> bool:
    """Whether a lower-case word is the plural of another; "hoodie", whose key differs from it, is none."""
    return not word.endswith("ie") and singular_of(word) != word


def _singular(word: str) -> str:
    if not word.isascii() or not word.isalpha():
        return word
    if not word.endswith("s"):
        if word.endswith(_VOWEL_CHANGED):
            return next((noun for noun in _nouns(word) if noun != word), word)
        return word[:-2] + "y" if word.endswith("ie") and len(word) > _SHORTEST else word
    if len(word) < _SHORTEST:
        return word
    nouns = _nouns(word)
    others = [noun for noun in nouns if noun != word]
    if others:
        return _best(word, others)
    return word if word in nouns and not word.endswith("ics") else _without_ending(word)


def _best(word: str, singulars: Sequence[str]) -> str:
    """Of several singulars the likely one: "leaves" are of a leaf, "lenses" of a lens, "movies" of a movie."""
    if word.endswith("ves"):
        singulars = [each for each in singulars if each.endswith(("f", "fe"))] or singulars
    if word.endswith("ses") and word[:-2] in singulars:
        return word[:-2]
    return singulars[0]


def _without_ending(word: str) -> str:
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def _nouns(word: str) -> tuple[str, ...]:
    return _dictionary().get(word, ())


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, tuple[str, ...]]:
    """Nouns of lemminflect's dictionary that end in s or change their vowel, with their singulars.

    Its file is read here because importing the package imports spaCy, which takes seconds.
    """
    package = find_spec("lemminflect")
    if package is None or package.submodule_search_locations is None:
        raise ModuleNotFoundError("lemminflect is not installed; run make install")
    file = Path(package.submodule_search_locations[0]) / "resources" / "lemma_lu.csv.gz"
    singulars: dict[str, tuple[str, ...]] = {}
    for line in gzip.decompress(file.read_bytes()).decode("utf-8").split("\n"):
        form, _, lemmas = line.partition(",noun,")
        if lemmas and form.endswith(("s", *_VOWEL_CHANGED)):
            singulars[form] = tuple(filter(str.isalpha, lemmas.split("/")))
    return singulars
