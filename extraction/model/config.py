"""Model configuration: labels, relations, shape and decoding of a trained model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kms.encoder.base import DEFAULT_ENCODER
from kms.types import Frozen, Language


class Label(Frozen):
    """A span type; ``text`` is what the encoder reads to start the label's vector, or, of open labels, to be it."""

    name: str
    text: str


class RelationLabel(Frozen):
    """A relation type with the span types that may be its ends; ``""`` is the document itself."""

    name: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]


class LoraSettings(Frozen):
    """Low-rank adapters on the encoder's linear layers (Hu et al. 2021)."""

    rank: int = Field(default=24, ge=1)
    alpha: int = Field(default=48, ge=1)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    targets: tuple[str, ...] = ("query", "key", "value", "dense")


class Calibration(Frozen):
    """Temperatures that logits are divided by before a probability is reported (Guo et al. 2017)."""

    span_temperature: float = Field(default=1.0, gt=0)
    relation_temperature: float = Field(default=1.0, gt=0)


class ModelConfig(Frozen):
    """Labels, shape and decoding of a model.

    Attributes:
        languages: Languages of the texts that it was trained on; texts of others are left to the rules.
        frozen_words: Whether the embeddings of words stay as the base encoder has them where all else is trained.
        label_mode: ``fixed``: each label has a learned vector; ``open``: a label is what the base encoder makes of its
            text, so that a trained model reads labels that it never saw (pointer mode only).
        allow_overlaps: In pointer mode, whether one word may be a value of several labels ("black": of the case and of
            the ink).
        span_mode: ``pointer``: one softmax per label over all spans and "no value"; ``multiclass``: one
            softmax per span over all labels and "no span".
        groups: In pointer mode, the labels that are asked for in each context; an unknown context asks all.
        relation_decoding: ``free``: the ends of relations are taken from the kept candidates (Span-ASTE);
            ``typed``: only decoded spans may be related (SpERT).
        max_span_words: Longest span.
        kept_ratio: Candidates kept for relations, as a share of the number of words.
        window_words: Longer texts are read in windows of whole sentences.
        width: Size of span vectors.
        relation_threshold: A relation needs at least this probability.
    """

    version: str = "1"
    base_encoder: str = DEFAULT_ENCODER
    languages: tuple[Language, ...] = ("en",)
    frozen_words: bool = False
    labels: tuple[Label, ...]
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    relations: tuple[RelationLabel, ...] = ()
    label_mode: Literal["fixed", "open"] = "fixed"
    allow_overlaps: bool = False
    span_mode: Literal["pointer", "multiclass"] = "multiclass"
    relation_decoding: Literal["free", "typed"] = "typed"
    max_span_words: int = Field(default=12, ge=1)
    kept_ratio: float = Field(default=0.6, gt=0)
    window_words: int = Field(default=80, ge=8, le=400)
    width: int = 256
    head_dropout: float = 0.2
    none_bias: float = 0.0
    lora: LoraSettings | None = None
    calibration: Calibration = Calibration()
    relation_threshold: float = Field(default=0.5, ge=0, le=1)

    @property
    def label_index(self) -> dict[str, int]:
        """Position of each label by name."""
        return {label.name: index for index, label in enumerate(self.labels)}

    @property
    def relation_index(self) -> dict[str, int]:
        """Class number of each relation by name; 0 is "no relation"."""
        return {relation.name: index + 1 for index, relation in enumerate(self.relations)}

    @property
    def head_types(self) -> tuple[str, ...]:
        """Types that may be the head of some relation, without the document."""
        return tuple(sorted({t for relation in self.relations for t in relation.heads if t}))

    @property
    def tail_types(self) -> tuple[str, ...]:
        """Types that may be the tail of some relation."""
        return tuple(sorted({t for relation in self.relations for t in relation.tails}))
