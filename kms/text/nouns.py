"""Countable English nouns: words that name a thing that can be sold by the piece ("battery", "sleeve", "cord").

What stands behind a thing's name in a title or query is either a further noun, which then is the thing ("laptop battery"),
or a quality of it ("laptop black", "kettle steel"). Qualities are adjectives or materials, and materials have no plural
that anybody writes.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from kms.text.plurals import singular_of

LEAST_PLURAL = -1.2
"""Least difference of the Zipf frequencies of plural and singular: "batteries" are 0.5 rarer than "battery", "steels" 1.9
than "steel"."""
COMMON = 3.5
"""Least Zipf frequency of a common word: once in some 300,000 words."""
_SHORTEST = 3
_ADJECTIVE_ENDINGS = ("able", "ible", "proof", "free", "less", "resistant", "friendly")
"""Of adjectives that people make as they need them and dictionaries lack."""


@lru_cache(maxsize=50_000)
def is_countable(word: str) -> bool:
    """Whether an English word in any case and number is a countable noun and no adjective as well."""
    folded = word.casefold()
    return not is_quality(folded) and has_plural(folded)


@lru_cache(maxsize=50_000)
def has_plural(word: str) -> bool:
    """Whether an English word in any case is a noun whose plural people write, adjective or not: "light", not "heavy"."""
    folded = word.casefold()
    if len(folded) < _SHORTEST or not folded.isascii() or not folded.isalpha():
        return False
    plurals = _dictionary()[1]
    singular = singular_of(folded)
    if singular not in plurals:
        return False
    from wordfreq import zipf_frequency

    common = max(zipf_frequency(plural, "en") for plural in plurals[singular])
    return common > 0 and common - zipf_frequency(singular, "en") >= LEAST_PLURAL


@lru_cache(maxsize=50_000)
def is_compound(word: str) -> bool:
    """Whether a word that the dictionary lacks is a common one and a common countable noun behind it: "stockpot"."""
    folded = word.casefold()
    if not folded.isascii() or not folded.isalpha() or plurals_of(folded) or is_quality(folded):
        return False
    cuts = range(_SHORTEST, len(folded) - _SHORTEST + 1)
    return any(
        is_known(folded[:at]) and is_countable(folded[at:]) and _are_common(folded[:at], folded[at:])
        for at in cuts
    )


def _are_common(*words: str) -> bool:
    """Whether people write all of some lower-case words often; rare ones stand in many names by chance."""
    from wordfreq import zipf_frequency

    return all(zipf_frequency(word, "en") >= COMMON for word in words)


def is_known(word: str) -> bool:
    """Whether the dictionary has a lower-case word."""
    return bool(plurals_of(word)) or is_quality(word) or is_verb_form(word)


def is_quality(word: str) -> bool:
    """Whether a lower-case word, or its singular, can be an adjective or adverb."""
    return not {word, singular_of(word)}.isdisjoint(_dictionary()[0])


def is_adjective(word: str) -> bool:
    """Whether an English word in any case says how a thing is and names none: "safe", "compostable", not "leather"."""
    folded = word.casefold()
    if folded.endswith("ed") and is_verb_form(folded) and not plurals_of(folded):
        return True  # a participle: "insulated"
    return is_quality(folded) or (folded.endswith(_ADJECTIVE_ENDINGS) and not plurals_of(folded))


def is_verb_form(word: str) -> bool:
    """Whether a lower-case word is an inflected form of a verb: "wearing", "removes"."""
    return word in _dictionary()[2]


def is_verb(word: str) -> bool:
    """Whether a lower-case word is the base form of a verb: "sharpen", and "drill" as well."""
    return word in _dictionary()[3]


def is_noun(word: str) -> bool:
    """Whether a lower-case word is a noun in the singular, of a thing or of a stuff: "help", "dust"."""
    return word in _dictionary()[4]


def plurals_of(word: str) -> tuple[str, ...]:
    """The plurals of a lower-case noun that the dictionary knows; empty for other words."""
    return _dictionary()[1].get(singular_of(word), ())


@lru_cache(maxsize=1)
def _dictionary() -> tuple[
    frozenset[str], dict[str, tuple[str, ...]], frozenset[str], frozenset[str], frozenset[str]
]:
    """Adjectives and adverbs of lemminflect's dictionary, its nouns with their plurals, forms of verbs, verbs, and nouns.

    Its file is read here because importing the package imports spaCy, which takes seconds.
    """
    package = find_spec("lemminflect")
    if package is None or package.submodule_search_locations is None:
        raise ModuleNotFoundError("lemminflect is not installed; run make install")
    file = Path(package.submodule_search_locations[0]) / "resources" / "lemma_lu.csv.gz"
    qualities: set[str] = set()
    verbs: set[str] = set()
    bases: set[str] = set()
    nouns: set[str] = set()
    plurals: dict[str, tuple[str, ...]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            form, kind, lemmas = line.rstrip("\n").split(",")
            if kind in ("adj", "adv"):
                qualities.add(form)
            elif kind == "verb":
                verbs.add(form)
                bases.update(lemmas.split("/"))
            elif kind == "noun":
                nouns.update(lemmas.split("/"))
                for lemma in lemmas.split("/"):
                    if lemma != form:
                        key = singular_of(form)
                        plurals[key] = (*plurals.get(key, ()), form)
    return frozenset(qualities), plurals, frozenset(verbs), frozenset(bases), frozenset(nouns)
