"""Examples and predictions: texts with typed spans and relations."""

from __future__ import annotations

from dataclasses import dataclass

DOCUMENT = ""
"""Type name of the pseudo-span that stands for the document's own product (the [CLS] position)."""


@dataclass(frozen=True)
class Span:
    """A typed piece of a text; ``end`` is the offset behind its last character."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class Relation:
    """A typed, directed link between two spans by their index; ``head=None`` is the document itself."""

    head: int | None
    tail: int
    type: str


@dataclass(frozen=True)
class SpanExample:
    """One text.

    Attributes:
        text: The text that all offsets refer to.
        context: Read before the text (``[CLS] context [SEP] text [SEP]``): a category, a field's name.
        spans: Gold spans; empty at inference.
        relations: Gold relations between ``spans``.
        words: Character offsets of the words where the data brings its own tokens; ``None``: found by
            ``extraction.model.words``.
        sentences: Character offsets of the sentences; empty: split by a simple rule where a text is long.
        id: For messages and results.
        language: ISO 639-1.
        asked: In pointer mode, the labels that are asked for; ``None``: those of the context.
    """

    text: str
    context: str = ""
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    words: tuple[tuple[int, int], ...] | None = None
    sentences: tuple[tuple[int, int], ...] = ()
    id: str = ""
    language: str = "en"
    asked: tuple[str, ...] | None = None


@dataclass(frozen=True)
class PredictedSpan:
    """A span with its calibrated probability."""

    start: int
    end: int
    type: str
    confidence: float


@dataclass(frozen=True)
class PredictedRelation:
    """A relation with its calibrated probability; ``head=None`` is the document itself."""

    head: int | None
    tail: int
    type: str
    confidence: float


@dataclass(frozen=True)
class Prediction:
    """Predicted spans and relations of one text; spans in the order of the text."""

    spans: tuple[PredictedSpan, ...] = ()
    relations: tuple[PredictedRelation, ...] = ()
