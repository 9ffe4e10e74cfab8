from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.quantities.dimensions import REFERENCE_UNITS
from kms.quantities.mentions import find_quantities
from kms.quantities.numbers import read_number
from kms.quantities.units import UNIT_OF_SURFACE
from kms.quantities.values import (
    QuantityError,
    dimensions_of,
    in_unit,
    parse_quantity,
    show_number,
    show_quantity,
    show_range,
    to_quantity,
    tolerance_scale,
)


def spotted(text: str) -> list[tuple[str, float, str]]:
    return [(text[m.start : m.end], m.magnitude, m.unit) for m in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up to 30 hours", [("30 hours", 30.0, "hour")]),
        ("1.7 litres, 5,000 mAh", [("1.7 litres", 1.7, "liter"), ("5,000 mAh", 5000.0, "milliampere_hour")]),
        ('43.2 cm (17")', [("43.2 cm", 43.2, "centimeter"), ('17"', 17.0, "inch")]),
        ("续航30小时，重264克", [("30小时", 30.0, "hour"), ("264克", 264.0, "gram")]),
        ("1 1/2 inch", [("1 1/2 inch", 1.5, "inch")]),
        ("down to -5°C", [("-5°C", -5.0, "degC")]),
        ("a 10-inch screen", [("10-inch", 10.0, "inch")]),
        ("HP dv7-1211ea 1440 x 900 pixels", []),
        ("Core 2 Duo", []),
        ("since 1994 years of care", [("1994 years", 1994.0, "year")]),
        ("16GB RAM", [("16GB", 16.0, "gigabyte")]),
    ],
)
def test_spotting(text: str, expected: list[tuple[str, float, str]]) -> None:
    assert spotted(text) == expected


@pytest.mark.parametrize(
    ("text", "dimension", "si"),
    [
        ("30 hour", "time", 108_000.0),
        ("1 lb", "mass", 0.453592),
        ('17"', "length", 0.4318),
        ("500 ml", "volume", 0.0005),
        ("20 kilohertz", "frequency", 20_000.0),
        ("-5 degC", "temperature", 268.15),
        ("68 °F", "temperature", 293.15),
        ("50", "light_protection", 50.0),
        ("3000 rpm", "rotation_speed", 314.159),
        ("240 gsm", "density", 0.24),
        ("5000mAh", "charge", 18_000.0),
    ],
)
def test_si(text: str, dimension: str, si: float) -> None:
    assert parse_quantity(text, dimension).si_magnitude == pytest.approx(si, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "dimension"), [("20 meter", "mass"), ("heavy", "mass"), ("", "time"), ("5", "time")]
)
def test_what_is_no_quantity_of_the_dimension_is_refused(text: str, dimension: str) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(text, dimension)


def test_unknown_dimension_names_the_known_ones() -> None:
    with pytest.raises(QuantityError, match="length"):
        to_quantity(1, "meter", "beauty")


def test_rounded_conversions_agree_and_others_do_not() -> None:
    assert parse_quantity("2.2 lb", "mass").agrees_with(parse_quantity("1 kg", "mass"))
    assert not parse_quantity("2.5 lb", "mass").agrees_with(parse_quantity("1 kg", "mass"))
    assert not parse_quantity("1 kg", "mass").agrees_with(parse_quantity("1 m", "length"))


def test_temperatures_agree_by_degrees_and_not_by_parts_of_kelvin() -> None:
    freezing = parse_quantity("0 °C", "temperature")
    assert freezing.agrees_with(parse_quantity("32 °F", "temperature"))
    assert freezing.agrees_with(parse_quantity("0.5 °C", "temperature"))
    assert not freezing.agrees_with(parse_quantity("-5 °C", "temperature"))
    assert tolerance_scale("mass", 2.0, -3.0) == 3.0


def test_display_unit() -> None:
    assert in_unit(parse_quantity("30 hours", "time"), "minute") == pytest.approx((1800, 1800))
    assert in_unit(parse_quantity("50", "light_protection"), "count") == (50, 50)


@pytest.mark.parametrize(
    ("text", "value"), [("5,000", 5000.0), ("1,7", 1.7), ("3/4", 0.75), ("½", 0.5), ("1 1/2", 1.5)]
)
def test_numbers(text: str, value: float) -> None:
    assert read_number(text) == Decimal(str(value))


def test_every_written_unit_measures_a_known_dimension() -> None:
    for unit in set(UNIT_OF_SURFACE.values()):
        assert dimensions_of(unit), unit
        assert set(dimensions_of(unit)) <= set(REFERENCE_UNITS)


def test_every_unit_that_the_ontology_accepts_can_be_stored() -> None:
    for dimension, units in REFERENCE_UNITS.items():
        for unit in units:
            assert to_quantity(3.0, unit, dimension).si_magnitude == 3.0


def test_densities_of_a_foam_and_a_fabric_are_not_compared() -> None:
    foam = to_quantity(1.0, "kilogram / meter ** 3", "density")
    fabric = to_quantity(1.0, "kilogram / meter ** 2", "density")
    assert not foam.agrees_with(fabric)
    assert fabric.agrees_with(to_quantity(1000.0, "gram / meter ** 2", "density"))


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    end = 0
    for mention in find_quantities(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end


@given(
    st.floats(0.001, 1e6, allow_nan=False),
    st.sampled_from([("gram", "mass"), ("inch", "length"), ("hour", "time"), ("liter", "volume")]),
)
def test_canonical_text_reads_back(magnitude: float, unit: tuple[str, str]) -> None:
    quantity = to_quantity(magnitude, *unit)
    again = parse_quantity(f"{magnitude:.6f} {unit[0]}", unit[1])
    assert quantity.agrees_with(again, tolerance=1e-3) or magnitude < 0.01


@pytest.mark.parametrize(
    ("magnitude", "unit", "english", "chinese"),
    [
        (10_000, "milliampere_hour", "10,000 mAh", "10,000 mAh"),
        (0.25, "kilogram", "0.25 kg", "0.25 kg"),
        (20, "hour", "20 h", "20 小时"),
        (180, "gram / meter ** 2", "180 g/m²", "180 g/m²"),
        (15.5999, "inch", "15.6 in", "15.6 in"),
        (-7, "degC", "-7 °C", "-7 °C"),
        (6, "count", "6", "6"),
        (0, "lumen", "0 lm", "0 lm"),
        (0.00012, "meter", "0.00012 m", "0.00012 m"),
    ],
)
def test_quantities_for_people(magnitude: float, unit: str, english: str, chinese: str) -> None:
    assert show_quantity(magnitude, unit) == (english, chinese)


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_shown_number_has_no_exponent_and_four_digits(value: float) -> None:
    shown = show_number(value)
    assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?", shown) or shown == f"{value:g}"
    if abs(value) > 1e-6:
        assert float(shown.replace(",", "")) == pytest.approx(value, rel=5.1e-4)


@pytest.mark.parametrize(
    ("low", "high", "unit", "english", "chinese"),
    [
        (100, 240, "volt", "100–240 V", "100–240 V"),
        (8, 10, "hour", "8–10 h", "8–10 小时"),
        (-20, -5, "degC", "-20 to -5 °C", "-20 至 -5 °C"),
        (5, 5, "kilogram", "5 kg", "5 kg"),
    ],
)
def test_ranges_for_people(low: float, high: float, unit: str, english: str, chinese: str) -> None:
    assert show_range(low, high, unit) == (english, chinese)


def test_quantities_overlap_where_they_have_a_value_in_common() -> None:
    wide = parse_quantity("8-10 hours", "time")
    assert wide.overlaps(parse_quantity("9 h", "time"))
    assert wide.overlaps(parse_quantity("10-12 h", "time"))
    assert not wide.overlaps(parse_quantity("12 h", "time"))
    assert not wide.agrees_with(parse_quantity("9 h", "time"))
