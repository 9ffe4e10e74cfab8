"""Suggestions with the names of changed products replaced."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

from kms.lexical.models import IndexedProduct
from ranking.models import Suggestion
from ranking.suggest.completions import product_weight
from ranking.suggest.index import Completion, SuggestionIndex, build_suggestions
from ranking.suggest.tokens import sort_key


class ChangedSuggestions:
    """Completions of a version without those of changed products, and with those of now."""

    def __init__(
        self,
        base: SuggestionIndex,
        renamed: Iterable[str],
        completions: Sequence[Completion],
        documents: Sequence[IndexedProduct],
        positions: Mapping[str, int],
    ) -> None:
        """Put completions in place of others.

        Args:
            base: Of the version.
            renamed: Ids of the products that have no completion any more, or another one.
            completions: What can be suggested in place of them.
            documents: The version's.
            positions: Of the version's products, by id.
        """
        numbers = (base.numbers_of_products.get(product_id) for product_id in renamed)
        self._before = base.without(number for number in numbers if number is not None)
        self._now = build_suggestions(completions)
        self._weights = {each.suggestion.id: each.weight for each in completions}
        self._documents = documents
        self._positions = positions

    def suggest(self, typed: str, *, limit: int = 8) -> list[Suggestion]:
        """See ``SuggestionIndex.suggest``; entities come before products, and products by their popularity."""
        start = sort_key(typed)

        def place(suggestion: Suggestion) -> tuple[bool, bool, float]:
            is_product = suggestion.kind == "product"
            begins = sort_key(suggestion.text).startswith(start)
            return not begins, is_product, -self._popularity(suggestion.id) if is_product else 0.0

        both = (each.suggest(typed, limit=limit) for each in (self._before, self._now))
        chosen: dict[str, Suggestion] = {}
        for suggestion in heapq.merge(*both, key=place):
            chosen.setdefault(suggestion.text.casefold(), suggestion)
        return list(chosen.values())[:limit]

    def _popularity(self, product_id: str) -> float:
        if product_id in self._weights:
            return self._weights[product_id]
        return product_weight(self._documents[self._positions[product_id]])
