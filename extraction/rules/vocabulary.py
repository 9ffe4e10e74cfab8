"""Vocabulary rule: finds the ontology's labels in text by longest match, with negation, among those the class allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources

import yaml

from extraction.documents import Text
from extraction.rules.contexts import is_foreign, is_mere_look, resembles
from extraction.rules.denial import SEASON, find_denial, is_verb, says_material
from extraction.rules.explicit import ExplicitNames
from extraction.rules.introductions import Introductions
from extraction.rules.mention import Mention
from extraction.rules.moods import is_unstated
from extraction.rules.names import (
    find_name,
    is_code,
    is_guarded,
    is_of_connector,
    is_part_of_name,
    is_tied_to_letters,
    nouns_of_title,
    sticks_to_body,
)
from extraction.rules.origins import is_of_component
from extraction.rules.phrases import head_behind
from extraction.rules.product_nouns import ProductNouns
from extraction.rules.title_class import Known, choose_class
from extraction.rules.uses import UNSUPPORTED, is_name_of_thing, is_of_action, is_supported
from kms.ontology.labels import LabelKind, Match, Reading
from kms.ontology.model import ROOT_CLASS, Linking, Ontology
from kms.ontology.structure import HAS_VALUE, IN_CATEGORY
from kms.text.chinese import contains_chinese

CLASS_CONFIDENCE = 0.98
BOOLEAN_CONFIDENCE = 0.9
"""Precision in titles and descriptions on the sample catalogue's train and validation splits, rounded; that of values and
concepts stands with their relation in the ontology."""

_FIRST: tuple[LabelKind, ...] = ("value", "attribute", "class")
"""Kinds of readings that are preferred, in this order; then those of concepts in the ontology's order."""
_COLOUR, _MATERIAL = "colour", "material"
_AUDIENCE = "audience"
_ORIGIN = "country_of_origin"
_SAYS_COLOUR = re.compile(
    r"\b(?:colou?r\w*|shades?|tones?|hues?|tints?|dyed|painted|finish\w*|available|comes? in|edition)\b|[色款]",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"[ -](?:made|built|crafted|woven|sewn|grown|manufactur\w*|production|produce\w*|origin)\b", re.IGNORECASE
)
"""Behind a country's adjective that tells an origin: "Portuguese-made"."""
_BEGINS_NAME = re.compile(
    r" (?!(?:[a-z]+ )?(?:effect|look|style|print|touch|finish|polish|cleaner|care|tips?|hydride)\b)"
    r"(?:[A-Za-z][A-Za-z-]+ ?){1,3}(?=$|[\d,|(:–]|- |with\b|for\b|and\b)",
    re.IGNORECASE,
)
"""Behind a material at the beginning of what a title calls its product: "Marble Bookends (pair)"."""
_SOLID = frozenset({"marble", "granite", "porcelain", "silk", "velvet", "stone", "metal", "felt"})
"""Words of materials that name one before the noun of a title."""
_NEXT_WORD = re.compile(r"\s+(?P<word>[A-Za-z]+)")
_PHRASE_BEHIND = re.compile(r"(?: [A-Za-z]+)+(?! ?&)\b")
_PREDICATE = re.compile(
    r"\b(?:is|are|choose|pick|order)\s+(?:it\s+now\s*:?\s*)?(?:\w+(?:,|\s+or|\s+and)\s+){0,3}$", re.IGNORECASE
)
"""Before a word that is said of the product: "the cushion is mustard"."""
_OF_WEARERS = frozenset({"clothing_size", "skin_type", "hair_type"})
"""Attributes whose ambiguous words before a thing say how big it is or what it is like: "small handbag", "fine sweater"."""
_REVIEW_FIELDS = frozenset({"review_title", "review_text"})
# Reviewers judge these parts, they do not state them: at most one in five was a stated value on train.
_JUDGED = frozenset(
    {"brew_method", "closure", "country_of_origin", "noise_cancelling", "neckline", "pattern", "power_source",
     "sole_material", "light_mode", "pack_feature", "product_form", "finish"}
)  # fmt: skip
_GENERAL = re.compile(
    r"(?:(?:tempered|breathable|food-grade|full-grain|anodised|enamelled|metal|可)[ -]?)?(?P<rest>.+?)"
    r"(?:[ -]?(?:ports?|slot|panel|keys|switches|foam|接口|系统|分辨率|版|咪头|结构|制|级|按键))?",
    re.IGNORECASE,
)


class VocabularyReader:
    """Finds mentions of values, concepts, boolean attributes and, in titles, of classes."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._allowed_in = lru_cache(maxsize=1_000)(self._read_allowed)
        self._short = lru_cache(maxsize=20_000)(self._shorten)
        self._value_linking = ontology.relations[HAS_VALUE].linking
        self._concepts = {
            kind: relation
            for kind in ontology.terms
            if (relation := ontology.relation_to(kind)) is not None and relation.linking.text != "never"
        }
        self._kinds = frozenset((*_FIRST, *self._concepts))
        self._order = {kind: place for place, kind in enumerate((*_FIRST, *self._concepts))}
        self._introductions = Introductions(ontology)
        ambiguous = _read_ambiguous()
        self._never = ambiguous["everywhere"]
        self._never_in_reviews = ambiguous["everywhere"] | ambiguous["reviews"]
        self._things = ambiguous["things"]
        self._foods = ambiguous["foods"]
        self._explicit = ExplicitNames(ontology)
        self._own_nouns = ProductNouns(ontology).of
        materials = ontology.values_of("material").values()
        self._materials_zh = tuple(n for value in materials for n in value.names("zh"))
        self._materials = frozenset(
            n.casefold().split()[0] for value in materials for n in value.names("en") if n
        )

    def find_mentions(self, text: Text, class_id: str | None) -> Iterator[Mention]:
        """Mentions in the order of the text; a title's class last."""
        document = text.document
        allowed = self._allowed_in(class_id or ROOT_CLASS)
        is_review = document.field in _REVIEW_FIELDS
        never = self._never_in_reviews if is_review else self._never
        classes: list[tuple[Match, Reading]] = []
        matches = self._ontology.labels.find(document.text, self._kinds)
        introduced = self._introductions.find(document.text, matches)
        names = [(m.start, m.end) for m in matches if any(map(self._ontology.says_value, m.readings))]
        brands = find_name(document.text, text.context.brand)
        places = [(m.start, m.end) for m in matches]
        kinds = frozenset(m.start for m in matches if any(r.kind == "class" for r in m.readings))
        for match in matches:
            reading = self._choose(match, allowed, introduced)
            if reading is None:
                continue
            if reading.kind == "class":
                classes.append((match, reading))
                continue
            if document.field == "title":
                # A shop's own column may list kinds of products as well: "type: printer".
                classes += [(match, r) for r in match.readings if r.kind == "class" and r.preferred]
            surface = document.text[match.start : match.end].casefold()
            if surface in never and (is_review or not self._is_meant(text, match, reading, kinds)):
                continue
            if is_review and reading.kind == "value" and reading.attribute in _JUDGED:
                continue
            place = (match.start, match.end)
            if reading.attribute == _COLOUR and is_verb(text, match.start):
                continue
            if reading.attribute == _ORIGIN and is_code(document.text, *place):
                continue
            if is_of_connector(document.text, *place) or sticks_to_body(document.text, *place):
                continue
            if reading.attribute == _MATERIAL and is_tied_to_letters(document.text, *place):
                continue
            if is_part_of_name(document.text, place, brands, places, self._things):
                continue
            if (
                reading.attribute == _COLOUR
                and surface in self._things
                and self._is_thing(text, match, matches)
            ):
                continue
            if reading.attribute == _COLOUR and self._names_food(text, match):
                continue
            if reading.kind == _AUDIENCE and (
                is_guarded(document.text, match.end)
                or (class_id is not None and is_name_of_thing(text, *place, self._own_nouns(class_id)))
            ):
                continue
            if reading.attribute == _ORIGIN and not self._tells_origin(text, match, reading):
                continue
            if class_id is None and not self._is_explicit(text, match, reading):
                continue
            mention = self._read_match(text, match, reading, names, is_review=is_review)
            if mention is not None:
                yield mention
        yield from self._title_class(text, matches, classes)

    def _read_match(
        self,
        text: Text,
        match: Match,
        reading: Reading,
        names: Sequence[tuple[int, int]],
        *,
        is_review: bool,
    ) -> Mention | None:
        document = text.document
        sentence = text.sentence_at(match.start)
        if is_foreign(document.text, sentence, match.start) or is_unstated(text, match.start, match.end):
            return None
        if resembles(document.text, match.end) or self._is_mere_look(document.text, match.end, reading):
            return None
        start, end = match.start, match.end
        if reading.kind == "value":
            first, last = self._short(document.text[start:end], reading.id, reading.attribute)
            start, end = start + first, start + last
        if document.text[start - 1 : start] == "不" and document.text[start : start + 1] == "可":
            start += 1  # "不可折叠": the cue is 不可
        is_concept = reading.kind in self._concepts or reading.attribute == SEASON
        denial = find_denial(
            text,
            (start, end),
            names=names,
            is_concept=is_concept,
            is_material=says_material(self._ontology.attributes.get(reading.attribute or "")),
        )
        if denial is not None and denial.certainty == "qualified":
            return None
        if reading.kind == "attribute":
            relation, attribute, value = HAS_VALUE, reading.id, "false" if reading.opposite else "true"
            certainty: float | None = BOOLEAN_CONFIDENCE
        elif reading.kind == "value":
            relation, attribute, value = HAS_VALUE, reading.attribute or "", reading.id
            certainty = _confidence(self._value_linking, is_review=is_review)
        else:
            found = self._concepts[reading.kind]
            relation, attribute, value = found.id, "", reading.id
            certainty = _confidence(found.linking, is_review=is_review)
        if certainty is None or (
            is_concept and is_of_action(text, start, is_season=reading.attribute == SEASON)
        ):
            return None
        if is_concept and not is_supported(text, start):
            certainty *= UNSUPPORTED
        return Mention(
            start, end, relation, attribute=attribute, value=value,
            negated=denial is not None, cue=denial.cue if denial else None,
            confidence=denial.weigh(certainty) if denial else certainty,
        )  # fmt: skip

    def _is_mere_look(self, body: str, end: int, reading: Reading) -> bool:
        """Whether a material is only what the product looks like: "linen finish"."""
        if reading.kind != "value" or not says_material(
            self._ontology.attributes.get(reading.attribute or "")
        ):
            return False
        values, above = self._ontology.values_of(reading.attribute or ""), [reading.id]
        for name in above:
            above += [each for each in values[name].broader if each not in above] if name in values else []
        return is_mere_look(body, end, is_metal="metal" in above)

    def _is_meant(self, text: Text, match: Match, reading: Reading, kinds: frozenset[int]) -> bool:
        """Whether a word that mostly means something else is the value: "made of silk", "silk scarf" in a title.

        Args:
            text: The document.
            match: The word.
            reading: As which value.
            kinds: Where labels of classes begin.
        """
        if reading.kind != "value" or reading.attribute in _OF_WEARERS:
            return False
        body = text.document.text
        attribute = self._ontology.attributes.get(reading.attribute or "")
        if (
            says_material(attribute)
            and text.document.field == "title"
            and (match.end + 1 in kinds or (match.start == 0 and _BEGINS_NAME.match(body, match.end)))
            and body[match.end : match.end + 1] == " "
        ):
            return body[match.start : match.end].casefold() in _SOLID or match.end + 1 in kinds
        sentence = text.sentence_at(match.start)
        return self._explicit.leads_to(body, sentence, match.start, reading.attribute or "")

    def _is_thing(self, text: Text, match: Match, matches: Sequence[Match]) -> bool:
        """Whether a word for a thing and a colour is the thing in a description: "oil of wild salmon", "notes of plum".

        It is a colour beside a colour that is nothing else ("black, olive and sand"), and where words say so.
        """
        if text.document.field != "description":
            return False
        body, (begin, stop) = text.document.text, text.sentence_at(match.start)
        before = body[begin : match.start]
        if _SAYS_COLOUR.search(body, begin, stop) or before.casefold().endswith("in "):
            return False
        if _PREDICATE.search(before):
            return False
        return not any(
            begin <= other.start < stop
            and body[other.start : other.end].casefold() not in self._things
            and any(r.attribute == _COLOUR for r in other.readings)
            for other in matches
        )

    def _names_food(self, text: Text, match: Match) -> bool:
        """Whether a colour names the kind of a food: "black pepper", "white tea", but not "black tea towel"."""
        body = text.document.text
        stop = len(body) if text.document.field == "title" else text.sentence_at(match.start)[1]
        phrase = _PHRASE_BEHIND.match(body, match.end, stop)
        return phrase is not None and head_behind(body, match.end, phrase.end(), "en") in self._foods

    def _tells_origin(self, text: Text, match: Match, reading: Reading) -> bool:
        """Whether a country's adjective says where the product is from: not in "Dutch hoe", the name of a kind.

        Before a material ("Italian leather") it does, and so it does of goods that are sold by mass or volume ("Thai rice").
        """
        body = text.document.text
        value = self._ontology.values_of(_ORIGIN).get(reading.id)
        surface = body[match.start : match.end]
        if value is not None and contains_chinese(surface):
            begin = text.sentence_at(match.start)[0]
            names = (text.context.title, *self._own_nouns(text.context.class_id or ROOT_CLASS))
            return text.document.field == "title" or not is_of_component(
                body, begin, match.start, match.end, names, self._materials_zh
            )
        if value is None or surface.casefold() == value.label.en.casefold():
            return True
        if surface.isupper() or _MADE.match(body, match.end):
            return True
        own = self._ontology.classes.get(text.context.class_id or "")
        if own is not None and own.sold_by == "measure":
            return True
        following = _NEXT_WORD.match(body, match.end)
        if following is not None and following["word"].casefold() in self._materials:
            head = head_behind(body, match.end, text.sentence_at(match.start)[1], "en")
            mine = self._own_nouns(text.context.class_id or ROOT_CLASS) | nouns_of_title(text.context.title)
            return head in {"", following["word"].casefold()} or head in mine  # not "German steel nib"
        sentence = text.sentence_at(match.start)
        return self._explicit.stands_near(body, sentence, match.start, match.end, _ORIGIN)

    def _is_explicit(self, text: Text, match: Match, reading: Reading) -> bool:
        """Whether a mention of a product without a class says what it is about; a title is about its product."""
        if reading.kind == "attribute":
            return True
        if text.document.field == "title" and reading.attribute != _ORIGIN:
            return True  # of "Brazil nuts" nothing says where they are from
        sentence = text.sentence_at(match.start)
        relation = self._concepts.get(reading.kind)
        name = relation.id if relation else reading.attribute or reading.id
        return self._explicit.stands_near(text.document.text, sentence, match.start, match.end, name)

    def _choose(
        self, match: Match, allowed: frozenset[str], introduced: Mapping[str, frozenset[int]]
    ) -> Reading | None:
        readings = [r for r in match.readings if self._is_allowed(r, match, allowed, introduced)]
        if not readings:
            return None
        return min(readings, key=lambda r: (self._order[r.kind], not r.preferred, r.id, r.attribute or ""))

    def _is_allowed(
        self,
        reading: Reading,
        match: Match,
        allowed: frozenset[str],
        introduced: Mapping[str, frozenset[int]],
    ) -> bool:
        if reading.kind == "value":
            return reading.attribute in allowed
        if reading.kind == "attribute":
            return reading.id in allowed and self._ontology.says_value(reading)
        relation = self._concepts.get(reading.kind)
        if relation is not None and relation.linking.text == "introduced":
            return match.start in introduced[relation.id]
        return True

    def _read_allowed(self, class_id: str) -> frozenset[str]:
        return frozenset(a.id for a in self._ontology.attributes_of(class_id))

    def _shorten(self, surface: str, value: str, attribute: str | None) -> tuple[int, int]:
        """Leave off general words where the rest still names the value: "Type-C" of "Type-C接口"."""
        cut = _GENERAL.fullmatch(surface)
        if cut is None:
            return 0, len(surface)
        readings = self._ontology.labels.lookup(cut["rest"])
        if any(r.kind == "value" and r.id == value and r.attribute == attribute for r in readings):
            return cut.span("rest")
        return 0, len(surface)

    def _title_class(
        self, text: Text, matches: Sequence[Match], classes: Sequence[tuple[Match, Reading]]
    ) -> Iterator[Mention]:
        if text.document.field != "title" or not classes:
            return
        title = text.document.text
        kinds = {match.start for match, _ in classes}
        known = [self._known(title, match) for match in matches if match.start not in kinds]
        known += [Known(*place, is_brand=True) for place in find_name(title, text.context.brand)]
        stated, hierarchy = text.context.class_id, self._ontology.hierarchy
        named = choose_class(title, classes, known, stated, hierarchy, self._read_allowed)
        if named is not None:
            match, reading = named
            yield Mention(match.start, match.end, IN_CATEGORY, value=reading.id, confidence=CLASS_CONFIDENCE)

    def _known(self, title: str, match: Match) -> Known:
        readings = match.readings
        values = {r.attribute for r in readings if r.kind == "value"}
        values |= {r.id for r in readings if r.kind == "attribute" and self._ontology.says_value(r)}
        names = {r.id for r in readings if r.kind == "attribute" and not self._ontology.says_value(r)}
        labels = self._ontology.labels
        ends = _ends(title[match.start : match.end])
        is_part = any(r.kind == "aspect" for end in ends for r in labels.lookup(end))
        return Known(
            match.start,
            match.end,
            values_of=frozenset(each for each in values if each),
            names=frozenset(names),
            is_part=is_part,
        )


def _ends(surface: str) -> Iterator[str]:
    """A name and what it ends with, by words or Chinese characters: the battery of "rechargeable battery" (充电电池)."""
    yield surface
    yield from (surface[at.end() :] for at in re.finditer(r"\s+", surface))
    if contains_chinese(surface):
        yield from (surface[at:] for at in range(1, len(surface) - 1))


def _confidence(linking: Linking, *, is_review: bool) -> float | None:
    """The confidence of a mention; ``None`` where reviews are not read for the relation."""
    return linking.review_confidence if is_review else linking.confidence


@lru_cache(maxsize=1)
def _read_ambiguous() -> dict[str, frozenset[str]]:
    source = resources.files("extraction.rules").joinpath("ambiguous.yaml").read_text("utf-8")
    return {name: frozenset(words.split()) for name, words in yaml.safe_load(source).items()}


def purpose_words() -> frozenset[str]:
    """Words that name a use or an audience only where words of purpose lead to them."""
    return _read_ambiguous()["purposes"]
