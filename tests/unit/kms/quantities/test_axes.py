"""Names of sides in English and Chinese."""

from __future__ import annotations

import pytest

from kms.quantities.axes import AXIS_AFTER, AXIS_BEFORE, axis_of


@pytest.mark.parametrize(
    ("name", "axis"), [("W", "width"), ("tall", "height"), ("Ø", "diameter"), ("宽", "width"), ("q", None)]
)
def test_a_name_is_a_side(name: str, axis: str | None) -> None:
    assert axis_of(name) == axis


@pytest.mark.parametrize(("text", "name"), [("30 x W", "W"), ("Height: ", "Height"), ("sewH", None)])
def test_a_side_before_its_number(text: str, name: str | None) -> None:
    match = AXIS_BEFORE.search(text)
    assert (match["name"] if match else None) == name


@pytest.mark.parametrize(("text", "is_side"), [(" (W)", True), ("L x 20", True), ("Liter", False)])
def test_a_side_behind_its_number(text: str, is_side: bool) -> None:
    assert (AXIS_AFTER.match(text) is not None) == is_side
