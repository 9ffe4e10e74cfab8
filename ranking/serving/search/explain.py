"""Explaining: the parts of a hit's score as reasons, with the words and edges behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kms.lexical.analysis import STOP_WORDS, fold_code, stems, words
from kms.ontology.model import RelationType
from kms.ontology.structure import ATTRIBUTE_FIELD, HAS_VALUE
from ranking.models import Entity, Hit, PathStep, Reason, Source
from ranking.serving import wording
from ranking.serving.facts import StatedEdge
from ranking.serving.index import ServingIndex
from ranking.serving.popularity import popularity_reason
from ranking.serving.search.stages import SOURCE_OF, Features, Positions, Query, Ranked, Signals


class SearchExplainer:
    """Explains hits of one version of the indexes."""

    def __init__(self, index: ServingIndex) -> None:
        """Read words and edges from ``index``."""
        self._index = index

    def hits(self, positions: Positions, ranked: Ranked) -> list[Hit]:
        """Products with their scores and what each source has in them."""
        hits = []
        for row, position in enumerate(positions):
            sources: dict[Source, float] = {}
            for name, part in ranked.parts.items():
                if part[row] > 0:
                    sources[SOURCE_OF[name]] = sources.get(SOURCE_OF[name], 0.0) + float(part[row])
            hits.append(
                Hit(product_id=self._index.ids[position], score=float(ranked.total[row]), sources=sources)
            )
        return hits

    def explain(
        self,
        hits: Sequence[Hit],
        positions: Positions,
        query: Query,
        signals: Signals,
        features: Features,
        ranked: Ranked,
        given_up: Sequence[str] = (),
    ) -> list[Hit]:
        """The hits with their reasons, the strongest first.

        Args:
            hits: Products to show.
            positions: Theirs, (m,).
            query: As understood.
            signals: What words and graph said of all products.
            features: Of the hits, aligned.
            ranked: Their scores, aligned.
            given_up: Parts of the query that the page says they are without; no reason names their words.
        """
        lost = {stem for part in given_up for stem in stems(part)}
        surfaces = {stem: word for stem, word in _surfaces(query).items() if stem not in lost}
        explained = []
        for row, hit in enumerate(hits):
            whole = hit.score or 1.0
            shares = {name: float(part[row]) / whole for name, part in ranked.parts.items()}
            position = int(positions[row])
            reasons: list[Reason] = []
            if (words_share := shares["text"] + shares["name"]) > 0:
                is_named = position == query.named
                terms = [self._code_of(position, query)] if is_named else self._matched(surfaces, position)
                reasons += self._text_reason(terms, words_share)
            if shares["graph"] > 0:
                reasons += self._entity_reasons(position, query, signals, shares["graph"])
            if shares["leaning"] > 0:
                places = {name: float(values[row]) for name, values in features.leanings.items()}
                reasons += self._leaning_reasons(position, query, places, shares["leaning"])
            if (likeness := shares["vector"] + shares["meaning"]) > 0:
                en, zh = wording.vector_match()
                reasons.append(Reason(source="vector", share=likeness, text_en=en, text_zh=zh))
            if shares["popularity"] > 0:
                is_popular = bool(self._index.popular[position])
                reasons.append(popularity_reason(is_popular=is_popular, share=shares["popularity"]))
            ordered = tuple(sorted(reasons, key=lambda r: -r.share))
            explained.append(hit.model_copy(update={"reasons": ordered}))
        return explained

    def _matched(self, surfaces: Mapping[str, str], position: int) -> list[str]:
        """Words of the query that the product's text holds, those first that score most."""
        postings = self._index.postings.affirmed
        scored: dict[str, float] = {}
        for stem, word in surfaces.items():
            if score := postings.score_at(stem, position):
                scored[word] = scored.get(word, 0.0) + score
        return sorted(scored, key=lambda word: -scored[word])

    def _code_of(self, position: int, query: Query) -> str:
        """The id or code of a product that the query is."""
        document = self._index.documents[position]
        asked = fold_code(query.understanding.query)
        return next(
            (code for code in (document.id, *document.codes) if fold_code(code) == asked), document.id
        )

    def _text_reason(self, terms: list[str], share: float) -> list[Reason]:
        if not terms:
            return []
        en, zh = wording.text_match(terms)
        return [Reason(source="text", share=share, text_en=en, text_zh=zh, terms=tuple(terms))]

    def _entity_reasons(self, position: int, query: Query, signals: Signals, share: float) -> list[Reason]:
        surely = {e.node: self._index.facts.holders(e).confidence_at(position) for e in query.entities}
        parts = {node: signals.entity_shares.get(node, 0.0) * sure for node, sure in surely.items()}
        # A product that has several alternatives of a choice is scored for one and explained by all.
        whole = max(float(signals.graph[position]), sum(parts.values()))
        reasons = []
        for entity in query.entities:
            part = parts[entity.node]
            if part <= 0 or signals.graph[position] <= 0:
                continue
            edge = self._index.facts.edge(entity, position)
            en, zh = self._word_entity(entity, position, edge)
            step = edge or StatedEdge(
                entity.node, surely[entity.node], self._relation(entity).id, _attribute(entity)
            )
            path = (self._step(position, step),)
            reasons.append(
                Reason(source="graph", share=share * part / whole, text_en=en, text_zh=zh, path=path)
            )
        return reasons

    def _word_entity(self, entity: Entity, position: int, edge: StatedEdge | None) -> tuple[str, str]:
        """Labels of what the product has: the entity of the query, one it follows from, or a number that is near."""
        en, zh = entity.label_en, entity.label_zh
        if entity.kind == "quantity" and not self._index.facts.is_equal(entity, position):
            if edge is not None:
                attribute = self._index.ontology.attributes[entity.field.removeprefix("attr.")]
                number_en, number_zh = self._index.label(edge[0])
                en, zh = f"{attribute.label.en} {number_en}", f"{attribute.label.zh} {number_zh}"
            return wording.near(en, zh)
        stated = ("", "")
        if edge is not None and entity.kind not in ("quantity", "class") and edge.node != entity.node:
            stated = self._index.label(edge.node)
        owner = self._index.ontology.attributes.get(_attribute(entity))
        # "wireless: wireless" and "capacity: capacity 2 l" would say the attribute twice.
        is_telling = owner is not None and owner.type in ("enum", "text")
        label = (owner.label.en, owner.label.zh) if owner and is_telling else ("", "")
        return wording.entity_match(self._relation(entity), (en, zh), label, stated)

    def _relation(self, entity: Entity) -> RelationType:
        ontology = self._index.ontology
        return ontology.relation_of_field(entity.field) or ontology.relations[HAS_VALUE]

    def _step(self, position: int, edge: StatedEdge) -> PathStep:
        return PathStep(
            source=f"product:{self._index.ids[position]}",
            source_label=self._index.documents[position].title,
            relation=edge.relation,
            attribute=edge.attribute,
            target=edge.node,
            target_label=self._index.label(edge.node)[0],
            confidence=edge.confidence,
        )

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
        edge = self._index.facts.number_edge(position, field)
        return (self._step(position, edge),) if edge else ()


def _attribute(entity: Entity) -> str:
    return entity.field.removeprefix(ATTRIBUTE_FIELD) if entity.field.startswith(ATTRIBUTE_FIELD) else ""


def _surfaces(query: Query) -> dict[str, str]:
    """The stems of the query's words, each with the word; a word may have several."""
    surfaces: dict[str, str] = {}
    for word in words(query.understanding.text):
        if word not in STOP_WORDS:
            for stem in stems(word):
                surfaces.setdefault(stem, word)
    return surfaces
