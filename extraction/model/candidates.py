"""Relation candidates: the spans kept as ends of relations, and the features of each pair.

Keeping the best ``z * n`` spans for each end, ``n`` being the number of words, follows the dual-channel
pruning of Span-ASTE (Xu et al. 2021).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extraction.model.features import Batch

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

DISTANCES = 32
DOCUMENT_DISTANCE = DISTANCES - 1


@dataclass
class Pairs:
    """Candidate heads and tails of a batch.

    With ``document``, head 0 is the pseudo-span; ``heads`` (B, K) and ``tails`` (B, Q) are span numbers;
    P = K + 1 with the document, else K.

    Attributes:
        between_first: First subtoken between (B, P, Q).
        between_last: Last subtoken between; smaller than the first where nothing is between.
        distance: Distance class (B, P, Q).
        mask: Real pairs of two different spans (B, P, Q).
    """

    document: bool
    heads: Ints
    tails: Ints
    between_first: Ints
    between_last: Ints
    distance: Ints
    mask: Bools


def keep_best(score: Floats, mask: Bools, limits: Sequence[int]) -> tuple[Ints, Bools]:
    """Numbers of the best spans of each row, padded to the widest row, and the mask of real ones.

    Args:
        score: (B, S).
        mask: Spans that exist (B, S).
        limits: How many to keep in each row.
    """
    real = mask.sum(axis=1)
    counts = [min(limit, int(n)) for limit, n in zip(limits, real, strict=True)]
    widest = max(1, *counts) if counts else 1
    ordered = np.argsort(-np.where(mask, score, -np.inf), axis=1, kind="stable")[:, :widest]
    return ordered.astype(np.int64), np.arange(widest)[None, :] < np.array(counts)[:, None]


def type_margin(scores: Floats, none: Floats, types: Sequence[int]) -> Floats:
    """Margin by which the best of some types beats "no span": (B, S) from scores (B, S, T) and none (B, S, 1)."""
    margin: Floats = scores[:, :, list(types)].max(axis=-1) - none[:, :, 0]
    return margin


def limit_spans(batch: Batch, ratio: float) -> list[int]:
    """Number of spans kept in each window: a share of its words, at least one."""
    return [max(1, math.ceil(ratio * len(window.words))) for window in batch.windows]


def make_pairs(
    batch: Batch, heads: tuple[Ints, Bools], tails: tuple[Ints, Bools], *, document: bool
) -> Pairs:
    """Describe all pairs of kept heads and tails.

    Args:
        batch: Where the spans are.
        heads: Span numbers (B, K) and their mask.
        tails: Span numbers (B, Q) and their mask.
        document: Whether the document is one more head, in front.
    """
    head_numbers, head_mask = heads
    tail_numbers, tail_mask = tails
    hf, hl, hwf, hwl = (np.take_along_axis(part, head_numbers, 1)[:, :, None] for part in _places(batch))
    tf, tl, twf, twl = (np.take_along_axis(part, tail_numbers, 1)[:, None, :] for part in _places(batch))
    before = hl < tf
    after = tl < hf
    last = np.where(before, tf - 1, hf - 1)
    first = np.minimum(np.where(before, hl + 1, tl + 1), last + 1)  # overlapping: nothing between
    words = np.where(before, twf - hwl, np.where(after, twl - hwf, 0))
    distance = distance_class(words)
    mask = head_mask[:, :, None] & tail_mask[:, None, :]
    mask &= head_numbers[:, :, None] != tail_numbers[:, None, :]
    if document:
        front = (len(batch.windows), 1, tail_numbers.shape[1])
        first = np.concatenate([np.ones(front, np.int64), first], axis=1)
        last = np.concatenate([np.zeros(front, np.int64), last], axis=1)
        distance = np.concatenate([np.full(front, DOCUMENT_DISTANCE, np.int64), distance], axis=1)
        mask = np.concatenate([np.broadcast_to(tail_mask[:, None, :], front), mask], axis=1)
    return Pairs(document, head_numbers, tail_numbers, first, last, distance, mask)


def _places(batch: Batch) -> tuple[Ints, Ints, Ints, Ints]:
    return batch.span_first, batch.span_last, batch.word_first, batch.word_last


def distance_class(distance: Ints) -> Ints:
    """Bucket of a signed distance in words: exact up to 4, then by half doublings, the sign kept; 0 to 28."""
    size = np.abs(distance)
    far = 4 + np.floor(np.log2(np.maximum(size, 4) / 4.0) * 2).astype(np.int64)
    bucket = np.minimum(np.where(size <= 4, size, far), 14)
    return np.where(distance < 0, 14 - bucket, 14 + bucket).astype(np.int64)
