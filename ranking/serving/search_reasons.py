"""Why a search found what it found: the parts of a score as reasons, with the terms and edges behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ranking.models import Entity, Hit, PathStep, Reason, Understanding
from ranking.serving import wording
from ranking.serving.index import ServingIndex
from ranking.serving.weights import SearchWeights

_RELATION = {
    "class": "in_category",
    "brand": "made_by",
    "value": "has_value",
    "quantity": "has_value",
    "use": "suited_for",
    "audience": "for_audience",
}


class SearchExplainer:
    """Explains hits of one version under the weights that scored them."""

    def __init__(self, index: ServingIndex, weights: SearchWeights) -> None:
        self._index = index
        self._weights = weights

    def explain(
        self,
        hits: Sequence[Hit],
        understanding: Understanding,
        shares: Mapping[str, float],
        places: Sequence[Mapping[str, float]],
    ) -> list[Hit]:
        """The hits with what scored them.

        Args:
            hits: As they were scored.
            understanding: What the query was taken to mean.
            shares: What each entity could add to the graph's part, by node.
            places: Of each hit, its place by a leaning's field, 0 to 1.
        """
        terms = self._index.text.term_scores(understanding.text, [h.product_id for h in hits], typos=False)
        result = []
        for hit, standing in zip(hits, places, strict=True):
            reasons: list[Reason] = []
            whole = hit.score or 1.0
            if "text" in hit.sources:
                is_number = hit.product_id.casefold() == understanding.query.strip().casefold()
                matched = [hit.product_id] if is_number else [t.term for t in terms[hit.product_id]]
                reasons += self._text_reason(hit, matched, whole)
            reasons += self._graph_reasons(hit, understanding, shares, whole)
            reasons += self._leaning_reasons(hit, understanding, standing, whole)
            if "vector" in hit.sources:
                en, zh = wording.vector_match()
                share = hit.sources["vector"] / whole
                reasons.append(Reason(source="vector", share=share, text_en=en, text_zh=zh))
            if "popularity" in hit.sources:
                en, zh = wording.popular()
                share = hit.sources["popularity"] / whole
                reasons.append(Reason(source="popularity", share=share, text_en=en, text_zh=zh))
            ordered = tuple(sorted(reasons, key=lambda r: -r.share))
            result.append(hit.model_copy(update={"reasons": ordered}))
        return result

    def _text_reason(self, hit: Hit, terms: list[str], whole: float) -> list[Reason]:
        if not terms:
            return []
        en, zh = wording.text_match(terms)
        share = hit.sources["text"] / whole
        return [Reason(source="text", share=share, text_en=en, text_zh=zh, terms=tuple(terms))]

    def _graph_reasons(
        self, hit: Hit, understanding: Understanding, shares: Mapping[str, float], whole: float
    ) -> list[Reason]:
        if "graph" not in hit.sources:
            return []
        position = self._index.positions[hit.product_id]
        entities = wanted(understanding)
        reasons = []
        for entity in entities:
            if not shares.get(entity.node):
                continue
            positions, confidence = self._index.having(entity)
            at = np.searchsorted(positions, position)
            if at >= len(positions) or positions[at] != position:
                continue
            part = self._weights.graph * shares[entity.node] * float(confidence[at])
            relation = _RELATION[entity.kind]
            en, zh = wording.entity_match(relation, entity.label_en, entity.label_zh)
            step = PathStep(
                source=f"product:{hit.product_id}",
                source_label=self._index.documents[position].title,
                relation=relation,
                target=entity.node,
                target_label=entity.label_en,
                confidence=float(confidence[at]),
            )
            reasons.append(Reason(source="graph", share=part / whole, text_en=en, text_zh=zh, path=(step,)))
        return reasons

    def _leaning_reasons(
        self, hit: Hit, understanding: Understanding, standing: Mapping[str, float], whole: float
    ) -> list[Reason]:
        position = self._index.positions[hit.product_id]
        reasons = []
        for leaning in understanding.leanings:
            place = standing.get(leaning.field, 0.0)
            if place <= 0:
                continue
            en, zh = wording.leaning(leaning.label_en, leaning.label_zh, leaning.direction, place)
            reasons.append(
                Reason(
                    source="graph",
                    share=self._weights.graph * self._weights.leaning * place / whole,
                    text_en=en,
                    text_zh=zh,
                    path=self._path_to_number(position, leaning.field),
                )
            )
        return reasons

    def _path_to_number(self, position: int, field: str) -> tuple[PathStep, ...]:
        """The edge that states the number; a price is in the row and has none."""
        graph = self._index.graph
        matrix = graph.relations.get("has_value")
        if matrix is None or not field.startswith("attr."):
            return ()
        row = matrix.getrow(position)
        number = self._index.columns.numbers(field)[position]
        prefix = f"value:{field.removeprefix('attr.')}/{number:.6g} "  # as ``quantity_key`` writes it
        for node, confidence in zip(row.indices, row.data, strict=True):
            target = graph.node_ids[node]
            if target.startswith(prefix):
                return (
                    PathStep(
                        source=graph.node_ids[position],
                        source_label=self._index.documents[position].title,
                        relation="has_value",
                        target=target,
                        target_label=self._index.label(target)[0],
                        confidence=float(confidence),
                    ),
                )
        return ()


def wanted(understanding: Understanding) -> list[Entity]:
    """Entities that the query asks for, each node once."""
    found: dict[str, Entity] = {}
    for entity in understanding.entities:
        if not entity.negated:
            found.setdefault(entity.node, entity)
    return list(found.values())
