"""Ranking on one version of the indexes, as the API and the command line call it."""

from __future__ import annotations

from collections.abc import Sequence

from kms.filters import Filter
from ranking.models import Recommendations, SearchAnswer, SearchRequest, Suggestion
from ranking.serving.checks import check_fields, check_values, settle_values
from ranking.serving.index import ServingIndex
from ranking.serving.recommend import Recommender
from ranking.serving.search import LinearRanker, Ranker, Searcher
from ranking.serving.signals import HistoryItem
from ranking.serving.weights import RecommendationWeights, SearchWeights


class RankingService:
    """Search, suggestions and recommendations; thread-safe, read-only."""

    def __init__(
        self,
        index: ServingIndex,
        *,
        search_weights: SearchWeights | None = None,
        search_ranker: Ranker | None = None,
        recommendation_weights: RecommendationWeights | None = None,
    ) -> None:
        self.index = index
        self._searcher = Searcher(index, search_ranker or LinearRanker(search_weights))
        self._recommender = Recommender(index, recommendation_weights)
        self._suggestions = index.suggestions

    def search(self, request: SearchRequest) -> SearchAnswer:
        """See ``Searcher.search``."""
        return self._searcher.search(request)

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Suggestion]:
        """Completions of what is being typed: entities of the graph, product titles, then single words.

        Args:
            prefix: The text so far; its last word may be unfinished.
            limit: At most so many.
        """
        chosen = self._suggestions.suggest(prefix, limit=limit)
        if len(chosen) < limit:
            head, _, last = prefix.rpartition(" ")
            known = {suggestion.text.casefold() for suggestion in chosen}
            for word, _ in self.index.vocabulary.complete(last.casefold(), limit=limit):
                text = f"{head} {word}".strip()
                if text.casefold() not in known:
                    chosen.append(Suggestion(text=text, kind="word"))
        return chosen[:limit]

    def recommend(
        self,
        history: Sequence[HistoryItem],
        *,
        limit: int = 10,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """See ``Recommender.recommend``; a filter is checked as that of a search is."""
        filter = self._settle(filter)
        return self._recommender.recommend(history, limit=limit, filter=filter, explain=explain)

    def similar(self, product_id: str, *, limit: int = 10, explain: bool = True) -> Recommendations:
        """See ``Recommender.similar``."""
        return self._recommender.similar(product_id, limit=limit, explain=explain)

    def complements(self, product_id: str, *, limit: int = 10, explain: bool = True) -> Recommendations:
        """See ``Recommender.complements``."""
        return self._recommender.complements(product_id, limit=limit, explain=explain)

    def trending(
        self,
        *,
        limit: int = 10,
        category: str | None = None,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """See ``Recommender.trending``; a filter is checked as that of a search is."""
        filter = self._settle(filter)
        return self._recommender.trending(limit=limit, category=category, filter=filter, explain=explain)

    def _settle(self, filter: Filter | None) -> Filter | None:
        if filter is None:
            return None
        check_fields(self.index, filter)
        settled = settle_values(self.index, filter)
        check_values(self.index, settled)
        return settled
