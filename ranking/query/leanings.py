"""Leanings: wishes for much or little of an attribute, as in "lightweight laptop with long battery", 便宜的大容量背包."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kms.ontology.model import Attribute, Ontology
from kms.types import Language
from ranking.models import Direction, Entity, Leaning
from ranking.query.comparison import Degree, degrees

PRICE_WORDS: dict[Direction, dict[Language, tuple[str, ...]]] = {
    "less": {
        "en": ("cheap", "cheaper", "cheapest", "affordable", "inexpensive", "low-cost", "budget"),
        "zh": ("便宜", "实惠", "平价", "性价比高", "高性价比", "不贵", "不太贵", "不要太贵", "别太贵"),
    },
    "more": {"en": ("premium", "high-end", "luxury", "expensive", "pricey"), "zh": ("高端", "奢华", "昂贵")},
}
_NEGATED = re.compile(
    r"(?:\b(?:not|no|never)\s+(?:too\s+|so\s+)?|n't\s+(?:too\s+|so\s+)?|[不没别])$", re.IGNORECASE
)


class FoundLeaning(NamedTuple):
    """A leaning and where it stands in the query."""

    start: int
    end: int
    leaning: Leaning


class _Meaning(NamedTuple):
    attribute: Attribute | None  # None: the price
    direction: Direction
    classes: int  # that have the attribute
    is_extreme: bool = False


class LeaningReader:
    """Finds leanings under one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        """Collect the words."""
        self._ontology = ontology
        self._meanings: dict[str, list[_Meaning]] = {}
        words: dict[Language, set[str]] = {"en": set(), "zh": set()}
        for language, known in words.items():
            for attribute in ontology.attributes.values():
                classes = sum(attribute.id in c.attributes for c in ontology.classes.values())
                for word in attribute.more.of(language):
                    self._add(word, _Meaning(attribute, "more", classes), known)
                for word in attribute.less.of(language):
                    self._add(word, _Meaning(attribute, "less", classes), known)
            for direction, of_language in PRICE_WORDS.items():
                for word in of_language[language]:
                    self._add(word, _Meaning(None, direction, 0), known)
        english, chinese = (
            "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(known, key=lambda w: (-len(w), w)))
            for known in words.values()
        )
        self._pattern = re.compile(rf"(?<![\w-])(?:{english})(?![\w-])|(?:{chinese})", re.IGNORECASE)

    def _add(self, word: str, meaning: _Meaning, known: set[str]) -> None:
        folded = word.casefold()
        if folded.isascii():
            forms = [Degree(folded, is_superlative=False), *degrees(folded)]
        else:
            forms = [Degree(folded, is_superlative=False), Degree(f"最{folded}", is_superlative=True)]
        for form, is_superlative in forms:
            # "Cheapest" stands in the list of price words itself, and is a superlative all the same.
            readings = self._meanings.setdefault(form, [])
            readings.append(meaning._replace(is_extreme=is_superlative))
            known.add(form)

    def find(self, text: str, class_ids: Sequence[str], entities: Sequence[Entity]) -> list[FoundLeaning]:
        """All leanings of a query, left to right, each field once.

        A word may lean to several attributes ("large" of a bag and of a screen): it means one that a named class
        has, the most specific first. Without a class only the price can be meant. Who denies much ("not too expensive")
        asks for little; who denies little for nothing.

        Args:
            text: The corrected query.
            class_ids: Classes that it names.
            entities: What else was found in it; a leaning must be longer than an entity that it overlaps.
        """
        own = {a.id for class_id in class_ids for a in self._ontology.attributes_of(class_id)}
        found: dict[str, FoundLeaning] = {}
        for match in self._pattern.finditer(text):
            start, end = match.span()
            is_named = any(
                start < e.end and e.start < end and e.end - e.start >= end - start for e in entities
            )
            denied = _NEGATED.search(text, max(0, start - 20), start)
            if is_named:
                continue
            meanings = self._meanings[" ".join(match.group().casefold().split())]
            fitting = [m for m in meanings if m.attribute is None or m.attribute.id in own]
            if not fitting:
                continue
            meaning = min(fitting, key=lambda m: (m.classes, not m.is_extreme))
            if denied:
                if meaning.direction == "less":
                    continue  # "not cheap" asks for nothing
                start, meaning = denied.start(), meaning._replace(direction="less", is_extreme=False)
            leaning = _leaning(text[start:end], meaning)
            found.setdefault(leaning.field, FoundLeaning(start, end, leaning))
        return list(found.values())


def _leaning(surface: str, meaning: _Meaning) -> Leaning:
    attribute = meaning.attribute
    return Leaning(
        surface=surface,
        field=f"attr.{attribute.id}" if attribute else "price",
        direction=meaning.direction,
        label_en=attribute.label.en if attribute else "price",
        label_zh=attribute.label.zh if attribute else "价格",
        is_extreme=meaning.is_extreme,
    )
