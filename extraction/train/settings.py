"""Settings of one training, from a YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from extraction.model.config import LoraSettings
from kms.encoder.base import DEFAULT_ENCODER
from kms.errors import ConfigurationError
from kms.types import Frozen, Language

SETTINGS_FOLDER = Path(__file__).resolve().parent.parent / "settings"


class TrainSettings(Frozen):
    """How a model is trained.

    Attributes:
        name: Of the recipe, for cards and results.
        data: Which reader: ``oamine``, ``pave``, ``aste``, ``ner_zh``, ``sample``, or ``catalog`` for an installation's
            own tables.
        metric: What the best epoch is chosen by on validation: F1 of values per (text, type), of the surest
            one per (text, type), of relations with their exact ends, or the mean of span and relation F1.
        tuning: ``full`` trains the whole encoder, ``lora`` adapters only.
        lora_encoder_lr: Rate of the adapters, used in place of ``encoder_lr``.
        swap_probability: Each value is swapped with this probability for another training value of its type.
        swap_out: Types that are never swapped.
        context_drop_probability: How often the class is left out of the context.
        mask_probability: Share of subtokens masked.
        positive_weight: Weight of relation classes against "no relation".
        warmup: Share of the steps with a rising rate.
        patience: Stop after so many epochs without a better one; ``None``: never.
        languages: Texts of the sample that are trained on, and texts that the model reads afterwards.
        frozen_words: Whether the embeddings of words stay as they are; those of a multilingual encoder are most of it.
        starts_from: Folder of a trained model on the same base encoder whose encoder this one starts from;
            ``None``: from the base encoder as it is.
        most_texts: Of a catalogue or of Chinese titles: train on a random sample of so many texts; ``None``: on all.
        label_mode: See ``ModelConfig``.
        unseen_names: Of open labels: share of the attributes that training never sees and a test set of its own asks for.
        pretrain_steps: Steps of masked language modelling on the unlabelled texts before training; 0: none.
        threads: Of torch.
        half: Store 16-bit weights.
    """

    name: str
    data: Literal["oamine", "pave", "aste", "ner_zh", "sample", "catalog"] = "sample"
    base_encoder: str = DEFAULT_ENCODER
    languages: tuple[Language, ...] = ("en",)
    frozen_words: bool = False
    metric: Literal["values", "answers", "relations", "spans", "spans_relations"] = "spans_relations"
    label_mode: Literal["fixed", "open"] = "fixed"
    allow_overlaps: bool = False
    span_mode: Literal["pointer", "multiclass"] = "multiclass"
    relation_decoding: Literal["free", "typed"] = "typed"
    tuning: Literal["full", "lora"] = "full"
    lora: LoraSettings = LoraSettings()
    max_span_words: int = 12
    kept_ratio: float = 0.6
    window_words: int = 80
    width: int = 256
    head_dropout: float = Field(default=0.2, ge=0, lt=1)
    none_bias: float = 0.0
    epochs: int = Field(default=12, ge=1)
    batch_size: int = Field(default=16, ge=1)
    encoder_lr: float = 3e-4
    lora_encoder_lr: float = 1e-3
    head_lr: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = Field(default=0.1, ge=0, lt=1)
    clip: float = 1.0
    swap_probability: float = Field(default=0.0, ge=0, le=1)
    swap_out: tuple[str, ...] = ()
    context_drop_probability: float = Field(default=0.0, ge=0, le=1)
    mask_probability: float = Field(default=0.05, ge=0, lt=1)
    positive_weight: float = 1.0
    relation_threshold: float = 0.5
    patience: int | None = None
    starts_from: Path | None = None
    most_texts: int | None = Field(default=None, ge=1)
    unseen_names: float = Field(default=0.0, ge=0, lt=1)
    pretrain_steps: int = Field(default=0, ge=0)
    validation_share: float = Field(default=0.15, gt=0, lt=1)
    seed: int = 13
    threads: int = 1
    half: bool = True


def read_settings(source: Path | str, **changes: Any) -> TrainSettings:
    """Read a settings file.

    Args:
        source: A path, or the name of a file under ``extraction/settings`` without its ending.
        changes: Fields to set instead of what the file says; ``None`` leaves the file's value.

    Raises:
        ConfigurationError: The file is missing or wrong; the message names it and the field.
    """
    path = Path(source)
    if not path.suffix:
        path = SETTINGS_FOLDER / f"{source}.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(p.stem for p in SETTINGS_FOLDER.glob("*.yaml")))
        raise ConfigurationError(f"{path}: no such settings file; there are: {known}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: not YAML: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: expected settings by name")
    content |= {key: value for key, value in changes.items() if value is not None}
    try:
        return TrainSettings.model_validate(content)
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"{path}: {places}") from error
