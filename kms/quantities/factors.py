"""Factors of the common units: converts without pint, whose registry takes half a second to load.

The numbers are pint's, which a test compares; what is not here is left to pint.
"""

from __future__ import annotations

_FACTORS: dict[str, dict[str, float]] = {
    "meter": {
        "nanometer": 1e-9, "micrometer": 1e-6, "millimeter": 1e-3, "centimeter": 1e-2, "meter": 1.0, "kilometer": 1e3,
        "inch": 0.0254, "foot": 0.3048, "yard": 0.9144, "mile": 1609.344,
    },
    "meter ** 2": {"millimeter ** 2": 1e-6, "centimeter ** 2": 1e-4, "meter ** 2": 1.0},
    "meter ** 3": {
        "meter ** 3": 1.0, "centimeter ** 3": 1e-6,
        "milliliter": 1e-6, "centiliter": 1e-5, "liter": 1e-3, "fluid_ounce": 2.95735295625e-5,
        "cup": 2.365882365e-4, "pint": 4.73176473e-4, "quart": 9.46352946e-4, "gallon": 3.785411784e-3,
    },
    "gram": {
        "milligram": 1e-3, "gram": 1.0, "kilogram": 1e3, "metric_ton": 1e6, "ounce": 28.349523125, "pound": 453.59237,
    },
    "second": {
        "millisecond": 1e-3, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0, "week": 604_800.0,
        "month": 2_629_800.0, "year": 31_557_600.0,
    },
    "meter / second": {"meter / second": 1.0, "kilometer / hour": 1 / 3.6, "mile / hour": 0.44704},
    "kelvin": {"kelvin": 1.0, "degC": 1.0, "degF": 5 / 9},
    "radian": {"radian": 1.0, "degree": 0.017453292519943295},
    "radian / second": {"radian / second": 1.0, "revolutions_per_minute": 0.10471975511965977, "rpm": 0.10471975511965977},
    "1 / second": {"hertz": 1.0, "kilohertz": 1e3, "megahertz": 1e6, "gigahertz": 1e9},
    "gram * meter ** 2 / second ** 3": {
        "milliwatt": 1.0, "watt": 1e3, "volt_ampere": 1e3, "kilowatt": 1e6, "megawatt": 1e9,
    },
    "gram * meter ** 2 / second ** 2": {
        "joule": 1e3, "kilojoule": 1e6, "kilocalorie": 4.184e6, "watt_hour": 3.6e6, "kilowatt_hour": 3.6e9,
        "newton * meter": 1e3, "newton * centimeter": 10.0, "foot * force_pound": 1355.8179483314003,
        "inch * force_pound": 112.98482902761668,
    },
    "meter / second ** 2": {"meter / second ** 2": 1.0},
    "gram * meter ** 2 / ampere / second ** 3": {"volt": 1e3},
    "ampere": {"milliampere": 1e-3, "ampere": 1.0},
    "ampere * second": {"coulomb": 1.0, "milliampere_hour": 3.6, "ampere_hour": 3600.0},
    "gram / meter / second ** 2": {
        "pascal": 1e3, "kilopascal": 1e6, "megapascal": 1e9, "millibar": 1e5, "bar": 1e8, "psi": 6_894_757.293168363,
    },
    "gram / meter": {"kilogram / meter": 1e3},
    "gram / meter ** 2": {"gram / meter ** 2": 1.0, "kilogram / meter ** 2": 1e3},
    "gram / meter ** 3": {"kilogram / meter ** 3": 1e3, "gram / centimeter ** 3": 1e6},
    "bit": {
        "megabit": 1e6, "gigabit": 1e9, "byte": 8.0, "kilobyte": 8e3, "megabyte": 8e6, "gigabyte": 8e9, "terabyte": 8e12,
    },
    "bit / second": {
        "megabit / second": 1e6, "gigabit / second": 1e9, "byte / second": 8.0, "megabyte / second": 8e6,
        "gigabyte / second": 8e9,
    },
    "pixel": {"pixel": 1.0, "megapixel": 1e6},
    "pixel / meter": {
        "pixel / meter": 1.0, "dots_per_inch": 39.37007874015748, "pixels_per_inch": 39.37007874015748,
    },
    "dimensionless": {"dimensionless": 1.0, "percent": 1e-2},
    "count": {"count": 1.0},
    "decibel": {"decibel": 1.0},
    "candela": {"candela": 1.0},
    "candela / meter ** 2": {"candela / meter ** 2": 1.0},
    "candela * radian ** 2": {"lumen": 1.0},
    "candela * radian ** 2 / meter ** 2": {"lux": 1.0},
    "gram * meter / second ** 2": {"newton": 1e3},
    "gram * meter ** 2 / ampere ** 2 / second ** 3": {"ohm": 1e3},
    "meter ** 3 / second": {
        "meter ** 3 / second": 1.0, "meter ** 3 / hour": 1 / 3600, "liter / minute": 1 / 60_000,
        "liter / hour": 1 / 3_600_000,
    },
}  # fmt: skip
"""Root unit, as pint writes it, to the units of this kind with their factors."""

_ZEROS = {"degC": 273.15, "degF": 255.3722222222222}
"""Where the scale of a unit begins, in its root unit; 0 for all others."""

_UNITS = {unit: (root, factor) for root, units in _FACTORS.items() for unit, factor in units.items()}


def known_units() -> tuple[str, ...]:
    """All units that have a factor here, by pint's names."""
    return tuple(_UNITS)


def root_of(unit: str) -> str | None:
    """Root unit of a unit, as pint writes it; ``None``: the unit has no factor here."""
    known = _UNITS.get(unit)
    return known[0] if known else None


def convert_known(magnitude: float, unit: str, other: str) -> float | None:
    """A magnitude in another unit; ``None`` where one of both has no factor here, or they measure different things."""
    known, wanted = _UNITS.get(unit), _UNITS.get(other)
    if known is None or wanted is None or known[0] != wanted[0]:
        return None
    if unit == other:
        return float(magnitude)
    return (magnitude * known[1] + _ZEROS.get(unit, 0.0) - _ZEROS.get(other, 0.0)) / wanted[1]
