from __future__ import annotations

from extraction.model.examples import PredictedRelation, PredictedSpan, Prediction, Relation, Span
from extraction.train.compare import Reading, join, keep_sure, read_evidence, read_structure, score_readings
from extraction.train.scores import Score
from kms.evidence.models import Evidence


def evidence(start: int, end: int, relation: str, **more: object) -> Evidence:
    return Evidence.model_construct(
        start=start, end=end, relation=relation, **{"attribute": "", "negated": False, "opinion": None,
                                                    "polarity": None, **more},
    )  # fmt: skip


def test_structure_of_gold() -> None:
    spans = (Span(0, 3, "negation"), Span(4, 9, "use"), Span(10, 14, "aspect"), Span(15, 19, "opinion"),
             Span(20, 25, "product"))  # fmt: skip
    relations = (
        Relation(0, 1, "negates"),
        Relation(2, 3, "opinion_negative"),
        Relation(None, 4, "complements"),
    )
    reading = read_structure(spans, relations)
    assert reading.negated == {("use", (4, 9))}
    assert reading.opinions == {("negative", (10, 14), (15, 19))}
    assert reading.links == {("complements", (20, 25))}
    assert len(reading.spans) == 5


def test_structure_of_evidence() -> None:
    reading = read_evidence(
        [
            evidence(0, 5, "has_value", attribute="colour", negated=True),
            evidence(6, 9, "in_category"),
            evidence(10, 14, "has_aspect", polarity="positive", opinion=(15, 19)),
            evidence(20, 25, "has_aspect", polarity="negative", opinion=(20, 25), value="overall"),
        ]
    )
    assert reading.spans == {
        ("colour", (0, 5)), ("class", (6, 9)),
        ("aspect", (10, 14)), ("opinion", (15, 19)), ("opinion", (20, 25)),
    }  # fmt: skip
    assert reading.negated == {("colour", (0, 5))}
    assert reading.opinions == {("positive", (10, 14), (15, 19)), ("negative", None, (20, 25))}


def test_rules_stand_on_the_ontology_and_the_model_on_opinions() -> None:
    model = Reading(
        frozenset({("colour", (0, 5)), ("use", (50, 55)), ("opinion", (20, 24)), ("product", (60, 64))}),
        frozenset({("positive", None, (20, 24))}),
        frozenset({("use", (50, 55)), ("colour", (0, 5))}),
        frozenset({("complements", (60, 64))}),
    )
    rules = Reading(
        frozenset({("material", (3, 8)), ("opinion", (30, 35)), ("opinion", (22, 26))}),
        frozenset({("negative", None, (30, 35)), ("negative", None, (22, 26))}),
        frozenset({("material", (3, 8))}),
    )
    both = join(model, rules)
    assert both.spans == {
        ("material", (3, 8)), ("use", (50, 55)), ("opinion", (20, 24)), ("opinion", (30, 35)), ("product", (60, 64)),
    }  # fmt: skip
    assert both.opinions == {("positive", None, (20, 24)), ("negative", None, (30, 35))}
    assert both.negated == {("material", (3, 8)), ("use", (50, 55))}
    assert both.links == model.links
    assert join(Reading(), rules).opinions == rules.opinions


def test_doubtful_spans_and_their_relations_go() -> None:
    prediction = Prediction(
        (
            PredictedSpan(0, 3, "negation", 0.4),
            PredictedSpan(4, 8, "use", 0.5),
            PredictedSpan(9, 12, "colour", 0.9),
        ),
        (PredictedRelation(0, 1, "negates", 0.9), PredictedRelation(0, 2, "negates", 0.9)),
    )
    spans, relations = keep_sure(prediction)
    assert [s.type for s in spans] == ["negation", "colour"]
    assert [(r.head, r.tail) for r in relations] == [(0, 1)]


def test_scores_of_readings() -> None:
    gold = Reading(frozenset({("use", (0, 3))}), frozenset({("positive", None, (0, 3))}))
    scores = score_readings([gold, Reading()], [gold, gold])
    assert scores["spans"][""] == Score(1, 2, 1)
    assert scores["opinions"]["positive"] == Score(1, 2, 1)
