"""Matching: which products satisfy a request."""

from __future__ import annotations

from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import MatchSet, Query


def match(index: ServingIndex, query: Query) -> MatchSet:
    """Products that satisfy the filter, the stated constraints and the exclusions."""
    mask = index.columns.passing(query.filter)
    for word in query.understanding.excluded_words:
        mask[[index.positions[product_id] for product_id in index.text.with_title_word(word)]] = False
    return MatchSet(mask)
