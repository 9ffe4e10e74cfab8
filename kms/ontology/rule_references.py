"""What rules name and the ontology does not have: classes, attributes, values, bounds; each with the nearest that it has.

Read from the plain data of a rule, so that wrong names are told together with what is wrong with its form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kms.errors import InputError
from kms.ontology.implications import read_reference
from kms.ontology.model import LANGUAGES, Attribute, Ontology, Term
from kms.ontology.structure import IN_CATEGORY
from kms.quantities.values import parse_quantity
from kms.text.nearest import nearest_name

Place = tuple[str | int, ...]
Unknown = tuple[Place, str]
"""Where something stands in a rule, and what is wrong with it."""


def unknown_references(rule: Mapping[str, object], ontology: Ontology) -> Iterator[Unknown]:
    """Everything that a rule names and the ontology does not have, in the order of the file.

    Args:
        rule: Its plain data; parts without the form of a rule are passed over.
        ontology: What there is.
    """
    for place, condition in _conditions(rule.get("when"), ("when",)):
        yield from _in_condition(place, condition, ontology)
    then = rule.get("then")
    if isinstance(then, str):
        yield from _in_reference(("then",), then, ontology)


def _conditions(data: object, place: Place) -> Iterator[tuple[Place, Mapping[str, object]]]:
    for where, each in _listed(data, place):
        if isinstance(each, dict):
            yield where, each
            yield from _conditions(each.get("none_of"), (*where, "none_of"))


def _listed(data: object, place: Place) -> Iterator[tuple[Place, object]]:
    """The items of a list, or one that stands for a list of one."""
    if isinstance(data, list):
        yield from (((*place, index), each) for index, each in enumerate(data))
    elif data is not None:
        yield place, data


def _in_condition(place: Place, condition: Mapping[str, object], ontology: Ontology) -> Iterator[Unknown]:
    for where, each in _listed(condition.get("class"), (*place, "class")):
        if isinstance(each, str) and each not in ontology.classes:
            yield where, f"no class {each!r}{_hint(each, ontology.classes.values())}"
    for where, each in _listed(condition.get("fact"), (*place, "fact")):
        if isinstance(each, str):
            yield from _in_reference(where, each, ontology)
    said = condition.get("attribute")
    if not isinstance(said, str):
        return
    attribute = ontology.attributes.get(said)
    if attribute is None:
        yield (*place, "attribute"), f"no attribute {said!r}{_hint(said, ontology.attributes.values())}"
        return
    for name in ("at_least", "at_most"):
        bound = condition.get(name)
        if isinstance(bound, str):
            yield from _in_bound((*place, name), name, bound, attribute, ontology)


def _in_bound(
    place: Place, name: str, bound: str, attribute: Attribute, ontology: Ontology
) -> Iterator[Unknown]:
    if attribute.type == "quantity":
        try:
            parse_quantity(bound, attribute.dimension or "count")
        except InputError as error:
            yield place, f"{error} ({name} of {attribute.id!r})"
    elif attribute.type == "enum":
        values = ontology.values_of(attribute.id)
        if bound not in values:
            yield place, f"{attribute.id!r} has no value {bound!r} for {name}{_hint(bound, values.values())}"


def _in_reference(place: Place, reference: str, ontology: Ontology) -> Iterator[Unknown]:
    owner, separator, value = reference.partition("/")
    if not separator:
        return  # of no form that a reference has, which is told as such
    if owner == IN_CATEGORY:
        if value not in ontology.classes:
            yield place, f"no class {value!r}{_hint(value, ontology.classes.values())}"
    elif read_reference(reference, ontology) is None:
        nearest = _nearest_reference(owner, value, ontology)
        hint = f"did you mean {nearest}?" if nearest else _FORMS
        yield place, f"{reference!r} is nothing of the ontology; {hint}"


_FORMS = f"write attribute/value, relation/id or {IN_CATEGORY}/class"


def _nearest_reference(owner: str, value: str, ontology: Ontology) -> str | None:
    """The known references, in quotes, that are most like one; its first part is set right before the second."""
    relations = [
        each.id for each in ontology.relations.values() if each.facet and ontology.terms.get(each.range)
    ]
    if owner not in ontology.attributes and owner not in relations:
        near = _nearest(owner, ontology.attributes.values())
        owner = nearest_name(owner, [*relations, IN_CATEGORY, *([near] if near else [])]) or near or ""
    attribute, relation = ontology.attributes.get(owner), ontology.relations.get(owner)
    if owner == IN_CATEGORY:
        found = _nearest(value, ontology.classes.values())
    elif attribute is not None and attribute.type == "boolean":
        return f"'{owner}/true' or '{owner}/false'"
    elif attribute is not None:
        found = _nearest(value, ontology.values_of(owner).values())
    else:
        found = _nearest(value, ontology.terms.get(relation.range, {}).values()) if relation else None
    return f"'{owner}/{found}'" if found else None


def _hint(said: str, terms: Iterable[Term]) -> str:
    nearest = _nearest(said, terms)
    return f"; did you mean {nearest!r}?" if nearest else ""


def _nearest(said: str, terms: Iterable[Term]) -> str | None:
    """The id of the term whose id or name is most like what was said."""
    owners: dict[str, str] = {}
    every = list(terms)
    for term in every:
        owners[term.id] = term.id
    for term in every:
        for language in LANGUAGES:
            for name in term.names(language):
                owners.setdefault(name, term.id)
    nearest = nearest_name(said, owners)
    return owners[nearest] if nearest is not None else None
