"""Recommendations on amazon-beauty as served: what docs/results/recommendations.md claims, measured again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ranking.evaluate.beauty import Beauty, default_folder, read_beauty
from ranking.evaluate.split import check_leakage

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


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(
    not os.environ.get("KMS_TEST_LONG"),
    reason="loads the data set into an installation, which takes more than ten minutes: set KMS_TEST_LONG=1",
)
def test_what_is_served_is_what_is_documented(data: Beauty, tmp_path: Path) -> None:
    from api.beauty import open_beauty
    from scripts.benchmark_recommendations import measure_test

    platform = open_beauty(tmp_path / "state", data)
    try:
        report = measure_test(platform, data)
    finally:
        platform.close()
    served = report.system("served").means["ndcg"]
    assert served >= 0.100
    if RESULTS.is_file():
        written = json.loads(RESULTS.read_text(encoding="utf-8"))["With the co-purchase lists"]["systems"]
        documented = next(system["means"]["ndcg"] for system in written if system["name"] == "served")
        assert served == pytest.approx(documented, abs=2e-3)
    assert report.compare("served", "rp3beta").p_value < 0.01
