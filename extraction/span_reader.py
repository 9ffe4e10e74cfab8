"""What the readers of trained models share: which texts they read, how a model is loaded, values as mentions."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from extraction.documents import Text
from extraction.rules.contexts import is_foreign
from extraction.rules.denial import SEASON, Denial, find_denial, says_material
from extraction.rules.extractor import to_evidence
from extraction.rules.mention import Mention
from extraction.rules.moods import is_unstated
from extraction.rules.ownership import Ownership
from extraction.rules.quantities import OWN_MEASURES
from extraction.rules.roles import is_bound
from kms.evidence.models import DocumentField, Evidence
from kms.ontology.model import Attribute, Ontology
from kms.ontology.structure import HAS_VALUE

if TYPE_CHECKING:
    from extraction.infer.predictor import Predictor
    from extraction.model.config import Label
    from extraction.model.examples import Prediction

Place = tuple[int, int]
_BEHIND_NUMBER = re.compile(r"\d")
Engine = Literal["onnx", "torch"]


class SpanReader(ABC):
    """A trained model behind the pipeline: texts in, evidence out. Subclasses say what its spans mean."""

    fields: ClassVar[frozenset[DocumentField]]
    """Fields of documents that it reads."""
    name: ClassVar[str]
    """Begins the version that evidence names."""

    def __init__(
        self,
        folder: Path,
        ontology: Ontology,
        *,
        state: Path,
        engine: Engine = "onnx",
        threads: int = 1,
        languages: frozenset[str] | None = None,
    ) -> None:
        """Prepare; the model itself is loaded with the first text that it reads.

        Args:
            folder: A model folder as ``kms train extractor`` writes it.
            ontology: Attributes and concepts that readings are checked against.
            state: Folder for what is derived from the model, as the exported graph.
            engine: ONNX Runtime, or torch as the reference.
            threads: Of ONNX Runtime.
            languages: Texts of other languages are left to the rules: an encoder that never saw a script
                only guesses. Default: those that the model was trained on.

        Raises:
            ConfigurationError: The folder holds no model.
        """
        from extraction.model.artifact import hash_model, read_config

        if languages is None:
            languages = frozenset(read_config(folder).languages)
        self._made_from = (folder, ontology, state, engine, threads, languages)
        self._ontology = ontology
        self._values = ValueMentions(ontology)
        self._languages = languages
        self.version = f"{self.name}-{hash_model(folder)[:12]}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process loads the model itself."""
        return _load_again, (type(self), *self._made_from)

    @cached_property
    def _predictor(self) -> Predictor:
        from extraction.infer.predictor import load_predictor

        folder, _, state, engine, threads, _ = self._made_from
        return load_predictor(folder, engine, state=state, threads=threads, labels=self._labels())

    def reads(self, text: Text) -> bool:
        """Whether the model looks at a text: running text in one of its languages."""
        document = text.document
        return document.field in self.fields and document.language in self._languages

    def extract(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Evidence of each text; empty for those the model does not read."""
        from extraction.model.context import describe_context
        from extraction.model.examples import SpanExample

        result: list[list[Evidence]] = [[] for _ in texts]
        chosen = [i for i, text in enumerate(texts) if self.reads(text)]
        if not chosen:
            return result
        examples = [
            SpanExample(
                texts[i].document.text,
                context=describe_context(texts[i].document.field, texts[i].context.class_id),
                sentences=texts[i].sentences,
                id=texts[i].document.id,
                language=texts[i].document.language,
                asked=self._asked(texts[i]),
            )
            for i in chosen
        ]
        for i, prediction in zip(chosen, self._predictor.predict(examples), strict=True):
            mentions = self._mentions(texts[i], prediction)
            result[i] = to_evidence(texts[i], mentions, "model", self.version, self._ontology.version)
        return result

    def _labels(self) -> Sequence[Label] | None:
        """Labels to read in place of those that the model was trained with; ``None``: those."""
        return None

    def _asked(self, text: Text) -> tuple[str, ...] | None:
        """Labels that a text is asked for; ``None``: all."""
        return None

    @abstractmethod
    def _mentions(self, text: Text, prediction: Prediction) -> Iterator[Mention]:
        """Mentions that a prediction makes."""


class ValueMentions:
    """Mentions of attribute values that a model read: denied, of another product, or of the text's own.

    Denials and other products are marked by words; the rules read those in texts unlike the training's.
    """

    def __init__(self, ontology: Ontology) -> None:
        """Read under an ontology."""
        self._ownership = Ownership(ontology)

    def of(
        self, text: Text, place: Place, attribute: Attribute, confidence: float, cue: Place | None = None
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
        if attribute.id in OWN_MEASURES and is_bound(
            _BEHIND_NUMBER.split(text.document.text[sentence[0] : place[0]])[-1]
        ):
            return
        if is_foreign(text.document.text, sentence, place[0]) or is_unstated(text, *place):
            return
        if not self._ownership.is_of_other(text, mention, text.context.class_id):
            yield mention


def _load_again(
    kind: type[SpanReader],
    folder: Path,
    ontology: Ontology,
    state: Path,
    engine: Engine,
    threads: int,
    languages: frozenset[str],
) -> SpanReader:
    return kind(folder, ontology, state=state, engine=engine, threads=threads, languages=languages)
