"""Explaining: the parts of a hit's score as reasons, with the words and edges behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ranking.models import Entity, EntityKind, Hit, PathStep, Reason
from ranking.serving import wording
from ranking.serving.index import ServingIndex
from ranking.serving.popularity import popularity_reason
from ranking.serving.search.stages import Candidates, Features, Query, Ranked

_RELATION: Mapping[EntityKind, str] = {
    "class": "in_category",
    "brand": "made_by",
    "value": "has_value",
    "quantity": "has_value",
    "use": "suited_for",
    "audience": "for_audience",
}


class SearchExplainer:
    """Explains hits of one version of the indexes."""

    def __init__(self, index: ServingIndex) -> None:
        """Read words and edges from ``index``."""
        self._index = index

    def explain(
        self,
        hits: Sequence[Hit],
        query: Query,
        candidates: Candidates,
        features: Features,
        ranked: Ranked,
        rows: Sequence[int],
    ) -> list[Hit]:
        """The hits with their reasons, the strongest first.

        Args:
            hits: A page of results.
            query: As understood.
            candidates: What the hits are among.
            features: Their feature values.
            ranked: Their scores.
            rows: Of each hit, its row in ``candidates``.
        """
        text = query.understanding.text
        terms = self._index.text.term_scores(text, [h.product_id for h in hits], typos=False)
        explained = []
        for hit, row in zip(hits, rows, strict=True):
            whole = hit.score or 1.0
            shares = {name: float(part[row]) / whole for name, part in ranked.parts.items()}
            position = int(candidates.positions[row])
            reasons: list[Reason] = []
            if shares["text"] > 0:
                matched = [t.term for t in terms[hit.product_id]]
                reasons += self._text_reason(
                    [hit.product_id] if position == query.named else matched, shares["text"]
                )
            if shares["graph"] > 0:
                reasons += self._entity_reasons(position, query, candidates, shares["graph"])
            if shares["leaning"] > 0:
                places = {name: float(values[row]) for name, values in features.leanings.items()}
                reasons += self._leaning_reasons(position, query, places, shares["leaning"])
            if shares["vector"] > 0:
                en, zh = wording.vector_match()
                reasons.append(Reason(source="vector", share=shares["vector"], text_en=en, text_zh=zh))
            if shares["popularity"] > 0:
                is_popular = bool(self._index.popular[position])
                reasons.append(popularity_reason(is_popular=is_popular, share=shares["popularity"]))
            ordered = tuple(sorted(reasons, key=lambda r: -r.share))
            explained.append(hit.model_copy(update={"reasons": ordered}))
        return explained

    def _text_reason(self, terms: list[str], share: float) -> list[Reason]:
        if not terms:
            return []
        en, zh = wording.text_match(terms)
        return [Reason(source="text", share=share, text_en=en, text_zh=zh, terms=tuple(terms))]

    def _entity_reasons(
        self, position: int, query: Query, candidates: Candidates, share: float
    ) -> list[Reason]:
        whole = float(candidates.graph[position])
        reasons = []
        for entity in query.entities:
            confidence = self._confidence(entity, position)
            part = candidates.entity_shares.get(entity.node, 0.0) * confidence
            if part <= 0 or whole <= 0:
                continue
            relation = _RELATION[entity.kind]
            en, zh = wording.entity_match(relation, entity.label_en, entity.label_zh)
            step = PathStep(
                source=f"product:{self._index.ids[position]}",
                source_label=self._index.documents[position].title,
                relation=relation,
                target=entity.node,
                target_label=entity.label_en,
                confidence=confidence,
            )
            reasons.append(
                Reason(source="graph", share=share * part / whole, text_en=en, text_zh=zh, path=(step,))
            )
        return reasons

    def _confidence(self, entity: Entity, position: int) -> float:
        """How surely the product has the entity; 0 where it has not."""
        positions, confidence = self._index.having(entity)
        at = int(np.searchsorted(positions, position))
        return float(confidence[at]) if at < len(positions) and positions[at] == position else 0.0

    def _leaning_reasons(
        self, position: int, query: Query, places: Mapping[str, float], share: float
    ) -> list[Reason]:
        whole = sum(places.values())
        reasons = []
        for leaning in query.understanding.leanings:
            place = places.get(leaning.field, 0.0)
            if place <= 0:
                continue
            en, zh = wording.leaning(leaning.label_en, leaning.label_zh, leaning.direction, place)
            reasons.append(
                Reason(
                    source="graph",
                    share=share * place / whole,
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
