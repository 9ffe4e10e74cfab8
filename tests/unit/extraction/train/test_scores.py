from __future__ import annotations

import pytest

from extraction.model.examples import (
    PredictedRelation,
    PredictedSpan,
    Prediction,
    Relation,
    Span,
    SpanExample,
)
from extraction.train.scores import (
    Score,
    choose_score,
    score_answers,
    score_relations,
    score_spans,
    score_values,
    sum_scores,
)

GOLD = SpanExample(
    "red and red bag",
    spans=(Span(0, 3, "colour"), Span(8, 11, "colour"), Span(12, 15, "kind")),
    relations=(Relation(0, 2, "of"), Relation(None, 1, "has")),
)


def predict(
    *spans: tuple[int, int, str], relations: tuple[tuple[int | None, int, str], ...] = ()
) -> Prediction:
    return Prediction(
        tuple(PredictedSpan(*span, 0.9) for span in spans),
        tuple(PredictedRelation(*relation, 0.8) for relation in relations),
    )


def test_precision_recall_and_f1() -> None:
    score = Score(right=2, predicted=4, gold=8)
    assert (score.precision, score.recall) == (0.5, 0.25)
    assert score.f1 == pytest.approx(1 / 3)
    assert Score().f1 == Score().precision == Score().recall == 0.0


def test_values_count_once_however_often_they_occur() -> None:
    one = predict((0, 3, "colour"), (12, 15, "kind"))
    assert score_values([GOLD], [one])[""] == Score(2, 2, 2)
    assert score_spans([GOLD], [one])[""] == Score(2, 2, 3)
    assert score_spans([GOLD], [one])["colour"] == Score(1, 1, 2)


def test_the_surest_surface_answers_for_its_type() -> None:
    prediction = Prediction((PredictedSpan(0, 3, "colour", 0.4), PredictedSpan(12, 15, "colour", 0.6)))
    assert score_answers([GOLD], [prediction])["colour"] == Score(0, 1, 1), "bag is surer than red"
    assert score_answers([GOLD], [predict((8, 11, "colour"))])["colour"] == Score(1, 1, 1)
    assert score_answers([SpanExample("red bag")], [prediction])[""] == Score(0, 1, 0)
    assert score_answers([GOLD], [Prediction()])[""] == Score(0, 0, 2)


def test_relations_need_exact_ends_and_the_document() -> None:
    found = predict(
        (0, 3, "colour"), (8, 11, "colour"), (12, 15, "kind"),
        relations=((0, 2, "of"), (0, 1, "has"), (None, 2, "has")),
    )  # fmt: skip
    scores = score_relations([GOLD], [found])
    assert scores["of"] == Score(1, 1, 1)
    assert scores["has"] == Score(0, 2, 1)
    assert scores[""] == Score(1, 3, 2)
    assert sum_scores(scores, "ha") == Score(0, 2, 1)


def test_a_wrong_type_is_one_false_and_one_missed() -> None:
    scores = score_spans([GOLD], [predict((0, 3, "kind"))])
    assert scores[""] == Score(0, 1, 3)


@pytest.mark.parametrize(
    ("metric", "expected"), [("spans", 1.0), ("values", 1.0), ("relations", 0.0), ("spans_relations", 0.5)]
)
def test_the_best_epoch_is_chosen_by_the_metric(metric: str, expected: float) -> None:
    found = predict((0, 3, "colour"), (8, 11, "colour"), (12, 15, "kind"))
    assert choose_score(metric, [GOLD], [found]) == expected
