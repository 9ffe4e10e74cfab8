"""Kin: how far products stand in the same place of the shop as those that match.

Where one product of a few has the shopper's word, the others of its shelf are nearer to what is wanted than what shares
another word of the query: of 拆快递, which one paper knife is for, the scissors beside it.
"""

from __future__ import annotations

import math

import numpy as np

from kms.ontology.model import ROOT_CLASS
from kms.ontology.structure import CATEGORY_FIELD, SHOP_CATEGORY_FIELD
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Positions, Scores

WEIGHT = 0.5
"""What standing in the same place as all that match counts beside a product's score."""
LEAST = 0.5
"""Least kinship for a product to be shown that nothing else makes near."""
MOST_MATCHES = 4
"""More products than these show by themselves what there is."""


def score_kin(index: ServingIndex, matches: Positions) -> Scores:
    """How far each product stands in the places of those that match, (n,) from 0 to 1.

    A place counts by the share of the matches that stand there, and by how few products do: a department of a third of the
    shop says little.
    """
    kin = np.zeros(len(index.ids), dtype=np.float32)
    if not 0 < len(matches) <= MOST_MATCHES:
        return kin
    among = np.zeros(len(index.ids), dtype=np.bool_)
    among[matches] = True
    for field in (SHOP_CATEGORY_FIELD, CATEGORY_FIELD):
        for value, count in index.columns.counts_among(field, among).items():
            if (field, value) == (CATEGORY_FIELD, ROOT_CLASS):
                continue
            holders = index.columns.holding(field, value)
            telling = 1.0 - math.log(1 + len(holders)) / math.log(1 + max(2, index.count))
            place = telling * count / len(matches)
            kin[holders] = np.maximum(kin[holders], place)
    return kin


def near_kin(kin: Scores, allowed: Mask, mask: Mask) -> Mask:
    """Products that do not match and stand where the matches do, (n,)."""
    return (kin >= LEAST) & allowed & ~mask
