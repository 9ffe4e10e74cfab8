"""Guards: leaves out what the words beside a mention make another's, whichever reader found it.

The rules look at these words themselves; a trained model does not, so that what the rules had refused came back by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extraction.documents import Text
from extraction.rules import others
from extraction.rules.names import is_guarded, is_of_connector, nouns_of_title
from extraction.rules.product_nouns import ProductNouns
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
        return _without_likenesses(text, own) if text.document.field == "description" else own

    def _is_of_other(self, text: Text, item: Evidence, *, is_thing: bool) -> bool:
        body = text.document.text
        if item.relation == HAS_VALUE:
            if text.document.field == "description" and self._is_look_or_country_of_other(
                text, item, is_thing=is_thing
            ):
                return True
            if self._dimensions.get(item.attribute) != "mass":
                return False
            if item.attribute == "weight" and (
                is_rating(body, item.end) or others.is_per_area(body, item.end)
            ):
                return True
            return text.document.language == "en" and _is_generation(body, item.start, item.end)
        if item.relation == _AUDIENCE:
            return self._is_no_user(text, item)
        surface = body[item.start : item.end].casefold()
        if surface not in purpose_words():
            return False
        begin = text.sentence_at(item.start)[0]
        return _PURPOSE.search(body, begin, item.start) is None

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
        if text.document.language == "zh":
            return others.is_packaging_zh(body, item.end) or (
                is_material and others.is_of_object_zh(body, item.start, item.end, (title, *nouns))
            )
        own = nouns | nouns_of_title(title)
        return others.is_packaging(
            body, item.start, item.end, title, own, is_thing=is_thing
        ) or others.is_of_object(
            body, begin, item.start, item.end, own, self._looks.__contains__, is_material=is_material
        )

    def _is_no_user(self, text: Text, item: Evidence) -> bool:
        body, place = text.document.text, (item.start, item.end)
        is_version = body[item.start].isupper() and _VERSION.search(body, max(0, item.start - 20), item.start)
        if is_version or is_of_connector(body, *place):
            return True
        begin = text.sentence_at(item.start)[0]
        if others.is_helper(body, begin, *place) or others.is_forbidden_zh(body, item.end):
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
