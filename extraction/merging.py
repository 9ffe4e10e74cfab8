"""Merging of the rules' and the model's evidence of one text, without duplicates.

The policy was chosen on the validation split of the sample catalogue (``extraction.comparison`` measures it):
the rules know the ontology's words and units, so their reading of attributes, classes, uses and audiences
stands, and the model adds what they did not find; opinions and other products are read by the model first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from kms.evidence.models import Evidence
from kms.ontology.structure import HAS_ASPECT, MENTIONS
from kms.types import ProductRole

MIN_CONFIDENCE = 0.7
"""A mention that rules could have found and did not needs this confidence from the model."""

Place = tuple[int, int]


def overlap(one: Place, other: Place) -> bool:
    """Whether two character spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def merge_evidence(rules: Sequence[Evidence], model: Sequence[Evidence]) -> list[Evidence]:
    """Evidence of one text from both, in the order of the text.

    Args:
        rules: From ``RuleExtractor``; evidence of the shop and of tables stays as it is.
        model: From ``ModelReader``.
    """
    judged = [item.opinion or (item.start, item.end) for item in model if item.relation == HAS_ASPECT]
    kept = [
        item
        for item in rules
        if item.relation != HAS_ASPECT
        or not any(overlap(item.opinion or (item.start, item.end), other) for other in judged)
    ]
    taken = [(item.start, item.end) for item in kept if item.relation != HAS_ASPECT]
    for item in model:
        free = not any(overlap((item.start, item.end), other) for other in taken)
        if item.relation == HAS_ASPECT or (free and (is_own(item) or item.confidence >= MIN_CONFIDENCE)):
            kept.append(item)
    return sorted(kept, key=lambda item: (item.start, item.end, item.extractor))


def is_own(item: Evidence) -> bool:
    """Whether only the model reads such mentions: other products and the relations to them."""
    return item.relation == MENTIONS or item.relation in get_args(ProductRole)
