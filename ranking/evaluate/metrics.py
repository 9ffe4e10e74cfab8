"""Metrics of one ranked list; all lie in 0 to 1 except novelty (bits).

``ranked`` is the list as shown, best first, without duplicates; ``relevance`` maps each relevant id to its
grade (> 0), of the whole catalogue and not only of what was retrieved, which makes the ideal the true one.
A query or shopper without relevant ids has no defined value: leave it out before averaging.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

Id = TypeVar("Id", bound=Hashable)
Gain = Literal["exponential", "linear"]


def ndcg(
    ranked: Sequence[Id], relevance: Mapping[Id, float], k: int = 10, gain: Gain = "exponential"
) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, TOIS 2002) at ``k``.

    Gain is 2^grade - 1 or the grade itself, discount log2(rank + 1). With grades 0 and 1 both gains agree.
    The ideal is the best ``k`` of **all** relevant ids.
    """
    ideal = _dcg(sorted(relevance.values(), reverse=True)[:k], gain)
    return _dcg((relevance.get(item, 0.0) for item in ranked[:k]), gain) / ideal if ideal > 0 else 0.0


def recall(ranked: Sequence[Id], relevant: Collection[Id], k: int = 10) -> float:
    """Part of all relevant ids that is among the first ``k``."""
    return _hits(ranked, relevant, k) / len(relevant) if relevant else 0.0


def precision(ranked: Sequence[Id], relevant: Collection[Id], k: int = 10) -> float:
    """Relevant ids among the first ``k``, divided by ``k`` even where fewer were shown."""
    return _hits(ranked, relevant, k) / k


def hit_rate(ranked: Sequence[Id], relevant: Collection[Id], k: int = 10) -> float:
    """1 if any of the first ``k`` is relevant, else 0."""
    return 1.0 if _hits(ranked, relevant, k) else 0.0


def reciprocal_rank(ranked: Sequence[Id], relevant: Collection[Id], k: int = 10) -> float:
    """1 / rank of the first relevant id among the first ``k``, 0 if there is none; its mean is MRR."""
    for rank, item in enumerate(ranked[:k], start=1):
        if item in relevant:
            return 1.0 / rank
    return 0.0


def coverage(lists: Iterable[Sequence[Id]], n_items: int, k: int = 10) -> float:
    """Part of the catalogue that is in at least one of the lists' first ``k``."""
    shown: set[Id] = set()
    for ranked in lists:
        shown.update(ranked[:k])
    return len(shown) / n_items if n_items else 0.0


def novelty(ranked: Sequence[Id], popularity: Mapping[Id, float], k: int = 10) -> float:
    """Mean self-information, -log2 of the share of all interactions, in bits (Zhou et al., PNAS 2010).

    Args:
        ranked: The list.
        popularity: Interactions of each id in train; ids without any count as half of one interaction.
        k: Length of the list that is looked at.
    """
    total = sum(popularity.values())
    shown = ranked[:k]
    if not shown or total <= 0:
        return 0.0
    return sum(-math.log2(max(popularity.get(item, 0.0), 0.5) / total) for item in shown) / len(shown)


def _dcg(grades: Iterable[float], gain: Gain) -> float:
    return sum(
        ((2.0**grade - 1.0) if gain == "exponential" else grade) / math.log2(rank + 1)
        for rank, grade in enumerate(grades, start=1)
    )


def _hits(ranked: Sequence[Id], relevant: Collection[Id], k: int) -> int:
    return sum(item in relevant for item in ranked[:k])
