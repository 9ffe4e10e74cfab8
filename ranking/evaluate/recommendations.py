"""Evaluation of recommenders: the full catalogue is ranked for every shopper, what is in train is masked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from scipy import sparse

from kms.errors import InputError
from ranking.behaviour.base import top_positions
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_knn import ItemKnn
from ranking.behaviour.popularity import Popularity
from ranking.evaluate import metrics
from ranking.evaluate.report import EvaluationReport, SystemResult, mean_of
from ranking.evaluate.split import check_leakage

CELLS = 16_000_000
"""Scores that are held at once."""
COLD_BELOW = 5
HEAD_SHARE = 0.2


class Scorer(Protocol):
    """Anything that scores the catalogue for histories; every behaviour model does."""

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Scores (n, n_items) for histories (n, n_items)."""


@runtime_checkable
class Lister(Protocol):
    """Anything that makes the lists of shoppers itself, as the server does."""

    def lists(self, shopper_ids: Sequence[str], k: int) -> np.ndarray:
        """Positions of the first ``k`` products for each shopper, (shoppers, k); -1 where fewer are shown."""


def rank_lists(scorer: Scorer, train: Interactions, users: np.ndarray, k: int = 10) -> np.ndarray:
    """The first ``k`` products of each shopper, train masked: positions, (len(users), k).

    Raises:
        InputError: The scorer gave a wrong shape or a score that is not a number.
    """
    n_items = train.matrix.shape[1]
    lists = []
    for batch in _batches(users, n_items):
        histories = train.matrix[batch]
        scores = np.array(scorer.score_many(histories), dtype=np.float32)
        if scores.shape != (len(batch), n_items):
            raise InputError(f"scorer gave scores of shape {scores.shape}, expected {(len(batch), n_items)}")
        if np.isnan(scores).any():
            raise InputError("scorer gave a score that is not a number; nothing can be ranked by it")
        rows = np.repeat(np.arange(len(batch)), np.diff(histories.indptr))
        scores[rows, histories.indices] = -np.inf
        lists.append(top_positions(scores, k))
    return np.vstack(lists) if lists else np.empty((0, min(k, n_items)), dtype=np.int64)


def ndcg_of_users(
    scorer: Scorer, train: Interactions, test: Interactions, users: np.ndarray, k: int = 10
) -> np.ndarray:
    """NDCG@k of each of some shoppers, (len(users),), with every test product of the same grade."""
    lists = rank_lists(scorer, train, users, k).tolist()
    return _each(lists, [set(test.history(int(user))[0].tolist()) for user in users], k)


def evaluate_recommendations(
    models: Mapping[str, Scorer | Lister],
    train: Interactions,
    test: Interactions,
    k: int = 10,
    baselines: bool = True,
    about: Mapping[str, str] | None = None,
    on_system: Callable[[str], None] | None = None,
    most_shoppers: int | None = None,
    seed: int = 0,
) -> EvaluationReport:
    """Measures fitted models on every shopper that has a test product.

    Slices: ``cold`` shoppers have fewer than 5 products in train, ``warm`` ones the rest; ``head`` counts
    only test products among the fifth that is most frequent in train, ``tail`` only the others.

    Args:
        models: Name to fitted model, other scorer or lister; the order is the table's.
        train: What the models were fitted on; masked in every list.
        test: The same rows and columns as train.
        k: Length of the lists.
        baselines: Fits popularity and item-kNN on train and puts them first, unless ``models`` has them.
        about: Goes into the report.
        most_shoppers: Measures a random sample of so many; default: all.
        seed: Of that sample.
        on_system: Called with each system's name before it is measured, e.g. to show progress.

    Raises:
        LeakageError: A test interaction is in train.
        InputError: A model or lister numbers the products in another order than train.
    """
    check_leakage(train, test)
    for name, model in models.items():
        if getattr(model, "item_ids", train.item_ids) != train.item_ids:
            raise InputError(
                f"{name} numbers the products in another order than train; bring train and test into its order "
                "with Interactions.with_items"
            )
    systems: dict[str, Scorer | Lister] = {}
    if baselines:
        if "popularity" not in models:
            systems["popularity"] = Popularity().fit(train)
        if "item_knn" not in models:
            systems["item_knn"] = ItemKnn().fit(train)
    systems.update(models)
    users = np.flatnonzero(np.diff(test.matrix.indptr) > 0)
    if most_shoppers is not None and len(users) > most_shoppers:
        users = np.sort(np.random.default_rng(seed).choice(users, most_shoppers, replace=False))
    if not len(users):
        raise InputError("test has no interactions; nothing can be measured")
    counts = np.bincount(train.matrix.indices, minlength=train.matrix.shape[1])
    head = np.zeros(len(counts), dtype=bool)
    head[np.argsort(-counts, kind="stable")[: max(1, round(HEAD_SHARE * len(counts)))]] = True
    history_sizes = np.diff(train.matrix.indptr)[users]
    relevant = [set(test.history(int(user))[0].tolist()) for user in users]
    on_head = [{item for item in items if head[item]} for items in relevant]
    on_tail = [items - popular for items, popular in zip(relevant, on_head, strict=True)]
    total = float(counts.sum())
    bits = -np.log2(np.maximum(counts, 0.5) / max(total, 1.0))
    cold = history_sizes < COLD_BELOW
    results = []
    for name, scorer in systems.items():
        if on_system:
            on_system(name)
        if isinstance(scorer, Lister):
            lists = scorer.lists([train.user_ids[user] for user in users], k)
        else:
            lists = rank_lists(scorer, train, users, k)
        plain = [[item for item in row if item >= 0] for row in lists.tolist()]
        values = {
            "ndcg": _each(plain, relevant, k),
            "recall": np.array([metrics.recall(r, t, k) for r, t in zip(plain, relevant, strict=True)]),
            "hit_rate": np.array([metrics.hit_rate(r, t, k) for r, t in zip(plain, relevant, strict=True)]),
            "precision": np.array([metrics.precision(r, t, k) for r, t in zip(plain, relevant, strict=True)]),
            "mrr": np.array([metrics.reciprocal_rank(r, t, k) for r, t in zip(plain, relevant, strict=True)]),
        }
        means = {metric: mean_of(found) for metric, found in values.items()}
        means["coverage"] = metrics.coverage(plain, len(counts), k)
        means["novelty"] = mean_of([float(bits[row].mean()) for row in plain if row])
        slices = {
            "cold": mean_of(values["ndcg"][cold]),
            "warm": mean_of(values["ndcg"][~cold]),
            "head": mean_of(_each(plain, on_head, k, skip_empty=True)),
            "tail": mean_of(_each(plain, on_tail, k, skip_empty=True)),
        }
        results.append(SystemResult(name, means, slices, values))
    return EvaluationReport(
        kind="recommendations",
        k=k,
        cases=tuple(test.user_ids[user] for user in users),
        systems=tuple(results),
        slice_sizes={
            "cold": int(cold.sum()),
            "warm": int((~cold).sum()),
            "head": sum(bool(items) for items in on_head),
            "tail": sum(bool(items) for items in on_tail),
        },
        about=about or {},
    )


def _each(lists: list[list[int]], relevant: list[set[int]], k: int, skip_empty: bool = False) -> np.ndarray:
    return np.array(
        [
            metrics.ndcg(ranked, dict.fromkeys(items, 1.0), k)
            for ranked, items in zip(lists, relevant, strict=True)
            if items or not skip_empty
        ]
    )


def _batches(users: np.ndarray, n_items: int) -> Iterator[np.ndarray]:
    size = min(1_024, max(1, CELLS // max(1, n_items)))
    for start in range(0, len(users), size):
        yield users[start : start + size]
