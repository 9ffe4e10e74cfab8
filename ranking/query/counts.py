"""Counted things in queries: "tent for 4 people", "4-person tent", "sleeps 6", 双人帐篷.

A number beside the name of an attribute that counts something is a number of that attribute. The number grammar of texts
knows units alone; in a text "10,000 people" says nothing about the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kms.lexical.analysis import stems
from kms.ontology.model import Attribute
from kms.quantities.mentions import QuantityMention
from kms.quantities.numbers import find_numbers
from kms.text.plurals import singular_of

_COUNTED = "count"
_NEXT_WORD = re.compile(r"(?P<plus>\s?\+)?[\s-]{0,2}(?P<word>[A-Za-z]+)(?![\w'’])")
_WORD_BEFORE = re.compile(
    r"(?<![\w'’-])(?P<word>[A-Za-z]+)\s(?P<bound>(?:up to|at least|more than|over|under|at most)\s)?$",
    re.IGNORECASE,
)
_PERSON = "person"
_ALSO_PERSONS = frozenset({"man", "person"})
"""Nouns that tents and tables are counted by: a tent for two is a "2 man tent"."""
_PLUS = re.compile(r"\s?\+(?!\w)")
_FOR = re.compile(r"(?<![\w-])for\s$", re.IGNORECASE)
_ENDS_PHRASE = re.compile(
    r"\s*$|\s+(?:under|below|over|with|without|and|in|that|which)\b|[,;]", re.IGNORECASE
)
_PERSONS_ZH = re.compile("(?P<number>[单双])人")
_NUMBERS_ZH = {"单": 1.0, "双": 2.0}
_LONGEST = 20


def find_counts(
    text: str, attributes: Iterable[Attribute], *, by_name: bool = False
) -> Iterator[tuple[QuantityMention, Attribute]]:
    """Numbers with the name of what they count, and the attribute that has this name.

    Args:
        text: The query.
        attributes: Those of the classes that the query names.
        by_name: Only a number right before the plural of the name counts: no class says that persons are meant.
    """
    counting = [a for a in attributes if a.dimension == _COUNTED]
    if not counting:
        return
    named = {noun: attribute for attribute in counting for noun in _nouns(attribute)}
    if by_name:
        named.pop(_PERSON, None)
    persons = named.get(_PERSON)
    end = 0
    for number in find_numbers(text):
        value = float(number.value)
        behind = _NEXT_WORD.match(text, number.end)
        # The people of "for 2 people under 300" are counted already.
        before = _WORD_BEFORE.search(text, max(end, number.start - _LONGEST), number.start)
        if behind and (attribute := named.get(singular_of(behind["word"].casefold()))):
            end = behind.end()
            yield _mention(number.start, end, value, is_least=bool(behind["plus"])), attribute
        elif not by_name and before and (attribute := _named(before["word"].casefold(), named)):
            start = number.start if before["bound"] else before.start()
            plus = _PLUS.match(text, number.end)
            end = plus.end() if plus else number.end
            yield _mention(start, end, value, is_least=plus is not None), attribute
        elif (
            persons
            and _FOR.search(text, max(0, number.start - 5), number.start)
            and _ENDS_PHRASE.match(text, number.end)
        ):
            yield _mention(number.start, number.end, value), persons
    if persons:
        for match in _PERSONS_ZH.finditer(text):
            yield _mention(match.start(), match.end(), _NUMBERS_ZH[match["number"]]), persons


def _nouns(attribute: Attribute) -> Iterator[str]:
    """Words of one word that name what an attribute counts, in the singular and as they are."""
    words = [name.casefold() for name in attribute.names("en") if name.isalpha()]
    singulars = {singular_of(word) for word in words} | {"person" for word in words if word == "people"}
    yield from words
    yield from singulars
    if _PERSON in singulars:
        yield from _ALSO_PERSONS


def _named(word: str, named: Mapping[str, Attribute]) -> Attribute | None:
    """The attribute that a word names, also in another form of it: "sleeping 4" for "sleeps 4"."""
    if word in named:
        return named[word]
    stem = stems(word)
    return next((attribute for name, attribute in named.items() if stems(name) == stem), None)


def _mention(start: int, end: int, value: float, *, is_least: bool = False) -> QuantityMention:
    return QuantityMention(start, end, value, value, _COUNTED, is_least=is_least)
