"""The network: encoder, span head and relation head, built from a config."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor, nn

from extraction.model.config import LoraSettings, ModelConfig
from extraction.model.relations import RelationHead
from extraction.model.spans import SpanHead
from kms.encoder.base import resolve_encoder

_LABELS_AT_ONCE = 256
_LABEL_TOKENS = 48


class SpanNetwork(nn.Module):
    """A BERT encoder with a span head and, where the config has relations, a relation head.

    Args:
        encoder: A transformers model, or the same wrapped by peft.
        config: Labels and shape.
        label_vectors: Start of the label vectors (T, H), or the vectors themselves where labels are open.
    """

    def __init__(self, encoder: Any, config: ModelConfig, label_vectors: Tensor) -> None:
        super().__init__()
        self.encoder = encoder
        hidden = int(encoder.config.hidden_size)
        self.spans = SpanHead(
            hidden,
            config.width,
            label_vectors,
            config.max_span_words,
            config.span_mode == "pointer",
            config.head_dropout,
            config.none_bias,
            config.label_mode == "open",
        )
        self.relations = (
            RelationHead(hidden, config.width, len(config.relations), config.head_dropout)
            if config.relations
            else None
        )

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Hidden states (B, L, H)."""
        hidden: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return hidden

    def score_spans(
        self, hidden: Tensor, first: Tensor, last: Tensor, width: Tensor, columns: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The span head's output for the labels of ``columns``; ``None``: of all labels. See ``SpanHead.forward``."""
        labels = None if columns is None else self.spans.labels[columns]
        scores: tuple[Tensor, Tensor, Tensor, Tensor] = self.spans(hidden, first, last, width, labels)
        return scores

    def trainable_state(self) -> dict[str, Tensor]:
        """The weights that training changes: adapter (or whole encoder) and heads."""
        return {name: p.detach() for name, p in self.named_parameters() if p.requires_grad}


def load_encoder(name: str, attention: str | None = None) -> Any:
    """The base encoder, without its pooler, in fp32.

    Args:
        name: Package, folder or hub name.
        attention: Attention implementation of transformers; ``None``: its default.

    Raises:
        ConfigurationError: It cannot be found.
    """
    from transformers import AutoModel
    from transformers.utils import logging

    folder = resolve_encoder(name)
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return AutoModel.from_pretrained(
            str(folder), add_pooling_layer=False, dtype=torch.float32, attn_implementation=attention
        )
    finally:
        logging.set_verbosity(verbosity)


def add_lora(encoder: Any, settings: LoraSettings) -> Any:
    """Freeze the encoder and add low-rank adapters to its linear layers (peft)."""
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets),
        bias="none",
    )
    with warnings.catch_warnings():
        # peft asks transformers for names that transformers is about to drop.
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(encoder, config)


@torch.no_grad()
def read_labels(encoder: Any, config: ModelConfig) -> Tensor:
    """Mean of the encoder's output over each label's text, scaled to unit variance: (T, H)."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(resolve_encoder(config.base_encoder)))
    labels = config.labels
    encoder.eval()
    parts: list[Tensor] = []
    for begin in range(0, len(labels), _LABELS_AT_ONCE):
        texts = [label.text for label in labels[begin : begin + _LABELS_AT_ONCE]]
        encoded = tokenizer(
            texts, padding=True, truncation=True, max_length=_LABEL_TOKENS, return_tensors="pt"
        )
        mask = encoded["attention_mask"].unsqueeze(-1)
        hidden = encoder(
            input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"]
        ).last_hidden_state
        mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        parts.append(nn.functional.normalize(mean, dim=-1) * hidden.shape[-1] ** 0.5)
    scaled: Tensor = torch.cat(parts)
    return scaled


def build_network(
    config: ModelConfig, *, starts_from_texts: bool = False, attention: str | None = None
) -> SpanNetwork:
    """A network of the config on its base encoder.

    Args:
        config: With ``lora`` set, the encoder is frozen and adapted; else it is trained whole.
        starts_from_texts: Whether label vectors start as the readings of their texts; else they are zero (loading). Open
            labels are always read.
        attention: Attention implementation of transformers.
    """
    encoder = load_encoder(config.base_encoder, attention)
    if starts_from_texts or config.label_mode == "open":
        vectors = read_labels(encoder, config)
    else:
        vectors = torch.zeros(len(config.labels), encoder.config.hidden_size)
    if config.lora is not None:
        encoder = add_lora(encoder, config.lora)
    elif config.frozen_words:
        encoder.get_input_embeddings().requires_grad_(False)
    return SpanNetwork(encoder, config, vectors)
