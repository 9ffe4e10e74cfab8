"""Dimensions of quantities: those of the ontology, the units that fit them and the unit they are stored in."""

from __future__ import annotations

from functools import cache
from tokenize import TokenError
from typing import Any

from kms.quantities.factors import convert_known, root_of

REFERENCE_UNITS: dict[str, tuple[str, ...]] = {
    "length": ("meter",),
    "area": ("meter ** 2",),
    "volume": ("meter ** 3",),
    "mass": ("kilogram",),
    "time": ("second",),
    "speed": ("meter / second",),
    "temperature": ("kelvin",),
    "angle": ("radian",),
    "force": ("newton",),
    "torque": ("newton * meter",),
    "pressure": ("pascal",),
    "energy": ("joule",),
    "power": ("watt",),
    "voltage": ("volt",),
    "current": ("ampere",),
    "charge": ("coulomb",),
    "impedance": ("ohm",),
    "frequency": ("hertz",),
    "rotation_speed": ("radian / second",),
    "flow_rate": ("meter ** 3 / second",),
    "acceleration": ("meter / second ** 2",),
    "density": ("kilogram / meter ** 3", "kilogram / meter ** 2", "kilogram / meter"),
    "sound_level": ("decibel",),
    "illuminance": ("lux",),
    "luminous_flux": ("lumen",),
    "luminous_intensity": ("candela",),
    "luminance": ("candela / meter ** 2",),
    "colour_temperature": ("kelvin",),
    "light_protection": ("count",),
    "data_size": ("byte",),
    "data_rate": ("byte / second",),
    "pixel_count": ("pixel", "count"),
    "pixel_density": ("pixel / meter",),
    "count": ("count",),
    "ratio": ("dimensionless", "count"),
}
"""Each dimension with the units, in pint's names, that stand for it and that magnitudes are stored in.

Several where shops mean several things by one word: the density of a foam, a fabric and a yarn. Dimensions
are told apart by root units, for pint calls bytes, pieces and angles all dimensionless. Scales that are
logarithmic or counted have no SI unit and keep their own number.
"""

_BY_NAME = frozenset({"colour_temperature"})
"""Dimensions that only the reference itself measures: nobody means 2700 degrees Celsius of a lamp."""

_TORQUES = frozenset({"newton * meter", "newton * centimeter", "foot * force_pound", "inch * force_pound"})
"""Units of torque: their product is that of energy, which nobody gives in them."""


def unit_problem(unit: str, dimension: str) -> str | None:
    """Say what is wrong with a unit for a dimension, or ``None`` when it fits."""
    references = REFERENCE_UNITS.get(dimension)
    if references is None:
        return f"unknown dimension {dimension!r}; known are {', '.join(REFERENCE_UNITS)}"
    if root_unit(unit) is None:
        return (
            f"unit {unit!r} is not known to pint; write its full name, such as 'milliampere_hour' or 'liter'"
        )
    if reference_unit(unit, dimension) is None:
        return f"unit {unit!r} does not measure {dimension}; that takes a unit like {' or '.join(references)}"
    return None


@cache
def reference_unit(unit: str, dimension: str) -> str | None:
    """The unit in which a magnitude in ``unit`` is stored; ``None`` when it does not measure ``dimension``."""
    references = REFERENCE_UNITS.get(dimension, ())
    if dimension in _BY_NAME:
        return unit if unit in references else None
    if (dimension == "torque") != (unit in _TORQUES):
        return None
    root = root_unit(unit)
    return next((r for r in references if root is not None and root_unit(r) == root), None)


@cache
def dimensions_measured_in(unit: str) -> tuple[str, ...]:
    """All dimensions that a unit measures; empty when pint does not know it."""
    return tuple(d for d in REFERENCE_UNITS if reference_unit(unit, d) is not None)


@cache
def root_unit(unit: str) -> str | None:
    """The unit in base units, as text; ``None`` when pint does not know it."""
    known = root_of(unit)
    if known is not None:
        return known
    import pint

    try:
        _, root = unit_registry().get_root_units(unit)
    except (pint.PintError, TokenError, ArithmeticError, AttributeError, SyntaxError, TypeError, ValueError):
        return None
    return str(root)


def convert(magnitude: float, unit: str, other: str) -> float:
    """A magnitude in another unit of the same dimension.

    Raises:
        pint.PintError: The units are not known or measure different things.
    """
    converted = convert_known(magnitude, unit, other)
    if converted is None:
        return float(unit_registry().Quantity(magnitude, unit).to(other).magnitude)
    return converted


@cache
def unit_registry() -> Any:
    """Pint's units, one registry for the whole process: quantities of two cannot be compared."""
    import pint

    return pint.get_application_registry()  # type: ignore[no-untyped-call]
