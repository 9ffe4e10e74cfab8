"""What a task is done to: the products that are such a thing, which whoever writes the task mostly has already."""

from __future__ import annotations

import numpy as np

from kms.lexical.analysis import stem_ways
from kms.lexical.heads import chinese_endings, ends_chinese_run
from kms.text.chinese import contains_chinese, fold_traditional
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query, Scores
from ranking.serving.search.ways import holding_any

KEPT = 0.5
"""Part of its score that such a product keeps: a few tasks make the thing that they name ("grow tomatoes")."""
KEPT_OF_CLASS = 0.75
"""Part that one of the thing's class keeps whose title is about another: "Knives & Boards" has whetstones, too."""


def share_kept(index: ServingIndex, query: Query) -> Scores:
    """Part of its score that each product keeps for what a task is done to, (n,); 1 where there is no task."""
    kept = np.ones(len(index.ids), dtype=np.float32)
    if query.task is not None:
        kept[find_class_acted_on(index, query)] = KEPT_OF_CLASS
        kept[find_acted_on(index, query)] = KEPT
    return kept


def find_class_acted_on(index: ServingIndex, query: Query) -> Mask:
    """Products of the classes that name what a task is done to, (n,)."""
    found = np.zeros(len(index.ids), dtype=np.bool_)
    objects = query.task.objects if query.task is not None else ()
    for entity in query.entities:
        if entity.kind == "class" and set(entity.surface.casefold().split()) <= set(objects):
            found[index.facts.holders(entity).positions] = True
    return found


def find_acted_on(index: ServingIndex, query: Query) -> Mask:
    """Products that are what a task is done to, by what their titles are about, (n,)."""
    found = np.zeros(len(index.ids), dtype=np.bool_)
    if query.task is None:
        return found
    for word in query.task.objects:
        if contains_chinese(word):
            for ending in chinese_endings(word)[:1]:
                for at in index.with_chinese_title(ending):
                    found[at] |= ends_chinese_run(fold_traditional(index.documents[at].title), ending)
        else:
            found |= holding_any(index.postings.headed, stem_ways(word))
    return found
