"""Engine protocol: runs a network in two passes, scores of spans and then scores of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from extraction.model.candidates import Pairs
from extraction.model.features import Batch

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SpanScores:
    """Result of the first pass over a batch.

    Attributes:
        scores: (B, S, T).
        none: (B, T) for pointers, (B, S, 1) otherwise.
        spans: Span vectors (B, S, D).
        document: Document vectors (B, D).
        hidden: Encoder output (B, L, H).
    """

    scores: Floats
    none: Floats
    spans: Floats
    document: Floats
    hidden: Floats


class Engine(Protocol):
    """Runs the two passes of a network."""

    def score_spans(self, batch: Batch) -> SpanScores:
        """Encoder and span head."""
        ...

    def score_pairs(self, span_scores: SpanScores, pairs: Pairs) -> Floats:
        """Relation head: logits (B, P, Q, R + 1)."""
        ...


def gather_ends(span_scores: SpanScores, pairs: Pairs) -> tuple[Floats, Floats]:
    """Vectors of head candidates (B, P, D), the document in front, and of tail candidates (B, Q, D)."""
    heads = np.take_along_axis(span_scores.spans, pairs.heads[:, :, None], axis=1)
    tails = np.take_along_axis(span_scores.spans, pairs.tails[:, :, None], axis=1)
    if pairs.document:
        heads = np.concatenate([span_scores.document[:, None, :], heads], axis=1)
    return heads, tails
