"""Search on the sample catalogue, the whole way by rules: the fused default against each scorer alone, on test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.jobs import run_batch
from api.wiring import INDEX, Platform
from kms.settings import read_settings
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.runs import evaluate_sample_search
from ranking.serving.service import RankingService

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EvaluationReport]:
    state = tmp_path_factory.mktemp("sample")
    platform = Platform(read_settings(state_dir=state, extractor_dir=Path(state / "none")))
    run_batch(platform, ["sample"])
    version = platform.artifacts.current(INDEX)
    assert version is not None
    index = platform.open_index(version)
    yield evaluate_sample_search(RankingService(index))["test"]
    index.close()
    platform.close()


def test_the_fused_default_is_good(report: EvaluationReport) -> None:
    assert report.system("fused").means["ndcg"] >= 0.88
    assert report.system("fused").slices["Chinese"] >= 0.85


@pytest.mark.parametrize("other", ["lexical", "dense", "graph"])
def test_the_fused_default_beats_each_scorer_alone(report: EvaluationReport, other: str) -> None:
    test = report.compare("fused", other)
    assert test.difference > 0.03 and test.p_value < 0.05
