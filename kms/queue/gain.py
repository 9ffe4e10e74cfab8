"""The order of the queue: what an answer is worth, as uncertainty times reach.

Uncertainty is the entropy of the answer in bits: 1 where yes and no are equally likely, 0 where the answer is known before
it is given. Of facts and pairs the probability is what the graph or the classifier believes. Where nothing believes
anything (a rule was violated, a size is implausible, a word is unknown) it is how often people said yes on the kind so far,
joined with a first guess that weighs as much as ``PRIOR_WEIGHT`` answers. Reach is the number of products whose facts the
answer changes. So the queue asks first where one answer is likely to tell much about many products.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

from kms.queue.models import Kind

PRIORS: Mapping[Kind, float] = {Kind.VIOLATION: 0.15, Kind.IMPLAUSIBLE: 0.3, Kind.WORD: 0.3}
"""How often people say yes, before anybody said anything."""
PRIOR_WEIGHT = 10.0


def entropy(probability: float) -> float:
    """Bits that the answer to a question tells, from 0 to 1."""
    if not 0.0 < probability < 1.0:
        return 0.0
    other = 1.0 - probability
    return -(probability * log2(probability) + other * log2(other))


def rate_of(kind: Kind, accepted: int, answered: int) -> float | None:
    """How likely a yes is on a kind without a belief of its own; ``None`` for kinds that have one."""
    prior = PRIORS.get(kind)
    if prior is None:
        return None
    return (accepted + prior * PRIOR_WEIGHT) / (answered + PRIOR_WEIGHT)


def balance(first: float, second: float) -> float:
    """How likely the first of two beliefs is right where one of them must be."""
    return first / (first + second) if first + second > 0 else 0.5
