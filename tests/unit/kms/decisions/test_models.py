from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kms.decisions.models import Decision, FactName, MentionName, check_decision, standing
from kms.decisions.reasons import REASON_LABELS, REASONS, Reason, Verdict
from kms.errors import InputError

RED = FactName(relation="has_value", attribute="colour", target="value:colours/red")
BLUE = FactName(relation="has_value", attribute="colour", target="value:colours/blue")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def decision(**more: Any) -> Decision:
    return Decision.model_validate(
        {"product_id": "A", "about": RED, "verdict": "reject", "reason": "misread", "by": "user:anna", **more}
    )


def test_every_verdict_has_reasons_and_every_reason_has_names_in_both_languages() -> None:
    assert set(REASONS) == set(Verdict)
    assert set(REASON_LABELS) == set(Reason)
    assert {reason for reasons in REASONS.values() for reason in reasons} == set(Reason)
    assert all(en and zh for en, zh in REASON_LABELS.values())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": "says_so"}, "no reason to reject"),
        ({"reason": "other", "note": " "}, "needs a note"),
        ({"verdict": "correct", "reason": "wrong_value"}, "give the right value"),
        ({"corrected": BLUE}, "give the right value"),
        ({"verdict": "correct", "reason": "wrong_value", "corrected": RED}, "accept it instead"),
        ({"valid_from": NOW, "valid_until": NOW}, "must be later"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(more: dict[str, Any], told: str) -> None:
    check_decision(decision())
    with pytest.raises(InputError, match=told):
        check_decision(decision(**more))


def test_decisions_on_the_same_have_one_subject() -> None:
    mention = {
        "relation": "has_value",
        "attribute": "colour",
        "field": "title",
        "surface": "Red",
        "context": "A  Red",
    }
    assert decision().subject == decision(verdict="accept", reason="says_so").subject
    assert decision().subject != decision(product_id="B").subject
    assert (
        decision(about=MentionName.model_validate(mention)).subject
        == decision(
            about=MentionName.model_validate(
                {**mention, "surface": "red", "context": "a red", "target": "x:y"}
            )
        ).subject
    )


def test_what_stands_is_the_newest_on_each_thing_in_its_time() -> None:
    day = timedelta(days=1)
    first = decision(number=1)
    second = decision(number=2, verdict="accept", reason="says_so")
    undone = decision(number=3, undone_by="user:bert")
    other = decision(number=4, about=BLUE, valid_from=NOW, valid_until=NOW + day)
    every = [other, undone, second, first]
    assert standing(every, NOW - day) == [second]
    assert standing(every, NOW) == [second, other]
    assert standing(every, NOW + day) == [second]
