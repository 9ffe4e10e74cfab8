from __future__ import annotations

from typing import Any

from extraction.merging import merge_evidence, overlap
from kms.evidence.models import Evidence


def evidence(start: int, end: int, relation: str, extractor: str, **more: object) -> Evidence:
    fields: dict[str, Any] = {"confidence": 0.9, "opinion": None, **more}
    return Evidence.model_construct(start=start, end=end, relation=relation, extractor=extractor, **fields)


def places(items: list[Evidence]) -> list[tuple[int, int, str]]:
    return [(item.start, item.end, item.extractor) for item in items]


def test_rules_stand_and_the_model_adds_what_they_left() -> None:
    rules = [evidence(0, 5, "has_value", "rules")]
    model = [
        evidence(3, 9, "has_value", "model"),
        evidence(10, 14, "suited_for", "model"),
        evidence(20, 24, "suited_for", "model", confidence=0.5),
        evidence(30, 34, "mentions", "model", confidence=0.5),
    ]
    assert places(merge_evidence(rules, model)) == [
        (0, 5, "rules"), (10, 14, "model"), (30, 34, "model"),
    ]  # fmt: skip


def test_opinions_are_the_models_first() -> None:
    rules = [
        evidence(0, 5, "has_aspect", "rules", opinion=(6, 10)),
        evidence(20, 25, "has_aspect", "rules", opinion=(26, 30)),
    ]
    model = [evidence(0, 4, "has_aspect", "model", opinion=(8, 12), confidence=0.4)]
    assert places(merge_evidence(rules, model)) == [(0, 4, "model"), (20, 25, "rules")]


def test_nothing_changes_without_the_other() -> None:
    rules = [evidence(0, 5, "has_value", "rules"), evidence(8, 9, "has_aspect", "rules")]
    assert merge_evidence(rules, []) == rules
    assert places(merge_evidence([], [evidence(0, 5, "has_value", "model")])) == [(0, 5, "model")]


def test_spans_that_touch_do_not_overlap() -> None:
    assert not overlap((0, 3), (3, 5))
    assert overlap((0, 4), (3, 5))
