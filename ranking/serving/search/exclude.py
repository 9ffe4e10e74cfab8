"""Exclusion: products that have what the query does not want and no filter condition can say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from kms.filters import Condition, Filter
from kms.lexical.analysis import STOP_WORDS, stem_ways, stems
from kms.ontology.implications import Claim
from kms.ontology.lacking import attributes_called, attributes_lacking, lacking_values
from kms.ontology.model import LANGUAGES, Ontology, Term
from kms.ontology.structure import ATTRIBUTE_FIELD
from kms.text.chinese import contains_chinese
from kms.text.nouns import is_adjective, is_known
from ranking.models import Entity
from ranking.query.understand import exclusions
from ranking.serving.availability import searchable
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query
from ranking.serving.search.variants import find_spared, find_unfit
from ranking.serving.search.ways import holding_any, quantity_ways

_SHORTEST_NAME = 3


def find_allowed(index: ServingIndex, query: Query, *, with_constraints: bool = True) -> Mask:
    """Products that satisfy the filter, the stated constraints and the exclusions, whatever else the words say, (n,)."""
    mask = searchable(index) & ~find_excluded(index, query)
    whole = query.filter if with_constraints else query.filter_without_constraints
    unwanted = exclusions(query.understanding)
    mask &= index.columns.passing(
        Filter.model_construct(conditions=tuple(c for c in whole.conditions if c not in unwanted))
    )
    mask &= _passing_unwanted(index, query)
    if not with_constraints:
        return mask
    mask &= ~find_unfit(index, query, mask)
    for constraint in query.understanding.constraints:
        if constraint.otherwise:
            conditions = (constraint.condition, *constraint.otherwise)
            each = (index.columns.passing(Filter(conditions=(condition,))) for condition in conditions)
            mask &= reduce(np.logical_or, each)
    return mask


def _passing_unwanted(index: ServingIndex, query: Query) -> Mask:
    """Products that have none of the excluded values, or come without them as well, (n,)."""
    mask = index.columns.visible()
    for entity in query.understanding.entities:
        if entity.negated and entity.kind != "quantity":
            lacking = index.columns.passing(
                Filter(conditions=(Condition(field=entity.field, none_of=(entity.value,)),))
            )
            mask &= lacking | find_spared(index, entity, ~lacking)
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
    """Products that say that they are free of something ("gluten-free", "no-drill", "Gluten: none"), (n,)."""
    # As one word: "gluten" and "free" apart may be "Contains gluten. Lactose-free".
    written = [stem for stem in ("".join(word.split()), "".join(stems(word))) if stem]
    ways = [tuple(stems(each)) for stem in written for each in (f"{stem}free", f"no{stem}")]
    said = holding_any(index.postings.affirmed, ways)
    said |= index.postings.denied.holding(stems(word))
    # "Free of latex? It contains latex."
    return (said & ~_contains(index, word)) | _stated(index, word)[1]


def _excluding(index: ServingIndex, query: Query) -> Iterator[Mask]:
    understanding = query.understanding
    names = dict.fromkeys(understanding.excluded_words)  # each once, however often the query says it
    for entity in understanding.entities:
        if not entity.negated:
            continue
        if entity.kind == "quantity":
            yield _with_number(index, entity)
        elif entity.kind != "class" or entity.surface in understanding.excluded_words:
            own = names_of(index.ontology, entity)
            if entity.field.startswith(ATTRIBUTE_FIELD):
                named = reduce(np.logical_or, (_named(index, name) for name in own))
                for name in narrower_names(index.ontology, entity):
                    named |= _in_cells(index, name)
                yield named & ~find_spared(index, entity, named)
            else:
                names.update(dict.fromkeys(own))
    for name in names:
        yield _named(index, name) | _stated(index, name)[0]
    for constraint in understanding.constraints:
        if constraint.negated:
            yield index.columns.passing(Filter(conditions=(constraint.condition,)))
    for word in understanding.lacking:
        has = index.postings.about.holding(stems(word)) | _contains(index, word)
        yield has & ~find_lacking(index, word)
        yield _stated(index, word)[0]


def _stated(index: ServingIndex, word: str) -> tuple[Mask, Mask]:
    """Products of which an attribute called so says that they have some of it, and that they have none, (n,) each."""
    has = np.zeros(len(index.ids), dtype=np.bool_)
    lacks = has.copy()
    for attribute in attributes_called(word, index.ontology):
        field = f"{ATTRIBUTE_FIELD}{attribute.id}"
        none = lacking_values(attribute, index.ontology)
        if none:
            some = tuple(each for each in index.ontology.values_of(attribute.id) if each not in none)
            has |= _with_any(index, field, some)
            lacks |= _with_any(index, field, none)
        elif attribute.type == "quantity":
            amounts = index.columns.numbers(field)
            has |= amounts > 0
            lacks |= amounts == 0
        elif attribute.type == "boolean":
            has |= _with_any(index, field, ("true",))
            lacks |= _with_any(index, field, ("false",))
    for attribute in attributes_lacking(word, index.ontology):
        field = f"{ATTRIBUTE_FIELD}{attribute.id}"
        has |= _with_any(index, field, ("false",))
        lacks |= _with_any(index, field, ("true",))
    return has & ~lacks, lacks


def _with_any(index: ServingIndex, field: str, values: tuple[str, ...]) -> Mask:
    return index.columns.passing(Filter(conditions=(Condition(field=field, any_of=values),)))


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


def narrower_names(ontology: Ontology, entity: Entity) -> list[str]:
    """Names of the values that an excluded value is implied by, for cells that the ontology reads nothing in."""
    claim = Claim(entity.field, entity.value)
    names = []
    for each in sorted(ontology.implications.implying(claim)):
        value = ontology.values_of(each.attribute).get(each.value) if each.attribute else None
        if value is not None and each.field == entity.field:
            names += [name for language in LANGUAGES for name in value.names(language)]
    return [name for name in names if len(name) >= (2 if contains_chinese(name) else _SHORTEST_NAME)]


def _named(index: ServingIndex, word: str) -> Mask:
    """Products whose title, brand, category or facts have a word and do not deny it."""
    # The parts of "in-ear" stand apart in many titles that are not called so.
    ways = [way for way in stem_ways(word) if len(way) == 1 or STOP_WORDS.isdisjoint(way)]
    # A description names other things than the product, but how it says that things are it mostly means the product.
    where = index.postings.affirmed if is_adjective(word) else index.postings.about
    mask = holding_any(where, ways) | _contains(index, word) | _in_cells(index, word)
    if contains_chinese(word):
        mask[index.with_chinese_title(word)] = True
    # "silicone-free" holds the word silicone.
    return mask & ~find_lacking(index, word)


def _in_cells(index: ServingIndex, word: str) -> Mask:
    """Products whose table has a word in a cell: a shop's own statement, whether the ontology knows it or not, (n,)."""
    return holding_any(index.postings.stated, stem_ways(word))


def _contains(index: ServingIndex, word: str) -> Mask:
    """Products whose description says that they contain something, also as a kind of it ("hazelnuts" of "nut"), (n,)."""
    contained = index.postings.contained
    ways = list(stem_ways(word))
    own = stems(word)
    if len(own) == 1 and len(own[0]) >= _SHORTEST_NAME and own[0].isascii() and own[0].isalpha():
        ways += [(term,) for term in contained.ending_with(own[0]) if is_known(term.removesuffix(own[0]))]
    return holding_any(contained, ways)


def _with_number(index: ServingIndex, entity: Entity) -> Mask:
    """Products that have a number, by a fact, or where none is known by their title, brand or category."""
    mask = holding_any(index.postings.about, quantity_ways(entity.surface))
    mask &= np.isnan(index.columns.numbers(entity.field))
    mask[index.facts.equal(entity)] = True
    return mask
