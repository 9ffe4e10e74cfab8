"""Likeness by characters: compares Chinese words that no product has with titles (面粉 with 高筋面包粉).

Most Chinese words are made of characters that mean the same in other words. Where the catalogue has another word for a
thing, its titles mostly share a character with the shopper's, and a rare one says much. It is a likeness and no match.
"""

from __future__ import annotations

import math
import re

import numpy as np

from kms.lexical.analysis import STOP_WORDS
from kms.lexical.heads import NOUN_ENDING, ends_chinese_run
from kms.text.chinese import contains_chinese, fold_traditional
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, MatchSet, Query, Scores

WEIGHT = 0.5
"""What a title that has all the characters of the unknown words counts beside the words that match."""
HEAD = 2.0
"""What the character that says what is asked for counts more: 板 of 切菜板, 灯 of 床头灯."""
VERB = 2.0
"""What a character of the verb of a task counts beside those of its object: tools are called by what they do (拖把)."""
DESCRIPTION = 0.7
"""What a character counts that stands in a description and not in the title."""
LEAST = 0.4
"""Least share of the characters' information for a product to be like what nothing matches."""
_CHARACTER = re.compile("[\u3400-\u9fff]")


def score_characters(index: ServingIndex, query: Query, matches: MatchSet) -> Scores | None:
    """Share of the information of Chinese words that each product has in characters, (n,) from 0 to 1.

    ``None`` where the query has no unknown word. Where no title or category has the kind that is asked for, one that only
    stands in descriptions is as good as unknown: 画画 of a paper's must not hide the 油画棒. Words of one character (辣)
    count as well, since texts mostly have them within longer ones (麻辣). Characters that no text has are left out. The
    last character of the last word says what is asked for, and counts ``HEAD`` times more for titles that end with it;
    words that some products have count as far as they do, beside those that none has.
    """
    units = [unit for unit in matches.units.units if contains_chinese(unit.surface)]
    words = [unit for unit in units if unit.is_word or not unit.is_known]
    is_kind_known = any((unit.is_head or unit.is_class) and unit.stated.any() for unit in matches.units.units)
    unknown = [
        fold_traditional(unit.surface).removesuffix(NOUN_ENDING)
        for unit in words
        if not unit.is_known or len(unit.surface) == 1 or not (is_kind_known or unit.stated.any())
    ]
    characters = {c for word in unknown for c in _CHARACTER.findall(word) if c not in STOP_WORDS}
    # 切菜的 leaves out what is asked for, as 切菜 does.
    is_headless = query.task is not None or query.understanding.text.rstrip().endswith("的")
    is_named = bool(words) and not words[-1].is_known and not is_headless
    verb = set(query.task.verb) if query.task is not None else set()
    total = np.zeros(len(index.ids), dtype=np.float32)
    whole = 0.0
    for character in sorted(characters):
        holding = index.with_chinese_title(character)
        telling = index.with_chinese_description(character)
        if holding or telling:
            information = math.log((index.count + 1) / (len({*holding, *telling}) + 1))
            information *= VERB if character in verb else 1.0
            held = np.zeros_like(total)
            held[telling] = DESCRIPTION
            held[holding] = 1.0
            total += information * held
            whole += information
        if holding and is_named and character == unknown[-1][-1:]:
            titles = {at: fold_traditional(index.documents[at].title) for at in holding}
            ending = [at for at, title in titles.items() if ends_chinese_run(title, character)]
            total[ending] += HEAD * information
            whole += HEAD * information if ending else 0.0
    if whole <= 0:
        return None
    for unit in words:
        if unit.is_known:
            total += unit.information * unit.satisfied
            whole += unit.information
    return total / whole


def find_alike(scores: Scores | None, matches: MatchSet) -> Mask:
    """Products that may be offered for unknown words by their characters, (n,)."""
    if scores is None:
        return np.zeros_like(matches.allowed)
    return np.asarray(matches.allowed & (scores >= LEAST))
