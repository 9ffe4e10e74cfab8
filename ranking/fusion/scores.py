"""Fusion of scorers, with every source's share of the result kept.

Three ways: a weighted sum of normalised scores (min-max or z-score over the candidates), a weighted
sum of raw scores, and reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), without any scale.
A fused score is always a sum of one term a source, so that "share" means the same in each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kms.errors import InputError

Normalisation = Literal["none", "minmax", "zscore"]
RRF_K = 60


class FusionError(InputError):
    """Sources or weights that cannot be fused."""


@dataclass(frozen=True)
class Fused:
    """Scores of a fixed list of candidates.

    Attributes:
        scores: float64, (n,); also two-dimensional where the sources are (queries, n).
        parts: Each source's term; they add up to ``scores``.
    """

    scores: np.ndarray
    parts: Mapping[str, np.ndarray]

    def shares(self, position: int) -> dict[str, float]:
        """Signed share of each source in one candidate's score; the absolute shares add up to 1."""
        terms = {name: float(part[position]) for name, part in self.parts.items()}
        whole = sum(abs(term) for term in terms.values())
        if whole == 0:
            return {}
        return {
            name: term / whole
            for name, term in sorted(terms.items(), key=lambda item: -abs(item[1]))
            if term != 0
        }


@dataclass(frozen=True)
class FusedCandidate:
    """One candidate after fusion, with each source's raw score and share."""

    id: str
    score: float
    shares: Mapping[str, float]
    raw: Mapping[str, float]


def normalise(scores: np.ndarray, method: Normalisation = "minmax") -> np.ndarray:
    """Scores on a common scale, along the last axis; constant scores become 0.

    ``minmax`` gives 0 to 1, ``zscore`` mean 0 and standard deviation 1, ``none`` leaves them.
    """
    values = np.asarray(scores, dtype=np.float64)
    if method == "none" or values.shape[-1] == 0:
        return values
    if method == "minmax":
        low = values.min(axis=-1, keepdims=True)
        width = values.max(axis=-1, keepdims=True) - low
    elif method == "zscore":
        low = values.mean(axis=-1, keepdims=True)
        width = values.std(axis=-1, keepdims=True)
    else:
        raise FusionError(f"unknown normalisation {method!r}; use none, minmax or zscore")
    scaled: np.ndarray = np.divide(values - low, width, out=np.zeros_like(values), where=width > 1e-12)
    return scaled


def weighted_sum(
    sources: Mapping[str, np.ndarray], weights: Mapping[str, float], method: Normalisation = "minmax"
) -> Fused:
    """Σ weight · normalised score; all sources score the same candidates in the same order.

    Raises:
        FusionError: No sources, different shapes, or a source without a weight.
    """
    _check(sources, weights)
    parts = {
        name: weights[name] * normalise(scores, method)
        for name, scores in sources.items()
        if weights[name] != 0
    }
    shape = next(iter(sources.values())).shape
    return Fused(scores=sum(parts.values(), np.zeros(shape)), parts=parts)


def reciprocal_rank(
    sources: Mapping[str, np.ndarray], weights: Mapping[str, float] | None = None, k: int = RRF_K
) -> Fused:
    """Σ weight / (k + rank), ranks from 1; a score of 0 or less means "not found" and adds nothing."""
    chosen = dict.fromkeys(sources, 1.0) if weights is None else weights
    _check(sources, chosen)
    parts = {}
    for name, scores in sources.items():
        order = np.argsort(-scores, axis=-1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(
            ranks, order, np.broadcast_to(np.arange(1, scores.shape[-1] + 1), scores.shape).copy(), axis=-1
        )
        parts[name] = np.where(scores > 0, chosen[name] / (k + ranks), 0.0)
    shape = next(iter(sources.values())).shape
    return Fused(scores=sum(parts.values(), np.zeros(shape)), parts=parts)


def fuse_candidates(
    sources: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    method: Normalisation | Literal["rrf"] = "minmax",
    k: int = RRF_K,
) -> list[FusedCandidate]:
    """Fuses candidate lists of unequal members, best first, equal scores by id.

    A candidate that a source did not find has no term of it: with ``minmax`` and ``zscore`` the source's
    scale is taken over what it found, and ``minmax`` is floored so that the last one found still counts
    more than one that was not found.

    Raises:
        FusionError: A source without a weight.
    """
    missing = [name for name in sources if name not in weights]
    if missing:
        raise FusionError(
            f"no weight for source {', '.join(missing)}; weights exist for {', '.join(weights)}"
        )
    terms: dict[str, dict[str, float]] = {}
    for name, found in sources.items():
        ids = sorted(found, key=lambda id_: (-found[id_], id_))
        values = np.asarray([found[id_] for id_ in ids], dtype=np.float64)
        if len(values) and not np.isfinite(values).all():
            raise FusionError(f"source {name!r} gave a score that is not a finite number")
        if method == "rrf":
            scaled = 1.0 / (k + np.arange(1, len(ids) + 1))
        elif method == "minmax":
            # A single candidate or equal scores: all found equally well, which is not the same as not found.
            width = values.max() - values.min() if len(values) else 0.0
            scaled = 0.05 + 0.95 * (values - values.min()) / width if width > 1e-12 else np.ones(len(values))
        else:
            scaled = normalise(values, method)
        for id_, value in zip(ids, scaled, strict=True):
            terms.setdefault(id_, {})[name] = float(weights[name] * value)
    result = []
    for id_, parts in terms.items():
        whole = sum(abs(part) for part in parts.values())
        shares = {name: part / whole for name, part in parts.items() if part} if whole else {}
        result.append(
            FusedCandidate(
                id=id_,
                score=sum(parts.values()),
                shares=dict(sorted(shares.items(), key=lambda share: -abs(share[1]))),
                raw={name: found[id_] for name, found in sources.items() if id_ in found},
            )
        )
    return sorted(result, key=lambda candidate: (-candidate.score, candidate.id))


def _check(sources: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> None:
    if not sources:
        raise FusionError("there is nothing to fuse; give at least one source")
    if len({scores.shape for scores in sources.values()}) > 1:
        shapes = {name: scores.shape for name, scores in sources.items()}
        raise FusionError(f"all sources score the same candidates, these differ: {shapes}")
    missing = [name for name in sources if name not in weights]
    if missing:
        raise FusionError(
            f"no weight for source {', '.join(missing)}; weights exist for {', '.join(weights)}"
        )
