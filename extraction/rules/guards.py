"""Guards: leaves out what the words beside a mention make another's, whichever reader found it.

The rules look at these words themselves; a trained model does not, so that what the rules had refused came back by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extraction.documents import Text
from extraction.rules import others, substances
from extraction.rules.denial import SEASON
from extraction.rules.named_parts import are_alternatives, is_gross, is_named_after_part, is_of_size
from extraction.rules.names import is_guarded, is_of_connector, nouns_of_title
from extraction.rules.origins import is_of_longer_name, is_place, is_stated
from extraction.rules.product_nouns import ProductNouns
from extraction.rules.quantities import OWN_MEASURES
from extraction.rules.roles import is_rating
from extraction.rules.uses import is_name_of_thing, is_of_maker, names_other_person
from extraction.rules.vocabulary import purpose_words
from kms.evidence.models import Evidence
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_VALUE

_COLOUR, _MATERIAL, _ORIGIN = "colour", "material", "country_of_origin"
_READ = frozenset({"title", "description"})
_AUDIENCE = "for_audience"
_PURPOSE = re.compile(
    r"\b(?:for|during|while|watch\w*|play\w*|on|enjoy\w*|of)\s+(?:[\w'’/-]+,?\s+){0,4}$|(?:and|or|,|&)\s+$",
    re.IGNORECASE,
)
"""Before a word that names a use only in a phrase of purpose: "for movies and games"."""
_CAPITAL_GRAMS = re.compile(r"\d+(?:\.\d+)? ?k?G")
"""A capital G with a number in English is a generation, a speed or a strength: "6G SAS", "50 kG"."""

_VERSION = re.compile(r"\b[A-Z][a-z]+ \d{1,2} $")
"""Before a word that belongs to the name of a version: "Windows 7 Professional"."""
_SIDES = re.compile(r"(?:[\d.,/ -]+[^\W\d]{0,6}[\"”'’]?\s?(?:[LWHD]\b)?\s*[x×*]\s*)+$", re.IGNORECASE)
"""The sides before one: "11 x 8.5 x"."""
_SIDE_BEHIND = re.compile(r"\s?[x×*]\s?\d", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?P<word>[A-Za-z]+) $")
_SPAN = 60
"""Characters before a measure in which it is named."""
_WEIGHED = re.compile(r"\b(?:net|gross|weigh\w*|wt)\b[^.;,\n]{0,12}$", re.IGNORECASE)


class Guards:
    """What rules and model must both leave out of titles and descriptions, under one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        """Prepare.

        Args:
            ontology: Classes, whose labels are the nouns of products.
        """
        self._own_nouns = ProductNouns(ontology).of
        self._dimensions = {a.id: a.dimension for a in ontology.attributes.values()}
        self._stuffs = frozenset(
            name.casefold() for value in ontology.values_of(_MATERIAL).values() for name in value.names("en")
        ) | {"ash"}
        self._looks = frozenset(
            name.casefold()
            for look in (_COLOUR, _MATERIAL)
            for value in ontology.values_of(look).values()
            for name in value.names("en")
        )

    def keep(self, text: Text, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Evidence of a text without what is another's."""
        items = list(evidence)
        if text.document.field not in _READ:
            return items
        materials = {i.start for i in items if i.attribute == _MATERIAL and not i.negated}
        own = [
            i
            for i in items
            if not self._is_of_other(text, i, is_thing=bool(materials - {i.start, i.end + 1}))
        ]
        own = _with_stated_origins(text, _without_gross(text, own))
        return _without_likenesses(text, own) if text.document.field == "description" else own

    def _is_of_other(self, text: Text, item: Evidence, *, is_thing: bool) -> bool:
        body = text.document.text
        if item.relation == HAS_VALUE:
            if text.document.field == "title" and self._is_substance_in_title(text, item):
                return True
            if text.document.field == "description" and self._is_look_or_country_of_other(
                text, item, is_thing=is_thing
            ):
                return True
            if (
                item.attribute == SEASON
                and text.document.language == "zh"
                and not item.negated
                and others.is_unfit_zh(body, item.start, item.end)
            ):
                return True
            if item.attribute in OWN_MEASURES and self._is_measure_of_part(text, item):
                return True
            if self._dimensions.get(item.attribute) != "mass":
                return False
            if item.attribute == "weight" and (
                is_rating(body, item.end) or others.is_per_area(body, item.end)
            ):
                return True
            return text.document.language == "en" and _is_generation(body, item.start, item.end)
        if (
            text.document.language == "zh"
            and not item.negated
            and others.is_unfit_zh(body, item.start, item.end)
        ):
            return True
        if item.relation == _AUDIENCE:
            return self._is_no_user(text, item)
        surface = body[item.start : item.end].casefold()
        if surface not in purpose_words():
            return False
        begin = text.sentence_at(item.start)[0]
        return _PURPOSE.search(body, begin, item.start) is None

    def _is_substance_in_title(self, text: Text, item: Evidence) -> bool:
        """Whether a title's material is what a stuff is used on or smells of: 玻璃水, "Bamboo Charcoal Soap"."""
        return item.attribute == _MATERIAL and substances.is_of_substance(
            text.document.text, item.start, item.start, item.end, text.document.language, is_material=True
        )

    def _is_look_or_country_of_other(self, text: Text, item: Evidence, *, is_thing: bool) -> bool:
        """Whether a colour, a material or a country is that of the packaging, of an object of use or of a picture."""
        body, title = text.document.text, text.context.title
        begin = text.sentence_at(item.start)[0]
        if item.attribute == _ORIGIN:
            return others.is_shown(body, begin, item.start)
        if item.attribute not in {_COLOUR, _MATERIAL}:
            return False
        nouns = self._own_nouns(text.context.class_id or ROOT_CLASS)
        is_material = item.attribute == _MATERIAL
        language = text.document.language
        if not item.negated and substances.is_of_substance(
            body, begin, item.start, item.end, language, is_material=is_material
        ):
            return True
        if not is_material and substances.is_taken_on(body, begin, item.start, language):
            return True
        if language == "zh":
            if substances.is_of_gift_zh(body, begin, item.start):
                return True
            return others.is_packaging_zh(body, item.end) or (
                is_material and others.is_of_object_zh(body, item.start, item.end, (title, *nouns))
            )
        own = nouns | nouns_of_title(title)
        if not is_material and substances.is_of_light(body, item.end, own):
            return True
        return others.is_packaging(
            body, item.start, item.end, title, own, is_thing=is_thing
        ) or others.is_of_object(
            body, begin, item.start, item.end, own, self._looks.__contains__, is_material=is_material
        )

    def _is_measure_of_part(self, text: Text, item: Evidence) -> bool:
        """Whether a measure of the whole product is named after a part of it, or after what it is when it is folded."""
        body, language = text.document.text, text.document.language
        begin = max(text.sentence_at(item.start)[0], item.start - _SPAN)
        before = _SIDES.sub("", body[begin : item.start])
        is_side = len(before) < item.start - begin or _SIDE_BEHIND.match(body, item.end) is not None
        if are_alternatives(body[item.start : item.end]):
            return True
        if item.attribute != "weight" and not is_side and is_of_size(before):
            return True
        title = text.context.title if text.document.field == "description" else text.document.text
        own = self._own_nouns(text.context.class_id or ROOT_CLASS) | nouns_of_title(title)
        if text.document.field == "title" and language == "en":
            return False  # its commas part colours and kinds, too
        return is_named_after_part(before, own, title, language, is_side=is_side)

    def _is_made_of(self, body: str, begin: int, start: int) -> bool:
        """Whether a word for people names a part, since it is made of something: "steamed ash runners"."""
        before = _LAST_WORD.search(body, begin, start)
        return before is not None and body[start].islower() and before["word"].casefold() in self._stuffs

    def _is_no_user(self, text: Text, item: Evidence) -> bool:
        body, place = text.document.text, (item.start, item.end)
        is_version = body[item.start].isupper() and _VERSION.search(body, max(0, item.start - 20), item.start)
        if is_version or is_of_connector(body, *place):
            return True
        begin = text.sentence_at(item.start)[0]
        if others.is_helper(body, begin, *place) or others.is_forbidden_zh(body, item.end):
            return True
        if others.is_bystander_zh(body, item.end) or self._is_made_of(body, begin, item.start):
            return True
        if is_guarded(body, item.end) or is_of_maker(body, text.sentence_at(item.start)[0], item.start):
            return True
        own = self._own_nouns(text.context.class_id or ROOT_CLASS)
        if is_name_of_thing(text, *place, own):
            return True
        return names_other_person(body, *place, own | nouns_of_title(text.context.title))


def _is_generation(body: str, start: int, end: int) -> bool:
    """Whether a mass is a generation or a speed, since no word says that it weighs: "6G SAS", but "Weight: 37G"."""
    if _CAPITAL_GRAMS.fullmatch(body, start, end) is None:
        return False
    return _WEIGHED.search(body, max(0, start - 24), start) is None


def _without_gross(text: Text, items: list[Evidence]) -> list[Evidence]:
    """Evidence without masses that count the packaging, where another mass is stated: "Net 24 kg, gross 29 kg"."""
    body, language = text.document.text, text.document.language
    masses = [item for item in items if item.attribute == "weight" and not item.negated]
    gross = [
        item
        for item in masses
        if is_gross(body[max(0, item.start - _SPAN) : item.start], body[item.end : item.end + 24], language)
    ]
    return [item for item in items if item not in gross] if 0 < len(gross) < len(masses) else items


def _with_stated_origins(text: Text, items: list[Evidence]) -> list[Evidence]:
    """Evidence without countries of parts, where words say in which one the product was made: 瑞士机芯，中国制造."""
    body = text.document.text
    origins = [item for item in items if item.attribute == _ORIGIN and not item.negated]
    longer = [i for i in origins if is_of_longer_name(i.start, i.end, text.tokens, body)]
    stated = {
        item.value
        for item in origins
        if is_place(item.surface) or is_stated(body, text.sentence_at(item.start)[0], item.start, item.end)
    }
    dropped = longer + [item for item in origins if stated and item.value not in stated]
    return [item for item in items if item not in dropped]


def _without_likenesses(text: Text, items: list[Evidence]) -> list[Evidence]:
    """Evidence without materials whose qualities a product of another material has.

    "Enjoy the softness of cotton" may be said of cotton, so that the other material must be stated.
    """
    body = text.document.text
    is_like = others.is_likeness_zh if text.document.language == "zh" else others.is_likeness
    likenesses = [item for item in items if item.attribute == _MATERIAL and is_like(body, item.start)]
    places = {item.start for item in likenesses}
    values = {item.value for item in likenesses}
    if not any(
        i.attribute == _MATERIAL and not i.negated and i.start not in places and i.value not in values
        for i in items
    ):
        return items
    return [item for item in items if item not in likenesses]
