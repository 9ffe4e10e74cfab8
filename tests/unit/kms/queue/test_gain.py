"""The worth of an answer: known values, and how answers move it."""

from __future__ import annotations

import pytest

from kms.queue.gain import PRIOR_WEIGHT, PRIORS, balance, entropy, rate_of
from kms.queue.models import Kind


def test_an_answer_tells_most_where_yes_and_no_are_equally_likely() -> None:
    assert entropy(0.5) == 1.0
    assert entropy(0.11) == pytest.approx(0.4999, abs=1e-3)
    assert entropy(0.3) == pytest.approx(entropy(0.7))
    assert entropy(0.0) == entropy(1.0) == 0.0


def test_kinds_without_a_belief_learn_from_answers() -> None:
    assert rate_of(Kind.DOUBTFUL, 3, 4) is None
    assert rate_of(Kind.WORD, 0, 0) == pytest.approx(PRIORS[Kind.WORD])
    assert rate_of(Kind.WORD, 10, 10) == pytest.approx(
        (10 + PRIORS[Kind.WORD] * PRIOR_WEIGHT) / (10 + PRIOR_WEIGHT)
    )


def test_two_beliefs_weigh_against_each_other() -> None:
    assert balance(0.8, 0.8) == 0.5
    assert balance(0.9, 0.1) == pytest.approx(0.9)
    assert balance(0.0, 0.0) == 0.5
