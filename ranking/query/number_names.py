"""Names of attributes beside their numbers: "30 hours battery", "screen of 27 inch", 续航30小时以上.

The name says what the number is of and is no word that products must have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from kms.ontology.model import LANGUAGES, Attribute
from kms.text.chinese import contains_chinese
from kms.text.plurals import singular_of

Span = tuple[int, int]

PRICE_NAMES = (
    "price",
    "priced",
    "prices",
    "cost",
    "costs",
    "costing",
    "budget",
    "价格",
    "价位",
    "价钱",
    "预算",
    "售价",
)
_LINKS = "of|in|with|a|an|the|is|at|for|on|has|having|its"
_BEHIND = re.compile(rf"\s*(?:(?:{_LINKS})\s+){{0,2}}(?P<word>[A-Za-z]+)(?![\w'’])", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![\w'’-])(?P<word>[A-Za-z]+)\s*[:：]?\s*(?:(?:{_LINKS})\s+){{0,2}}$", re.IGNORECASE
)
_LINK_ZH = "的是为在约有"
_REACH = 40
_MOST_WORDS = 3


class NumberNames:
    """Words of an attribute's names in both languages."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names apart: English ones into words in the singular, Chinese ones stay whole."""
        given = tuple(names)
        self._words = frozenset(
            singular_of(word) for name in given for word in re.findall(r"[a-z]+", name.casefold())
        )
        self._chinese = tuple(
            sorted((n for n in given if contains_chinese(n)), key=lambda name: (-len(name), name))
        )

    @classmethod
    def of_attribute(cls, attribute: Attribute) -> NumberNames:
        """The names of an attribute."""
        return cls(name for language in LANGUAGES for name in attribute.names(language))

    def widen(self, text: str, span: Span, taken: Sequence[Span]) -> Span:
        """The span of a number with the names that stand right before and right behind it.

        Args:
            text: The query.
            span: Of the number with its bound.
            taken: Spans of what means something else; no name is looked for in them.
        """
        start, end = span
        for _ in range(_MOST_WORDS):
            behind = self._behind(text, end)
            if behind is None or _overlaps((end, behind), taken):
                break
            end = behind
        for _ in range(_MOST_WORDS):
            before = self._before(text, start)
            if before is None or _overlaps((before, start), taken):
                break
            start = before
        return start, end

    def _behind(self, text: str, end: int) -> int | None:
        word = _word_behind(text, end)
        if word and word.singular in self._words:
            return word.edge
        at = end + 1 if text[end : end + 1] in _LINK_ZH and text[end : end + 1] else end
        if not text.startswith(self._chinese, at):
            return None
        return next(at + len(name) for name in self._chinese if text.startswith(name, at))

    def _before(self, text: str, start: int) -> int | None:
        word = _word_before(text, start)
        if word and word.singular in self._words:
            return word.edge
        at = start - 1 if start and text[start - 1] in _LINK_ZH else start
        if not text.endswith(self._chinese, 0, at):
            return None
        return next(at - len(name) for name in self._chinese if text.endswith(name, 0, at))


class _Word(NamedTuple):
    """An English word beside a number.

    Attributes:
        singular: Lower-cased.
        edge: Where it ends that stands behind the number, or begins that stands before it, links included.
    """

    singular: str
    edge: int


@lru_cache(maxsize=2_000)  # each attribute that may be measured is asked whether the word is its name
def _word_behind(text: str, end: int) -> _Word | None:
    match = _BEHIND.match(text, end, end + _REACH)
    return _Word(singular_of(match["word"].casefold()), match.end()) if match else None


@lru_cache(maxsize=2_000)
def _word_before(text: str, start: int) -> _Word | None:
    match = _BEFORE.search(text, max(0, start - _REACH), start)
    return _Word(singular_of(match["word"].casefold()), match.start()) if match else None


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)
