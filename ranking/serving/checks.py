"""Checks of a request's filters and facets against what a version of the indexes can filter and count by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import get_args

from kms.catalog.offers import Condition
from kms.errors import FilterError
from kms.filters import Filter
from kms.indexing.documents import IN_STOCK, OUT_OF_STOCK
from kms.ontology.implications import concept_field
from kms.ontology.labels import Reading, normalise
from kms.ontology.model import LANGUAGES, Ontology
from kms.ontology.structure import (
    ATTRIBUTE_FIELD,
    AVAILABILITY_FIELD,
    CATEGORY_FIELD,
    CONDITION_FIELD,
    LANGUAGE_FIELD,
    SALE_FIELD,
)
from kms.text.nearest import nearest_name
from kms.text.normalise import fold_key
from ranking.models import Note
from ranking.serving.index import ServingIndex

_TRUTHS = ("true", "false")


class UnknownValueError(FilterError):
    """A filter asks for a value or a range that no product of any catalogue can have."""


def check_fields(index: ServingIndex, filter: Filter, facets: Iterable[str] = ()) -> None:
    """Refuse filters and facets of fields that have no index.

    Raises:
        FilterError: The message names the field, the nearest one and those that there are.
    """
    for name in facets:
        if not _has_values(index, name):
            raise FilterError(_refuse_facet(index, name))
    fields = [(c.field, bool(c.any_of or c.none_of)) for c in filter.conditions]
    for name, by_value in fields:
        if not (_has_values(index, name) if by_value else _has_numbers(index, name)):
            kind = "values" if by_value else "a range"
            numbers = sorted(n for n in index.columns.number_fields if not n.startswith(ATTRIBUTE_FIELD))
            nearest = nearest_name(name, (field for field in _fields(index) if field != name))
            is_number = by_value and _has_numbers(index, name)
            hint = f"; it is a number: write a range such as {name}:10..20" if is_number else _hint(nearest)
            raise FilterError(
                f"field {name!r} cannot be filtered by {kind}{hint}; value fields are "
                f"{', '.join(index.ontology.value_fields)} and "
                f"attr.<attribute id>, number fields are {', '.join(numbers)} and attr.<quantity id>"
            )


def _refuse_facet(index: ServingIndex, name: str) -> str:
    if _has_numbers(index, name):
        return (
            f"facet {name!r}: facets count values, and this is a number; ask for a part of it by a filter such as "
            f"{name}:10..20, or order by it with sort"
        )
    nearest = nearest_name(name, (field for field in _fields(index) if _has_values(index, field)))
    fields = ", ".join(index.ontology.value_fields)
    return (
        f"facet {name!r}: there is no such field{_hint(nearest)}; there are {fields} and attr.<attribute id>"
    )


def settle_values(index: ServingIndex, filter: Filter) -> Filter:
    """The filter with ids in place of names: values are the same in capitals, and by their labels in either language."""
    conditions = []
    for condition in filter.conditions:
        update = {
            key: tuple(dict.fromkeys(_settle(index, condition.field, value) for value in values))
            for key, values in (("any_of", condition.any_of), ("none_of", condition.none_of))
            if values
        }
        is_settled = all(update[key] == getattr(condition, key) for key in update)
        conditions.append(condition if is_settled else condition.model_copy(update=update))
    return filter if conditions == list(filter.conditions) else Filter(conditions=tuple(conditions))


def _settle(index: ServingIndex, field: str, value: str) -> str:
    """The id of a value of a field that is written as its id or its name; what is neither stays."""
    possible = _possible(index, field)
    known = index.columns.values(field) if possible is None else possible
    if value in known:
        return value
    folded = fold_key(value)
    if (same := next((each for each in known if fold_key(each) == folded), None)) is not None:
        return same
    if possible is None:
        written = normalise(value)
        named = (each for each in known if written in map(normalise, _names(index, f"{field}:{each}")))
        return next(named, value)
    for reading in index.ontology.labels.lookup(value):
        if _field_of(reading, index.ontology) == field:
            return ("false" if reading.opposite else "true") if reading.kind == "attribute" else reading.id
    return value


def _names(index: ServingIndex, node: str) -> tuple[str, ...]:
    return (*index.label(node), *index.other_names.get(node, ()))


def _field_of(reading: Reading, ontology: Ontology) -> str | None:
    """The filter field that a label's meaning is a value of."""
    match reading.kind:
        case "class":
            return CATEGORY_FIELD
        case "value":
            return f"{ATTRIBUTE_FIELD}{reading.attribute}"
        case "attribute":
            return f"{ATTRIBUTE_FIELD}{reading.id}"
        case kind if kind in ontology.terms:
            return concept_field(kind, ontology)
    return None


def check_values(index: ServingIndex, filter: Filter) -> tuple[Note, ...]:
    """Refuse values and ranges that no product can have, and say which values no product of this catalogue has.

    Classes, uses, audiences and the values of an attribute's vocabulary are those of the ontology; a brand is whatever the
    rows say.

    Raises:
        UnknownValueError: The message names the value and the nearest one, or the range whose bounds are swapped.
    """
    notes = []
    for condition in filter.conditions:
        low, high = condition.gte, condition.lte
        if low is not None and high is not None and low > high:
            raise UnknownValueError(
                f"filter {condition.field}: nothing is from {low:g} to {high:g}; the bounds are swapped "
                f"({condition.field}:{high:g}..{low:g})"
            )
        attribute = index.ontology.attributes.get(condition.field.removeprefix(ATTRIBUTE_FIELD))
        if condition.dimension and (attribute is None or attribute.dimension != condition.dimension):
            what = f"is a {attribute.dimension}" if attribute and attribute.dimension else "has no unit"
            raise UnknownValueError(
                f"filter {condition.field}: the bounds are written in a unit of {condition.dimension}, and it {what}"
                + (f", for instance in {attribute.unit}" if attribute and attribute.unit else "")
            )
        for value in (*condition.any_of, *condition.none_of):
            possible = _possible(index, condition.field)
            if possible is not None and value not in possible:
                nearest = nearest_name(value, possible)
                raise UnknownValueError(
                    f"filter {condition.field}: there is no value {value!r}{_hint(nearest)}"
                    + (f"; there are {', '.join(sorted(possible))}" if len(possible) <= _LISTED else "")
                )
            if condition.any_of and not len(index.columns.holding(condition.field, value)):
                nearest = _nearest_value(index, condition.field, value) if possible is None else None
                notes.append(Note(field=condition.field, value=value, nearest=nearest))
    return tuple(notes)


def _nearest_value(index: ServingIndex, field: str, value: str) -> str | None:
    """The value whose id, last part of a path, or name is most like what was written."""
    ids = {
        name: known
        for known in index.columns.values(field)
        for name in (*_names(index, f"{field}:{known}"), known.rpartition("/")[2], known)
    }
    nearest = nearest_name(value, ids)
    return None if nearest is None else ids[nearest]


_LISTED = 12
"""Most possible values that a message lists."""


def _possible(index: ServingIndex, field: str) -> Collection[str] | None:
    """The values that a field can have; ``None`` where the rows decide."""
    ontology = index.ontology
    if field == CATEGORY_FIELD:
        return ontology.classes
    if field == LANGUAGE_FIELD:
        return LANGUAGES
    if field == AVAILABILITY_FIELD:
        return (IN_STOCK, OUT_OF_STOCK)
    if field == SALE_FIELD:
        return _TRUTHS
    if field == CONDITION_FIELD:
        return get_args(Condition)
    if field.startswith(ATTRIBUTE_FIELD):
        attribute = ontology.attributes[field.removeprefix(ATTRIBUTE_FIELD)]
        if attribute.type == "boolean":
            return _TRUTHS
        return ontology.vocabularies[attribute.vocabulary].values if attribute.vocabulary else None
    relation = ontology.relation_of_field(field)
    return ontology.terms.get(relation.range) if relation else None


def _has_values(index: ServingIndex, name: str) -> bool:
    attribute = index.ontology.attributes.get(name.removeprefix(ATTRIBUTE_FIELD))
    if name.startswith(ATTRIBUTE_FIELD):
        return attribute is not None and attribute.type != "quantity"
    return name in index.ontology.value_fields


def _has_numbers(index: ServingIndex, name: str) -> bool:
    attribute = index.ontology.attributes.get(name.removeprefix(ATTRIBUTE_FIELD))
    is_quantity = name.startswith(ATTRIBUTE_FIELD) and attribute is not None and attribute.type == "quantity"
    return name in index.columns.number_fields or is_quantity


def _fields(index: ServingIndex) -> Iterator[str]:
    yield from index.ontology.value_fields
    yield from (f"{ATTRIBUTE_FIELD}{attribute}" for attribute in index.ontology.attributes)
    yield from sorted(n for n in index.columns.number_fields if not n.startswith(ATTRIBUTE_FIELD))


def _hint(nearest: str | None) -> str:
    return f" (did you mean {nearest!r}?)" if nearest else ""
