from __future__ import annotations

import pytest

from kms.induction.columns import read_column


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        (("Weight (g)", "weight_g", "WEIGHT [g]"), "gram"),
        (("Length in cm", "length_cm", "Length (cm)"), "centimeter"),
        (("净重（kg）", "净重(kg)"), "kilogram"),
    ],
)
def test_a_unit_in_the_name_is_taken_out(names: tuple[str, ...], unit: str) -> None:
    columns = [read_column(name) for name in names]
    assert len({column.key for column in columns}) == 1
    assert {column.unit for column in columns} == {unit}


@pytest.mark.parametrize("name", ["Built in", "operating relative humidity h h"])
def test_words_that_are_no_unit_stay(name: str) -> None:
    assert read_column(name).unit is None
    assert read_column(name).label == name
