"""Rule extractor: applies all rules to a document and returns evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extraction.documents import Text
from extraction.rules.mention import Mention, Occupied
from extraction.rules.opinions import OpinionReader
from extraction.rules.origins import find_places
from extraction.rules.ownership import Ownership
from extraction.rules.quantities import MeasureReader
from extraction.rules.standing import StandingReader
from extraction.rules.tables import TableReader, read_shop
from extraction.rules.vocabulary import VocabularyReader
from kms.evidence.models import Evidence
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import IN_CATEGORY, MADE_BY

VERSION = "rules-28"
_ORIGIN = "country_of_origin"
_OF_SHOP = frozenset({"title", "description"})
CONFIDENCE_BRAND = 0.99
"""Precision of the shop's brand in titles on the sample catalogue's train and validation splits."""


class RuleExtractor:
    """Reads documents by rules under one ontology release."""

    def __init__(self, ontology: Ontology, standing: StandingReader | None = None) -> None:
        """Prepare.

        Args:
            ontology: The release to read under.
            standing: Reads the trees of sentences, where a parser is there.
        """
        self._ontology = ontology
        self._measures = MeasureReader(ontology)
        self._vocabulary = VocabularyReader(ontology)
        self._opinions = OpinionReader(ontology)
        self._ownership = Ownership(ontology, standing)
        self._tables = TableReader(ontology)
        self.version = f"{VERSION}+{standing.version}" if standing else VERSION

    def extract(self, text: Text) -> list[Evidence]:
        """Evidence of one document, in the order of its text.

        Rules see traditional Chinese as simplified; offsets and surfaces are of the text as it was written.
        """
        written, text = text, text.in_simplified_chinese()
        field = text.document.field
        class_id = text.context.class_id
        if field == "shop":
            return self._evidence(written, read_shop(written, self._ontology), "shop")
        if field == "table":
            return self._evidence(written, self._tables.find_mentions(text, class_id), "table")
        if class_id is None and field == "title":
            class_id = self.find_class(text)
        measures = list(self._measures.find_mentions(text, class_id))
        taken = Occupied((m.start, m.end) for m in measures)
        values = (
            m for m in self._vocabulary.find_mentions(text, class_id) if not taken.overlaps(m.start, m.end)
        )
        mentions = [m for m in (*measures, *values) if not self._ownership.is_of_other(text, m, class_id)]
        if text.document.language == "zh" and field in _OF_SHOP and self._has_origins(class_id):
            mentions += find_places(text.document.text, _ORIGIN)
        if text.context.guessed is not None:
            # The nouns of the title were weighed when the class was told.
            mentions = [m for m in mentions if m.relation != IN_CATEGORY]
            if field == "title":
                mentions.append(_told_class(text))
        if field in {"review_title", "review_text"}:
            mentions += self._opinions.find_mentions(text)
        elif text.context.brand and field == "title":
            mentions += _find_brand(written, text.context.brand)
        return self._evidence(written, mentions, "rules")

    def _has_origins(self, class_id: str | None) -> bool:
        return any(a.id == _ORIGIN for a in self._ontology.attributes_of(class_id or ROOT_CLASS))

    def find_class(self, text: Text) -> str | None:
        """The class that a title names, where the shop states none."""
        named = [m for m in self._vocabulary.find_mentions(text, None) if m.relation == IN_CATEGORY]
        return named[0].value if named else None

    def _evidence(self, text: Text, mentions: Iterable[Mention], extractor: str) -> list[Evidence]:
        return to_evidence(text, mentions, extractor, self.version, self._ontology.version)


def to_evidence(
    text: Text, mentions: Iterable[Mention], extractor: str, version: str, release: str
) -> list[Evidence]:
    """Mentions with their place, source and version; sorted, each once."""
    document = text.document
    content_hash = document.content_hash
    found: dict[str, Evidence] = {}
    for mention in sorted(mentions, key=lambda m: (m.start, m.end, m.relation, m.attribute, m.value)):
        item = Evidence.model_construct(
            document_id=document.id,
            document_hash=content_hash,
            product_id=document.product_id,
            field=document.field,
            language=document.language,
            start=mention.start,
            end=mention.end,
            surface=document.text[mention.start : mention.end],
            relation=mention.relation,
            attribute=mention.attribute,
            value=mention.value,
            polarity=mention.polarity,
            negated=mention.negated,
            opinion=mention.opinion,
            sentence=text.sentence_at(mention.start),
            confidence=round(mention.confidence, 4),
            extractor=extractor,
            extractor_version=version,
            ontology_release=release,
        )
        found.setdefault(item.id, item)
    return list(found.values())


def _told_class(text: Text) -> Mention:
    """The class that the product's signs tell, with the whole title as its place."""
    context = text.context
    return Mention(
        0,
        len(text.document.text),
        IN_CATEGORY,
        value=context.class_id or "",
        confidence=context.guessed or 0.0,
    )


def _find_brand(text: Text, brand: str) -> Iterator[Mention]:
    for match in re.finditer(rf"(?<!\w){re.escape(brand)}(?!\w)", text.document.text, re.IGNORECASE):
        yield Mention(match.start(), match.end(), MADE_BY, value=brand, confidence=CONFIDENCE_BRAND)
