"""Units behind numbers: the longest form, never the beginning of a word."""

from __future__ import annotations

import pytest

from kms.quantities.unit_forms import find_unit


@pytest.mark.parametrize(
    ("text", "at", "unit", "surface"),
    [
        ("12 kg net", 2, "kilogram", "kg"),
        ("12-inch", 2, "inch", "inch"),
        ("3 metres", 1, "meter", "metres"),
        ("5 hour(s) of play", 1, "hour", "hour"),
        ("30小时续航", 2, "hour", "小时"),
    ],
)
def test_the_unit_behind_a_number(text: str, at: int, unit: str, surface: str) -> None:
    reading = find_unit(text, at)
    assert reading is not None
    assert (reading[0], reading[3]) == (unit, surface)
    assert text[at : reading[2]].strip(" -").startswith(surface)


@pytest.mark.parametrize("text", ["7 kgs_per", "2 mothers", "4 gardens", "9\n kg", "5", "6    kg"])
def test_no_unit_in_the_beginning_of_a_word_or_far_away(text: str) -> None:
    assert find_unit(text, 1) is None
