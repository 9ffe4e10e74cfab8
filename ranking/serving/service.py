"""Ranking on one version of the indexes, as the API and the command line call it."""

from __future__ import annotations

from collections.abc import Sequence

from kms.filters import Filter
from kms.ontology.labels import normalise
from kms.ontology.model import Ontology
from kms.ontology.structure import CATEGORY, PRODUCT
from ranking.models import Recommendations, SearchAnswer, SearchRequest, Suggestion
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
        self._completions = self._read_completions()

    def search(self, request: SearchRequest) -> SearchAnswer:
        """See ``Searcher.search``."""
        return self._searcher.search(request)

    def suggest(self, prefix: str, *, limit: int = 8) -> list[Suggestion]:
        """Completions of what is being typed: entities of the graph, product titles, then single words.

        Args:
            prefix: The text so far; its last word may be unfinished.
            limit: At most so many.
        """
        folded = normalise(prefix)
        if not folded:
            return []
        starts, holds = [], []
        for name, weight, suggestion in self._completions:
            if name.startswith(folded):
                starts.append((-weight, suggestion))
            elif f" {folded}" in f" {name}":
                holds.append((-weight, suggestion))
        chosen = [s for _, s in sorted(starts, key=lambda p: (p[0], p[1].text))]
        chosen += [s for _, s in sorted(holds, key=lambda p: (p[0], p[1].text))]
        if len(chosen) < limit:
            head, _, last = prefix.rpartition(" ")
            for word, _ in self.index.text.complete(last.casefold(), limit=limit):
                text = f"{head} {word}".strip()
                chosen.append(Suggestion(text=text, kind="word"))
        unique: dict[str, Suggestion] = {}
        for suggestion in chosen:
            unique.setdefault(suggestion.text.casefold(), suggestion)
        return list(unique.values())[:limit]

    def recommend(
        self,
        history: Sequence[HistoryItem],
        *,
        limit: int = 10,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """See ``Recommender.recommend``."""
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
        """See ``Recommender.trending``."""
        return self._recommender.trending(limit=limit, category=category, filter=filter, explain=explain)

    def _read_completions(self) -> list[tuple[str, float, Suggestion]]:
        found: list[tuple[str, float, Suggestion]] = []
        kinds = suggested_kinds(self.index.ontology)
        for node, labels in self.index.labels.items():
            kind = kinds.get(node.partition(":")[0])
            if kind is None or node not in self.index.graph.positions:
                continue
            products = len(self.index.products_with(node)[0])
            if not products or any(character.isdigit() for character in labels[0][:1]):
                continue
            for label in dict.fromkeys(labels):
                suggestion = Suggestion(text=label, kind=kind, id=node)
                found.append((normalise(label), 1.0 + products, suggestion))
        for document in self.index.documents:
            suggestion = Suggestion(text=document.title, kind="product", id=document.id)
            found.append(
                (normalise(document.title), document.numbers.get("popularity", 0.0) * 1e-3, suggestion)
            )
        return found


def suggested_kinds(ontology: Ontology) -> dict[str, str]:
    """Entity types that queries name, each with the kind that its entities have in queries."""
    asked = {r.range for r in ontology.relations.values() if r.domain == PRODUCT and r.weight > 0}
    return {name: "class" if name == CATEGORY else name for name in ontology.entities if name in asked}
