"""Variants: what a query asks for together must hold of one variant of a product.

A bed in three sizes at 29 to 69 has the large size and a price under 60, and no large one for less than 60. In turn a mug in
white and green is still there for who wants no white one. Only options count that the product's variants differ in; what
they share holds of each.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kms.filters import Condition
from kms.lexical.models import IndexedVariant
from kms.ontology.labels import normalise
from kms.ontology.structure import ATTRIBUTE_FIELD
from ranking.models import Entity
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query

_PRICE = "price"


def find_unfit(index: ServingIndex, query: Query, among: Mask) -> Mask:
    """Products of a mask none of whose variants has all that is asked for, (n,)."""
    unfit = np.zeros_like(among)
    asked = list(_asked(query))
    measures = [*_measures(query)]
    conditions = [*asked, *_unwanted(query), *_prices(query), *measures]
    sizes = {normalise(entity.surface) for entity in query.entities if entity.kind == "quantity"}
    # A product's own range of a measure goes from its least variant to its largest, whatever lies between.
    if len(conditions) + len(sizes) < 2 and not measures:
        return unfit
    for at in np.flatnonzero(among & index.columns.varied()).tolist():
        variants = index.documents[at].variants
        own = sizes.intersection(option for variant in variants for option in variant.options)
        unfit[at] = not any(
            own.issubset(variant.options) and all(_holds(variant, each) for each in conditions)
            for variant in variants
        )
    return unfit


def find_spared(index: ServingIndex, entity: Entity, among: Mask) -> Mask:
    """Products of a mask that also come without an excluded value, as a variant, (n,)."""
    spared = np.zeros_like(among)
    if not entity.field.startswith(ATTRIBUTE_FIELD):
        return spared
    for at in np.flatnonzero(among & index.columns.varied()).tolist():
        variants = index.documents[at].variants
        own = [variant.facets.get(entity.field, ()) for variant in variants]
        if any(own):
            spared[at] = any(values and entity.value not in values for values in own)
    return spared


def _asked(query: Query) -> Iterator[Condition]:
    """Values of attributes that the query or the request's filter asks for, one by one."""
    chosen = query.understanding.choices
    spans = [(e.start, e.end) for e in query.entities]
    for entity in query.entities:
        is_sure = spans.count((entity.start, entity.end)) == 1
        if is_sure and entity.kind == "value" and all(c.option_of(entity) is None for c in chosen):
            yield Condition(field=entity.field, any_of=(entity.value,))
    for condition in query.filter.conditions:
        if condition.field.startswith(ATTRIBUTE_FIELD) and condition.any_of:
            yield condition


def _unwanted(query: Query) -> Iterator[Condition]:
    for entity in query.understanding.entities:
        if entity.negated and entity.kind == "value":
            yield Condition(field=entity.field, none_of=(entity.value,))


def _measures(query: Query) -> Iterator[Condition]:
    for condition in query.filter.conditions:
        is_bound = condition.gte is not None or condition.lte is not None
        if is_bound and condition.field.startswith(ATTRIBUTE_FIELD):
            yield condition


def _prices(query: Query) -> Iterator[Condition]:
    for condition in query.filter.conditions:
        if condition.field.partition(".")[0] == _PRICE:
            yield condition


def _holds(variant: IndexedVariant, condition: Condition) -> bool:
    """Whether a variant satisfies a condition, as far as it says anything of the field."""
    if condition.any_of or condition.none_of:
        values = variant.facets.get(condition.field)
        if values is None:
            return True
        return (
            bool(set(condition.any_of) & set(values))
            if condition.any_of
            else not set(condition.none_of) & set(values)
        )
    number = variant.numbers.get(condition.field)
    if number is None:
        return True
    high = variant.highs.get(condition.field, number)
    above = condition.gte is None or high >= condition.gte
    return above and (condition.lte is None or number <= condition.lte)
