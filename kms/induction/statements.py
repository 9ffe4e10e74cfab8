"""Attributes that texts state past mistaking, for classes whose shop has no column for them.

A shop without a column for the volume of its bags has it in titles: "Pannier 20 L". A class has a general attribute of the
default ontology where texts of its products state it by a form that leaves nothing to guess: a grade or a connector
(IPX6, USB-C), a value or a measure beside the attribute's name ("battery life 15 h"), a value that is a sentence
("Dishwasher safe."), in titles a quality before the thing ("rechargeable inflator") and a measure that one attribute alone
has ("20 L"), and a volume behind the sides that it agrees with ("35 x 26 x 24 cm, 15 litres").
What says less is no reason: its attribute would be a guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from kms.catalog.models import Product
from kms.ontology.labels import normalise
from kms.ontology.model import LANGUAGES, ROOT_CLASS, Attribute, Ontology, Term
from kms.quantities.dimensions import convert
from kms.quantities.mentions import QuantityMention, find_quantities
from kms.quantities.values import can_measure, unit_for
from kms.text.chinese import contains_chinese
from kms.text.negation import find_cue
from kms.text.nouns import is_adjective, is_countable, is_verb_form

_LEAST_FAMILIES = 3
_ALWAYS_NAMED = frozenset({"sound_level"})
"""Dimensions of which a bare measure never says what it is of: the decibels of ear defenders are those they keep out."""
_BEFORE = 40
_BEHIND = 24
_LEAD = r"[\s:：=]*(?:(?:is|are|of|up to|about|approx\.?|around|up|can|to|为|是|达|可达|高达|长达|约|大约)[\s:：]*){0,2}$"
"""What may stand between an attribute's name and what it is."""
_LEADS = re.compile(_LEAD, re.IGNORECASE)
_TRAIL = re.compile(r"[\s-]*(?:(?:of|的)\s*)?", re.IGNORECASE)
_GRADE = re.compile(r"(?=.*[A-Z])(?=.*[\d-]).{4,}")
"""A name that is written as no word is: IPX6, USB-C, Bluetooth 5.3."""
_THING_BEHIND = re.compile(r"[\s-]+[^\W\d_]{3,}|(?<=[\u3400-\u9fff])[\u3400-\u9fff]")
_NO_THING = frozenset(["and", "with", "for", "from", "the", "plus"])
_QUALITY_ZH = re.compile(r"[可防免无].+|.+(?:式|供电)")
"""Chinese words that say how a thing is: 可折叠, 防水, 充电式."""
_INSIDE = re.compile(r"[^\W\u3400-\u9fff][-/.]?$|/$")
"""Before a number that is part of a code: the opening f/1.2L of a lens."""
_HEDGE = re.compile(
    r"[\s,，;；(（/]*(?:about|approx\.?|around|ca\.?|roughly|some|约|大约)?\s*", re.IGNORECASE
)
_STOP = re.compile(r"[.!?](?=\s|$)|[。！？\n]")
_SENTENCE = 400
_SAID = re.compile(r"\s*(?:$|[.!。！\n])")
_BEGUN = re.compile(r"(?:[.!?。！？\n]|\A)\s?$")
_LEAST_OF_BOX, _MOST_OF_BOX = 0.3, 1.1
"""Between what shares of the box that its sides make the volume of a thing lies; more than one where sides are rounded."""


class StatementReader:
    """Tells which general attributes a product's own texts state past mistaking."""

    def __init__(self, attributes: Iterable[Attribute], known: Ontology, kinds: Collection[str] = ()) -> None:
        """Prepare.

        Args:
            attributes: Those to look for.
            known: The default ontology that they are of.
            kinds: Folded names of the shop's classes: a word that names a kind of thing says nothing of a thing.
        """
        chosen = list(attributes)
        self._measured = [each for each in chosen if each.type == "quantity" and each.dimension != "count"]
        dimensions = Counter(each.dimension for each in self._measured)
        self._alone = [
            each
            for each in self._measured
            if dimensions[each.dimension] == 1 and each.dimension not in _ALWAYS_NAMED
        ]
        self._names = {each.id: _pattern(_names_of(each, dimensions[each.dimension] == 1)) for each in chosen}
        names = " ".join(kinds)
        self._words: dict[str, re.Pattern[str]] = {}
        self._qualities: dict[str, re.Pattern[str]] = {}
        self._grades: dict[str, re.Pattern[str]] = {}
        for each in chosen:
            written = set(_words_of(each, known))
            grades = {name for name in written if _GRADE.fullmatch(name)}
            words = {name for name in written - grades if len(name) > 1}
            qualities = {name for name in words if _is_quality(name) and normalise(name) not in names}
            if grades:
                self._grades[each.id] = _pattern(grades, re.NOFLAG)
            if words:
                self._words[each.id] = _pattern(words)
            if qualities:
                self._qualities[each.id] = _pattern(qualities)

    def find(self, product: Product) -> frozenset[str]:
        """Ids of the attributes that the title or the description states."""
        title, text = product.title, product.description
        found = {
            attribute
            for attribute, pattern in self._grades.items()
            if any(not _is_denied(each, match) for each in (title, text) for match in pattern.finditer(each))
        }
        found |= {
            attribute
            for attribute, pattern in self._qualities.items()
            if any(_stands_before_thing(title, match) for match in pattern.finditer(title))
        }
        found |= {
            attribute
            for attribute, pattern in self._words.items()
            if any(
                self._is_named(attribute, text, *match.span()) or _is_sentence(text, match)
                for match in pattern.finditer(text)
            )
        }
        found |= self._measured_in(title, is_title=True)
        return frozenset(found | self._measured_in(text, is_title=False))

    def _measured_in(self, text: str, *, is_title: bool) -> set[str]:
        found: set[str] = set()
        if not any(character.isdigit() for character in text):
            return found
        quantities = list(find_quantities(text))
        for place, quantity in enumerate(quantities):
            if (
                quantity.axis is not None
                or quantity.unit == "count"
                or _INSIDE.search(text, max(0, quantity.start - 2), quantity.start)
            ):
                continue
            for attribute in self._measured:
                if not can_measure(quantity, attribute.dimension or ""):
                    continue
                is_sole = is_title and attribute in self._alone
                is_volume = attribute.dimension == "volume" and _fills_box(text, quantities[:place], quantity)
                if is_sole or is_volume or self._is_named(attribute.id, text, quantity.start, quantity.end):
                    found.add(attribute.id)
        return found

    def _is_named(self, attribute: str, text: str, start: int, end: int) -> bool:
        """Whether the attribute's name stands right before or behind a value."""
        pattern = self._names[attribute]
        before = text[max(0, start - _BEFORE) : start]
        if any(_LEADS.fullmatch(before, match.end()) for match in pattern.finditer(before)):
            return True
        gap = _TRAIL.match(text, end)
        return gap is not None and pattern.match(text, gap.end(), gap.end() + _BEHIND) is not None


def general_attributes(known: Ontology) -> list[Attribute]:
    """The attributes that several families of the default ontology have, and not every product."""
    families: dict[str, set[str]] = {}
    of_all = {attribute.id for attribute in known.attributes_of(ROOT_CLASS)}
    for class_id in known.classes:
        line = (class_id, *known.hierarchy.ancestors(class_id))
        for attribute in known.attributes_of(class_id) if len(line) > 1 else ():
            families.setdefault(attribute.id, set()).add(line[-2])
    return [
        known.attributes[each]
        for each in sorted(families)
        if len(families[each]) >= _LEAST_FAMILIES and each not in of_all
    ]


def _names_of(attribute: Attribute, is_alone: bool) -> set[str]:
    """Names that mean this attribute: "burn time" of a candle is another time than a battery's."""
    names = {name for language in LANGUAGES for name in attribute.names(language)}
    if is_alone or attribute.type != "quantity":
        return names
    label = attribute.label
    return {
        name
        for name in names
        if name in label.zh or set(label.en.casefold().split()) <= set(name.casefold().split())
    }


def _words_of(attribute: Attribute, known: Ontology) -> list[str]:
    """Names of the values that an attribute has; of one that is so or not its own."""
    if attribute.type == "boolean":
        return _all_names([attribute])
    vocabulary = known.vocabularies.get(attribute.vocabulary or "")
    return _all_names(vocabulary.values.values()) if vocabulary else []


def _all_names(terms: Iterable[Term]) -> list[str]:
    return [name for term in terms for language in LANGUAGES for name in term.names(language)]


def _is_quality(name: str) -> bool:
    """Whether a name of a value says how a thing is, and names none: "rechargeable", no "battery"."""
    if contains_chinese(name):
        return _QUALITY_ZH.fullmatch(name) is not None
    last = re.split(r"[\s-]", name)[-1].casefold()
    return (is_adjective(last) and not is_countable(last)) or (last.endswith("ing") and is_verb_form(last))


def _stands_before_thing(title: str, match: re.Match[str]) -> bool:
    """Whether a word of a title says of which sort the thing behind it is."""
    behind = _THING_BEHIND.match(title, match.end())
    return behind is not None and behind.group().strip(" -").casefold() not in _NO_THING


def _is_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether a value is all that a sentence says: "Dishwasher safe."."""
    return (
        _SAID.match(text, match.end()) is not None
        and _BEGUN.search(text, max(0, match.start() - 2), match.start()) is not None
    )


def _is_denied(text: str, match: re.Match[str]) -> bool:
    """Whether the words around deny it: "no app, no Wi-Fi" gives a timer no connections."""
    last = list(_STOP.finditer(text, max(0, match.start() - _SENTENCE), match.start()))
    behind = _STOP.search(text, match.end(), match.end() + _SENTENCE)
    sentence = (
        last[-1].end() if last else max(0, match.start() - _SENTENCE),
        behind.start() if behind else min(len(text), match.end() + _SENTENCE),
    )
    language = "zh" if contains_chinese(text[slice(*sentence)]) else "en"
    return find_cue(text, sentence, match.start(), language, match.end()) is not None


def _fills_box(text: str, before: Sequence[QuantityMention], volume: QuantityMention) -> bool:
    """Whether a volume stands right behind three sides and is about what they enclose."""
    sides = [each for each in before[-3:] if each.axis is not None]
    if len(sides) < 3 or _HEDGE.fullmatch(text, sides[-1].end, volume.start) is None:
        return False
    box = 1.0
    for each in sides:
        box *= convert(each.high, each.unit, "decimeter")
    return (
        _LEAST_OF_BOX * box
        <= convert(volume.high, unit_for(volume.unit, "volume"), "liter")
        <= _MOST_OF_BOX * box
    )


def _pattern(names: Collection[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    forms = [
        re.escape(name)
        if contains_chinese(name)
        else rf"(?<![^\W\u3400-\u9fff])(?<!-){re.escape(name)}(?![^\W\u3400-\u9fff])"
        for name in sorted(names, key=lambda each: (-len(each), each))
    ]
    return re.compile("|".join(forms), flags)
