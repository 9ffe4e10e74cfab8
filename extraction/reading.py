"""The trained model's spans and relations as evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extraction.documents import Text
from extraction.rules.denial import Denial, find_denial
from extraction.rules.mention import Mention
from extraction.rules.opinions import name_aspect, polarity_of
from extraction.rules.polarity import shift
from extraction.span_reader import Place, SpanReader
from kms.evidence.models import Polarity
from kms.ontology.structure import HAS_ASPECT, IN_CATEGORY, MADE_BY, MENTIONS

if TYPE_CHECKING:
    from extraction.model.examples import PredictedSpan, Prediction

_OpinionLink = tuple[Place | None, Polarity, float]
"""What an opinion is about (``None``: the product), its polarity, its confidence."""

_MADE_SO = re.compile(r"[a-z]+ed", re.IGNORECASE)
"""A participle tells how a product was made, not what it is for: "baked at low heat"."""
_OPINIONS: dict[str, Polarity] = {
    "opinion_positive": "positive",
    "opinion_negative": "negative",
    "opinion_neutral": "neutral",
}


class ModelReader(SpanReader):
    """A trained span-and-relation model behind the pipeline."""

    fields = frozenset({"title", "description", "review_title", "review_text"})
    name = "model"

    def _mentions(self, text: Text, prediction: Prediction) -> Iterator[Mention]:
        links = _Links.of(prediction, self._ontology.product_relations)
        is_review = text.document.field in {"review_title", "review_text"}
        for index, span in enumerate(prediction.spans):
            if index in links.of_other:
                continue
            place = (span.start, span.end)
            cue = links.negated_by.get(index)
            if span.type in self._ontology.attributes:
                attribute = self._ontology.attributes[span.type]
                yield from self._values.of(text, place, attribute, span.confidence, cue)
            elif (relation := self._concept_relation(span.type)) is not None:
                if _MADE_SO.fullmatch(text.document.text, *place):
                    continue
                denial = Denial(cue, "certain") if cue else find_denial(text, place, is_concept=True)
                if denial is None:
                    yield Mention(*place, relation, confidence=span.confidence)
                elif denial.certainty != "qualified":
                    confidence = denial.weigh(span.confidence)
                    yield Mention(*place, relation, negated=True, cue=denial.cue, confidence=confidence)
            elif span.type == "class" and text.document.field == "title":
                yield Mention(*place, IN_CATEGORY, confidence=span.confidence)
            elif span.type == "brand" and not is_review:
                yield Mention(*place, MADE_BY, confidence=span.confidence)
            elif span.type == "product":
                relation, confidence = links.role.get(index, (MENTIONS, 1.0))
                yield Mention(*place, relation, confidence=span.confidence * confidence)
            elif span.type == "opinion" and is_review:
                yield from self._opinions(text, span, links.opinions[index])

    def _concept_relation(self, span_type: str) -> str | None:
        """The relation that mentions of a concept's type state; ``None`` for types that no text states."""
        if span_type not in self._ontology.terms:
            return None
        relation = self._ontology.relation_to(span_type)
        return relation.id if relation is not None and relation.linking.text != "never" else None

    def _opinions(self, text: Text, span: PredictedSpan, links: Sequence[_OpinionLink]) -> Iterator[Mention]:
        place = (span.start, span.end)
        for target, stated, confidence in links:
            polarity = self._settle_polarity(text, place, stated)
            if polarity is None:
                continue
            aspect = "overall" if target is None else self._name(text, target)
            yield Mention(
                *(target or place), HAS_ASPECT, value=aspect, polarity=polarity, opinion=place,
                confidence=confidence * span.confidence,
            )  # fmt: skip

    def _settle_polarity(self, text: Text, place: Place, polarity: Polarity) -> Polarity | None:
        """The model's polarity, turned where it is that of the words alone and the words around them turn it."""
        body, language = text.document.text, text.document.language
        shifted = shift(body, text.sentence_at(place[0]), *place, polarity, language)
        if shifted.polarity is None:
            return None
        is_of_words = polarity_of(body[slice(*place)], language) == polarity
        return shifted.polarity if shifted.is_turned and is_of_words else polarity

    def _name(self, text: Text, place: Place) -> str:
        surface = text.document.text[slice(*place)]
        return name_aspect(surface, text.document.language, self._ontology, text.context.class_id)


@dataclass
class _Links:
    """Relations of one prediction by the number of the span they belong to.

    Attributes:
        negated_by: The place of the cue that denies it.
        of_other: It belongs to another product.
        role: Of a product that is named: the relation and its confidence.
        opinions: Of an opinion: what it is about.
    """

    negated_by: dict[int, Place] = field(default_factory=dict)
    of_other: set[int] = field(default_factory=set)
    role: dict[int, tuple[str, float]] = field(default_factory=dict)
    opinions: dict[int, list[_OpinionLink]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, prediction: Prediction, roles: Sequence[str]) -> _Links:
        found = cls()
        places = [(span.start, span.end) for span in prediction.spans]
        for link in prediction.relations:
            head = None if link.head is None else places[link.head]
            if link.type == "negates" and head is not None:
                found.negated_by[link.tail] = head
            elif link.type == "value_of":
                found.of_other.add(link.tail)
            elif link.type in roles:
                found.role[link.tail] = (link.type, link.confidence)
            elif link.type in _OPINIONS:
                found.opinions[link.tail].append((head, _OPINIONS[link.type], link.confidence))
        return found
