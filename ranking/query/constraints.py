"""Numeric conditions in a query's words: "under 50", "at least 20 hours", "between 1 and 2 litres", 300元以下."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kms.currency import SYMBOLS, WORDS, currency_of
from kms.facts.quantities import QuantityError, dimensions_of, parse_number, to_quantity
from kms.facts.units import CASED, UNIT_OF_SURFACE
from kms.filters import Condition
from kms.ontology.model import Attribute, Ontology
from ranking.models import Constraint

_WEIGHTS = frozenset({"pound", "pounds"})
"""Words that name a currency and a weight."""
_NUM = r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SIGNS = "|".join(re.escape(sign) for sign in SYMBOLS if sign != "元")
_NAMES = "|".join(sorted((name for name in WORDS if name not in _WEIGHTS), key=len, reverse=True))
_CURRENCY_BEFORE = rf"(?:{_SIGNS})\s?"
_CURRENCY_AFTER = rf"(?:\s?(?:(?:{_NAMES})(?![A-Za-z])|元|{_SIGNS}))"
_UNIT_FORMS = sorted({*UNIT_OF_SURFACE, *CASED} - {"x", '"', "''"}, key=len, reverse=True)
_UNIT = r"\s?-?(?P<{0}>" + "|".join(re.escape(u) for u in _UNIT_FORMS) + r")(?![A-Za-z])"


def _value(name: str) -> str:
    number = _NUM.format(name)
    money = f"(?:(?P<{name}_cur>{_CURRENCY_BEFORE})?{number}(?P<{name}_money>{_CURRENCY_AFTER})?"
    return money + f"(?:{_UNIT.format(name + '_unit')})?)"


_AT_MOST = (
    r"(?:under|below|less than|cheaper than|lower than|lighter than|shorter than|smaller than|up to|at most|"
    r"max(?:imum)?(?: of)?|no more than|not more than|within|不超过|低于|少于|小于|不到|最多|至多)"
)
_AT_LEAST = (
    r"(?:over|above|more than|at least|min(?:imum)?(?: of)?|no less than|longer than|bigger than|larger than|"
    r"heavier than|from|至少|超过|不少于|不低于|大于|高于|最少)"
)
_PATTERNS = (
    ("between", re.compile(rf"\b(?:between|from)\s+{_value('a')}\s+(?:and|to)\s+{_value('b')}", re.I)),
    ("between", re.compile(rf"{_value('a')}\s?(?:到|至|-|~|—)\s?{_value('b')}(?:之间)?(?=\D|$)", re.I)),
    ("most", re.compile(rf"(?<![A-Za-z]){_AT_MOST}\s*{_value('a')}", re.I)),
    ("least", re.compile(rf"(?<![A-Za-z]){_AT_LEAST}\s*{_value('a')}", re.I)),
    ("most", re.compile(rf"{_value('a')}\s*(?:or less|or under|or cheaper|max\b|以下|以内|之内|以里)", re.I)),
    ("least", re.compile(rf"{_value('a')}\s*(?:or more|or over|\+|plus\b|以上|起)", re.I)),
)
_POUNDS = re.compile(r"\bpounds?\b", re.IGNORECASE)
_WEIGHING = re.compile(r"weigh|heav|light(?:er|weight)|\bload|carr(?:y|ies)|holds?\b", re.IGNORECASE)
_MEANT = {"year": "warranty", "month": "warranty", "hour": "battery_life"}
"""What a shopper means by a bound in a unit that several attributes are measured in."""


@dataclass(frozen=True)
class FoundConstraint:
    """A constraint and where it stands in the query."""

    start: int
    end: int
    constraint: Constraint


def find_constraints(
    query: str, ontology: Ontology, class_ids: Sequence[str] = (), currency: str | None = None
) -> list[FoundConstraint]:
    """All numeric constraints of a query, left to right, without overlaps.

    A number with a currency or without a unit is a price, in that currency where it names one. A unit goes to
    the attribute that the query names, else to the one attribute of the named class (or of all) that has its
    dimension; with several the one most classes have.

    Args:
        query: Either language.
        ontology: Attributes and their words.
        class_ids: Classes that the query names.
        currency: The shop's own, which settles what ``$`` and ``¥`` mean.
    """
    found: list[FoundConstraint] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(query):
            if any(match.start() < f.end and f.start < match.end() for f in found):
                continue
            condition = _condition(kind, match, query, ontology, class_ids, currency)
            if condition is not None:
                surface = match.group().strip()
                found.append(
                    FoundConstraint(
                        match.start(), match.end(), Constraint(surface=surface, condition=condition)
                    )
                )
    return sorted(found, key=lambda f: f.start)


def _condition(
    kind: str,
    match: re.Match[str],
    query: str,
    ontology: Ontology,
    class_ids: Sequence[str],
    currency: str | None,
) -> Condition | None:
    groups = match.groupdict()
    unit = groups.get("b_unit") or groups.get("a_unit")
    named = next((groups[k] for k in ("a_cur", "a_money", "b_cur", "b_money") if groups.get(k)), None)
    # "Pounds" are money where nothing else says that a weight is meant; shops write "lb" of weights.
    if named is None and _POUNDS.search(match.group()) and not _WEIGHING.search(query):
        named = "pounds"
    low, high = parse_number(groups["a"]), parse_number(groups["b"]) if groups.get("b") else None
    if unit is None or named:
        if kind == "between" and not named and not re.match(r"(?i)between|from", match.group()):
            return None  # "2-3" alone is no price
        code = currency_of(named, currency) if named else None
        return _bounds(kind, f"price.{code.lower()}" if code else "price", low, high)
    pint_unit = CASED.get(unit) or UNIT_OF_SURFACE.get(unit.casefold())
    if pint_unit is None:
        return None
    attribute = attribute_for(pint_unit, query, ontology, class_ids)
    if attribute is None or attribute.dimension is None:
        return None
    try:
        first = to_quantity(low, pint_unit, attribute.dimension).si_magnitude
        second = to_quantity(high, pint_unit, attribute.dimension).si_magnitude if high is not None else None
    except QuantityError:
        return None
    return _bounds(kind, f"attr.{attribute.id}", first, second)


def _bounds(kind: str, field: str, first: float, second: float | None) -> Condition:
    # Shops round when they convert; a bound should not cut off what says the same in another unit.
    slack = 0.0 if field.startswith("price") else 1e-3
    if kind == "between" and second is not None:
        low, high = sorted((first, second))
        return Condition(field=field, gte=low * (1 - slack), lte=high * (1 + slack))
    if kind == "most":
        return Condition(field=field, lte=first * (1 + slack))
    return Condition(field=field, gte=first * (1 - slack))


def attribute_for(unit: str, query: str, ontology: Ontology, class_ids: Sequence[str]) -> Attribute | None:
    """The attribute that a unit in a query most likely measures."""
    dimensions = dimensions_of(unit)
    everything = [a for a in ontology.attributes.values() if a.dimension in dimensions]
    own = [a for c in class_ids for a in ontology.attributes_of(c) if a.dimension in dimensions]
    for candidates in (own, everything):
        folded = query.casefold()
        named = [
            a
            for a in candidates
            if any(name.casefold() in folded for lang in ("en", "zh") for name in a.names(lang))  # type: ignore[arg-type]
        ]
        if named:
            return named[0]
    candidates = own or everything
    meant = [a for a in candidates if a.id == _MEANT.get(unit)]
    if meant:
        return meant[0]
    if not candidates:
        return None
    usage = _usage(ontology)
    # Of a class's own attributes the most specific comes first: it is what that class is bought by.
    return min(candidates, key=lambda a: (usage[a.id] if own else -usage[a.id], a.id == "warranty", a.id))


def _usage(ontology: Ontology) -> dict[str, int]:
    counts = dict.fromkeys(ontology.attributes, 0)
    for class_id in ontology.classes:
        for attribute in ontology.attributes_of(class_id):
            counts[attribute.id] += 1
    return counts
