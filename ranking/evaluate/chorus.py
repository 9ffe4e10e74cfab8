"""Chorus: product search on Icecat descriptions with graded judgments (querqy/chorus)."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kms.errors import InputError
from kms.progress import ProgressFactory, silent_progress
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.runs import Half, evaluate_queries, half_of
from ranking.models import SearchRequest
from ranking.serving.service import RankingService

FILE = Path("chorus-search") / "judgments.tsv"
SALT = "kms"
WARMING = ("desk lamp", "red cable 2 m", "印刷", "anything under 50", "phone not black") * 4


@dataclass(frozen=True)
class Latency:
    """Times of single searches in milliseconds: of the clock, and of this process's work alone."""

    searches: int
    p50_ms: float
    p95_ms: float
    p50_cpu_ms: float
    p95_cpu_ms: float


def read_judgments(path: Path) -> dict[str, dict[str, float]]:
    """Query to product to grade (0 to 3), in the file's order.

    Raises:
        InputError: There is no such file, or it has other columns.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            judgments: dict[str, dict[str, float]] = {}
            for row in csv.DictReader(lines, delimiter="\t"):
                judgments.setdefault(row["query"], {})[row["product"]] = float(row["grade"])
            return judgments
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; set KMS_DATASETS") from error
    except (KeyError, ValueError) as error:
        raise InputError(f"{path} has no columns query, product, grade ({error})") from error


def halves(judgments: Mapping[str, Mapping[str, float]]) -> dict[Half, dict[str, Mapping[str, float]]]:
    """The judged queries in two halves by a hash of their words."""
    split: dict[Half, dict[str, Mapping[str, float]]] = {"validation": {}, "test": {}}
    for query, grades in judgments.items():
        split[half_of(query, SALT)][query] = grades
    return split


def evaluate_chorus(
    service: RankingService,
    judgments: Mapping[str, Mapping[str, float]],
    *,
    k: int = 10,
    progress: ProgressFactory = silent_progress,
) -> dict[str, EvaluationReport]:
    """Each scorer alone and the fused default: on validation, on test, on all queries."""
    split = halves(judgments)
    parts: dict[str, Mapping[str, Mapping[str, float]]] = {
        "validation": split["validation"],
        "test": split["test"],
        "all": judgments,
    }
    return {
        name: evaluate_queries(
            service, queries, k=k, about={"data": "Chorus", "split": name}, progress=progress
        )
        for name, queries in parts.items()
    }


def measure_latency(service: RankingService, queries: Sequence[str]) -> Latency:
    """Searches with reasons and two facets, one after the other, each query once after a few others to warm up.

    Queries must be new to the service, or their vectors are remembered and the encoder is not measured.
    """
    clock: list[float] = []
    work: list[float] = []
    for query in (*WARMING, *queries):
        request = SearchRequest(query=query, explain=True, facets=("brand", "category"))
        began, began_work = time.perf_counter(), time.process_time()
        service.search(request)
        work.append((time.process_time() - began_work) * 1e3)
        clock.append((time.perf_counter() - began) * 1e3)
    clock, work = clock[len(WARMING) :], work[len(WARMING) :]
    figures = (*np.percentile(clock, [50, 95]), *np.percentile(work, [50, 95]))
    return Latency(len(clock), *(float(value) for value in figures))
