from __future__ import annotations

import pytest

from kms.quantities.dimensions import REFERENCE_UNITS, root_unit, unit_problem


@pytest.mark.parametrize(
    ("unit", "dimension"),
    [
        ("hour", "time"),
        ("milliampere_hour", "charge"),
        ("liter", "volume"),
        ("degC", "temperature"),
        ("gigabyte", "data_size"),
        ("megabit / second", "data_rate"),
        ("rpm", "rotation_speed"),
        ("count", "count"),
        ("percent", "ratio"),
        ("gram / meter ** 2", "density"),
        ("denier", "density"),
        ("dots_per_inch", "pixel_density"),
        ("decibel", "sound_level"),
        ("count", "light_protection"),
        ("degree", "angle"),
        ("watt_hour", "energy"),
    ],
)
def test_units_that_fit(unit: str, dimension: str) -> None:
    assert unit_problem(unit, dimension) is None


@pytest.mark.parametrize(
    ("unit", "dimension", "message"),
    [
        ("gram", "length", "does not measure length"),
        ("byte", "count", "does not measure count"),
        ("rpm", "frequency", "does not measure frequency"),
        ("hourz", "time", "not known to pint"),
        ("", "time", "does not measure time"),
        ("(", "time", "not known to pint"),
        ("hour", "patience", "unknown dimension"),
    ],
)
def test_units_that_do_not(unit: str, dimension: str, message: str) -> None:
    assert message in (unit_problem(unit, dimension) or "")


def test_every_reference_is_known_and_fits_itself() -> None:
    for dimension, units in REFERENCE_UNITS.items():
        for unit in units:
            assert root_unit(unit) is not None
            assert unit_problem(unit, dimension) is None
