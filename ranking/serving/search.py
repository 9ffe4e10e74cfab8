"""Search: candidates from text, vectors and graph, joined by fixed weights, each hit with what scored it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kms.errors import FilterError, StoreError
from kms.filters import VALUE_FIELDS, Filter
from kms.lexical.analysis import STOP_WORDS
from ranking.models import (
    FacetCount,
    Hit,
    SearchAnswer,
    SearchRequest,
    Source,
    Understanding,
)
from ranking.query.understand import stated_filter
from ranking.serving.index import Scores, ServingIndex
from ranking.serving.search_reasons import SearchExplainer, wanted
from ranking.serving.weights import SearchWeights

TEXT_CANDIDATES = 500
VECTOR_CANDIDATES = 100
GRAPH_CANDIDATES = 500
LEAST_LIKENESS = 0.2
"""A product that no word and no fact speaks for is a result from this cosine on; below, it is only the nearest of what
is far. docs/results/search.md says how it was chosen."""
UNIT = SearchWeights(text=1.0, vector=1.0, graph=1.0, popularity=1.0)
_ENTITY_WEIGHT = {"class": 1.5, "brand": 1.5, "value": 1.0, "use": 0.7, "audience": 0.7, "quantity": 1.0}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Features:
    """What each scorer gives each candidate of a query before weights, aligned with ``product_ids``.

    0 to 1; the graph's goes beyond by ``SearchWeights.leaning`` for each thing that the query wants much or little of.
    """

    product_ids: tuple[str, ...]
    parts: dict[Source, Scores]


@dataclass
class _Scored:
    """Candidates and their parts, aligned.

    Attributes:
        shares: What each entity could add, by node.
        leanings: Each candidate's place by a leaning's field, 0 to 1.
    """

    positions: np.ndarray
    parts: dict[Source, Scores]
    total: Scores
    shares: dict[str, float]
    leanings: dict[str, Scores]


class Searcher:
    """Answers searches on one version of the indexes."""

    def __init__(self, index: ServingIndex, weights: SearchWeights | None = None) -> None:
        self._index = index
        self._weights = weights or SearchWeights()
        self._explainer = SearchExplainer(index, self._weights)

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Rank products for a query.

        Raises:
            FilterError: A filter names a field that has no index.
        """
        self._check(request)
        understanding = self._index.reader.read(request.query)
        degraded: list[str] = []
        scored = self._score(request, understanding, degraded)
        if not len(scored.positions) and understanding.constraints:
            understanding = understanding.model_copy(
                update={"relaxed": understanding.constraints, "constraints": ()}
            )
            scored = self._score(request, understanding, degraded)
        order = self._order(scored, request)
        page = order[request.offset : request.offset + request.limit]
        hits = [self._hit(scored, int(row)) for row in page]
        if request.explain:
            places = [{name: float(found[row]) for name, found in scored.leanings.items()} for row in page]
            hits = self._explainer.explain(hits, understanding, scored.shares, places)
        return SearchAnswer(
            understanding=understanding,
            hits=tuple(hits),
            total=len(scored.positions),
            facets=self._facets(scored.positions, request.facets),
            degraded=tuple(dict.fromkeys(degraded)),
        )

    def features(self, request: SearchRequest) -> Features:
        """The candidates of a query and their features: what weights and learned rankers are fitted on.

        Raises:
            FilterError: A filter names a field that has no index.
        """
        self._check(request)
        scored = Searcher(self._index, UNIT)._score(request, self._index.reader.read(request.query), [])
        return Features(tuple(self._index.ids[i] for i in scored.positions), scored.parts)

    def _check(self, request: SearchRequest) -> None:
        fields = [(c.field, bool(c.any_of or c.none_of)) for c in request.filter.conditions]
        fields += [(name, True) for name in request.facets]
        attributes = self._index.ontology.attributes
        for name, by_value in fields:
            attribute = attributes.get(name.removeprefix("attr.")) if name.startswith("attr.") else None
            is_number = name in self._index.columns.number_fields or (
                attribute and attribute.type == "quantity"
            )
            is_value = name in VALUE_FIELDS or (attribute and attribute.type != "quantity")
            if not (is_value if by_value else is_number):
                kind = "values" if by_value else "a range"
                raise FilterError(
                    f"field {name!r} cannot be filtered by {kind}; value fields are {', '.join(VALUE_FIELDS)} and "
                    f"attr.<attribute id>, number fields are {', '.join(self._plain_numbers())} and attr.<quantity id>"
                )

    def _plain_numbers(self) -> list[str]:
        return sorted(name for name in self._index.columns.number_fields if not name.startswith("attr."))

    def _score(self, request: SearchRequest, understanding: Understanding, degraded: list[str]) -> _Scored:
        index, weights = self._index, self._weights
        stated = stated_filter(understanding)
        filter = Filter(conditions=(*request.filter.conditions, *stated.conditions))
        passing = self._passing(filter, understanding)
        # Where nothing passes nothing is asked: the field may be one that this version has no index for.
        use = set(request.sources) if passing.any() else set()
        n = len(index.ids)
        named = index.find_id(request.query)
        found = self._find_words(understanding, named, filter, passing) if "text" in use else {}
        text = np.zeros(n, dtype=np.float32)
        text[list(found)] = list(found.values())
        candidates = set(found)
        query_vector = self._query_vector(understanding) if "vector" in use and named is None else None
        if query_vector is not None:
            candidates |= {at for at in self._nearest(query_vector, filter, degraded) if passing[at]}
        shares = self._entity_shares(understanding, text) if "graph" in use else {}
        graph = self._graph_scores(understanding, shares)
        reached = np.flatnonzero((graph > 0) & passing)
        if len(reached) > GRAPH_CANDIDATES:
            reached = reached[np.argsort(-graph[reached], kind="stable")[:GRAPH_CANDIDATES]]
        candidates.update(reached.tolist())
        if not understanding.text.strip() and not candidates:
            candidates.update(np.flatnonzero(passing).tolist())
        positions = np.array(sorted(candidates), dtype=np.int64)
        vector = np.zeros(len(positions), dtype=np.float32)
        if query_vector is not None and len(positions):
            # The encoder speaks where the words do not: among products that match the query's words as well as any,
            # likeness to a word or two says little.
            vector = np.maximum(index.embeddings[positions] @ query_vector, 0.0) * (1.0 - text[positions])
        popularity = (
            index.popularity[positions] if "popularity" in use else np.zeros(len(positions), np.float32)
        )
        places = self._places(understanding, positions, text) if "graph" in use else {}
        parts: dict[Source, Scores] = {
            "text": weights.text * text[positions],
            "vector": weights.vector * vector,
            "graph": weights.graph
            * (graph[positions] + weights.leaning * np.sum(list(places.values()), axis=0)),
            "popularity": weights.popularity * popularity,
        }
        total = np.sum(list(parts.values()), axis=0, dtype=np.float32)
        return _Scored(positions, parts, np.asarray(total, dtype=np.float32), shares, places)

    def _passing(self, filter: Filter, understanding: Understanding) -> np.ndarray:
        """Which products may be found, (n,)."""
        index = self._index
        passing = index.columns.passing(filter)
        for word in understanding.excluded_words:
            passing[[index.positions[product_id] for product_id in index.text.with_title_word(word)]] = False
        return passing

    def _find_words(
        self, understanding: Understanding, named: int | None, filter: Filter, passing: np.ndarray
    ) -> dict[int, float]:
        """Positions that the words find, each with its part of the best score.

        Where the query is a product's id, that product comes first, and what its words find counts half.
        """
        index = self._index
        hits = index.text.search(understanding.text, limit=TEXT_CANDIDATES, filter=filter, typos=False)
        scores = {index.positions[hit.id]: hit.score for hit in hits}
        scores = {at: score for at, score in scores.items() if passing[at]}
        best = max(scores.values(), default=0.0)
        found = {at: score / best if best > 0 else 0.0 for at, score in scores.items()}
        if named is not None and passing[named]:
            return {**{at: score / 2 for at, score in found.items()}, named: 1.0}
        return found

    def _places(self, understanding: Understanding, positions: np.ndarray, text: Scores) -> dict[str, Scores]:
        """Where each candidate stands by what the query wants much or little of, 0 to 1, by field.

        Compared are products of the kinds that the query names, or those that its words find; the others, and those
        of which nothing is known, get 0.
        """
        index = self._index
        classes = [e.node for e in wanted(understanding) if e.kind == "class"]
        of_kind = np.zeros(len(index.ids), dtype=np.bool_)
        for node in classes:
            of_kind[index.products_with(node)[0]] = True
        compared = of_kind if classes else text > 0
        places: dict[str, Scores] = {}
        for leaning in understanding.leanings:
            numbers = index.columns.numbers(leaning.field)
            known = np.flatnonzero(compared & ~np.isnan(numbers))
            place = np.zeros(len(index.ids), dtype=np.float32)
            if len(known) > 1:
                values = numbers[known] if leaning.direction == "more" else -numbers[known]
                ordered = np.sort(values)
                behind = (
                    np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") - 1
                )
                place[known] = behind / (2.0 * (len(known) - 1))
            places[leaning.field] = place[positions]
        return places

    def _query_vector(self, understanding: Understanding) -> Scores | None:
        """Chinese goes to the English encoder by the labels of what was understood, or not at all."""
        text = understanding.text
        if understanding.language == "zh":
            text = " ".join(e.label_en for e in understanding.entities if not e.negated)
        return self._index.encoder.encode_query(text) if text.strip() else None

    def _nearest(self, vector: Scores, filter: Filter, degraded: list[str]) -> set[int]:
        index = self._index
        if index.vectors is None:
            degraded.append("vectors")
            return set()
        # Fields that no product has are not in the store: nothing can have the value, and everything lacks it.
        schema = index.vectors.schema
        known = {*schema.keywords, *schema.numbers}
        absent = [c for c in filter.conditions if c.field not in known]
        if any(not c.none_of for c in absent):
            return set()
        present = Filter(conditions=tuple(c for c in filter.conditions if c not in absent))
        try:
            hits = index.vectors.search(vector, limit=VECTOR_CANDIDATES, filter=present)
        except FilterError:
            raise
        except StoreError:
            degraded.append("vectors")
            return set()
        return {
            index.positions[hit.id]
            for hit in hits
            if hit.score >= LEAST_LIKENESS and hit.id in index.positions
        }

    # the graph

    def _graph_scores(self, understanding: Understanding, shares: Mapping[str, float]) -> Scores:
        total = np.zeros(len(self._index.ids), dtype=np.float32)
        for entity in wanted(understanding):
            if shares.get(entity.node):
                positions, confidence = self._index.having(entity)
                total[positions] += shares[entity.node] * confidence
        return total

    def _entity_shares(self, understanding: Understanding, text: Scores) -> dict[str, float]:
        """What each wanted entity can add to the graph's feature, by node; at most 1 together.

        Entities share by their kind, and all of them get the part of the query's words that they explain
        ("microsoft office" asks for more than something for offices; "rechargeable batteries", where batteries are
        no class, for more than what is rechargeable). Each counts as far as its field is known
        of the products that the words find: where none of the batteries says what it is powered by, a mouse
        that says "battery" must not come before them.
        """
        entities = wanted(understanding)
        whole = sum(_ENTITY_WEIGHT[e.kind] for e in entities)
        asked = _telling_characters(understanding.text)
        named = sum(_telling_characters(e.surface) for e in entities)
        explained = min(1.0, named / asked) if asked else 1.0
        if explained < 1.0 and not any(e.kind in ("class", "brand") for e in entities):
            whole += _ENTITY_WEIGHT["class"]  # the words that nothing explains say what is asked for
        found = float(text.sum())
        columns = self._index.columns
        return {
            e.node: explained
            * _ENTITY_WEIGHT[e.kind]
            / whole
            * (float(text[columns.known(e.field)].sum()) / found if found > 0 else 1.0)
            for e in entities
        }

    # the answer

    def _order(self, scored: _Scored, request: SearchRequest) -> np.ndarray:
        index, positions = self._index, scored.positions
        relevance = -scored.total.astype(np.float64)
        match request.sort:
            case "price_asc":
                first = np.nan_to_num(index.columns.numbers("price")[positions], nan=np.inf)
            case "price_desc" | "rating" | "popularity":
                field = request.sort.removesuffix("_desc")
                first = -np.nan_to_num(index.columns.numbers(field)[positions], nan=-np.inf)
            case _:
                first = relevance
        return np.lexsort((index.id_ranks[positions], relevance, first))

    def _hit(self, scored: _Scored, row: int) -> Hit:
        sources = {name: float(part[row]) for name, part in scored.parts.items() if part[row] > 0}
        return Hit(
            product_id=self._index.ids[scored.positions[row]], score=float(scored.total[row]), sources=sources
        )

    def _facets(self, positions: np.ndarray, fields: Sequence[str]) -> dict[str, tuple[FacetCount, ...]]:
        counts = {name: self._index.columns.counts(name, positions) for name in fields}
        return {
            name: tuple(
                FacetCount(value=value, label_en=en, label_zh=zh, count=count)
                for value, count in sorted(counted.items(), key=lambda c: (-c[1], c[0]))[:20]
                for en, zh in (self._facet_label(name, value),)
            )
            for name, counted in counts.items()
        }

    def _facet_label(self, field: str, value: str) -> tuple[str, str]:
        index = self._index
        if field == "language":
            return {"en": ("English", "英文"), "zh": ("Chinese", "中文")}.get(value, (value, value))
        if field.startswith("attr."):
            attribute = index.ontology.attributes.get(field.removeprefix("attr."))
            if attribute and attribute.vocabulary:
                return index.label(f"value:{attribute.vocabulary}/{value}")
            return index.label(f"value:{attribute.id if attribute else field}/{value}")
        return index.label(f"{field}:{value}")


def _telling_characters(text: str) -> int:
    return sum(len(word) for word in _WORD.findall(text.casefold()) if word not in STOP_WORDS)
