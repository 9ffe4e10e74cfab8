"""Recommendations: for a shopper, beside a product, what goes with it, what is in demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from kms.errors import NotFoundError
from kms.filters import Filter
from ranking.models import Hit, PathStep, Reason, Recommendations, Source
from ranking.paths.index import INVERSE
from ranking.paths.metapaths import MetaPath, MetaPathScorer, PathInstance
from ranking.serving import wording
from ranking.serving.index import Scores, ServingIndex
from ranking.serving.signals import HistoryItem
from ranking.serving.weights import COMPLEMENT_PATHS, META_PATHS, RecommendationWeights

_LONGEST_HISTORY = 50
_NAMED_SEEDS = 2
_LEAST_SHARE = 0.02
LIKENESS_AMONG = 2_000

Parts = dict[Source, Scores]


class Recommender:
    """Recommends on one version of the indexes."""

    def __init__(self, index: ServingIndex, weights: RecommendationWeights | None = None) -> None:
        self._index = index
        self._weights = weights or RecommendationWeights()
        self._paths = _scorer(index, META_PATHS)
        self._complements = _scorer(index, COMPLEMENT_PATHS)

    def recommend(
        self,
        history: Sequence[HistoryItem],
        *,
        limit: int = 10,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """Products for a shopper, without those in the history.

        An empty history, or one of products that are gone, gets what is in demand, spread over categories.

        Args:
            history: Weighted products, strongest first.
            limit: At most so many.
            filter: Conditions that all must hold.
            explain: Whether hits carry reasons.
        """
        seeds = [
            (self._index.positions[item.product_id], item.weight)
            for item in history
            if item.product_id in self._index.positions
        ][:_LONGEST_HISTORY]
        if not seeds:
            found = self.trending(limit=limit, filter=filter, explain=explain)
            return found.model_copy(update={"kind": "cold"})
        positions = [position for position, _ in seeds]
        heaviest = max(weight for _, weight in seeds)
        weights = [weight / heaviest for _, weight in seeds]
        parts = self.parts(positions, weights)
        hits = self._top(parts, set(positions), limit, filter)
        if explain:
            hits = self._explain(hits, positions, weights, self._paths)
        return Recommendations(kind="personal", hits=tuple(hits))

    def parts(self, positions: Sequence[int], weights: Sequence[float]) -> Parts:
        """Each source's weighted part of the score of every product, for a history of positions.

        In a large catalogue likeness is measured among the ``LIKENESS_AMONG`` best of the other sources: that is
        where it can change the order, and all products would cost more than everything else together.
        """
        behaviour = self._weights.behaviour * self._behaviour(positions)
        graph = self._weights.graph * _scaled(self._paths.score(positions, weights).total, self._n)
        popularity = self._weights.popularity * self._index.popularity
        others = np.asarray(behaviour + graph + popularity, dtype=np.float32)
        among = None
        if self._n > LIKENESS_AMONG and np.count_nonzero(others > 0) >= LIKENESS_AMONG:
            among = np.argpartition(-others, LIKENESS_AMONG)[:LIKENESS_AMONG]
        return {
            "behaviour": behaviour,
            "graph": graph,
            "vector": self._weights.vector * self._alike(positions, weights, among),
            "popularity": popularity,
        }

    def similar(self, product_id: str, *, limit: int = 10, explain: bool = True) -> Recommendations:
        """Products that could be bought instead.

        Raises:
            NotFoundError: No such product in this version.
        """
        seed = self._position(product_id)
        parts: Parts = {
            "graph": _scaled(self._paths.score([seed]).total, self._n),
            "vector": 0.5 * self._alike([seed], [1.0]),
            "behaviour": 0.3 * self._behaviour([seed]),
        }
        own = set(self._categories(seed))
        if own:
            # Something of another kind is no substitute, however much it shares.
            same = np.zeros(self._n, dtype=np.float32)
            for category in own:
                same[self._index.products_with(category)[0]] = 1.0
            parts = {name: part * (0.3 + 0.7 * same) for name, part in parts.items()}
        hits = self._top(parts, {seed}, limit, None)
        if explain:
            hits = self._explain(hits, [seed], [1.0], self._paths, is_beside=True)
        return Recommendations(kind="similar", hits=tuple(hits))

    def complements(self, product_id: str, *, limit: int = 10, explain: bool = True) -> Recommendations:
        """Products that go with one: stated or read relations first, then what is bought along in other classes.

        Raises:
            NotFoundError: No such product in this version.
        """
        seed = self._position(product_id)
        stated = (
            self._complements.score([seed]).total[: self._n]
            if self._complements.paths
            else np.zeros(self._n, dtype=np.float32)
        )
        other_kind = np.ones(self._n, dtype=np.float32)
        for category in self._categories(seed):
            other_kind[self._index.products_with(category)[0]] = 0.0
        parts: Parts = {
            "graph": (stated > 0).astype(np.float32) + _scaled(stated, self._n),
            "behaviour": 0.5 * self._behaviour([seed]) * other_kind,
        }
        hits = self._top(parts, {seed}, limit, None)
        if explain:
            hits = self._explain(hits, [seed], [1.0], self._complements, is_beside=True)
        return Recommendations(kind="complements", hits=tuple(hits))

    def trending(
        self,
        *,
        limit: int = 10,
        category: str | None = None,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """What is in demand now, at most two of a class in a row of ten; ratings where nobody did anything yet.

        Raises:
            NotFoundError: The category is not a class of the ontology.
        """
        index = self._index
        score = index.popularity.copy()
        if not score.any():
            score = np.array([d.numbers.get("rating", 0.0) / 5.0 for d in index.documents], dtype=np.float32)
        if category is not None:
            if category not in index.ontology.classes:
                raise NotFoundError(f"category {category!r} is not a class of the ontology")
            inside = np.zeros(self._n, dtype=np.float32)
            inside[index.products_with(f"category:{category}")[0]] = 1.0
            score = score * inside
        ranked = self._top({"popularity": score}, set(), max(limit * 10, 100), filter)
        hits = ranked[:limit] if category else _spread(ranked, self._kind_of, limit)
        if explain:
            en, zh = wording.popular()
            reason = Reason(source="popularity", share=1.0, text_en=en, text_zh=zh)
            hits = [hit.model_copy(update={"reasons": (reason,)}) for hit in hits]
        return Recommendations(kind="trending", hits=tuple(hits))

    # scorers

    @property
    def _n(self) -> int:
        return len(self._index.ids)

    def _behaviour(self, positions: Sequence[int]) -> Scores:
        """The model was fitted on what was touched at all, so a history is folded in the same way."""
        model = self._index.behaviour
        if model is None:
            return np.zeros(self._n, dtype=np.float32)
        return _scaled(np.maximum(model.score(list(positions)), 0.0), self._n)

    def _alike(
        self, positions: Sequence[int], weights: Sequence[float], among: np.ndarray | None = None
    ) -> Scores:
        embeddings = self._index.embeddings
        profile: Scores = np.asarray(
            np.asarray(weights, dtype=np.float32) @ embeddings[list(positions)], dtype=np.float32
        )
        norm = float(np.linalg.norm(profile))
        if norm == 0:
            return np.zeros(self._n, dtype=np.float32)
        if among is None:
            return np.asarray(np.maximum(embeddings @ (profile / norm), 0.0), dtype=np.float32)
        likeness = np.zeros(self._n, dtype=np.float32)
        likeness[among] = np.maximum(embeddings[among] @ (profile / norm), 0.0)
        return likeness

    def _top(self, parts: Parts, seen: set[int], limit: int, filter: Filter | None) -> list[Hit]:
        total = np.asarray(np.sum(list(parts.values()), axis=0), dtype=np.float32)
        if filter is not None and filter.conditions:
            total = np.where(self._index.columns.passing(filter), total, np.float32(0))
        hits: list[Hit] = []
        for position in _ranked(total, limit + len(seen)):
            at = int(position)
            if total[at] <= 0 or len(hits) >= limit:
                break
            if at in seen:
                continue
            sources = {name: float(part[at]) for name, part in parts.items() if part[at] > 0}
            hits.append(Hit(product_id=self._index.ids[at], score=float(total[at]), sources=sources))
        return hits

    def _position(self, product_id: str) -> int:
        at = self._index.positions.get(product_id)
        if at is None:
            raise NotFoundError(f"product {product_id!r} is not in the index; is it new? run kms index build")
        return at

    def _categories(self, position: int) -> list[str]:
        matrix = self._index.graph.relations.get("in_category")
        if matrix is None:
            return []
        row = matrix.getrow(position)
        return [self._index.graph.node_ids[i] for i in row.indices]

    def _kind_of(self, hit: Hit) -> str:
        found = self._categories(self._index.positions[hit.product_id])
        return found[0] if found else hit.product_id

    # reasons

    def _explain(
        self,
        hits: Sequence[Hit],
        seeds: Sequence[int],
        weights: Sequence[float],
        scorer: MetaPathScorer,
        *,
        is_beside: bool = False,
    ) -> list[Hit]:
        targets = [self._index.positions[hit.product_id] for hit in hits]
        paths = scorer.explain_many(list(seeds), targets, list(weights), n=6)
        return [
            self._explain_hit(hit, target, seeds, weights, found, is_beside=is_beside)
            for hit, target, found in zip(hits, targets, paths, strict=True)
        ]

    def _explain_hit(
        self,
        hit: Hit,
        target: int,
        seeds: Sequence[int],
        weights: Sequence[float],
        paths: Sequence[PathInstance],
        *,
        is_beside: bool,
    ) -> Hit:
        whole = hit.score or 1.0
        reasons: list[Reason] = []
        if "behaviour" in hit.sources:
            share = hit.sources["behaviour"] / whole
            reasons += self._because(target, seeds, share, is_beside=is_beside)
        if "graph" in hit.sources:
            share = hit.sources["graph"] / whole
            reasons += _merged(
                self._path_reason(p, share * p.share) for p in paths if share * p.share >= _LEAST_SHARE
            )
        if "vector" in hit.sources:
            likeness = self._index.embeddings[list(seeds)] @ self._index.embeddings[target]
            seed = seeds[int(np.argmax(likeness * np.asarray(weights)))]
            en, zh = wording.alike(self._index.documents[seed].title)
            reasons.append(
                Reason(
                    source="vector", share=hit.sources["vector"] / whole, text_en=en, text_zh=zh,
                    because_of=(self._index.ids[seed],),
                )
            )  # fmt: skip
        if "popularity" in hit.sources:
            en, zh = wording.popular()
            share = hit.sources["popularity"] / whole
            reasons.append(Reason(source="popularity", share=share, text_en=en, text_zh=zh))
        return hit.model_copy(update={"reasons": tuple(sorted(reasons, key=lambda r: -r.share))})

    def _because(self, target: int, seeds: Sequence[int], share: float, *, is_beside: bool) -> list[Reason]:
        assert self._index.behaviour is not None
        found = self._index.behaviour.explain(list(seeds), target)
        named = [c.item for c in found if c.share > 0][:_NAMED_SEEDS]
        if not named:
            return []
        titles = [self._index.documents[i].title for i in named]
        en, zh = wording.chosen_along(titles[0]) if is_beside else wording.because_of(titles)
        ids = tuple(self._index.ids[i] for i in named)
        return [Reason(source="behaviour", share=share, text_en=en, text_zh=zh, because_of=ids)]

    def _path_reason(self, instance: PathInstance, share: float) -> Reason:
        index = self._index
        nodes = [index.graph.node_ids[i] for i in instance.nodes]
        steps = (META_PATHS | COMPLEMENT_PATHS)[instance.path][0]
        path: list[PathStep] = []
        for step, start, end in zip(steps, nodes, nodes[1:], strict=False):
            head, tail = (end, start) if step.startswith(INVERSE) else (start, end)
            path.append(
                PathStep(
                    source=head, source_label=index.label(head)[0], relation=step.removeprefix(INVERSE),
                    target=tail, target_label=index.label(tail)[0],
                    confidence=self._confidence(step.removeprefix(INVERSE), head, tail),
                )
            )  # fmt: skip
        through = index.label(nodes[1]) if len(nodes) > 2 else ("", "")
        en, zh = wording.shared_path(instance.path, through[0], through[1], index.label(nodes[0])[0])
        because = (nodes[0].partition(":")[2],)
        return Reason(
            source="graph",
            share=min(share, 1.0),
            text_en=en,
            text_zh=zh,
            path=tuple(path),
            because_of=because,
        )

    def _confidence(self, relation: str, head: str, tail: str) -> float:
        graph = self._index.graph
        return float(graph.relations[relation][graph.positions[head], graph.positions[tail]])


def _scorer(index: ServingIndex, paths: Mapping[str, tuple[tuple[str, ...], float]]) -> MetaPathScorer:
    """Meta-paths over those relations that this graph has."""
    usable = [
        MetaPath(name=name, steps=steps, weight=weight, beta=0.3 if len(steps) > 1 else 0.0)
        for name, (steps, weight) in paths.items()
        if all(step.removeprefix(INVERSE) in index.graph.relations for step in steps)
    ]
    return MetaPathScorer(index.graph, usable)


def _ranked(total: Scores, needed: int) -> np.ndarray:
    """Positions by falling score, ties by position; at least the first ``needed``."""
    if needed >= len(total):
        return np.argsort(-total, kind="stable")
    least = np.partition(total, len(total) - needed)[len(total) - needed]
    best = np.flatnonzero(total >= least)
    return np.asarray(best[np.argsort(-total[best], kind="stable")])


def _scaled(scores: np.ndarray, n: int) -> Scores:
    """The first ``n`` scores as shares of the largest."""
    own = np.asarray(scores[:n], dtype=np.float32)
    most = float(own.max(initial=0.0))
    return own / most if most > 0 else own


def _merged(reasons: Iterable[Reason]) -> list[Reason]:
    """One reason for each wording: two edges that say the same add up."""
    found: dict[str, Reason] = {}
    for reason in reasons:
        other = found.get(reason.text_en)
        share = min(1.0, reason.share + (other.share if other else 0.0))
        path = (*other.path, *reason.path) if other else reason.path
        found[reason.text_en] = reason.model_copy(update={"share": share, "path": path})
    return list(found.values())


def _spread(hits: Sequence[Hit], kind_of: Callable[[Hit], str], limit: int) -> list[Hit]:
    """At most two of a kind, as long as others are left."""
    chosen: list[Hit] = []
    later: list[Hit] = []
    count: dict[str, int] = {}
    for hit in hits:
        kind = kind_of(hit)
        count[kind] = count.get(kind, 0) + 1
        (chosen if count[kind] <= 2 else later).append(hit)
    return (chosen + later)[:limit]
