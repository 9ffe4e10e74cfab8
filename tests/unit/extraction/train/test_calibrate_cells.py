from __future__ import annotations

import numpy as np
import pytest

from extraction.train.calibrate_cells import calibrate, fit_confidence
from extraction.train.cells import CellReading, calibration_error


def draw(count: int, seed: int) -> list[CellReading]:
    """Readings of a model that is too sure, the more so of the attribute "b"."""
    rng = np.random.default_rng(seed)
    readings = []
    for number in range(count):
        attribute = "ab"[number % 2]
        log_odds = rng.normal(0.0, 2.0)
        true = 0.5 * log_odds - (1.5 if attribute == "b" else 0.0)
        confidence = 1 / (1 + np.exp(-log_odds))
        is_right = bool(rng.random() < 1 / (1 + np.exp(-true)))
        readings.append(CellReading((str(number), attribute), "x", float(confidence), is_right, stands=True))
    return readings


def test_confidences_become_the_share_of_right_readings_on_others() -> None:
    settings = fit_confidence(draw(4_000, 1), 0.9)
    fresh = draw(4_000, 2)
    assert calibration_error(fresh) > 0.1
    assert calibration_error(calibrate(fresh, settings)) < 0.04
    assert settings.scale == pytest.approx(0.5, abs=0.1)
    assert settings.shifts["b"] < settings.shifts["a"]


def test_rare_attributes_get_no_shift_and_cells_without_reading_stay_empty() -> None:
    readings = [*draw(200, 1), CellReading(("x", "rare"), "y", 0.5, True, stands=True)]
    settings = fit_confidence(readings, 0.9)
    assert set(settings.shifts) == {"a", "b"}
    empty = CellReading(("x", "a"), "", 0.0, False, stands=True)
    assert calibrate([empty], settings) == [empty]


def test_readings_that_are_all_right_leave_confidences_alone() -> None:
    settings = fit_confidence([CellReading(("x", "a"), "y", 0.7, True, stands=True)], 0.9)
    assert settings.calibrated("a", 0.7) == pytest.approx(0.7)
