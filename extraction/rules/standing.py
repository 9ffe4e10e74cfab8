"""Standing of values: joins what the dependency tree of a sentence says of a mention with what the rules read of it.

The tree takes away what the rules hold for a fact of the product. What they leave out it gives back in one case: a look in a
review that is said of a definite subject ("the brass knobs turn easily").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extraction.documents import Text
from extraction.rules.belonging import (
    comes_from_elsewhere,
    describes_other_thing,
    heads_of_title,
    is_of_other_noun,
    judges_other_thing,
)
from extraction.rules.clauses import Standing, judge
from extraction.rules.denial import DOUBT, SEASON
from extraction.rules.names import nouns_of_title
from extraction.rules.product_nouns import ProductNouns
from extraction.rules.trees import is_what_is_described
from extraction.sentences import SentenceParser
from kms.evidence.models import Evidence
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_ASPECT, HAS_VALUE

_READ_FIELDS = frozenset({"description", "review_title", "review_text"})
_ORIGIN, _OVERALL = "country_of_origin", "overall"
_FORM, _DESCRIPTION = "product_form", "description"
LOOKS = frozenset({"colour", "material", "finish"})
"""Attributes that every thing has, so that their words are used of all sorts of things."""
_REVIEW_FIELDS = frozenset({"review_title", "review_text"})
_VERSION = 40
"""Characters of the pipeline's name and version, which the version of the rules holds."""
_STOP = re.compile(r"\n|[.!?]\s")
_BELONGING = frozenset({"colour", "material", "suited_for", _ORIGIN})
_LOOSE_KINDS = frozenset({"set", "case", "bag"})
"""Nouns of classes that name parts and packs as well."""


class StandingReader:
    """Asks the trees of English sentences whose a value is and whether it is stated."""

    def __init__(self, ontology: Ontology, parser: SentenceParser) -> None:
        self._nouns = ProductNouns(ontology)
        self._kinds = self._nouns.all - _LOOSE_KINDS
        self._parser = parser
        self._stuffs = frozenset(
            word
            for look in ("colour", "material")
            for value in ontology.values_of(look).values()
            for name in value.names("en")
            for word in name.casefold().split()[-1:]
        )
        self.version = f"clauses-1,{parser.version[:_VERSION]}"

    def of(self, text: Text, start: int, end: int, *, is_look: bool = False) -> Standing | None:
        """What the sentence says of a mention; ``None``: nothing, or the text is not read.

        Args:
            text: The document.
            start: First character of the mention.
            end: Behind its last character.
            is_look: It is a colour, a material or a finish, which every thing has.
        """
        document = text.document
        if document.language != self._parser.language or document.field not in _READ_FIELDS:
            return None
        begin, stop = text.sentence_at(start)
        doc = self._parser.parse(document.text[begin:stop])
        if doc is None:
            return None
        return judge(
            doc,
            start - begin,
            end - begin,
            self._nouns.of(text.context.class_id or ROOT_CLASS),
            self._kinds,
            is_review=document.field in _REVIEW_FIELDS,
            is_look=is_look and text.context.class_id is not None,
        )

    def _is_of_compound(self, text: Text, start: int, end: int) -> bool:
        """Whether a form is the name of an ingredient with the noun before it: "oat milk", "sunflower oil"."""
        document = text.document
        if document.field not in _READ_FIELDS or document.language != self._parser.language:
            return False
        begin, stop = text.sentence_at(start)
        doc = self._parser.parse(document.text[begin:stop])
        span = doc.char_span(start - begin, end - begin) if doc is not None else None
        if span is None:
            return False
        own = self._nouns.of(text.context.class_id or ROOT_CLASS) | nouns_of_title(text.context.title)
        is_compound = any(
            t.dep_ == "compound" and t.lower_ not in own for t in span.root.lefts if t.i < span.start
        )
        return is_compound and not is_what_is_described(span.root)

    def _is_of_part(self, text: Text, item: Evidence) -> bool:
        """Whether a description's look or use, or a review's judgement, is that of a noun which is not the product."""
        document, name = text.document, item.attribute or item.relation
        is_judged = document.field in _REVIEW_FIELDS and item.relation == HAS_ASPECT
        if is_judged:
            if item.value != _OVERALL or item.polarity != "negative":
                return False
        elif document.field != _DESCRIPTION or name not in _BELONGING or item.negated:
            return False
        begin, stop = text.sentence_at(item.start)
        is_read = document.language == self._parser.language
        doc = self._parser.parse(document.text[begin:stop]) if is_read else None
        if doc is None:
            return False
        own = self._nouns.of(text.context.class_id or ROOT_CLASS)
        own |= heads_of_title(text.context.title, self._stuffs)
        place = (item.start - begin, item.end - begin)
        if is_judged:
            return judges_other_thing(doc, *place, own)
        if name in LOOKS:
            is_opening = _is_opening(document.text[:begin])
            is_material = name == "material"
            return is_of_other_noun(
                doc, *place, own, self._stuffs, is_material=is_material, is_opening=is_opening
            )
        return (comes_from_elsewhere if name == _ORIGIN else describes_other_thing)(doc, *place, own)

    def settle(self, text: Text, evidence: Iterable[Evidence]) -> Iterator[Evidence]:
        """Evidence without values of other things and unstated ones; a denied value is kept as a doubtful denial."""
        for item in evidence:
            if item.attribute == _FORM and self._is_of_compound(text, item.start, item.end):
                continue
            if self._is_of_part(text, item):
                continue
            is_asserted = item.relation == HAS_VALUE and not item.negated and item.attribute != SEASON
            is_look = item.attribute in LOOKS
            standing = self.of(text, item.start, item.end, is_look=is_look) if is_asserted else None
            if standing is None or standing.says == "own":
                yield item
            elif standing.says == "denied":
                yield item.model_copy(
                    update={"negated": True, "confidence": round(item.confidence * DOUBT, 4)}
                )


def _is_opening(before: str) -> bool:
    """Whether a sentence opens a description: it is the first, or the first one behind an introduction of one sentence."""
    line = before.strip()
    return not line or (not _STOP.search(line) and "\n" in before[len(before.rstrip()) :])
