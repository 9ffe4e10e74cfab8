from __future__ import annotations

from extraction.model.examples import Relation, Span
from extraction.train.compare import Reading, join, read_evidence, read_structure, score_readings
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


def test_rules_fill_what_the_model_left_open() -> None:
    model = Reading(frozenset({("colour", (0, 5))}), frozenset({("positive", None, (20, 24))}))
    rules = Reading(
        frozenset({("material", (3, 8)), ("use", (10, 14)), ("opinion", (30, 35))}),
        frozenset({("negative", None, (30, 35))}),
        frozenset({("use", (10, 14)), ("material", (3, 8))}),
    )
    both = join(model, rules)
    assert both.spans == {("colour", (0, 5)), ("use", (10, 14))}
    assert both.negated == {("use", (10, 14))}
    assert both.opinions == model.opinions
    assert join(Reading(), rules).opinions == rules.opinions


def test_scores_of_readings() -> None:
    gold = Reading(frozenset({("use", (0, 3))}), frozenset({("positive", None, (0, 3))}))
    scores = score_readings([gold, Reading()], [gold, gold])
    assert scores["spans"][""] == Score(1, 2, 1)
    assert scores["opinions"]["positive"] == Score(1, 2, 1)
