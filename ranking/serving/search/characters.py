"""Likeness by characters: compares Chinese words that no product has with titles (面粉 with 高筋面包粉).

Most Chinese words are made of characters that mean the same in other words. Where the catalogue has another word for a
thing, its titles mostly share a character with the shopper's, and a rare one says much. It is a likeness and no match.
"""

from __future__ import annotations

import math
import re

import numpy as np

from kms.lexical.analysis import STOP_WORDS
from kms.text.chinese import contains_chinese, fold_traditional
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, MatchSet, Scores

WEIGHT = 0.5
"""What a title that has all the characters of the unknown words counts beside the words that match."""
LEAST = 0.5
"""Least share of the characters' information for a product to be like what nothing matches."""
_CHARACTER = re.compile("[\u3400-\u9fff]")


def score_characters(index: ServingIndex, matches: MatchSet) -> Scores | None:
    """Share of the information of unknown Chinese words that each title has in characters, (n,) from 0 to 1.

    ``None`` where the query has no such word. Characters that no title has are left out.
    """
    unknown = [unit.surface for unit in matches.units.units if unit.is_word and not unit.is_known]
    characters = {
        character
        for word in unknown
        if contains_chinese(word)
        for character in _CHARACTER.findall(fold_traditional(word))
        if character not in STOP_WORDS
    }
    total = np.zeros(len(index.ids), dtype=np.float32)
    whole = 0.0
    for character in sorted(characters):
        holding = index.with_chinese_title(character)
        if holding:
            information = math.log((index.count + 1) / (len(holding) + 1))
            total[holding] += information
            whole += information
    return total / whole if whole > 0 else None


def find_alike(scores: Scores | None, matches: MatchSet) -> Mask:
    """Products that may be offered for unknown words by their characters, (n,)."""
    if scores is None:
        return np.zeros_like(matches.allowed)
    return np.asarray(matches.allowed & (scores >= LEAST))
