"""Training pairs of a shop's own: what was decided, what has equal trade item numbers, and near misses.

Equal numbers teach what the same product looks like under two titles; so that the classifier does not learn to look for
the number, pairs are given without their numbers. What is not the same product: rejected pairs, and the nearest pairs whose
numbers are both known and differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from extraction.matching.data import PairData, make_pairs
from kms.errors import ConfigurationError
from kms.identity.blocking import pairs_by_keys
from kms.identity.duplicates import pairs_by_gtin
from kms.identity.features import PairReader, WordWeights
from kms.identity.records import Record
from kms.identity.rule import rule_scores

LEAST_PAIRS = 50
_NEGATIVES_EACH = 6
_VALID = 0.2


def own_pairs(
    records: Sequence[Record],
    decided: Mapping[tuple[str, str], bool],
    *,
    seed: int = 0,
) -> PairData:
    """Pairs for training and validation, drawn with a seed; of each validation pair one product is in no training pair.

    Args:
        records: Of the catalogue.
        decided: Whether a pair of ids was accepted or rejected.
        seed: Of the draw.

    Raises:
        ConfigurationError: There are too few pairs of one kind.
    """
    position = {record.id: at for at, record in enumerate(records)}
    labels: dict[tuple[int, int], int] = dict.fromkeys(pairs_by_gtin(records), 1)
    for (left, right), is_same in decided.items():
        if left in position and right in position:
            first, second = sorted((position[left], position[right]))
            labels[first, second] = int(is_same)
    same = sum(labels.values())
    reader = PairReader(WordWeights(records))
    bare = [replace(record, gtins=frozenset()) for record in records]
    near = [
        (a, b)
        for a, b in sorted(pairs_by_keys(bare, WordWeights(records)))
        if (a, b) not in labels
        and records[a].gtins
        and records[b].gtins
        and not records[a].gtins & records[b].gtins
    ]
    if near:
        scores = rule_scores(np.stack([reader.compare(bare[a], bare[b]) for a, b in near]))
        for at in np.argsort(-scores, kind="stable")[: _NEGATIVES_EACH * same]:
            labels[near[at]] = 0
    different = len(labels) - same
    if min(same, different) < LEAST_PAIRS:
        raise ConfigurationError(
            f"{same} pairs that are the same product and {different} that are not; training needs {LEAST_PAIRS} of each. "
            "They come from kms duplicates accept and reject, and from products with trade item numbers"
        )
    rng = np.random.default_rng(seed)
    is_valid = rng.random(len(records)) < _VALID
    pairs = [(bare[a], bare[b], match, is_valid[a], is_valid[b]) for (a, b), match in sorted(labels.items())]
    return make_pairs(
        [(a, b, match) for a, b, match, first, second in pairs if not first and not second],
        [(a, b, match) for a, b, match, first, second in pairs if first or second],
    )
