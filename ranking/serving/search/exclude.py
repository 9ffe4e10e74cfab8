"""Exclusion: products that have what the query does not want and no filter condition can say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kms.filters import Filter
from kms.lexical.analysis import contains_chinese, stem_ways, stems
from ranking.models import Entity
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query
from ranking.serving.search.ways import holding_any, quantity_ways


def find_excluded(index: ServingIndex, query: Query) -> Mask:
    """Products that the query's words leave out, (n,).

    Those whose title, brand, category or facts have an excluded word or the name of an excluded entity, those that have a
    denied number or one in a denied range, and those that have what the query wants them to be free of.
    """
    mask = np.zeros(len(index.ids), dtype=np.bool_)
    for each in _excluding(index, query):
        mask |= each
    return mask


def find_lacking(index: ServingIndex, word: str) -> Mask:
    """Products that say that they are free of something ("gluten-free", "without gluten"), (n,)."""
    said = holding_any(index.postings.affirmed, stem_ways(f"{word}-free"))
    return said | index.postings.denied.holding(stems(word))


def _excluding(index: ServingIndex, query: Query) -> Iterator[Mask]:
    understanding = query.understanding
    for word in understanding.excluded_words:
        yield _named(index, word)
    for entity in understanding.entities:
        if not entity.negated:
            continue
        if entity.kind == "quantity":
            yield _with_number(index, entity)
        elif entity.kind != "class":
            yield _named(index, entity.surface)
    for constraint in understanding.constraints:
        if constraint.negated:
            yield index.columns.passing(Filter(conditions=(constraint.condition,)))
    for word in understanding.lacking:
        yield index.postings.about.holding(stems(word)) & ~find_lacking(index, word)


def _named(index: ServingIndex, word: str) -> Mask:
    """Products whose title, brand, category or facts have a word and do not deny it."""
    mask = holding_any(index.postings.about, stem_ways(word))
    if contains_chinese(word):
        mask[index.with_chinese_title(word)] = True
    # "silicone-free" holds the word silicone.
    return mask & ~find_lacking(index, word)


def _with_number(index: ServingIndex, entity: Entity) -> Mask:
    """Products that have a number, by a fact, or where none is known by their title, brand or category."""
    mask = holding_any(index.postings.about, quantity_ways(entity.surface))
    mask &= np.isnan(index.columns.numbers(entity.field))
    mask[index.facts.equal(entity)] = True
    return mask
