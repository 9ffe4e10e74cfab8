"""Validation of the ontology's files: all problems at once, each with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kms.errors import InputError
from kms.ontology.check_implications import broader_problems, implication_problems, vocabulary_owners
from kms.ontology.check_rules import rule_problems
from kms.ontology.check_schema import schema_problems
from kms.ontology.labels import normalise
from kms.ontology.model import (
    LANGUAGES,
    ROOT_CLASS,
    AlternativeLabels,
    Attribute,
    Concept,
    EntityType,
    Ontology,
    OntologyBrand,
    OntologyClass,
    RelationType,
    Release,
    Term,
    Vocabulary,
)
from kms.ontology.rules import REFERENCE_PATTERN, Rule
from kms.ontology.source import Entry, Problem, Source, read_source, read_text, read_utf8, term_sections
from kms.quantities.dimensions import unit_problem

TermT = TypeVar("TermT", bound=Term | Rule)
Read = list[tuple[Entry, TermT]]
Place = tuple[str | int, ...]
Labelled = tuple[Entry, Place, Term]


class OntologyError(InputError):
    """The ontology's files have problems; ``problems`` lists all of them and the message shows them."""

    def __init__(self, folder: Path, problems: tuple[Problem, ...]) -> None:
        """Take what was found below a folder."""
        self.folder = folder
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{len(problems)} problem(s) in the ontology at {folder}:\n{lines}")


@dataclass(frozen=True)
class OntologyReport:
    """Report of a check.

    Attributes:
        ontology: Present only when there are no problems.
        counts: How many of everything, by name.
    """

    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    ontology: Ontology | None


def check_ontology(folder: Path) -> OntologyReport:
    """Read and validate all files below a folder; never raises for their content."""
    source = read_source(folder)
    problems = list(source.problems)
    release = _read_release(source, problems)
    entities = _read(source, "entities", EntityType, problems)
    relations = _read(source, "relations", RelationType, problems)
    classes = _read(source, "classes", OntologyClass, problems)
    attributes = _read(source, "attributes", Attribute, problems)
    vocabularies = _read(source, "vocabularies", Vocabulary, problems)
    brands = _read(source, "brands", OntologyBrand, problems)
    rules = _read(source, "rules", Rule, problems)
    sections = term_sections(source)
    concepts: dict[str, Read[Concept]] = {
        kind: _read(source, section, Concept, problems, kind=kind) for section, kind in sections.items()
    }

    known = {section: {entry.id for entry in entries} for section, entries in source.sections.items()}
    problems += schema_problems(entities, relations, known)
    problems += _class_problems(classes, known)
    problems += _attribute_problems(attributes, known)
    problems += _label_problems([(entry, (), term) for entry, term in brands], "brands")
    for entry, brand in brands:
        if brand.line_of is not None and (brand.line_of not in known["brands"] or brand.line_of == brand.id):
            problems.append(entry.problem(f"{brand.id!r}: unknown brand {brand.line_of!r}", "line_of"))
    for entry, vocabulary in vocabularies:
        values: list[Labelled] = [
            (entry, ("values", value.id), value) for value in vocabulary.values.values()
        ]
        problems += _label_problems(values, f"vocabulary {entry.id!r}")
        problems += broader_problems(vocabulary_owners(entry, vocabulary), f"the values of {entry.id!r}")
    problems += _label_problems([(entry, (), term) for entry, term in classes], "classes")
    for section, kind in sections.items():
        read = concepts[kind]
        problems += _label_problems([(entry, (), term) for entry, term in read], section)
        problems += broader_problems(
            [(entry, (), term.id, term.broader) for entry, term in read], f"the {section}"
        )

    ontology = None
    if not problems and release is not None:
        ontology = Ontology(
            release=release,
            classes=_by_id(classes),
            attributes=_by_id(attributes),
            vocabularies=_by_id(vocabularies),
            entities=_by_id(entities),
            relations=_by_id(relations),
            brands=_by_id(brands),
            rules=_by_id(rules),
            terms={kind: _by_id(read) for kind, read in concepts.items()},
        )
        problems += implication_problems(ontology, classes, vocabularies, concepts)
        problems += rule_problems(ontology, source.sections["rules"], rules)
        ontology = None if problems else ontology
    counts = {section: len(ids) for section, ids in known.items()}
    counts["families"] = sum(1 for _, each in classes if each.parent == ROOT_CLASS)
    counts["values"] = sum(len(vocabulary.values) for _, vocabulary in vocabularies)
    return OntologyReport(tuple(sorted(set(problems))), counts, ontology)


def read_rule_text(text: str, name: str, ontology: Ontology) -> tuple[dict[str, Rule], tuple[Problem, ...]]:
    """The rules of one file's text, read over an ontology, and what is wrong with them; other sections are problems.

    Args:
        text: As a file of the folder ``rules`` has it.
        name: Of the file, for its problems.
        ontology: What the rules may name.
    """
    source = read_text(text, name)
    problems = list(source.problems)
    for file, line, section in source.keys:
        if section != "rules":
            problems.append(
                Problem(file, line, f"section {section!r} in a file of rules; it has rules alone")
            )
    rules = _read(source, "rules", Rule, problems)
    if not problems and not rules:
        problems.append(Problem(name, 1, "no rules in it; write them below 'rules:'"))
    problems += rule_problems(ontology, source.sections["rules"], rules)
    return _by_id(rules), tuple(sorted(set(problems)))


def read_rule_file(path: Path, ontology: Ontology) -> tuple[dict[str, Rule], tuple[Problem, ...]]:
    """The rules of one file, as ``read_rule_text`` reads them; a file that is no text is a problem like others."""
    problems: list[Problem] = []
    text = read_utf8(path, path.name, problems)
    return ({}, tuple(problems)) if text is None else read_rule_text(text, path.name, ontology)


def _by_id(read: Read[TermT]) -> dict[str, TermT]:
    return {term.id: term for _, term in read}


def _read_release(source: Source, problems: list[Problem]) -> Release | None:
    if source.release is None:
        return None
    try:
        return Release.model_validate(source.release.data)
    except ValidationError as error:
        problems += _shape_problems(source.release, error)
        return None


def _read(
    source: Source, section: str, model: type[TermT], problems: list[Problem], *, kind: str = ""
) -> Read[TermT]:
    read: Read[TermT] = []
    first: dict[str, Entry] = {}
    for entry in source.sections.get(section, ()):
        if entry.id in first:
            place = first[entry.id].problem("")
            message = f"{entry.id!r} is already one of the {section}, in {place.file}:{place.line}"
            problems.append(entry.problem(message))
            continue
        first[entry.id] = entry
        if not isinstance(entry.data, dict):
            problems.append(entry.problem(f"{entry.id!r} needs a mapping with at least a label"))
            continue
        data = {**entry.data, "id": entry.id}
        if "id" in entry.data:
            problems.append(entry.problem("unknown key 'id'; the id is the key of the entry", "id"))
        if kind:
            if "kind" in data:
                problems.append(entry.problem(f"{entry.id!r}: unknown key 'kind'", "kind"))
            data["kind"] = kind
        values = data.get("values")
        if section == "vocabularies" and isinstance(values, dict):
            data["values"] = {
                key: {**value, "id": key} if isinstance(value, dict) else value
                for key, value in values.items()
            }
        try:
            read.append((entry, cast(TermT, model.model_validate(data))))
        except ValidationError as error:
            problems += _shape_problems(entry, error)
    return read


def _shape_problems(entry: Entry, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors():
        yield entry.problem(_explain(entry.id, detail), *detail["loc"])


def _explain(entry_id: str, detail: ErrorDetails) -> str:
    path = [str(part) for part in detail["loc"]]
    where = f"{entry_id!r}" + (f", {'.'.join(path[:-1])}" if path[:-1] else "")
    key = path[-1] if path else ""
    if key == "id":
        bad = path[-2] if len(path) > 1 else entry_id
        return f"{bad!r} is no id; ids are snake_case English, such as 'battery_life'"
    if detail["type"] == "value_error":
        place = f"{entry_id!r}" + (f", {'.'.join(path)}" if path else "")
        return f"{place}: {detail['msg'].removeprefix('Value error, ')}"
    if detail["type"] == "missing":
        return f"{where}: missing {key!r}"
    if detail["type"] == "extra_forbidden":
        return f"{where}: unknown key {key!r}"
    if detail["type"] in _IN_WORDS and not detail["input"]:
        return f"{where}: {key!r} is {detail['input']!r}, which is empty; write at least one thing there"
    if detail.get("ctx", {}).get("pattern") == REFERENCE_PATTERN:
        return f"{where}: {key!r} is {detail['input']!r}: write attribute/value, relation/id or in_category/class"
    message = _IN_WORDS.get(detail["type"], detail["msg"])
    return f"{where}: {key!r} is {detail['input']!r}: {message}"


_IN_WORDS: Mapping[str, str] = {
    "too_short": "it has too few items",
    "string_too_short": "it is too short",
    "tuple_type": "write a list",
    "model_type": "write keys with values (key: value)",
    "dict_type": "write keys with values (key: value)",
    "string_type": "write a text",
    "float_parsing": "write a number",
}
"""Messages on the forms of data that speak of a program's types, in words for people who write files."""


def _class_problems(classes: Read[OntologyClass], known: Mapping[str, set[str]]) -> Iterator[Problem]:
    parents = {each.id: each.parent for _, each in classes}
    if ROOT_CLASS not in known["classes"]:
        yield Problem("core", 1, f"the root class {ROOT_CLASS!r} is missing")
    reported: set[str] = set()
    for entry, each in classes:
        if each.id == ROOT_CLASS and each.parent is not None:
            yield entry.problem(f"the root class {ROOT_CLASS!r} must not have a parent", "parent")
        elif each.id != ROOT_CLASS and each.parent is None:
            yield entry.problem(f"{each.id!r}: missing 'parent'; only {ROOT_CLASS!r} has none")
        elif each.parent is not None and each.parent not in known["classes"]:
            yield entry.problem(f"{each.id!r}: unknown parent {each.parent!r}", "parent")
        cycle = _cycle(each.id, parents)
        if cycle and not reported.intersection(cycle):
            reported.update(cycle)
            yield entry.problem(f"the parents run in a circle: {' > '.join((*cycle, cycle[0]))}", "parent")
        for index, attribute in enumerate(each.attributes):
            if attribute not in known["attributes"]:
                yield entry.problem(f"{each.id!r}: unknown attribute {attribute!r}", "attributes", index)
            elif attribute in each.attributes[:index]:
                yield entry.problem(f"{each.id!r}: attribute {attribute!r} twice", "attributes", index)
    yield from _shared_name_problems(classes)


def _shared_name_problems(classes: Read[OntologyClass]) -> Iterator[Problem]:
    """Names that a class is asked as and no other class has."""
    for language in LANGUAGES:
        owners: dict[str, set[str]] = {}
        for _, each in classes:
            for name in each.names(language):
                owners.setdefault(normalise(name), set()).add(each.id)
        for entry, each in classes:
            for index, name in enumerate(each.asked_as.of(language)):
                if not owners.get(normalise(name), set()) - {each.id}:
                    message = f"{each.id!r}: asked as {name!r}, which names no other class; an alternative label says it"
                    yield entry.problem(message, "asked_as", language, index)


def _cycle(start: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The circle that begins and ends at a class, or nothing."""
    chain = [start]
    while (parent := parents.get(chain[-1])) is not None:
        if parent == start:
            return tuple(chain)
        if parent in chain:
            return ()
        chain.append(parent)
    return ()


def _attribute_problems(attributes: Read[Attribute], known: Mapping[str, set[str]]) -> Iterator[Problem]:
    for entry, each in attributes:
        yield from _field_problems(entry, each)
        yield from _word_problems(entry, each)
        if each.type == "enum" and each.vocabulary and each.vocabulary not in known["vocabularies"]:
            yield entry.problem(f"{each.id!r}: unknown vocabulary {each.vocabulary!r}", "vocabulary")
        if each.type == "quantity" and each.unit and each.dimension:
            problem = unit_problem(each.unit, each.dimension)
            if problem:
                yield entry.problem(f"{each.id!r}: {problem}", "unit")


def _field_problems(entry: Entry, each: Attribute) -> Iterator[Problem]:
    """Fields that an attribute of this type must have, and fields that it cannot have."""
    wanted = {"enum": {"vocabulary"}, "quantity": {"dimension", "unit"}}.get(each.type, set())
    for key in ("vocabulary", "dimension", "unit"):
        given = getattr(each, key) is not None
        if key in wanted and not given:
            yield entry.problem(f"{each.id!r}: an attribute of type {each.type} needs {key!r}", "type")
        elif key not in wanted and given:
            yield entry.problem(f"{each.id!r}: type {each.type} has no {key!r}", key)
    of_quantities = ("more", "less", "higher", "lower")
    for key, owner in (*((key, "quantity") for key in of_quantities), ("opposite", "boolean")):
        if each.type != owner and getattr(each, key) != AlternativeLabels():
            yield entry.problem(f"{each.id!r}: only a {owner} has {key!r}", key)


def _word_problems(entry: Entry, each: Attribute) -> Iterator[Problem]:
    """Problems of words with two meanings."""
    for language in LANGUAGES:
        names = {normalise(name) for name in each.names(language)}
        for word in each.opposite.of(language):
            if normalise(word) in names:
                yield entry.problem(f"{each.id!r}: {word!r} says yes and no", "opposite")
        less = {word.casefold() for word in (*each.less.of(language), *each.lower.of(language))}
        more = {word.casefold() for word in (*each.more.of(language), *each.higher.of(language))}
        for word in sorted(less & more):
            yield entry.problem(f"{each.id!r}: {word!r} asks for more and for less", "more")


def _label_problems(terms: list[Labelled], where: str) -> Iterator[Problem]:
    """Words that two terms of one group share, and words that one term has twice."""
    for language in LANGUAGES:
        owners: dict[str, str] = {}
        for entry, path, term in terms:
            own: set[str] = set()
            for index, name in enumerate(term.names(language)):
                tail: Place = ("label", language) if index == 0 else ("alt", language, index - 1)
                place = (*path, *tail)
                folded = normalise(name)
                owner = owners.setdefault(folded, term.id)
                if owner != term.id:
                    message = f"{term.id!r}: {language} label {name!r} belongs to {owner!r} already ({where})"
                    yield entry.problem(message, *place)
                if name.casefold() in own:
                    yield entry.problem(f"{term.id!r}: {language} label {name!r} twice", *place)
                own.add(name.casefold())
