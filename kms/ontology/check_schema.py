"""Checks of entity types and relations: ends exist, what the program depends on is there, wording can be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter

from kms.ontology.model import EntityType, RelationType, Template
from kms.ontology.source import SECTIONS, Entry, Problem
from kms.ontology.structure import (
    ATTRIBUTE_FIELD,
    AVAILABILITY_FIELD,
    BRAND_FIELD,
    CATEGORY_FIELD,
    CONDITION_FIELD,
    HAS_ASPECT,
    HAS_VALUE,
    IN_CATEGORY,
    IN_SHOP_CATEGORY,
    LANGUAGE_FIELD,
    MADE_BY,
    PRODUCT,
    REJECTED,
    SALE_FIELD,
    SHOP_CATEGORY,
    SHOP_CATEGORY_FIELD,
    STRUCTURAL_RELATIONS,
    STRUCTURAL_TYPES,
)

_MEMBERS = {
    "product": "rows", "category": "classes", "brand": "brands", "value": "values", SHOP_CATEGORY: "paths",
}  # fmt: skip
_FACETS = {IN_CATEGORY: CATEGORY_FIELD, MADE_BY: BRAND_FIELD, IN_SHOP_CATEGORY: SHOP_CATEGORY_FIELD}
_RESERVED_FIELDS = frozenset(
    {
        LANGUAGE_FIELD,
        AVAILABILITY_FIELD,
        SALE_FIELD,
        CONDITION_FIELD,
        "price",
        "rating",
        "popularity",
        ATTRIBUTE_FIELD.rstrip("."),
    }
)
_REASON_NAMES = frozenset({"attribute", "target"})
_PATH_NAMES = frozenset({"through", "attribute", "seed"})

Entities = Sequence[tuple[Entry, EntityType]]
Relations = Sequence[tuple[Entry, RelationType]]


def schema_problems(
    entities: Entities, relations: Relations, known: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """Problems of the sections ``entities`` and ``relations``."""
    yield from _missing(known)
    yield from _entity_problems(entities, known)
    types = {each.id: each for _, each in entities}
    facets: dict[str, str] = {}
    paths: dict[str, str] = {}
    for entry, each in relations:
        yield from _end_problems(entry, each, types)
        yield from _facet_problems(entry, each, facets)
        yield from _path_problems(entry, each, paths)
        if each.weight > 0 and each.domain != PRODUCT:
            yield entry.problem(f"{each.id!r}: weight of a relation that no product has", "weight")
        if each.weight > 0 and each.facet is None and each.id != HAS_VALUE:
            message = f"{each.id!r}: a weight in queries needs a 'facet', the field that is filtered by"
            yield entry.problem(message, "weight")
        if each.linking.text != "never" and each.domain != PRODUCT:
            message = f"{each.id!r}: only relations of products are read from texts"
            yield entry.problem(message, "linking", "text")
        if each.reason is not None:
            yield from _wording_problems(entry, each.id, each.reason, _REASON_NAMES, ("reason",))


def _missing(known: Mapping[str, set[str]]) -> Iterator[Problem]:
    for name in STRUCTURAL_TYPES:
        if name not in known.get("entities", ()):
            message = (
                f"the entity type {name!r} is missing; the program depends on it, see core/entities.yaml"
            )
            yield Problem("core", 1, message)
    for name in STRUCTURAL_RELATIONS:
        if name not in known.get("relations", ()):
            message = f"the relation {name!r} is missing; the program depends on it, see core/relations.yaml"
            yield Problem("core", 1, message)


def _entity_problems(entities: Entities, known: Mapping[str, set[str]]) -> Iterator[Problem]:
    sections: dict[str, str] = {}
    for entry, each in entities:
        wanted = _MEMBERS.get(each.id, "terms")
        if each.members != wanted:
            message = f"{each.id!r}: members are {each.members!r}, must be {wanted!r}"
            yield entry.problem(message, "members")
        if each.members == "terms" and each.section is None:
            message = f"{each.id!r}: missing 'section', the key under which the files list its terms"
            yield entry.problem(message)
        if each.members != "terms" and each.section is not None:
            yield entry.problem(f"{each.id!r}: only an entity type with terms has a 'section'", "section")
        if each.section in SECTIONS:
            yield entry.problem(f"{each.id!r}: section {each.section!r} is taken", "section")
        elif each.section and sections.setdefault(each.section, each.id) != each.id:
            message = f"{each.id!r}: section {each.section!r} belongs to {sections[each.section]!r} already"
            yield entry.problem(message, "section")
        if each.id in known.get("relations", ()):
            yield entry.problem(f"{each.id!r} is also a relation")


def _end_problems(entry: Entry, each: RelationType, types: Mapping[str, EntityType]) -> Iterator[Problem]:
    for key in ("domain", "range"):
        end = getattr(each, key)
        if end not in types:
            message = f"{each.id!r}: {key} {end!r} is no entity type; known are {', '.join(types)}"
            yield entry.problem(message, key)
    if each.id == REJECTED:
        yield entry.problem(
            f"{each.id!r} is the name under which the graph keeps what is no fact; choose another"
        )
    ends = STRUCTURAL_RELATIONS.get(each.id)
    if ends is not None and (each.domain, each.range) != ends:
        yield entry.problem(f"{each.id!r}: must go from {ends[0]!r} to {ends[1]!r}", "domain")


def _facet_problems(entry: Entry, each: RelationType, facets: dict[str, str]) -> Iterator[Problem]:
    wanted = _FACETS.get(each.id)
    if wanted is not None and each.facet != wanted:
        yield entry.problem(f"{each.id!r}: the facet must be {wanted!r}", "facet")
    if each.facet is None:
        return
    if each.id == HAS_VALUE:
        message = f"{each.id!r}: values have a field for each attribute, no facet of their own"
        yield entry.problem(message, "facet")
    elif each.facet in _RESERVED_FIELDS:
        yield entry.problem(f"{each.id!r}: the field {each.facet!r} is taken", "facet")
    elif facets.setdefault(each.facet, each.id) != each.id:
        message = f"{each.id!r}: facet {each.facet!r} belongs to {facets[each.facet]!r} already"
        yield entry.problem(message, "facet")
    if each.domain != PRODUCT or each.range == PRODUCT or each.id == HAS_ASPECT:
        message = f"{each.id!r}: only a relation of products to entities that texts state has a facet"
        yield entry.problem(message, "facet")


def _path_problems(entry: Entry, each: RelationType, paths: dict[str, str]) -> Iterator[Problem]:
    for index, path in enumerate(each.paths):
        place = ("paths", index)
        if paths.setdefault(path.name, each.id) != each.id or path.name in [
            p.name for p in each.paths[:index]
        ]:
            yield entry.problem(f"{each.id!r}: a path {path.name!r} exists already", *place, "name")
        if each.domain != PRODUCT:
            yield entry.problem(f"{each.id!r}: a path must begin at a product", *place)
        if path.direction != "shared" and each.range != PRODUCT:
            message = f"{each.id!r}: a path {path.direction} must end at a product; say 'shared'"
            yield entry.problem(message, *place, "direction")
        yield from _wording_problems(entry, each.id, path.wording, _PATH_NAMES, (*place, "wording"))


def _wording_problems(
    entry: Entry, name: str, template: Template, names: frozenset[str], place: tuple[str | int, ...]
) -> Iterator[Problem]:
    for language, text in (("en", template.en), ("zh", template.zh)):
        try:
            used = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
        except ValueError as error:
            yield entry.problem(f"{name!r}: {text!r} cannot be filled in: {error}", *place, language)
            continue
        for field in sorted(used - names):
            known = ", ".join(f"{{{each}}}" for each in sorted(names))
            message = f"{name!r}: {{{field}}} cannot be filled in; there are {known}"
            yield entry.problem(message, *place, language)
