"""Checks of rules: what they name exists, and they can come to hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kms.errors import InputError
from kms.ontology.model import Ontology
from kms.ontology.rule_book import OfClass, ReadRule, read_rule
from kms.ontology.rule_references import unknown_references
from kms.ontology.rules import Rule
from kms.ontology.source import Entry, Problem
from kms.ontology.structure import CATEGORY_FIELD


def rule_problems(
    ontology: Ontology, entries: Sequence[Entry], rules: Sequence[tuple[Entry, Rule]]
) -> Iterator[Problem]:
    """Problems of rules; the ontology must be sound otherwise.

    Args:
        ontology: What rules may name.
        entries: All of the section, also those that have not the form of a rule: what they name is judged all the same.
        rules: Those that have.
    """
    wrong: set[int] = set()
    for entry in entries:
        if isinstance(entry.data, dict):
            for place, message in unknown_references(entry.data, ontology):
                wrong.add(id(entry))
                yield entry.problem(f"rule {entry.id!r}: {message}", *place)
    for entry, rule in rules:
        if id(entry) in wrong:
            continue
        try:
            read = read_rule(rule, ontology)
        except InputError as error:
            yield entry.problem(f"rule {rule.id!r}: {error}", *_place_of(rule, ontology))
            continue
        if any(rule.then in condition.fact for condition in rule.when):
            yield entry.problem(f"rule {rule.id!r}: concludes what it asks for", "then")
        yield from _never_true(read, entry, ontology)


def _place_of(rule: Rule, ontology: Ontology) -> tuple[str | int, ...]:
    """The part that cannot be read: the first condition that fails alone, else the conclusion."""
    for index, condition in enumerate(rule.when):
        alone = rule.model_copy(update={"when": (condition,), "then": _some_class(ontology)})
        try:
            read_rule(alone, ontology)
        except InputError:
            return ("when", index)
    return ("then",)


def _some_class(ontology: Ontology) -> str:
    return f"in_category/{next(iter(ontology.classes))}"


def _never_true(rule: ReadRule, entry: Entry, ontology: Ontology) -> Iterator[Problem]:
    classes = [each.class_ids for each in rule.demands if isinstance(each, OfClass)]
    able = frozenset.intersection(*classes) if classes else frozenset(ontology.classes)
    if not able:
        yield entry.problem(f"rule {rule.id!r}: no class is of all the classes that it asks for", "when")
    elif rule.claim.field == CATEGORY_FIELD:
        if not classes or not any(rule.claim.value in ontology.hierarchy.descendants(each) for each in able):
            message = f"rule {rule.id!r}: {rule.claim.value!r} is no narrower class of those that it asks for"
            yield entry.problem(message, "then")
    elif rule.claim.attribute and not any(
        rule.claim.attribute in {attribute.id for attribute in ontology.attributes_of(each)} for each in able
    ):
        message = f"rule {rule.id!r}: none of its classes has the attribute {rule.claim.attribute!r}"
        yield entry.problem(message, "then")
