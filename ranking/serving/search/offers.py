"""Offers: which words of a query ask how a product is sold, in the shop that is searched.

The same words are a thing's name in some shops ("sale sign", 特价标签), and say nothing in others: where every product is
new, nobody needs "brand new" ones. What titles have beside the same word as the query is a name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from kms.lexical.analysis import STOP_WORDS, query_words, stem_ways
from kms.ontology.labels import singular
from kms.ontology.structure import CONDITION_FIELD, SALE_FIELD
from kms.text.chinese import contains_chinese, fold_traditional
from ranking.models import Constraint
from ranking.query.function_words import (
    FUNCTION_WORDS,
    FUNCTION_WORDS_ZH,
    GOODS,
    PARTICLES_ZH,
    REQUESTS,
)
from ranking.query.offers import OfferWords, find_offer_words
from ranking.query.parts import blanked
from ranking.serving.index import ServingIndex
from ranking.serving.search.ways import holding_any

_MOST_TITLES = 100
_BEHIND = re.compile(r"[\s-]*([^\W_\u3400-\u9fff]+(?:['’][^\W_]+)?)|[\u3400-\u9fff]")
_BEFORE = re.compile(r"(?:([^\W_\u3400-\u9fff]+(?:['’][^\W_]+)?)[\s-]*|[\u3400-\u9fff])$")


class Offers(NamedTuple):
    """A query without the words of the offer, and what those ask for."""

    text: str
    constraints: tuple[Constraint, ...]


def read_offers(index: ServingIndex, text: str) -> Offers:
    """Take the words of the offer out of a query."""
    constraints: list[Constraint] = []
    taken: list[tuple[int, int]] = []
    for words in find_offer_words(text):
        is_of_offer = not _is_name(index, text, words) and _is_told(index, text, words)
        if not is_of_offer or (words.needs_kind and not _is_before_kind(index, text, words.end)):
            continue
        taken.append((words.start, words.end))
        condition = words.condition
        if condition is not None and not _says_nothing(index, words):
            constraints.append(Constraint(surface=text[words.start : words.end].strip(), condition=condition))
    rest = blanked(text, taken)
    if taken and not any(map(_is_telling, query_words(rest))):
        rest = ""
    return Offers(rest, tuple(constraints))


def _is_telling(word: str) -> bool:
    return not (
        word in STOP_WORDS | REQUESTS | GOODS | FUNCTION_WORDS_ZH | PARTICLES_ZH
        or FUNCTION_WORDS.fullmatch(word)
    )


def _is_before_kind(index: ServingIndex, text: str, end: int) -> bool:
    """Whether a kind of product is named right behind a place of a query, by a class or by what titles are headed by."""
    behind = text[end:].lstrip()
    at = len(text) - len(behind)
    word = _BEHIND.match(behind)
    return (
        word is not None and bool(holding_any(index.postings.headed, stem_ways(word.group())).any())
    ) or any(
        match.start == at and any(reading.kind == "class" for reading in match.readings)
        for match in index.ontology.labels.find(text, frozenset({"class"}))
    )


def _is_told(index: ServingIndex, text: str, words: OfferWords) -> bool:
    """Whether the shop says of its products what the words ask."""
    condition = words.condition
    if condition is None or condition.field not in (SALE_FIELD, CONDITION_FIELD):
        return True
    values = index.columns.values(condition.field)
    if condition.field == CONDITION_FIELD:
        return words.meaning == "new" or words.meaning in values
    if not values:
        return False
    # A shop that gives no prices of a sale may have a tag or a category that says it.
    core = text[slice(*words.core)]
    return "true" in values or not holding_any(index.postings.about, stem_ways(core)).any()


def _says_nothing(index: ServingIndex, words: OfferWords) -> bool:
    """Whether the shop has no product that is not so: where all are new, "brand new" asks for nothing."""
    return (
        words.meaning == "new"
        and not words.is_denied
        and {"new"}.issuperset(index.columns.values(CONDITION_FIELD))
    )


def _is_name(index: ServingIndex, text: str, words: OfferWords) -> bool:
    """Whether titles have the words beside the same word as the query, of products that are not sold so."""
    start, end = words.core
    core = text[start:end]
    phrases = []
    if behind := _BEHIND.match(text, end):
        phrases.append(text[start : behind.end()])
    if start == words.start and (before := _BEFORE.search(text, 0, start)):
        phrases.append(text[before.start() : end])
    for phrase in phrases:
        other = phrase.replace(core, "", 1).strip().casefold()
        if other in STOP_WORDS | REQUESTS or FUNCTION_WORDS.fullmatch(other):
            continue
        if any(at not in _sold_so(index, words) for at in _titled(index, core, phrase)):
            return True
    return False


def _titled(index: ServingIndex, core: str, phrase: str) -> list[int]:
    if contains_chinese(phrase):
        return index.with_chinese_title("".join(fold_traditional(phrase).split()))
    called = holding_any(index.postings.named, stem_ways(core))
    written = f" {singular(phrase)} "
    positions = np.flatnonzero(called)[:_MOST_TITLES].tolist()
    return [at for at in positions if written in f" {singular(index.documents[at].title)} "]


def _sold_so(index: ServingIndex, words: OfferWords) -> frozenset[int]:
    condition = words.condition
    if condition is None:
        return frozenset()
    return frozenset(
        at for value in condition.any_of for at in index.columns.holding(condition.field, value).tolist()
    )
