from __future__ import annotations

import numpy as np
import pytest

from extraction.model.calibration import expected_calibration_error, fit_temperature
from extraction.model.decoding import softmax


def draw(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are ``temperature`` times too large for the classes drawn from them."""
    rng = np.random.default_rng(3)
    honest = rng.normal(0, 1.5, (4000, 3))
    classes = np.array([rng.choice(3, p=p) for p in softmax(honest)])
    return honest * temperature, classes[:, None] == np.arange(3)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_spoilt_the_logits_is_found(temperature: float) -> None:
    logits, gold = draw(temperature)
    assert fit_temperature([(logits, gold)]) == pytest.approx(temperature, rel=0.1)


def test_calibration_lowers_the_error() -> None:
    logits, gold = draw(3.0)
    right = gold[np.arange(len(gold)), logits.argmax(axis=1)]
    before = expected_calibration_error(softmax(logits).max(axis=1), right)
    after = expected_calibration_error(softmax(logits, fit_temperature([(logits, gold)])).max(axis=1), right)
    assert after < before / 3


def test_nothing_to_fit_leaves_probabilities_alone() -> None:
    assert fit_temperature([]) == 1.0
    assert fit_temperature([(np.zeros((0, 3)), np.zeros((0, 3), bool))]) == 1.0
    assert expected_calibration_error(np.zeros(0), np.zeros(0, bool)) == 0.0
