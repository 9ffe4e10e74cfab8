"""Trending: products in demand now, or a selection of the range while there are no events."""

from __future__ import annotations

import numpy as np

from kms.errors import NotFoundError
from kms.filters import Filter
from ranking.models import Hit, Reason, Recommendations
from ranking.serving import wording
from ranking.serving.index import Scores, ServingIndex
from ranking.serving.popularity import popularity_reason
from ranking.serving.selection import select, spread

WELL_RATED = 4.0
"""Least mean rating that is a reason to show a product."""
_UNRATED = 0.5
"""Score of a product without ratings in a shop without events: below the well rated, above the badly rated."""
_LOOKED_AT = 10
"""Hits that are ranked for each one that is shown, so that they can be spread over kinds."""


class Trending:
    """Ranks the catalogue without any history."""

    def __init__(self, index: ServingIndex) -> None:
        self._index = index

    def recommend(
        self,
        *,
        limit: int,
        category: str | None = None,
        filter: Filter | None = None,
        explain: bool = True,
        factor: Scores | None = None,
        without: frozenset[int] = frozenset(),
    ) -> Recommendations:
        """Recommend products in demand, at most two of a class in a row of ten.

        In a shop without events this is a selection of the range (kind ``selection``): well rated products first,
        with a reason that says so.

        Args:
            limit: At most so many.
            category: Only of this class and those below it.
            filter: Conditions that all must hold.
            explain: Whether hits carry reasons.
            factor: Multiplies the score of each product, (n,).
            without: Positions that are left out.

        Raises:
            NotFoundError: The category is not a class of the ontology.
        """
        index = self._index
        is_demand = bool(index.popularity.any())
        score = index.popularity if is_demand else self._by_rating()
        if factor is not None:
            score = score * factor
        if category is not None:
            score = score * self._inside(category)
        looked_at = max(limit * _LOOKED_AT, 100)
        ranked = select(index, {"popularity": score}, without=without, limit=looked_at, filter=filter)
        hits = ranked[:limit] if category else spread(ranked, self._kind_of, limit)
        if explain:
            hits = [hit.model_copy(update={"reasons": (self._reason(hit, is_demand),)}) for hit in hits]
        return Recommendations(kind="trending" if is_demand else "selection", hits=tuple(hits))

    def _by_rating(self) -> Scores:
        ratings = self._index.columns.numbers("rating")
        return np.asarray(np.where(np.isnan(ratings), _UNRATED, ratings / 5.0), dtype=np.float32)

    def _inside(self, category: str) -> Scores:
        index = self._index
        if category not in index.ontology.classes:
            raise NotFoundError(f"category {category!r} is not a class of the ontology")
        inside = np.zeros(len(index.ids), dtype=np.float32)
        inside[index.products_with(f"category:{category}")[0]] = 1.0
        return inside

    def _kind_of(self, hit: Hit) -> str:
        classes = self._index.classes_of(self._index.positions[hit.product_id])
        return classes[0] if classes else hit.product_id

    def _reason(self, hit: Hit, is_demand: bool) -> Reason:
        index = self._index
        at = index.positions[hit.product_id]
        if is_demand:
            return popularity_reason(is_popular=bool(index.popular[at]), share=1.0)
        rating = index.documents[at].numbers.get("rating")
        if rating is not None and rating >= WELL_RATED:
            en, zh = wording.well_rated(rating)
        else:
            classes = index.classes_of(at)
            en, zh = wording.of_the_range(*(index.label(f"category:{classes[0]}") if classes else ("", "")))
        return Reason(source="popularity", share=1.0, text_en=en, text_zh=zh)
