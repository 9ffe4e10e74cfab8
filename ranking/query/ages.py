"""Ages in queries: "for 3 year olds", "ages 8 to 12", "kids under 5", 5岁以下.

An age is no price and no time that a product has. The ontology says of an audience which ages it has, so that an age
names the audiences that it falls into.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from kms.ontology.model import LANGUAGES, Concept, Ontology
from kms.quantities.numbers import Number, find_numbers, fold_width
from kms.text.chinese import contains_chinese

_YOUNG = 17
"""Years up to which a bare number beside a word for children is an age."""
_REACH = 30
_UNIT = r"(?P<unit>years?|yrs?|months?|mths?|mos?)"
_MORE = r"(?P<more>\s?\+|\s+(?:and|or)\s+(?:up|over|above|older)\b|\s+plus\b)?"
_LESS = r"(?P<less>\s+(?:and|or)\s+(?:under|below|younger)\b)?"
_OLD = re.compile(
    rf"(?P<plus>\s?\+)?[\s-]?(?:{_UNIT}[\s-]?(?:olds?\b|of\s+age\b)|y/?o\b){_MORE}{_LESS}", re.IGNORECASE
)
_OLD_ZH = re.compile(
    r"\s*(?:(?P<years>周?岁)|(?P<months>个月|月)(?=大|龄|以[上下内]|的?[宝婴幼]))(?:半|龄|大)?"
    r"(?P<more>及?以上|起|\+)?(?P<less>及?以下|以内|之内|内)?"
)
_PLAIN = re.compile(rf"(?:\s?{_UNIT}\b)?{_MORE}{_LESS}", re.IGNORECASE)
_THOSE_UNDER = re.compile(r"['’]?s\b")
_BOUND = r"(?:(?P<below>under|below|younger\s+than|less\s+than|up\s+to)|(?P<above>over|above|older\s+than|from|at\s+least))"
_AGED = re.compile(rf"\b(?:ages?|aged)\s*(?::|of|from)?\s*(?:{_BOUND}\s+)?$", re.IGNORECASE)
_UNDER = re.compile(rf"\b{_BOUND}[\s-]$", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:$|[,;，；]|(?:with|without|and|in|for|that|which|who)\b)", re.IGNORECASE)
_HINT = re.compile(r"\d|old|year|month|\bage|岁|月", re.IGNORECASE)
"""What every age has something of; other queries are not looked at."""
_TO = re.compile(r"\s?(?:[-–—~～]|to|and|or|到|至)\s?|\s?(?:years?|岁)?\s?(?:to|-|到|至)\s?", re.IGNORECASE)


class Age(NamedTuple):
    """Ages that a query names, in years, and where they stand in it."""

    start: int
    end: int
    low: float
    high: float


class AgeReader:
    """Finds ages, and the audiences of those ages, under one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        """Collect the audiences of which ``ontology`` knows the ages."""
        self._concepts = [concept for concept in ontology.concepts() if concept.ages is not None]
        self.kinds = frozenset(concept.kind for concept in self._concepts)
        self.nodes = frozenset(f"{concept.kind}:{concept.id}" for concept in self._concepts)
        names = {
            name
            for concept in self._concepts
            if concept.ages is not None and concept.ages[1] <= _YOUNG
            for language in LANGUAGES
            for name in concept.names(language)
        }
        english, chinese = (
            "|".join(
                re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)) if contains_chinese(n) is zh
            )
            for zh in (False, True)
        )
        young = rf"(?:(?<![\w-])(?:{english or '(?!)'})|{chinese or '(?!)'})"
        self._young = re.compile(rf"{young}\s*(?:aged?\s+)?(?:{_BOUND}\s+)?$", re.IGNORECASE)

    def find(self, text: str) -> list[Age]:
        """All ages of a query, left to right; none where the ontology knows no ages."""
        if not self._concepts or not _HINT.search(text):
            return []
        text = fold_width(text)
        numbers = find_numbers(text)
        ages: list[Age] = []
        for at, number in enumerate(numbers):
            if ages and number.start < ages[-1].end:
                continue
            following = numbers[at + 1] if at + 1 < len(numbers) else None
            is_range = following is not None and _TO.fullmatch(text, number.end, following.start) is not None
            last = following if is_range and following is not None else number
            if age := self._read(text, number, last):
                ages.append(age)
        return ages

    def audiences(self, age: Age) -> list[Concept]:
        """The audiences that have some of the ages."""
        return [
            concept
            for concept in self._concepts
            if concept.ages is not None and concept.ages[0] <= age.high and age.low < concept.ages[1] + 1
        ]

    def _read(self, text: str, first: Number, last: Number) -> Age | None:
        window = max(0, first.start - _REACH)
        low, high = sorted((float(first.value), float(last.value)))
        aged = _AGED.search(text, window, first.start)
        under = _UNDER.search(text, window, first.start)
        young = self._young.search(text, window, first.start)
        bound = aged or young or under
        behind = _OLD.match(text, last.end) or _OLD_ZH.match(text, last.end)
        if behind is None and aged:
            behind = _PLAIN.match(text, last.end)
        if behind is None and young:
            plain = _PLAIN.match(text, last.end)
            says_more = bool(young["below"] or young["above"] or (plain and (plain["unit"] or plain["more"])))
            ends = plain is not None and _ENDS.match(text, plain.end())
            behind = (
                plain if (ends or low != high) and high <= _YOUNG and (says_more or low != high) else None
            )
        if behind is None and under and (those := _THOSE_UNDER.match(text, last.end)):
            behind = those
        if behind is None:
            return None
        named = behind.groupdict()
        scale = 1 / 12 if (named.get("unit") or "").casefold().startswith("m") or named.get("months") else 1.0
        low, high = low * scale, high * scale
        if (bound and bound["below"]) or named.get("less"):
            low, high = 0.0, math.nextafter(high, 0.0)
        elif (bound and bound["above"]) or named.get("more") or named.get("plus"):
            high = math.inf
        start = bound.start("below") if bound and bound["below"] else first.start
        start = bound.start("above") if bound and bound["above"] else start
        return Age(aged.start() if aged else start, behind.end(), low, high)
