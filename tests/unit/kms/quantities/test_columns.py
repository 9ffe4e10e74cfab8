from __future__ import annotations

import pytest

from kms.quantities.columns import ColumnName, read_column_name


@pytest.mark.parametrize(
    ("written", "name", "unit", "sides"),
    [
        ("Volume (ml)", "Volume", "milliliter", ()),
        ("net_weight_kg", "net_weight", "kilogram", ()),
        ("Height [cm]", "Height", "centimeter", ()),
        ("Power in W", "Power", "watt", ()),
        ("重量（克）", "重量", "gram", ()),
        ("Dimensions (W x D x H)", "Dimensions", None, ("width", "depth", "height")),
        ("Size (LxWxH) (mm)", "Size", "millimeter", ("length", "width", "height")),
        ("尺寸(长宽高)", "尺寸", None, ("length", "width", "height")),
    ],
)
def test_names_that_say_a_unit_or_sides(
    written: str, name: str, unit: str | None, sides: tuple[str, ...]
) -> None:
    assert read_column_name(written) == (name, unit, sides)


@pytest.mark.parametrize(
    "written", ["Weight", "Built in", "Pack of 3 (pcs)", "Colour (outside)", "", "()", "W"]
)
def test_other_names_stay_as_they_are(written: str) -> None:
    assert read_column_name(written) == ColumnName(written, None, ())
