"""Degrees of adjectives: "light" as "lighter" and "lightest", "powerful" as "most powerful", 轻便 as 最轻."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_LONGEST_INFLECTED = 6
"""Letters up to which English adjectives take endings; longer ones take "more" and "most"."""
_VOWELS = "aeiou"


class Degree(NamedTuple):
    """A form of an adjective and whether it is the superlative."""

    form: str
    is_superlative: bool


def degrees(phrase: str) -> Iterator[Degree]:
    """Comparative and superlative of a phrase that begins with an adjective ("long battery": "longest battery")."""
    yield Degree(f"more {phrase}", False)
    yield Degree(f"most {phrase}", True)
    head, separator, rest = phrase.partition(" ")
    if head.isascii() and head.isalpha() and len(head) <= _LONGEST_INFLECTED:
        stem = _stem(head)
        yield Degree(f"{stem}er{separator}{rest}", False)
        yield Degree(f"{stem}est{separator}{rest}", True)


def _stem(adjective: str) -> str:
    """The adjective as it stands before -er and -est: "big" as "bigg", "heavy" as "heavi", "large" as "larg"."""
    if adjective.endswith("e"):
        return adjective[:-1]
    if adjective.endswith("y") and adjective[-2:-1] not in _VOWELS:
        return adjective[:-1] + "i"
    is_short = len(adjective) <= 4 and adjective[-1] not in _VOWELS + "wxy" and adjective[-2:-1] in _VOWELS
    if is_short and adjective[-3:-2] not in _VOWELS:
        return adjective + adjective[-1]
    return adjective


_CHINESE_ADJECTIVES = frozenset("轻重大小长短快慢亮静薄厚宽窄高低响暖")
"""Adjectives of one character, which stand behind 最 alone; as parts of words they say the same (轻便, 大容量)."""


def chinese_superlatives(word: str, names: Sequence[str] = ()) -> list[str]:
    """Superlatives of a word for much or little of an attribute: 轻便 gives 最轻便, 最轻 and 重量最轻.

    Args:
        word: A word for much or little.
        names: Chinese names of the attribute, which may stand before 最.
    """
    adjective = next((character for character in word if character in _CHINESE_ADJECTIVES), None)
    stems = list(dict.fromkeys([word, *([adjective] if adjective else [])]))
    return [f"{name}最{stem}" for name in ("", *names) for stem in stems]
