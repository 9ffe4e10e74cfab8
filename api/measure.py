"""Measuring what an installation serves: search on judged queries, recommendations on held-out behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from api.wiring import INDEX, Platform
from kms.errors import InputError

if TYPE_CHECKING:
    from scipy import sparse

    from ranking.evaluate.report import EvaluationReport
    from ranking.serving.recommend import Recommender

HELD_OUT = 0.2


def measure_search(platform: Platform, judgments: Path | None = None) -> dict[str, EvaluationReport]:
    """Each scorer alone and the fused default, on validation and on test.

    Args:
        platform: Its live index is measured.
        judgments: A file with the columns query, product and grade, split by tabs; default: the sample's queries,
            for an installation that serves the sample catalogue.

    Raises:
        InputError: There is no index, or the file cannot be read.
    """
    from ranking.evaluate.chorus import evaluate_chorus, read_judgments
    from ranking.evaluate.runs import evaluate_sample_search
    from ranking.serving.service import RankingService

    version = platform.artifacts.current(INDEX)
    if version is None:
        raise InputError("there is no index to measure; run kms index build")
    index = platform.open_index(version)
    try:
        service = RankingService(index)
        if judgments is not None:
            return dict(evaluate_chorus(service, read_judgments(judgments), progress=platform.progress))
        return {
            str(name): r for name, r in evaluate_sample_search(service, progress=platform.progress).items()
        }
    finally:
        index.close()


def measure_recommendations(platform: Platform) -> dict[str, EvaluationReport]:
    """Behaviour models, graph paths and the served default, without the newest fifth of each shopper's products.

    All of them are fitted on what is left, the popularity in the served default as well, and all of them see what
    a shopper touched as once, as the server does.

    Raises:
        InputError: There is no index, or the journal is empty.
    """
    from ranking.behaviour.ease import Ease
    from ranking.behaviour.interactions import Interactions
    from ranking.behaviour.p3alpha import RP3beta
    from ranking.evaluate.recommendations import Scorer, evaluate_recommendations
    from ranking.evaluate.split import holdout_last
    from ranking.serving.files import fit_on, once
    from ranking.serving.recommend import Recommender
    from ranking.serving.signals import rows_of
    from ranking.serving.weights import RecommendationWeights

    version = platform.artifacts.current(INDEX)
    if version is None:
        raise InputError("there is no index to measure; run kms index build")
    index = platform.open_index(version)
    try:
        rows = [row for row in rows_of(platform.journal.interactions()) if row[1] in index.positions]
        if not rows:
            raise InputError("the journal is empty; take events in with kms ingest events FILE")
        weighted, test = holdout_last(Interactions.from_rows(rows, item_ids=index.ids), HELD_OUT)
        train = once(weighted)
        index.behaviour = fit_on(train, list(platform.graph.iter_edges()))
        demand = np.log1p(np.asarray(weighted.matrix.sum(axis=0)).ravel())
        index.popularity = np.asarray(demand / max(float(demand.max(initial=0.0)), 1e-9), dtype=np.float32)
        alone = RecommendationWeights(behaviour=0, graph=1, vector=0, popularity=0)
        models: dict[str, Scorer] = {
            "ease": Ease().fit(train),
            "rp3beta": RP3beta().fit(train),
            index.behaviour.name: index.behaviour,
            "graph paths": _Served(Recommender(index, alone)),
            "served default": _Served(Recommender(index)),
        }
        about = {"data": "the journal", "split": f"newest {HELD_OUT:.0%} of each shopper's products"}
        return {"test": evaluate_recommendations(models, train, test, about=about)}
    finally:
        index.close()


class _Served:
    """What the server ranks by, as a scorer of many histories."""

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Sum of the parts of every product, one row a history."""
        rows = [
            self._score(histories.indices[start:end])
            for start, end in zip(histories.indptr[:-1], histories.indptr[1:], strict=True)
        ]
        return np.stack(rows) if rows else np.zeros(histories.shape, dtype=np.float32)

    def _score(self, items: np.ndarray) -> np.ndarray:
        parts = self._recommender.parts(items.tolist(), [1.0] * len(items))
        return np.asarray(np.sum(list(parts.values()), axis=0), dtype=np.float32)
