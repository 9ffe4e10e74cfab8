"""Guards: leaves out what the words beside a mention make another's, whichever reader found it.

The rules look at these words themselves; a trained model does not, so that what the rules had refused came back by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extraction.documents import Text
from extraction.rules.names import is_guarded, is_of_connector, nouns_of_title
from extraction.rules.product_nouns import ProductNouns
from extraction.rules.roles import is_rating
from extraction.rules.uses import is_name_of_thing, is_of_maker, names_other_person
from extraction.rules.vocabulary import purpose_words
from kms.evidence.models import Evidence
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_VALUE

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

    def keep(self, text: Text, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Evidence of a text without what is another's."""
        items = list(evidence)
        if text.document.field not in _READ:
            return items
        return [item for item in items if not self._is_of_other(text, item)]

    def _is_of_other(self, text: Text, item: Evidence) -> bool:
        body = text.document.text
        if item.relation == HAS_VALUE:
            if self._dimensions.get(item.attribute) != "mass":
                return False
            if item.attribute == "weight" and is_rating(body, item.end):
                return True
            return text.document.language == "en" and _is_generation(body, item.start, item.end)
        if item.relation == _AUDIENCE:
            return self._is_no_user(text, item)
        surface = body[item.start : item.end].casefold()
        if surface not in purpose_words():
            return False
        begin = text.sentence_at(item.start)[0]
        return _PURPOSE.search(body, begin, item.start) is None

    def _is_no_user(self, text: Text, item: Evidence) -> bool:
        body, place = text.document.text, (item.start, item.end)
        is_version = body[item.start].isupper() and _VERSION.search(body, max(0, item.start - 20), item.start)
        if is_version or is_of_connector(body, *place):
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
