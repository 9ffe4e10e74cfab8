"""Scores of a pair classifier: precision, recall and F1 of "the same product"."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class PairScore(NamedTuple):
    """At one threshold, over labelled pairs."""

    precision: float
    recall: float
    f1: float
    threshold: float
    pairs: int
    matches: int


def score_at(scores: ArrayLike, match: ArrayLike, threshold: float) -> PairScore:
    """The score of calling all pairs of at least ``threshold`` the same."""
    values, gold = np.asarray(scores, dtype=np.float64), np.asarray(match, dtype=np.bool_)
    said = values >= threshold
    right = int((said & gold).sum())
    precision = right / int(said.sum()) if said.any() else 0.0
    recall = right / int(gold.sum()) if gold.any() else 0.0
    total = int(said.sum()) + int(gold.sum())
    return PairScore(
        precision, recall, 2 * right / total if total else 0.0, threshold, len(gold), int(gold.sum())
    )


def best_score(scores: ArrayLike, match: ArrayLike) -> PairScore:
    """The score at the threshold that makes F1 highest; halfway to the next lower score."""
    values, gold = np.asarray(scores, dtype=np.float64), np.asarray(match, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    right = np.cumsum(gold[order])
    f1 = 2 * right / (np.arange(1, len(gold) + 1) + gold.sum())
    ordered = values[order]
    # Equal scores are on one side of any threshold.
    is_last = np.append(ordered[1:] < ordered[:-1], True)
    at = int(np.argmax(np.where(is_last, f1, -1.0)))
    below = ordered[at + 1] if at + 1 < len(ordered) else ordered[at]
    return score_at(values, gold, float((ordered[at] + below) / 2))
