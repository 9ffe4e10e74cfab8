"""Runs, the Chorus reader and the grid on the small shop."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kms.db.session import Database
from kms.errors import InputError
from ranking.evaluate.chorus import evaluate_chorus, halves, measure_latency, read_judgments
from ranking.evaluate.runs import SYSTEMS, evaluate_queries, half_of, rankers
from ranking.evaluate.tuning import cross_validate, deal, grid, read_features, try_grid
from ranking.models import SearchRequest
from ranking.serving.search import LinearRanker, Searcher
from ranking.serving.service import RankingService
from ranking.serving.weights import SearchWeights
from tests.shop_fixture import SmallShop

JUDGMENTS = {
    "norvik drift": {"H2": 3.0, "H3": 1.0},
    "travel kettle": {"K2": 3.0, "K1": 1.0},
    "nothing": {"H1": 0.0},
}


@pytest.fixture
def service(sqlite_database: Database, tmp_path: Path) -> Iterator[RankingService]:
    shop = SmallShop(sqlite_database, tmp_path)
    shop.fill()
    shop.build()
    yield shop.open()
    shop.close()


def test_every_scorer_stands_beside_the_fused_one(service: RankingService) -> None:
    report = evaluate_queries(service, JUDGMENTS, slices={"one": ["norvik drift"]})
    assert [s.name for s in report.systems] == ["bm25", *SYSTEMS]
    assert report.cases == ("norvik drift", "travel kettle")
    assert report.system("fused").means["mrr"] == 1.0
    assert report.slice_sizes == {"one": 1}


def test_the_fused_run_is_the_default_search(service: RankingService) -> None:
    default = service.search(SearchRequest(query="norvik drift"))
    assert rankers(service)["fused"]("norvik drift") == [hit.product_id for hit in default.shown]


def test_a_linear_score_is_the_weighted_sum_of_the_features(service: RankingService) -> None:
    weights = SearchWeights(text=1.0, vector=0.5, graph=2.0, popularity=0.0)
    searcher = Searcher(service.index, LinearRanker(weights))
    request = SearchRequest(query="norvik drift", limit=50)
    features = searcher.features(request)
    total = sum(weights.factors[name] * value for name, value in features.values.items())
    scores = dict(zip(features.product_ids, np.asarray(total), strict=True))
    for hit in searcher.search(request).hits:
        assert hit.score == pytest.approx(scores[hit.product_id], abs=1e-5)
    assert all(value.min() >= 0 and value.max() <= 1 + 1e-6 for value in features.values.values())


def test_the_grid_agrees_with_the_searcher(service: RankingService) -> None:
    sets = {"shop": read_features(Searcher(service.index), JUDGMENTS)}
    trials = try_grid(sets)
    assert len(sets["shop"]) == 2 and len(trials) == len(list(grid()))
    assert all(a.around >= b.around - 1.1e-3 for a, b in pairwise(trials))
    weights = trials[0].weights
    fused = evaluate_queries(RankingService(service.index, search_weights=weights), JUDGMENTS).system("fused")
    assert fused.means["ndcg"] == pytest.approx(trials[0].mean)


def test_folds_hold_each_query_once() -> None:
    folds = deal(23, 5, 0)
    assert sorted(np.concatenate(folds).tolist()) == list(range(23))
    assert [fold.tolist() for fold in folds] == [fold.tolist() for fold in deal(23, 5, 0)]


def test_weights_are_measured_on_queries_they_were_not_chosen_on(service: RankingService) -> None:
    judged = read_features(Searcher(service.index), JUDGMENTS)
    folds = cross_validate(judged, folds=2)
    assert [fold.queries for fold in folds] == [1, 1]
    # With one query a fold, what is held out of one is what the other chose on: some point answers both perfectly.
    assert all(fold.train == 1.0 for fold in folds)
    assert all(0.0 <= fold.held_out <= 1.0 for fold in folds)


def test_halves_are_stable_and_complete() -> None:
    assert half_of("laptop") == half_of("laptop")
    split = halves(JUDGMENTS)
    assert {**split["validation"], **split["test"]} == JUDGMENTS
    many = [half_of(f"query {n}") for n in range(400)]
    assert 150 < many.count("validation") < 250


def test_chorus_judgments(tmp_path: Path, service: RankingService) -> None:
    path = tmp_path / "judgments.tsv"
    path.write_text("query\tproduct\tgrade\n" + "".join(f"kettle {n}\tK1\t3\n" for n in range(8)), "utf-8")
    judgments = read_judgments(path)
    assert judgments["kettle 0"] == {"K1": 3.0}
    reports = evaluate_chorus(service, judgments)
    assert set(reports) == {"validation", "test", "all"}
    assert len(reports["all"].cases) == 8
    assert measure_latency(service, list(judgments)).searches == 8


@pytest.mark.parametrize("content", ["a\tb\n1\t2\n", "query\tproduct\tgrade\nq\tp\thigh\n"])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "judgments.tsv"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match="no columns"):
        read_judgments(path)
    with pytest.raises(InputError, match="KMS_DATASETS"):
        read_judgments(tmp_path / "nowhere.tsv")
