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
        ("run time min", "run time", "minute", ()),
        ("soaking_duration_min", "soaking_duration", "minute", ()),
        ("Rope length m", "Rope length", "meter", ()),
        ("capacity in cups", "capacity", "cup", ()),
        ("Cable length feet", "Cable length", "foot", ()),
        ("Width yards", "Width", "yard", ()),
        ("Body weight pounds", "Body weight", "pound", ()),
        ("Max pressure bar", "Max pressure", "bar", ()),
        ("Exposure time second", "Exposure time", "second", ()),
        ("Screen size in", "Screen size", "inch", ()),
        ("Delay s", "Delay", "second", ()),
        ("Luminous intensity cd", "Luminous intensity", "candela", ()),
        ("Playtime min", "Playtime", "minute", ()),
        ("Cooking times min", "Cooking times", "minute", ()),
        ("Temperature hold time min", "Temperature hold time", "minute", ()),
        ("simmer_min", "simmer", "minute", ()),
        ("Warm up min", "Warm up", "minute", ()),
        ("Load up to kg", "Load up to", "kilogram", ()),
        ("Height from cm", "Height from", "centimeter", ()),
        ("USB 3 W", "USB 3", "watt", ()),
        ("Speed 2 rpm", "Speed 2", "revolutions_per_minute", ()),
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


@pytest.mark.parametrize(
    "written",
    [
        "age min",
        "working depth_min",
        "water temperature min",
        "fan speed_min",
        "players min",
        "number of cups",
        "measuring cups",
        "weight bar",
        "width w",
        "length s",
        "noise at 1 m",
        "noise 1 m",
        "current at 3 v",
        "weight with kg",
        "flow rate at 100 mbps",
        "output 5 ghz",
        "number of years",
        "guarantee for 5 years",
        "drain outlet s",
        "sash height h",
        "signal  in",
        "rubber feet",
        "towing bar",
        "manual cd",
    ],
)
def test_words_that_are_units_by_chance_say_none(written: str) -> None:
    assert read_column_name(written) == ColumnName(written, None, ())
