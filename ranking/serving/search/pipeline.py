"""Search: the steps of the pipeline, called in order on one version of the indexes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from ranking.models import Hit, Matching, SearchAnswer, SearchRequest
from ranking.serving.checks import check_fields, check_values, settle_values
from ranking.serving.index import ServingIndex
from ranking.serving.search.adjust import order
from ranking.serving.search.characters import find_alike
from ranking.serving.search.explain import SearchExplainer
from ranking.serving.search.facets import count_facets
from ranking.serving.search.features import compute_features
from ranking.serving.search.gather import compute_signals, find_like, find_related, gather
from ranking.serving.search.kin import WEIGHT as KIN
from ranking.serving.search.kin import near_kin, score_kin
from ranking.serving.search.match import find_alternatives, match, names_unknown_thing, put_heads_first
from ranking.serving.search.own_text import put_denying_last
from ranking.serving.search.questions import answer_question
from ranking.serving.search.ranker import LinearRanker, Ranker
from ranking.serving.search.stages import (
    Alternatives,
    Features,
    Mask,
    MatchSet,
    Positions,
    Query,
    Scores,
    Signals,
)
from ranking.serving.search.understand import understand


@dataclass(frozen=True)
class _Found:
    query: Query
    matches: MatchSet
    signals: Signals


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
            FilterError: A filter names a field that has no index, or a value that the field cannot have.
        """
        index = self._index
        check_fields(index, request.filter, request.facets)
        request = request.model_copy(update={"filter": settle_values(index, request.filter)})
        notes = check_values(index, request.filter)
        found = self._find(request)
        matches = found.matches
        positions = self._order(found, matches.mask, request)
        page = positions[request.offset : request.offset + request.limit]
        related: Sequence[Hit] = ()
        alternatives: Sequence[Hit] = ()
        given_up: tuple[str, ...] = ()
        is_short = request.offset == 0 and len(positions) < request.limit
        if is_short and request.sort == "relevance" and request.query.strip():
            missing = request.limit - len(positions)
            if not len(positions):
                other = self._find_alternatives(found)
                given_up = other.given_up
                ordered = self._order(found, other.mask, request)
                if not index.encoder.can_read(found.query.understanding.text):
                    # Without vectors nothing else tells the thing from what shares the rest of the words.
                    ordered = put_heads_first(matches, ordered)
                ordered = put_denying_last(index, found.query, matches.units, ordered)
                alternatives = self._show(found, ordered[:missing], request, given_up)
            elif matches.rule != "everything":
                kin = score_kin(index, positions)
                near = find_related(index, found.query, found.signals, matches)
                near |= near_kin(kin, matches.allowed, matches.mask)
                ordered = self._order(found, near, request, kin)
                ordered = put_denying_last(index, found.query, matches.units, ordered)
                related = self._show(found, ordered[:missing], request)
        return SearchAnswer(
            understanding=found.query.understanding,
            matching=Matching(
                rule=matches.rule,
                class_rule=matches.units.class_rule,
                classes=matches.units.classes,
                dropped=matches.dropped,
                given_up=given_up,
            ),
            hits=tuple(self._show(found, page, request)),
            total=len(positions),
            facets=count_facets(index, positions, request.facets),
            related=tuple(related),
            alternatives=tuple(alternatives),
            notes=notes,
        )

    def features(self, request: SearchRequest) -> Features:
        """Features of the products that match or are shown beside them: what rankers are fitted on.

        Raises:
            FilterError: A filter names a field that has no index.
        """
        index = self._index
        check_fields(index, request.filter, request.facets)
        request = request.model_copy(update={"filter": settle_values(index, request.filter)})
        found = self._find(request)
        if found.matches.mask.any():
            others = find_related(index, found.query, found.signals, found.matches)
        else:
            others = self._find_alternatives(found).mask
        positions = np.flatnonzero(found.matches.mask | others)
        return compute_features(index, found.query, found.matches, found.signals, positions)

    def _find(self, request: SearchRequest) -> _Found:
        query = understand(self._index, request)
        matches = match(self._index, query)
        signals = compute_signals(self._index, query, matches)
        matches, signals = answer_question(self._index, query, matches, signals)
        return _Found(query, matches, signals)

    def _find_alternatives(self, found: _Found) -> Alternatives:
        """Find alternatives where nothing matches; products near in meaning join where some of the words are known."""
        other = find_alternatives(self._index, found.query, found.matches)
        alike = find_alike(found.signals.characters, found.matches)
        is_all_known = all(unit.is_known for unit in found.matches.units.units)
        if alike.any() and not is_all_known:
            return Alternatives(other.mask | alike, other.given_up)
        if names_unknown_thing(found.matches) and found.signals.likeness is not None:
            # Of "air fryers", where there are none, what has to do with air is no alternative.
            near = find_like(self._index, found.query, found.signals.likeness, found.matches)
            if near.any() or self._index.encoder.can_read(found.query.understanding.text):
                return Alternatives(near, tuple(unit.surface for unit in found.matches.units.units))
            return other
        if found.query.understanding.constraints or not any(u.is_known for u in found.matches.units.units):
            return other
        near = find_related(self._index, found.query, found.signals, found.matches)
        having = reduce(
            np.logical_or, (u.satisfied for u in found.matches.units.units if not u.is_word), near
        )
        return Alternatives(other.mask | alike | near | (having & found.matches.allowed), other.given_up)

    def _order(
        self, found: _Found, mask: Mask, request: SearchRequest, kin: Scores | None = None
    ) -> Positions:
        candidates = gather(self._index, found.query, found.signals, mask)
        scored = candidates.positions[: candidates.scored]
        features = compute_features(self._index, found.query, found.matches, found.signals, scored)
        leanings = found.query.understanding.leanings
        ranked = self._ranker.rank(features)
        if kin is not None:
            ranked = replace(ranked, total=ranked.total + KIN * kin[scored])
        return order(self._index, candidates, ranked, request.sort, leanings, found.query.named)

    def _show(
        self, found: _Found, positions: Positions, request: SearchRequest, given_up: Sequence[str] = ()
    ) -> list[Hit]:
        features = compute_features(self._index, found.query, found.matches, found.signals, positions)
        ranked = self._ranker.rank(features)
        hits = self._explainer.hits(positions, ranked)
        if request.explain:
            return self._explainer.explain(
                hits, positions, found.query, found.signals, features, ranked, given_up
            )
        return hits
