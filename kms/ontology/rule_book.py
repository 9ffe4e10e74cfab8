"""The rules of an ontology, ready to run: references become claims, bounds numbers, classes those below them too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kms.errors import InputError
from kms.ontology.implications import Claim, attribute_claim, read_reference
from kms.ontology.model import Attribute, Ontology
from kms.ontology.rules import Condition, Rule
from kms.ontology.structure import CATEGORY_FIELD, IN_CATEGORY
from kms.quantities.values import parse_quantity

_GRADE = re.compile(r"([a-z_]*?)_?(\d+)(_?[a-z_]*)")
_SLACK = 1e-9
"""Relative: a bound that was converted to SI is met by the same number that was converted by another way."""


@dataclass(frozen=True)
class OfClass:
    """The product's class is one of these."""

    class_ids: frozenset[str]


@dataclass(frozen=True)
class HasClaim:
    """The product has one of these claims."""

    claims: frozenset[Claim]


@dataclass(frozen=True)
class HasNumber:
    """The product has a number of an attribute that lies within the bounds as a whole, in the SI unit."""

    attribute: str
    low: float | None = None
    high: float | None = None

    def holds(self, low: float, high: float) -> bool:
        """Whether all of a range lies within the bounds."""
        is_enough = self.low is None or low >= self.low - abs(self.low) * _SLACK
        return is_enough and (self.high is None or high <= self.high + abs(self.high) * _SLACK)


Demand: TypeAlias = OfClass | HasClaim | HasNumber


@dataclass(frozen=True)
class ReadRule:
    """A rule, ready to run: all ``demands`` hold, and none of ``without``."""

    id: str
    demands: tuple[Demand, ...]
    without: tuple[Demand, ...]
    claim: Claim
    confidence: float
    note: str


class RuleBook:
    """The rules of one ontology, in the order of their ids."""

    def __init__(self, ontology: Ontology) -> None:
        """Read the rules of a checked ontology."""
        self.rules = tuple(read_rule(rule, ontology) for _, rule in sorted(ontology.rules.items()))

    def __bool__(self) -> bool:
        return bool(self.rules)


def read_rule(rule: Rule, ontology: Ontology) -> ReadRule:
    """A rule, ready to run.

    Raises:
        InputError: It names what the ontology does not have; the message says which part.
    """
    demands = tuple(_read(each, ontology) for each in rule.when if not each.none_of)
    without = tuple(_read(each, ontology) for group in rule.when for each in group.none_of)
    return ReadRule(
        rule.id, demands, without, read_conclusion(rule.then, ontology), rule.confidence, rule.note
    )


def read_conclusion(reference: str, ontology: Ontology) -> Claim:
    """The claim that a rule concludes.

    Raises:
        InputError: The ontology has no such thing.
    """
    owner, _, value = reference.partition("/")
    if owner == IN_CATEGORY:
        if value not in ontology.classes:
            raise InputError(f"no class {value!r}")
        return Claim(CATEGORY_FIELD, value)
    claim = read_reference(reference, ontology)
    if claim is None:
        raise InputError(
            f"{reference!r} is nothing of the ontology; write attribute/value, relation/id or {IN_CATEGORY}/class"
        )
    return claim


def _read(condition: Condition, ontology: Ontology) -> Demand:
    if condition.class_ids:
        ids: set[str] = set()
        for each in condition.class_ids:
            if each not in ontology.classes:
                raise InputError(f"no class {each!r}")
            ids |= {each, *ontology.hierarchy.descendants(each)}
        return OfClass(frozenset(ids))
    if condition.fact:
        return HasClaim(
            _with_implying((read_conclusion(each, ontology) for each in condition.fact), ontology)
        )
    attribute = ontology.attributes.get(condition.attribute or "")
    if attribute is None:
        raise InputError(f"no attribute {condition.attribute!r}")
    if attribute.type == "quantity":
        return _read_number(condition, attribute)
    if attribute.type == "enum":
        return HasClaim(_with_implying(_graded(condition, attribute, ontology), ontology))
    raise InputError(
        f"{attribute.id!r} is {attribute.type}; a condition on it is written fact: {attribute.id}/value"
    )


def _with_implying(claims: Iterable[Claim], ontology: Ontology) -> frozenset[Claim]:
    asked = list(claims)
    return frozenset(asked).union(*(ontology.implications.implying(each) for each in asked))


def _read_number(condition: Condition, attribute: Attribute) -> HasNumber:
    dimension = attribute.dimension or "count"
    low = parse_quantity(condition.at_least, dimension).si_low if condition.at_least is not None else None
    high = parse_quantity(condition.at_most, dimension).si_high if condition.at_most is not None else None
    if low is not None and high is not None and low > high:
        raise InputError(f"at_least {condition.at_least} is more than at_most {condition.at_most}")
    return HasNumber(attribute.id, low, high)


def _graded(condition: Condition, attribute: Attribute, ontology: Ontology) -> Iterator[Claim]:
    """The values of a vocabulary from one grade to another: those named alike with a number within.

    Where the vocabulary orders a grade by ``broader``, that order alone counts: water jets (IPX9) do not imply immersion.
    """
    values = ontology.values_of(attribute.id)
    grades: list[tuple[str, str, str]] = []
    for name, said in (("at_least", condition.at_least), ("at_most", condition.at_most)):
        if said is None:
            continue
        if said not in values:
            raise InputError(f"{attribute.id!r} has no value {said!r} for {name}")
        grades.append((name, said, values[said].label.en))
    if not grades:
        yield from (attribute_claim(attribute.id, each) for each in values)
        return
    for value in values:
        if all(_is_within(value, name, said, attribute, ontology) for name, said, _ in grades):
            yield attribute_claim(attribute.id, value)


def _is_within(value: str, name: str, said: str, attribute: Attribute, ontology: Ontology) -> bool:
    if value == said:
        return True
    claims = attribute_claim(attribute.id, value), attribute_claim(attribute.id, said)
    more, less = claims if name == "at_least" else claims[::-1]
    values = ontology.values_of(attribute.id)
    if values[said].broader or any(said in each.broader for each in values.values()):
        return ontology.implications.follows(less, more)
    own, bound = _GRADE.fullmatch(value), _GRADE.fullmatch(said)
    if own is None or bound is None or own.group(1, 3) != bound.group(1, 3):
        return False
    distance = int(own[2]) - int(bound[2])
    return distance > 0 if name == "at_least" else distance < 0
