"""Behaviour and graph on amazon-beauty: what docs/results/recommendations.md claims, fitted again."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from ranking.behaviour.p3alpha import P3alpha, P3alphaConfig
from ranking.evaluate.beauty import Beauty, default_folder, read_beauty
from ranking.evaluate.recommendations import evaluate_recommendations
from ranking.evaluate.split import check_leakage
from scripts.benchmark_recommendations import measure

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(
        not (default_folder() / "train.tsv.gz").is_file(),
        reason=f"amazon-beauty is not at {default_folder()}; set KMS_DATASETS to the folder that holds it",
    ),
]
RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results" / "recommendations.json"


@pytest.fixture(scope="module")
def data() -> Beauty:
    return read_beauty()


def test_counts_and_no_leak(data: Beauty) -> None:
    assert data.train.matrix.shape == (22_363, 12_101)
    assert data.train.matrix.nnz == 149_844
    assert data.test.matrix.nnz == 48_658
    check_leakage(data.train, data.test)


def test_sparse_models_keep_their_level(data: Beauty) -> None:
    settings = json.loads(RESULTS.read_text(encoding="utf-8"))["settings"]["p3alpha"]
    report = evaluate_recommendations(
        {"p3alpha": P3alpha(P3alphaConfig(**settings)).fit(data.train)}, data.train, data.test
    )
    written = {system["name"]: system["means"] for system in json.loads(RESULTS.read_text())["systems"]}
    assert report.system("popularity").means["ndcg"] == pytest.approx(written["popularity"]["ndcg"], abs=1e-4)
    assert report.system("p3alpha").means["ndcg"] == pytest.approx(written["p3alpha"]["ndcg"], abs=1e-4)
    assert report.against("p3alpha")["popularity"].p_value < 0.01


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(
    not os.environ.get("KMS_TEST_LONG"),
    reason="fits every model again, which takes more than ten minutes: set KMS_TEST_LONG=1",
)
def test_fused_beats_graph_and_behaviour_alone(data: Beauty) -> None:
    from rich.console import Console

    settings = json.loads(RESULTS.read_text(encoding="utf-8"))["settings"]
    report = measure(data, settings, {}, Console(quiet=True))
    fused = report.system("fused: all")
    assert fused.means["ndcg"] >= 0.093
    alone = [name for name in (s.name for s in report.systems) if not name.startswith("fused")]
    for name in alone:
        test = report.compare("fused: all", name)
        assert test.difference > 0, name
        assert test.p_value < 0.01, name
    assert all(math.isfinite(value) for system in report.systems for value in system.means.values())
    assert np.isfinite(fused.per_case["ndcg"]).all()
