"""Span vectors and their scores against label vectors.

A span is represented by its first and last subtoken, the mean of its subtokens and its width, as in DyGIE++
(Wadden et al. 2019) and SpERT (Eberts and Ulges 2020). Labels have vectors that start from the encoder's own
reading of the label's name, so that rare labels begin near their words; scores are scaled dot products. Open labels keep
that reading: what is learned is how a name is projected, so that names which training never saw have scores as well
(as label descriptions do in GLiNER, Zaratiana et al. 2024).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn


class SpanHead(nn.Module):
    """Scores candidate spans.

    Args:
        hidden: Width of the encoder.
        width: Width of span vectors.
        labels: Start vectors of the labels, shape (T, hidden).
        max_span_words: Longest span.
        pointer: Whether "no value" is scored once per label (from the document) or once per span.
        dropout: Applied to subtokens and to span vectors.
        none_bias: Where the bias of "none" starts; above zero, the first steps need not learn that most
            spans are nothing.
        is_open: Whether ``labels`` are kept as they are, and each label's biases are computed from its vector.
    """

    def __init__(
        self,
        hidden: int,
        width: int,
        labels: Tensor,
        max_span_words: int,
        pointer: bool,
        dropout: float,
        none_bias: float = 0.0,
        is_open: bool = False,
    ) -> None:
        super().__init__()
        self.pointer = pointer
        self.scale = 1.0 / math.sqrt(width)
        self.dropout = nn.Dropout(dropout)
        self.parts = nn.Linear(hidden, 3 * width)
        self.span_width = nn.Embedding(max_span_words, width)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, width)
        self.document = nn.Sequential(
            nn.Linear(hidden, width), nn.LayerNorm(width), nn.GELU(), nn.Linear(width, width)
        )
        nn.init.normal_(self.span_width.weight, std=0.1)
        self.is_open = is_open
        # Weights of a label's own where labels are fixed, layers that compute them from its vector where they are open.
        self.label_projection: nn.Module
        self.label_bias: Any
        self.none: Any
        self.none_bias: Any
        if is_open:
            self.register_buffer("labels", labels.clone(), persistent=False)
            self.label_projection = nn.Sequential(
                nn.Linear(hidden, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
            )
            self.label_bias = nn.Linear(hidden, 1)
            self.none = nn.Linear(hidden, width)
            self.none_bias = nn.Linear(hidden, 1)
            return
        self.labels = nn.Parameter(labels.clone())
        self.label_projection = nn.Linear(hidden, width)
        self.label_bias = nn.Parameter(torch.zeros(len(labels)))
        self.none = nn.Parameter(torch.randn(len(labels) if pointer else 1, width) * 0.02)
        self.none_bias = nn.Parameter(torch.full((len(labels) if pointer else 1,), none_bias))

    def forward(
        self, hidden: Tensor, first: Tensor, last: Tensor, span_width: Tensor, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Score all candidate spans.

        Args:
            hidden: Encoder output (B, L, H).
            first: First subtoken of each span (B, S).
            last: Last subtoken of each span (B, S).
            span_width: Words less one (B, S).
            labels: Of open labels, the vectors that are asked for (T, hidden); default: all.

        Returns:
            Scores (B, S, T); none scores, (B, T) for pointers and (B, S, 1) otherwise; span vectors
            (B, S, D); document vectors (B, D).
        """
        begin, end, inner = self.parts(self.dropout(hidden)).chunk(3, dim=-1)
        raw = gather_rows(begin, first) + gather_rows(end, last) + mean_rows(inner, first, last)
        raw = self.norm(raw + self.span_width(span_width))
        spans = self.out(self.dropout(nn.functional.gelu(raw)))
        document = self.document(self.dropout(hidden[:, 0]))
        if self.is_open:
            asked = self.labels if labels is None else labels
            scores = spans @ self.label_projection(asked).T * self.scale + self.label_bias(asked).squeeze(-1)
            none = document @ self.none(asked).T * self.scale + self.none_bias(asked).squeeze(-1)
            return scores, none, spans, document
        scores = spans @ self.label_projection(self.labels).T * self.scale + self.label_bias
        source = document if self.pointer else spans
        none = source @ self.none.T * self.scale + self.none_bias
        return scores, none, spans, document


def gather_rows(values: Tensor, index: Tensor) -> Tensor:
    """``values[b, index[b, s]]`` for values (B, L, D) and index (B, S): shape (B, S, D)."""
    return torch.gather(values, 1, index.unsqueeze(-1).expand(-1, -1, values.shape[-1]))


def mean_rows(values: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Mean of ``values[b, first..last]``, zero where ``last < first``: shape (B, S, D)."""
    total = nn.functional.pad(values.cumsum(dim=1), (0, 0, 1, 0))
    count = (last + 1 - first).clamp(min=0)
    difference = gather_rows(total, last + 1) - gather_rows(total, torch.minimum(first, last + 1))
    return difference / count.clamp(min=1).unsqueeze(-1).to(values.dtype)


def pointer_loss(scores: Tensor, none: Tensor, gold: Tensor, mask: Tensor, asked: Tensor) -> Tensor:
    """One softmax per asked label over all spans and "no value".

    The gold probability is the sum over every occurrence of the value, so the loss is
    ``logsumexp(all) - logsumexp(gold)`` (as with answers that occur several times in reading comprehension,
    Clark and Gardner 2018).

    Args:
        scores: (B, S, T).
        none: (B, T).
        gold: (B, S, T), true where a span is a value of the label.
        mask: (B, S), false for padding.
        asked: (B, T), true for labels of the window's context.

    Returns:
        The loss summed over labels, averaged over the batch.
    """
    scores = scores.masked_fill(~mask.unsqueeze(-1), -1e4)
    every = torch.logsumexp(torch.cat([none.unsqueeze(1), scores], dim=1), dim=1)
    gold_score = torch.logsumexp(scores.masked_fill(~gold, -1e4), dim=1)
    right = torch.where(gold.any(dim=1), gold_score, none)
    return ((every - right) * asked).sum() / len(scores)


def multiclass_loss(scores: Tensor, none: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
    """One softmax per span over all labels and "no span".

    Args:
        scores: (B, S, T).
        none: (B, S, 1).
        gold: (B, S), 0 for no span, else label number plus one.
        mask: (B, S), false for padding.

    Returns:
        Cross-entropy summed over spans, averaged over the batch.
    """
    logits = torch.cat([none, scores], dim=-1)
    loss = nn.functional.cross_entropy(logits[mask], gold[mask], reduction="sum")
    return loss / len(scores)
