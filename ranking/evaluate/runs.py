"""Runs of the searcher over judged queries: each scorer alone beside the fused default."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from kms.lexical.analysis import query_terms
from kms.progress import ProgressFactory, silent_progress
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.search import evaluate_search
from ranking.models import SearchRequest, Source
from ranking.serving.service import RankingService

Half = Literal["validation", "test"]
Ranker = Callable[[str], Sequence[str]]

SYSTEMS: Mapping[str, tuple[Source, ...]] = {
    "lexical": ("text",),
    "dense": ("vector",),
    "graph": ("graph",),
    "fused": ("text", "vector", "graph", "popularity"),
}
"""Scorers that take part in each run; what the query states (bounds, exclusions, corrections) holds in all of them."""
BM25 = "bm25"
"""The words' scores that search serves, of the query's words as they are: no understanding at all."""
REFERENCE = "fused"


def rankers(service: RankingService, k: int = 10) -> dict[str, Ranker]:
    """Every system by its name: a query's text to product ids, best first."""

    def alone(sources: tuple[Source, ...]) -> Ranker:
        return lambda text: [
            hit.product_id
            for hit in service.search(SearchRequest(query=text, sources=sources, limit=k)).shown
        ]

    def words_alone(text: str) -> list[str]:
        index = service.index
        scores = index.postings.affirmed.score(query_terms(text))
        order = np.lexsort((index.id_ranks, -scores))[:k]
        return [index.ids[at] for at in order if scores[at] > 0]

    return {BM25: words_alone} | {name: alone(sources) for name, sources in SYSTEMS.items()}


def evaluate_queries(
    service: RankingService,
    judgments: Mapping[str, Mapping[str, float]],
    *,
    k: int = 10,
    slices: Mapping[str, Sequence[str]] | None = None,
    about: Mapping[str, str] | None = None,
    progress: ProgressFactory = silent_progress,
) -> EvaluationReport:
    """Each system alone and the fused default on the same queries.

    Args:
        service: What is measured.
        judgments: Query text to product to grade.
        k: Length of the lists.
        slices: Name to query texts.
        about: Goes into the report.
        progress: Shows how far it is.

    Raises:
        InputError: No query has a relevant product.
    """
    systems = rankers(service, k)
    runs: dict[str, dict[str, Sequence[str]]] = {name: {} for name in systems}
    with progress("searching", len(judgments)) as advance:
        for text in judgments:
            for name, rank in systems.items():
                runs[name][text] = rank(text)
            advance(1)
    return evaluate_search(runs, judgments, k=k, slices=slices, about=about)


def evaluate_sample_search(
    service: RankingService, *, k: int = 10, progress: ProgressFactory = silent_progress
) -> dict[Half, EvaluationReport]:
    """The sample's judged queries on a service that serves the sample catalogue: validation, then test.

    ``report.table("fused")`` shows each system with its paired test against the fused default.
    """
    from kms.sample.queries import load_queries

    halves: dict[Half, EvaluationReport] = {}
    for half in ("validation", "test"):
        queries = [query for query in load_queries() if query.split == half]
        slices = {
            "English": [q.text for q in queries if q.lang == "en"],
            "Chinese": [q.text for q in queries if q.lang == "zh"],
        }
        halves[half] = evaluate_queries(
            service,
            {query.text: query.grades for query in queries},
            k=k,
            slices=slices,
            about={"data": "sample catalogue", "split": half, "queries": str(len(queries))},
            progress=progress,
        )
    return halves


def half_of(query: str, salt: str = "kms") -> Half:
    """Validation or test, by a hash of the query, for judgments that come without a split."""
    digest = hashlib.blake2b(f"{salt}\x1f{query}".encode(), digest_size=8).digest()
    return "validation" if digest[0] % 2 == 0 else "test"
