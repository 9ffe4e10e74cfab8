"""Search on the sample catalogue, the whole way by rules: the fused default against each scorer alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from api.jobs import run_batch
from api.wiring import INDEX, Platform
from kms.settings import read_settings
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.runs import Half, evaluate_sample_search
from ranking.serving.service import RankingService

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Half, EvaluationReport]]:
    state = tmp_path_factory.mktemp("sample")
    platform = Platform(read_settings(state_dir=state, extractor_dir=Path(state / "none")))
    run_batch(platform, ["sample"])
    version = platform.artifacts.current(INDEX)
    assert version is not None
    index = platform.open_index(version)
    yield evaluate_sample_search(RankingService(index))
    index.close()
    platform.close()


def test_the_fused_default_is_good(reports: Mapping[Half, EvaluationReport]) -> None:
    assert reports["test"].system("fused").means["ndcg"] >= 0.88
    assert reports["test"].system("fused").slices["Chinese"] >= 0.85


@pytest.mark.parametrize("other", ["lexical", "dense", "graph"])
def test_the_fused_default_beats_each_scorer_alone(
    reports: Mapping[Half, EvaluationReport], other: str
) -> None:
    """By three points on each half; that fifty queries alone show it is asked of the half that weights were chosen on."""
    compared = {split: report.compare("fused", other) for split, report in reports.items()}
    assert all(test.difference > 0.03 for test in compared.values())
    assert compared["validation"].p_value < 0.05
