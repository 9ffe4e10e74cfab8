"""Search on the sample catalogue, the whole way by rules: the fused default against each scorer alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kms.sample.queries import load_questions
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.runs import Half, evaluate_queries, evaluate_sample_search
from ranking.models import SearchRequest, Sort
from ranking.serving.service import RankingService
from tests.quality.sample_fixture import sample_state, service

__all__ = ["sample_state", "service"]

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def reports(service: RankingService) -> Mapping[Half, EvaluationReport]:
    return evaluate_sample_search(service)


def test_the_fused_default_is_good(reports: Mapping[Half, EvaluationReport]) -> None:
    assert reports["test"].system("fused").means["ndcg"] >= 0.88
    assert reports["test"].system("fused").slices["Chinese"] >= 0.85


def test_the_fused_default_beats_words_alone(reports: Mapping[Half, EvaluationReport]) -> None:
    """By three points on each half; that fifty queries alone show it is asked of the half that weights were chosen on."""
    compared = {split: report.compare("fused", "bm25") for split, report in reports.items()}
    assert all(test.difference > 0.03 for test in compared.values())
    assert compared["validation"].p_value < 0.05


@pytest.mark.parametrize("other", ["lexical", "dense", "graph"])
def test_no_scorer_alone_orders_the_matches_better(
    reports: Mapping[Half, EvaluationReport], other: str
) -> None:
    for report in reports.values():
        assert report.compare("fused", other).difference > -0.01


def test_long_questions_find_by_use_and_meaning(service: RankingService) -> None:
    questions = {q.text: q.grades for q in load_questions()}
    assert evaluate_queries(service, questions).system("fused").means["ndcg"] >= 0.55


@pytest.mark.parametrize(
    "query", ["lawn mower", "phone cover galaxy 22", "qwrtplk", "cat litter", "bicycle tyre"]
)
def test_what_the_shop_does_not_have_is_not_found(service: RankingService, query: str) -> None:
    answer = service.search(SearchRequest(query=query))
    assert (answer.total, answer.matching.rule) == (0, "nothing")


@pytest.mark.parametrize("sort", ["relevance", "price_asc", "price_desc", "rating", "popularity", "newest"])
@pytest.mark.parametrize(
    ("query", "class_id"), [("tents", "tent"), ("keyboards", "keyboard"), ("耳机", "headphones")]
)
def test_every_sort_is_of_the_kind_that_is_asked_for(
    service: RankingService, query: str, class_id: str, sort: Sort
) -> None:
    answer = service.search(SearchRequest(query=query, sort=sort, limit=50))
    assert {hit.product_id for hit in answer.hits} == {
        service.index.ids[i] for i in service.index.columns.holding("category", class_id)
    }


def test_the_lightest_comes_first(service: RankingService) -> None:
    answer = service.search(SearchRequest(query="lightest tent"))
    weights = service.index.columns.numbers("attr.weight")
    known = [weights[service.index.positions[hit.product_id]] for hit in answer.hits]
    assert known[0] == min(known)


@pytest.mark.parametrize(
    ("query", "classes"),
    [
        ("laptop 1 tb ssd", {"laptop", "external_ssd"}),  # the SSD may be in the laptop
        ("laptop 15 inch backpack", {"backpack"}),  # no backpack has a screen: the number is the laptop's
        ("laptop backpack", {"backpack"}),
    ],
)
def test_a_number_between_two_classes_may_be_of_both(
    service: RankingService, query: str, classes: set[str]
) -> None:
    answer = service.search(SearchRequest(query=query))
    assert set(answer.matching.classes) == classes
