"""Exclusion: products that have what the query does not want and no filter condition can say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from kms.filters import Filter
from kms.lexical.analysis import STOP_WORDS, stem_ways, stems
from kms.ontology.model import LANGUAGES, Ontology, Term
from kms.ontology.structure import ATTRIBUTE_FIELD
from kms.text.chinese import contains_chinese
from ranking.models import Entity
from ranking.serving.availability import searchable
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query
from ranking.serving.search.ways import holding_any, quantity_ways

_SHORTEST_NAME = 3


def find_allowed(index: ServingIndex, query: Query, *, with_constraints: bool = True) -> Mask:
    """Products that satisfy the filter, the stated constraints and the exclusions, whatever else the words say, (n,)."""
    mask = searchable(index) & ~find_excluded(index, query)
    if not with_constraints:
        return mask & index.columns.passing(query.filter_without_constraints)
    mask &= index.columns.passing(query.filter)
    for constraint in query.understanding.constraints:
        if constraint.otherwise:
            conditions = (constraint.condition, *constraint.otherwise)
            each = (index.columns.passing(Filter(conditions=(condition,))) for condition in conditions)
            mask &= reduce(np.logical_or, each)
    return mask


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
    names = dict.fromkeys(understanding.excluded_words)  # each once, however often the query says it
    for entity in understanding.entities:
        if not entity.negated:
            continue
        if entity.kind == "quantity":
            yield _with_number(index, entity)
        elif entity.kind != "class" or entity.surface in understanding.excluded_words:
            names.update(dict.fromkeys(names_of(index.ontology, entity)))
    for name in names:
        yield _named(index, name)
    for constraint in understanding.constraints:
        if constraint.negated:
            yield index.columns.passing(Filter(conditions=(constraint.condition,)))
    for word in understanding.lacking:
        yield index.postings.about.holding(stems(word)) & ~find_lacking(index, word)


def names_of(ontology: Ontology, entity: Entity) -> list[str]:
    """Names of an entity in both languages, that of the query first; short ones, which mean much else, are left out."""
    term: Term | None = None
    if entity.kind == "class":
        term = ontology.classes.get(entity.value)
    elif entity.field.startswith(ATTRIBUTE_FIELD):
        attribute = ontology.attributes.get(entity.field.removeprefix(ATTRIBUTE_FIELD))
        if attribute is not None and attribute.type == "boolean":
            term = attribute if entity.value == "true" else None
        elif attribute is not None:
            term = ontology.values_of(attribute.id).get(entity.value)
    elif (relation := ontology.relation_of_field(entity.field)) is not None:
        term = ontology.terms.get(relation.range, {}).get(entity.value)
    names = [name for language in LANGUAGES for name in term.names(language)] if term else []
    telling = (name for name in names if len(name) >= (2 if contains_chinese(name) else _SHORTEST_NAME))
    return list(dict.fromkeys([entity.surface, *telling]))


def _named(index: ServingIndex, word: str) -> Mask:
    """Products whose title, brand, category or facts have a word and do not deny it."""
    # The parts of "in-ear" stand apart in many titles that are not called so.
    ways = [way for way in stem_ways(word) if len(way) == 1 or STOP_WORDS.isdisjoint(way)]
    mask = holding_any(index.postings.about, ways)
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
