from __future__ import annotations

import pytest

from extraction.train.cells import CellReading, choose_threshold, compare, score_cells, sign_test


def reading(number: int, confidence: float, *, right: bool, stands: bool = True) -> CellReading:
    surface = "x" if confidence else ""
    return CellReading((str(number), "a"), surface, confidence, right, stands)


READINGS = [
    reading(1, 0.9, right=True),
    reading(2, 0.8, right=True),
    reading(3, 0.7, right=False, stands=False),
    reading(4, 0.6, right=True),
    reading(5, 0.5, right=False),
    reading(6, 0.0, right=False),
    reading(7, 0.0, right=False, stands=False),
]


def test_precision_is_of_readings_and_recall_of_values_that_stand() -> None:
    score = score_cells(READINGS, 0.6)
    assert (score.right, score.read, score.standing) == (3, 4, 5)
    assert score.precision == 0.75
    assert score.recall == 0.6
    assert score_cells(READINGS, 0.6, only_standing=True).precision == 1.0


def test_the_threshold_has_the_wanted_precision_and_most_recall() -> None:
    assert choose_threshold(READINGS, 0.75) == 0.6
    assert choose_threshold(READINGS, 0.95) == 0.8
    assert choose_threshold(READINGS, 0.95, only_standing=True) == 0.6


def test_without_enough_precision_the_most_precise_threshold_is_taken() -> None:
    assert choose_threshold([reading(1, 0.9, right=False), reading(2, 0.4, right=True)], 0.9) == 0.4
    assert choose_threshold([], 0.9) == 0.5


def test_two_models_are_compared_cell_by_cell() -> None:
    new = [reading(n, 0.9, right=True) for n in range(8)]
    old = [reading(n, 0.9, right=n < 2) for n in range(8)]
    result = compare(new, old, (0.5, 0.5))
    assert (result.only_new, result.only_old) == (6, 0)
    assert result.p == pytest.approx(2 / 2**6)


def test_leaving_an_absent_value_empty_is_well_read() -> None:
    empty = [reading(1, 0.0, right=False, stands=False)]
    wrong = [reading(1, 0.9, right=False, stands=False)]
    assert compare(empty, wrong, (0.5, 0.5)).only_new == 1


def test_the_sign_test_is_symmetric_and_knows_nothing_without_differences() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(3, 9) == sign_test(9, 3)
