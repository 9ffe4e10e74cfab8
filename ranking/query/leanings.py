"""Leanings: wishes for much or little of an attribute, as in "lightweight laptop with long battery", 便宜的大容量背包."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from kms.ontology.model import LANGUAGES, Attribute, Labels, Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD
from kms.text.chinese import contains_chinese
from kms.text.nouns import has_plural
from kms.types import Language
from ranking.models import Direction, Entity, Leaning
from ranking.query.comparison import Degree, chinese_superlatives, degrees
from ranking.query.function_words import FUNCTION_WORDS

Span = tuple[int, int]


class _Field(NamedTuple):
    """A number that every shop has, with the words that want much or little of it; the second are superlatives."""

    name: str
    label: Labels
    direction: Direction
    words: Mapping[Language, tuple[str, ...]]
    superlatives: Mapping[Language, tuple[str, ...]]


_PRICE = Labels(en="price", zh="价格")
_FIELDS = (
    _Field(
        "price",
        _PRICE,
        "less",
        {
            "en": ("cheap", "cheaper", "affordable", "inexpensive", "low-cost", "budget"),
            "zh": ("便宜", "实惠", "平价", "性价比高", "高性价比", "不贵", "不太贵", "不要太贵", "别太贵"),
        },
        {"en": ("cheapest", "lowest price", "lowest priced"), "zh": ("价格最低", "最低价")},
    ),
    _Field(
        "price",
        _PRICE,
        "more",
        {"en": ("premium", "high-end", "luxury", "expensive", "pricey"), "zh": ("高端", "奢华", "昂贵")},
        {"en": ("highest price", "highest priced"), "zh": ("价格最高", "最贵")},
    ),
    _Field(
        "rating",
        Labels(en="rating", zh="评分"),
        "more",
        {
            "en": ("highly rated", "well rated", "good rating", "well reviewed", "highly reviewed", "best"),
            "zh": ("好评", "高评分", "评分高", "评价好", "口碑好", "高分"),
        },
        {
            "en": (
                "best rated",
                "top rated",
                "highest rated",
                "highest rating",
                "best reviewed",
                "top reviewed",
            ),
            "zh": ("评分最高", "评价最好", "口碑最好", "好评最多"),
        },
    ),
    _Field(
        "added",
        Labels(en="newness", zh="新品程度"),
        "more",
        {"en": ("recent", "new arrivals", "new in"), "zh": ("新款", "新品", "新上架")},
        {"en": ("newest", "latest", "most recent", "newest arrivals"), "zh": ("最新", "最新款", "最近上架")},
    ),
    _Field(
        "popularity",
        Labels(en="popularity", zh="人气"),
        "more",
        {
            "en": ("popular", "bestseller", "bestsellers", "trending"),
            "zh": ("热销", "畅销", "热门", "爆款", "受欢迎"),
        },
        {
            "en": ("most popular", "best selling", "bestselling", "top selling", "most bought"),
            "zh": ("最受欢迎", "销量最高", "卖得最好", "人气最高"),
        },
    ),
)
_NEGATED = re.compile(
    r"(?:\b(?:not|no|never)\s+(?:too\s+|so\s+)?|n't\s+(?:too\s+|so\s+)?|[不没别])$", re.IGNORECASE
)

_SUPERLATIVES = re.compile(
    r"(?<![\w-])(?:(?P<more>most|highest|greatest|largest|biggest|longest|maximum|max)"
    r"|(?P<less>least|fewest|lowest|smallest|shortest|minimum|min))(?![\w-])"
    r"|最(?:(?P<more_zh>[高大长多强久宽重])|(?P<less_zh>[低小短少弱轻窄]))",
    re.IGNORECASE,
)
"""Superlatives of adjectives that any number may have; which one is meant its name says."""
_ARTICLES = frozenset({"a", "an", "the", "some"})
_ORDERED = re.compile(r"\s+first\b|优先|排序|的?排(?:在)?前面?")
"""Words behind a leaning that only say that it orders the results: "cheapest first", 最便宜的排前面."""


class FoundLeaning(NamedTuple):
    """A leaning and where it stands in the query."""

    start: int
    end: int
    leaning: Leaning


class _Meaning(NamedTuple):
    """What a word leans to; ``classes`` is how many have the attribute, and none for a number that every shop has."""

    field: str
    label: Labels
    direction: Direction
    attribute: str | None = None
    classes: int = 0
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
                more = _Meaning(
                    f"{ATTRIBUTE_FIELD}{attribute.id}", attribute.label, "more", attribute.id, classes
                )
                for word in attribute.more.of(language):
                    self._add(word, more, known, attribute.names(language))
                less = more._replace(direction="less")
                for word in attribute.less.of(language):
                    self._add(word, less, known, attribute.names(language))
                for words_of, meaning in ((attribute.higher, more), (attribute.lower, less)):
                    for word in words_of.of(language):
                        self._add_degrees(word, meaning, known, attribute.names(language))
            for field in _FIELDS:
                meaning = _Meaning(field.name, field.label, field.direction)
                for word in field.words[language]:
                    self._add(word, meaning, known)
                for word in field.superlatives[language]:
                    self._set(word, meaning._replace(is_extreme=True), known)
        english, chinese = (
            "|".join(
                re.escape(w).replace(r"\ ", r"[\s-]+") for w in sorted(known, key=lambda w: (-len(w), w))
            )
            for known in words.values()
        )
        self._pattern = re.compile(rf"(?<![\w-])(?:{english})(?![\w-])|(?:{chinese})", re.IGNORECASE)

    def _add(self, word: str, meaning: _Meaning, known: set[str], names: Sequence[str] = ()) -> None:
        self._set(word, meaning._replace(is_extreme=False), known)
        self._add_degrees(word, meaning, known, names)

    def _add_degrees(self, word: str, meaning: _Meaning, known: set[str], names: Sequence[str] = ()) -> None:
        folded = _fold(word)
        if folded.isascii():
            forms = list(degrees(folded))
        else:
            forms = [Degree(f, is_superlative=True) for f in chinese_superlatives(folded, names)]
        for form, is_superlative in forms:
            self._set(form, meaning._replace(is_extreme=is_superlative), known)

    def _set(self, form: str, meaning: _Meaning, known: set[str]) -> None:
        folded = _fold(form)
        self._meanings.setdefault(folded, []).append(meaning)
        known.add(folded)

    def _find_named(self, text: str, attributes: Iterable[Attribute]) -> dict[str, FoundLeaning]:
        """General superlatives beside the name of an attribute: "highest capacity", 容量最大."""
        found: dict[str, FoundLeaning] = {}
        superlatives = list(_SUPERLATIVES.finditer(text))
        if not superlatives:
            return found
        for attribute in attributes:
            if attribute.type != "quantity":
                continue
            names = sorted(
                (name for language in LANGUAGES for name in attribute.names(language)), key=len, reverse=True
            )
            for match in superlatives:
                span = _names_at(text, match.span(), names)
                if span is None:
                    continue
                direction: Direction = "more" if match["more"] or match["more_zh"] else "less"
                field = f"{ATTRIBUTE_FIELD}{attribute.id}"
                meaning = _Meaning(field, attribute.label, direction, attribute.id, is_extreme=True)
                if field not in found:
                    found[field] = FoundLeaning(*span, _leaning(text[slice(*span)], meaning))
        # Of "battery life" and "battery" the longer name is meant.
        longest = sorted(found.values(), key=lambda f: f.start - f.end)
        kept: list[FoundLeaning] = []
        for each in longest:
            if not any(each.start < other.end and other.start < each.end for other in kept):
                kept.append(each)
        return {each.leaning.field: each for each in kept}

    def _below(self, class_ids: Sequence[str]) -> list[Attribute]:
        """Attributes of the kinds of some classes."""
        ontology = self._ontology
        below = {each for class_id in class_ids for each in ontology.hierarchy.descendants(class_id)}
        return list(
            {a.id: a for class_id in sorted(below) for a in ontology.attributes_of(class_id)}.values()
        )

    def find(
        self,
        text: str,
        class_ids: Sequence[str],
        entities: Sequence[Entity],
        measured: Mapping[str, int] = MappingProxyType({}),
    ) -> list[FoundLeaning]:
        """All leanings of a query, left to right, each field once.

        A word may lean to several attributes ("large" of a bag and of a screen): it means one that a named class
        has, the most specific first, or where it has none, one that a kind of it has. Without a class only what every
        product has can be meant. Who denies much ("not too expensive") asks for little; who denies little for nothing.

        Args:
            text: The corrected query.
            class_ids: Classes that it names.
            entities: What else was found in it; a leaning must be longer than an entity that it overlaps.
            measured: Where no class is named, the attributes that products have, with the number of these: superlatives
                may mean one of them, that which most products have.
        """
        attributes = {a.id: a for class_id in class_ids for a in self._ontology.attributes_of(class_id)}
        own = set(attributes)
        found = self._find_named(text, attributes.values()) or self._find_named(text, self._below(class_ids))
        named = [(f.start, f.end) for f in found.values()]
        for match in self._pattern.finditer(text):
            start, end = match.span()
            is_named = any(
                start < e.end and e.start < end and e.end - e.start >= end - start for e in entities
            )
            is_named = is_named or any(start < stop and begin < end for begin, stop in named)
            denied = _NEGATED.search(text, max(0, start - 20), start)
            if is_named:
                continue
            meanings = self._meanings[_fold(match.group())]
            fitting = [m for m in meanings if m.attribute is None or m.attribute in own]
            if not fitting and class_ids:
                below = {attribute.id for attribute in self._below(class_ids)}
                fitting = [m for m in meanings if m.attribute in below]
            if not fitting and measured:
                had = [m for m in meanings if m.is_extreme and m.attribute in measured]
                fitting = sorted(had, key=lambda m: -measured[m.attribute or ""])[:1]
            if not fitting or (_is_noun(text, start, end) and fitting[0].attribute):
                continue
            meaning = min(fitting, key=lambda m: (m.classes, not m.is_extreme))
            if denied:
                if meaning.direction == "less":
                    continue  # "not cheap" asks for nothing
                start, meaning = denied.start(), meaning._replace(direction="less", is_extreme=False)
            ordered = _ORDERED.match(text, end)
            end = ordered.end() if ordered else end
            leaning = _leaning(text[start:end], meaning)
            found.setdefault(leaning.field, FoundLeaning(start, end, leaning))
        return list(found.values())


def _names_at(text: str, place: Span, names: Sequence[str]) -> Span | None:
    """The span of a superlative with the first of some names that stands right beside it."""
    start, end = place
    for name in names:
        if contains_chinese(name):
            behind = end + (text[end : end + 1] == "的")
            if text.startswith(name, behind):
                return start, behind + len(name)
            if text.endswith(name, 0, start):
                return start - len(name), end
            continue
        words = re.compile(rf"\s+(?:the\s+)?{re.escape(name)}(?![\w-])", re.IGNORECASE).match(text, end)
        if words:
            return start, words.end()
    return None


def _is_noun(text: str, start: int, end: int) -> bool:
    """Whether a word is a thing and no quality of one: the light of "a light for the desk" and of "collar with light"."""
    behind = text[end:].lstrip()
    if not has_plural(text[start:end]) or (behind and not FUNCTION_WORDS.match(behind)):
        return False
    before = text[:start].split()
    if before and before[-1].casefold() in _ARTICLES:
        before.pop()
    return bool(FUNCTION_WORDS.fullmatch(before[-1])) if before else bool(behind)


def _fold(word: str) -> str:
    return " ".join(word.casefold().replace("-", " ").split())


def _leaning(surface: str, meaning: _Meaning) -> Leaning:
    return Leaning(
        surface=surface,
        field=meaning.field,
        direction=meaning.direction,
        label_en=meaning.label.en,
        label_zh=meaning.label.zh,
        is_extreme=meaning.is_extreme,
    )
