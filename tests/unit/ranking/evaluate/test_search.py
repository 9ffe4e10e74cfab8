"""Evaluation of search runs."""

from __future__ import annotations

import json
from math import log2

import pytest

from kms.errors import InputError
from ranking.evaluate.search import evaluate_search

JUDGMENTS = {
    "lamp": {"p1": 3.0, "p2": 1.0, "p3": 0.0},
    "cup": {"p4": 2.0},
    "nothing relevant": {"p1": 0.0},
}


def test_means_by_hand() -> None:
    runs = {"lexical": {"lamp": ["p2", "p9", "p1"], "cup": ["p4"]}, "dense": {"lamp": ["p3"]}}
    report = evaluate_search(runs, JUDGMENTS)
    assert report.cases == ("lamp", "cup")
    lamp = (1 + 7 / 2) / (7 + 1 / log2(3))
    lexical = report.system("lexical").means
    assert lexical["ndcg"] == pytest.approx((lamp + 1.0) / 2)
    assert lexical["mrr"] == 1.0
    assert lexical["recall"] == 1.0
    assert lexical["precision"] == pytest.approx((0.2 + 0.1) / 2)
    assert lexical["judged"] == pytest.approx((2 / 3 + 1) / 2)
    dense = report.system("dense").means
    assert dense["ndcg"] == 0.0
    assert dense["judged"] == 0.5


def test_tests_and_slices() -> None:
    runs = {"a": {"lamp": ["p1", "p2"], "cup": ["p4"]}, "b": {"lamp": ["p2"], "cup": ["p1", "p4"]}}
    report = evaluate_search(runs, JUDGMENTS, slices={"short": ["cup"], "none": ["x"]})
    assert report.slice_sizes == {"short": 1, "none": 0}
    assert report.system("a").slices["short"] == 1.0
    assert report.best() == "a"
    assert report.compare("a", "b").difference > 0
    assert json.loads(report.to_json())["n_cases"] == 2
    assert "| b |" in report.markdown()


def test_only_the_first_k_count() -> None:
    report = evaluate_search({"a": {"cup": ["x", "y", "p4"], "lamp": []}}, JUDGMENTS, k=2)
    assert report.system("a").means["hit_rate"] == 0.0


def test_linear_gain() -> None:
    run = {"a": {"lamp": ["p2", "p1"], "cup": ["p4"]}}
    exponential = evaluate_search(run, JUDGMENTS).system("a").means["ndcg"]
    linear = evaluate_search(run, JUDGMENTS, gain="linear").system("a").means["ndcg"]
    assert linear > exponential


def test_bad_input() -> None:
    with pytest.raises(InputError, match="grade above 0"):
        evaluate_search({"a": {}}, {"q": {"p": 0.0}})
    with pytest.raises(InputError, match="no run"):
        evaluate_search({}, JUDGMENTS)
    with pytest.raises(InputError, match="twice for query 'cup'"):
        evaluate_search({"a": {"cup": ["p4", "p4"]}}, JUDGMENTS)
