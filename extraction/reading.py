"""The trained model's spans and relations as evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from extraction.documents import Text
from extraction.rules.contexts import is_foreign
from extraction.rules.denial import SEASON, Denial, find_denial, says_material
from extraction.rules.extractor import to_evidence
from extraction.rules.mention import Mention
from extraction.rules.moods import is_unstated
from extraction.rules.opinions import name_aspect, polarity_of
from extraction.rules.ownership import Ownership
from extraction.rules.polarity import shift
from kms.evidence.models import Evidence, Polarity
from kms.ontology.model import Attribute, Ontology
from kms.ontology.structure import HAS_ASPECT, HAS_VALUE, IN_CATEGORY, MADE_BY, MENTIONS

if TYPE_CHECKING:
    from extraction.infer.predictor import Predictor
    from extraction.model.examples import PredictedSpan, Prediction, SpanExample

_Place = tuple[int, int]
_OpinionLink = tuple[_Place | None, Polarity, float]
"""What an opinion is about (``None``: the product), its polarity, its confidence."""

_READ_FIELDS = frozenset({"title", "description", "review_title", "review_text"})
_OPINIONS: dict[str, Polarity] = {
    "opinion_positive": "positive",
    "opinion_negative": "negative",
    "opinion_neutral": "neutral",
}


class ModelReader:
    """A trained span-and-relation model behind the pipeline."""

    def __init__(
        self,
        folder: Path,
        ontology: Ontology,
        *,
        state: Path,
        engine: Literal["onnx", "torch"] = "onnx",
        threads: int = 1,
        languages: frozenset[str] = frozenset({"en"}),
    ) -> None:
        """Prepare; the model itself is loaded with the first text that it reads.

        Args:
            folder: A model folder as ``kms train extractor`` writes it.
            ontology: Attributes that the model's labels are checked against.
            state: Folder for the exported graph.
            engine: ONNX Runtime, or torch as the reference.
            threads: Of ONNX Runtime.
            languages: Texts of other languages are left to the rules: an encoder that never saw a script
                only guesses.

        Raises:
            ConfigurationError: The folder holds no model.
        """
        from extraction.model.artifact import hash_model

        self._made_from = (folder, ontology, state, engine, threads, languages)
        self._ontology = ontology
        self._values = ValueMentions(ontology)
        self._languages = languages
        self.version = f"model-{hash_model(folder)[:12]}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process loads the model itself."""
        return _load_again, self._made_from

    @cached_property
    def _predictor(self) -> Predictor:
        from extraction.infer.predictor import load_predictor

        folder, _, state, engine, threads, _ = self._made_from
        return load_predictor(folder, engine, state=state, threads=threads)

    def reads(self, text: Text) -> bool:
        """Whether the model looks at a text: running text in one of its languages."""
        return reads_text(text, _READ_FIELDS, self._languages)

    def extract(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Evidence of each text; empty for those the model does not read."""
        from extraction.model.examples import SpanExample

        result: list[list[Evidence]] = [[] for _ in texts]
        chosen = [i for i, text in enumerate(texts) if self.reads(text)]
        examples: list[SpanExample] = [
            SpanExample(
                texts[i].document.text,
                context=context_of(texts[i]),
                sentences=texts[i].sentences,
                id=texts[i].document.id,
                language=texts[i].document.language,
            )
            for i in chosen
        ]
        if not chosen:
            return result
        for i, prediction in zip(chosen, self._predictor.predict(examples), strict=True):
            mentions = self._mentions(texts[i], prediction)
            result[i] = to_evidence(texts[i], mentions, "model", self.version, self._ontology.version)
        return result

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

    def _settle_polarity(self, text: Text, place: _Place, polarity: Polarity) -> Polarity | None:
        """The model's polarity, turned where it is that of the words alone and the words around them turn it."""
        body, language = text.document.text, text.document.language
        shifted = shift(body, text.sentence_at(place[0]), *place, polarity, language)
        if shifted.polarity is None:
            return None
        is_of_words = polarity_of(body[slice(*place)], language) == polarity
        return shifted.polarity if shifted.is_turned and is_of_words else polarity

    def _name(self, text: Text, place: _Place) -> str:
        surface = text.document.text[slice(*place)]
        return name_aspect(surface, text.document.language, self._ontology)


class ValueMentions:
    """Mentions of attribute values that a model read: denied, of another product, or of the text's own.

    Denials and other products are marked by words; the rules read those in texts unlike the training's.
    """

    def __init__(self, ontology: Ontology) -> None:
        """Read under an ontology."""
        self._ownership = Ownership(ontology)

    def of(
        self, text: Text, place: _Place, attribute: Attribute, confidence: float, cue: _Place | None = None
    ) -> Iterator[Mention]:
        """The mention of a value, or nothing where the text does not state it of its product.

        Args:
            text: What was read.
            place: Of the value.
            attribute: That it is a value of.
            confidence: Of the reading.
            cue: Place of the words that deny it, where the model found them.
        """
        denial = Denial(cue, "certain") if cue else find_denial(
            text, place, is_concept=attribute.id == SEASON, is_material=says_material(attribute)
        )  # fmt: skip
        if denial is not None and denial.certainty == "qualified":
            return
        mention = Mention(
            *place, HAS_VALUE, attribute=attribute.id, negated=denial is not None,
            cue=denial.cue if denial else None,
            confidence=denial.weigh(confidence) if denial else confidence,
        )  # fmt: skip
        sentence = text.sentence_at(place[0])
        if is_foreign(text.document.text, sentence, place[0]) or is_unstated(text, *place):
            return
        if not self._ownership.is_of_other(text, mention, text.context.class_id):
            yield mention


def reads_text(text: Text, fields: frozenset[str], languages: frozenset[str]) -> bool:
    """Whether a text is running text of one of some fields and languages."""
    return text.document.field in fields and text.document.language in languages


@dataclass
class _Links:
    """Relations of one prediction by the number of the span they belong to.

    Attributes:
        negated_by: The place of the cue that denies it.
        of_other: It belongs to another product.
        role: Of a product that is named: the relation and its confidence.
        opinions: Of an opinion: what it is about.
    """

    negated_by: dict[int, _Place] = field(default_factory=dict)
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


def context_of(text: Text) -> str:
    """Context that the model gets besides the text: the class, where it is known."""
    from extraction.model.context import describe_context

    return describe_context(text.document.field, text.context.class_id)


def _load_again(
    folder: Path,
    ontology: Ontology,
    state: Path,
    engine: Literal["onnx", "torch"],
    threads: int,
    languages: frozenset[str],
) -> ModelReader:
    return ModelReader(folder, ontology, state=state, engine=engine, threads=threads, languages=languages)
