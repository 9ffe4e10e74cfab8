"""Variants: what a query asks for together must hold of one variant of a product.

A bed in three sizes at 29 to 69 has the large size and a price under 60, and no large one for less than 60. In turn a mug in
white and green is still there for who wants no white one. Only options count that the product's variants differ in: what the
product has of a field and no option says, as the leather of a bag with straps of cotton or nylon, holds of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import numpy as np

from kms.filters import Condition
from kms.lexical.models import IndexedProduct, IndexedVariant
from kms.ontology.labels import normalise
from kms.ontology.structure import ATTRIBUTE_FIELD
from ranking.models import Entity
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query

_PRICE = "price"


def find_unfit(index: ServingIndex, query: Query, among: Mask) -> Mask:
    """Products of a mask none of whose variants has all that is asked for, (n,).

    Of several values of one field, as in "black and white sneakers", a variant needs only one.
    """
    unfit = np.zeros_like(among)
    measures = list(_measures(query))
    conditions = [*_asked(query), *_unwanted(query), *_prices(query), *measures]
    sizes = _sizes(query)
    # A product's own range of a measure goes from its least variant to its largest, whatever lies between.
    if len(conditions) + len(sizes) < 2 and not measures:
        return unfit
    fields = {condition.field for condition in conditions}
    for at in np.flatnonzero(among & index.columns.varied()).tolist():
        product = index.documents[at]
        options = {option for variant in product.variants for option in variant.options}
        own = [size & options for size in sizes if size & options]
        shared = {field: _shared(product, field) for field in fields}
        unfit[at] = not any(
            all(not size.isdisjoint(variant.options) for size in own)
            and all(_holds(variant, each, shared[each.field]) for each in conditions)
            for variant in product.variants
        )
    return unfit


def find_spared(index: ServingIndex, entity: Entity, among: Mask) -> Mask:
    """Products of a mask that also come without an excluded value, as a variant, (n,)."""
    spared = np.zeros_like(among)
    if not entity.field.startswith(ATTRIBUTE_FIELD):
        return spared
    for at in np.flatnonzero(among & index.columns.varied()).tolist():
        variants = index.documents[at].variants
        # What no option says is of each variant. An option of any field counts: "strap: leather" where leather is unwanted.
        if any(entity.value in values for variant in variants for values in variant.facets.values()):
            own = [variant.facets.get(entity.field, ()) for variant in variants]
            spared[at] = any(values and entity.value not in values for values in own)
        elif entity.value not in index.documents[at].facets.get(entity.field, ()):
            # A value that somebody rejected is still written in its option; the other variants have none of it.
            written = normalise(entity.surface)
            named = [written in variant.options for variant in variants]
            spared[at] = any(named) and not all(named)
    return spared


def _asked(query: Query) -> Iterator[Condition]:
    """Values of attributes that the query or the request's filter asks for, those of a field together."""
    asked: dict[str, dict[str, None]] = {}
    chosen = query.understanding.choices
    spans = [(e.start, e.end) for e in query.entities]
    for entity in query.entities:
        is_sure = spans.count((entity.start, entity.end)) == 1
        if is_sure and entity.kind == "value" and all(c.option_of(entity) is None for c in chosen):
            asked.setdefault(entity.field, {})[entity.value] = None
    for condition in query.filter.conditions:
        if condition.field.startswith(ATTRIBUTE_FIELD) and condition.any_of:
            asked.setdefault(condition.field, {}).update(dict.fromkeys(condition.any_of))
    for field, values in asked.items():
        yield Condition(field=field, any_of=tuple(values))


def _sizes(query: Query) -> Sequence[Set[str]]:
    """Quantities that the query asks for as they may be written in options, those of a field together."""
    sizes: dict[str, set[str]] = {}
    for entity in query.entities:
        if entity.kind == "quantity":
            sizes.setdefault(entity.field, set()).add(normalise(entity.surface))
    return list(sizes.values())


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


def _shared(product: IndexedProduct, field: str) -> Set[str]:
    """Values that a product has in a field and no variant's option says: they are of every variant."""
    said = {value for variant in product.variants for value in variant.facets.get(field, ())}
    return set(product.facets.get(field, ())) - said


def _holds(variant: IndexedVariant, condition: Condition, shared: Set[str]) -> bool:
    """Whether a variant satisfies a condition, as far as it says anything of the field; it has the shared values too."""
    if condition.any_of or condition.none_of:
        own = variant.facets.get(condition.field)
        if own is None:
            return True
        values = {*shared, *own}
        return (
            not values.isdisjoint(condition.any_of)
            if condition.any_of
            else values.isdisjoint(condition.none_of)
        )
    number = variant.numbers.get(condition.field)
    if number is None:
        return True
    high = variant.highs.get(condition.field, number)
    above = condition.gte is None or high >= condition.gte
    return above and (condition.lte is None or number <= condition.lte)
