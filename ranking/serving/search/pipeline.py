"""Search: the steps of the pipeline, called in order on one version of the indexes."""

from __future__ import annotations

from ranking.models import Hit, SearchAnswer, SearchRequest, Source
from ranking.serving.index import ServingIndex
from ranking.serving.search.adjust import order
from ranking.serving.search.checks import check_fields
from ranking.serving.search.explain import SearchExplainer
from ranking.serving.search.facets import count_facets
from ranking.serving.search.features import compute_features
from ranking.serving.search.gather import gather
from ranking.serving.search.match import match
from ranking.serving.search.ranker import LinearRanker, Ranker
from ranking.serving.search.stages import SOURCE_OF, Candidates, Features, Query, Ranked
from ranking.serving.search.understand import understand, without_constraints


class Searcher:
    """Answers searches on one version of the indexes."""

    def __init__(self, index: ServingIndex, ranker: Ranker | None = None) -> None:
        """Search ``index`` and order by ``ranker`` (default: ``LinearRanker``)."""
        self._index = index
        self._ranker: Ranker = ranker or LinearRanker()
        self._explainer = SearchExplainer(index)

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Rank products for a query.

        Raises:
            FilterError: A filter names a field that has no index.
        """
        index = self._index
        check_fields(index, request)
        query, candidates = self._find(request)
        features = compute_features(index, query, candidates)
        ranked = self._ranker.rank(features)
        rows = order(index, candidates.positions, ranked.total, request.sort)
        page = [int(row) for row in rows[request.offset : request.offset + request.limit]]
        hits = [self._hit(candidates, ranked, row) for row in page]
        if request.explain:
            hits = self._explainer.explain(hits, query, candidates, features, ranked, page)
        return SearchAnswer(
            understanding=query.understanding,
            hits=tuple(hits),
            total=len(candidates.positions),
            facets=count_facets(index, candidates.positions, request.facets),
            degraded=candidates.degraded,
        )

    def features(self, request: SearchRequest) -> Features:
        """The candidates of a query and their features: what rankers are fitted on.

        Raises:
            FilterError: A filter names a field that has no index.
        """
        check_fields(self._index, request)
        query, candidates = self._find(request)
        return compute_features(self._index, query, candidates)

    def _find(self, request: SearchRequest) -> tuple[Query, Candidates]:
        index = self._index
        query = understand(index, request)
        candidates = gather(index, query, match(index, query))
        if not len(candidates.positions) and query.understanding.constraints:
            query = without_constraints(index, request, query)
            candidates = gather(index, query, match(index, query))
        return query, candidates

    def _hit(self, candidates: Candidates, ranked: Ranked, row: int) -> Hit:
        sources: dict[Source, float] = {}
        for name, part in ranked.parts.items():
            if part[row] > 0:
                source = SOURCE_OF[name]
                sources[source] = sources.get(source, 0.0) + float(part[row])
        product_id = self._index.ids[candidates.positions[row]]
        return Hit(product_id=product_id, score=float(ranked.total[row]), sources=sources)
