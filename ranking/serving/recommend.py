"""Recommendations: for a shopper, beside a product, what goes with it, what is in demand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kms.filters import Filter
from ranking.models import Recommendations, Source
from ranking.serving.demand import Trending
from ranking.serving.index import Scores, ServingIndex
from ranking.serving.kinds import classes_of_kind
from ranking.serving.reasons import Explainer
from ranking.serving.selection import Parts, scaled, select, total_of
from ranking.serving.signals import HistoryItem
from ranking.serving.weights import RecommendationWeights

LONGEST_HISTORY = 50
LIKENESS_AMONG = 2_000
DISLIKED_FACTOR = 0.7
"""Part of its score that a product loses when nothing is nearer to a disliked one."""


class Recommender:
    """Recommends on one version of the indexes."""

    def __init__(self, index: ServingIndex, weights: RecommendationWeights | None = None) -> None:
        self._index = index
        self._weights = weights or RecommendationWeights()
        self._paths = index.scorer("similar")
        self._complements = index.scorer("complements")
        self._explainer = Explainer(index)
        self._is_visible = index.columns.visible()
        self._trending = Trending(index)

    def recommend(
        self,
        history: Sequence[HistoryItem],
        *,
        limit: int = 10,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """Products for a shopper, without those in the history.

        Disliked products push down what is like them. An empty history, or one of products that are gone, gets what
        is in demand, spread over categories.

        Args:
            history: Weighted products, strongest first; negative weights are dislikes.
            limit: At most so many.
            filter: Conditions that all must hold.
            explain: Whether hits carry reasons.
        """
        known = [
            (self._index.positions[item.product_id], item.weight)
            for item in history
            if item.product_id in self._index.positions
        ]
        liked = [(at, weight) for at, weight in known if weight > 0][:LONGEST_HISTORY]
        disliked = [(at, -weight) for at, weight in known if weight < 0][:LONGEST_HISTORY]
        seen = frozenset(at for at, _ in known)
        if not liked:
            answer = self._trending.recommend(
                limit=limit, filter=filter, explain=explain, without=seen,
                factor=self._unlike(disliked) if disliked else None,
            )  # fmt: skip
            return answer.model_copy(update={"kind": "personal" if disliked else "cold"})
        positions, weights = _shares(liked)
        parts = self.parts(positions, weights)
        if disliked:
            factor = self._unlike(disliked)
            parts = {name: part * factor for name, part in parts.items()}
        hits = select(self._index, parts, without=seen, limit=limit, filter=filter)
        if explain:
            behaviour = self._explainer.because_of_history
            hits = self._explainer.explain(hits, positions, weights, self._paths, behaviour)
        return Recommendations(kind="personal", hits=tuple(hits))

    def parts(self, positions: Sequence[int], weights: Sequence[float]) -> dict[Source, Scores]:
        """Each source's weighted part of the score of every product, for a history of positions.

        In a large catalogue likeness is measured among the ``LIKENESS_AMONG`` best of the other sources: that is
        where it can change the order, and all products would cost more than everything else together.
        """
        behaviour = self._weights.behaviour * self._behaviour(positions)
        graph = self._weights.graph * self._scaled(self._paths.score(positions, weights).total)
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
        seed = self._index.position(product_id)
        parts: Parts = {
            "graph": self._scaled(self._paths.score([seed]).total),
            "vector": 0.5 * self._alike([seed], [1.0]),
            "behaviour": 0.3 * self._behaviour([seed]),
        }
        own = self._index.classes_of(seed)
        if own:
            # Something of another kind is no substitute, however much it shares.
            same = self._in_classes(own).astype(np.float32)
            parts = {name: part * (0.3 + 0.7 * same) for name, part in parts.items()}
        hits = select(self._index, parts, without={seed}, limit=limit)
        if explain:
            behaviour = self._explainer.chosen_along
            hits = self._explainer.explain(hits, [seed], [1.0], self._paths, behaviour)
        return Recommendations(kind="similar", hits=tuple(hits))

    def complements(self, product_id: str, *, limit: int = 10, explain: bool = True) -> Recommendations:
        """Products that go with one: stated or read relations first, then what is bought along.

        What is bought along must be so by more than chance and of another kind
        (``ranking.behaviour.bought_along``, ``ranking.serving.kinds``).

        Raises:
            NotFoundError: No such product in this version.
        """
        index = self._index
        seed = index.position(product_id)
        stated = self._seen(self._complements.score([seed]).total)
        own = index.classes_of(seed)
        same = self._in_classes(classes_of_kind(index.ontology.hierarchy, own, index.ontology.classes))
        parts: Parts = {
            "graph": (stated > 0).astype(np.float32) + self._scaled(stated),
            "behaviour": 0.5 * self._scaled(np.where(same, 0.0, index.bought_along.of(seed))),
        }
        hits = select(index, parts, without={seed}, limit=limit)
        if explain:
            behaviour = self._explainer.bought_along
            hits = self._explainer.explain(hits, [seed], [1.0], self._complements, behaviour)
        return Recommendations(kind="complements", hits=tuple(hits))

    def trending(
        self,
        *,
        limit: int = 10,
        category: str | None = None,
        filter: Filter | None = None,
        explain: bool = True,
    ) -> Recommendations:
        """See ``Trending.recommend``."""
        return self._trending.recommend(limit=limit, category=category, filter=filter, explain=explain)

    # scorers

    @property
    def _n(self) -> int:
        return len(self._index.ids)

    def _behaviour(self, positions: Sequence[int]) -> Scores:
        """The behaviour model's scores; each product of the history counts once, as in the fit."""
        model = self._index.behaviour
        if model is None:
            return np.zeros(self._n, dtype=np.float32)
        # Products that came after the version have no behaviour.
        scores = np.zeros(self._n, dtype=np.float32)
        scores[: model.n_items] = model.score([at for at in positions if at < model.n_items])
        return self._scaled(np.maximum(scores, 0.0))

    def _seen(self, scores: np.ndarray) -> Scores:
        """Scores of the products that shoppers see, 0 for the others, (n,)."""
        return np.asarray(np.where(self._is_visible, scores[: self._n], np.float32(0)), dtype=np.float32)

    def _scaled(self, scores: np.ndarray) -> Scores:
        """Scores as shares of the largest, (n,)."""
        return scaled(self._seen(scores), self._n)

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
        scale = self._index.scale.likeness
        if among is None:
            return np.asarray(np.maximum(scale(embeddings @ (profile / norm)), 0.0), dtype=np.float32)
        likeness = np.zeros(self._n, dtype=np.float32)
        likeness[among] = np.maximum(scale(embeddings[among] @ (profile / norm)), 0.0)
        return likeness

    def _unlike(self, disliked: Sequence[tuple[int, float]]) -> Scores:
        """Factor below 1 for products that are like disliked ones, (n,)."""
        positions, weights = _shares(disliked)
        near = self._scaled(total_of(self.parts(positions, weights)))
        return np.asarray(1.0 - DISLIKED_FACTOR * near, dtype=np.float32)

    def _in_classes(self, classes: Sequence[str] | frozenset[str]) -> NDArray[np.bool_]:
        """Mask of the products that are of one of the classes or below it, (n,)."""
        inside = np.zeros(self._n, dtype=np.bool_)
        for class_id in classes:
            inside[self._index.products_with(f"category:{class_id}")[0]] = True
        return inside


def _shares(items: Sequence[tuple[int, float]]) -> tuple[list[int], list[float]]:
    """Positions, and weights as shares of the heaviest."""
    heaviest = max(weight for _, weight in items)
    return [at for at, _ in items], [weight / heaviest for _, weight in items]
