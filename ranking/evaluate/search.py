"""Evaluation of search runs against graded judgments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kms.errors import InputError
from ranking.evaluate import metrics
from ranking.evaluate.report import EvaluationReport, SystemResult, mean_of


def evaluate_search(
    runs: Mapping[str, Mapping[str, Sequence[str]]],
    judgments: Mapping[str, Mapping[str, float]],
    k: int = 10,
    gain: metrics.Gain = "exponential",
    slices: Mapping[str, Sequence[str]] | None = None,
    about: Mapping[str, str] | None = None,
) -> EvaluationReport:
    """Measures runs on every query that has a product of grade above 0.

    A product without a judgment counts as grade 0; ``judged`` says how much of the first ``k`` had one. A
    query that a run does not answer counts 0.

    Args:
        runs: System to query to its products, best first.
        judgments: Query to product to grade (0 or more).
        k: Length of the lists.
        gain: Of NDCG.
        slices: Name to queries, e.g. Chinese ones; NDCG is reported on each.
        about: Goes into the report.

    Raises:
        InputError: No query has a relevant product, or a run shows a product twice.
    """
    queries = [query for query, grades in judgments.items() if any(grade > 0 for grade in grades.values())]
    if not queries:
        raise InputError("no query has a product of grade above 0; nothing can be measured")
    if not runs:
        raise InputError("there is no run to measure")
    members = {name: set(chosen) & set(queries) for name, chosen in (slices or {}).items()}
    results = []
    for name, run in runs.items():
        values: dict[str, list[float]] = {
            metric: [] for metric in ("ndcg", "recall", "hit_rate", "precision", "mrr", "judged")
        }
        for query in queries:
            ranked = list(run.get(query, ()))[:k]
            if len(set(ranked)) != len(ranked):
                raise InputError(f"run {name!r} shows a product twice for query {query!r}; remove duplicates")
            grades = {product: grade for product, grade in judgments[query].items() if grade > 0}
            values["ndcg"].append(metrics.ndcg(ranked, grades, k, gain))
            values["recall"].append(metrics.recall(ranked, grades, k))
            values["hit_rate"].append(metrics.hit_rate(ranked, grades, k))
            values["precision"].append(metrics.precision(ranked, grades, k))
            values["mrr"].append(metrics.reciprocal_rank(ranked, grades, k))
            judged = sum(product in judgments[query] for product in ranked)
            values["judged"].append(judged / len(ranked) if ranked else 0.0)
        by_query = dict(zip(queries, values["ndcg"], strict=True))
        results.append(
            SystemResult(
                name=name,
                means={metric: mean_of(found) for metric, found in values.items()},
                slices={
                    part: mean_of([by_query[query] for query in queries if query in chosen])
                    for part, chosen in members.items()
                },
                per_case={metric: np.asarray(found) for metric, found in values.items()},
            )
        )
    return EvaluationReport(
        kind="search",
        k=k,
        cases=tuple(queries),
        systems=tuple(results),
        slice_sizes={part: len(chosen) for part, chosen in members.items()},
        about=about or {},
    )
