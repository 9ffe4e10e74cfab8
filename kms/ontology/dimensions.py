"""What quantities measure: the dimensions of the ontology and which units fit them."""

from __future__ import annotations

from functools import cache
from tokenize import TokenError

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
    "density": ("kilogram / meter ** 3", "kilogram / meter ** 2", "kilogram / meter"),
    "sound_level": ("decibel",),
    "illuminance": ("lux",),
    "luminous_flux": ("lumen",),
    "luminous_intensity": ("candela",),
    "luminance": ("candela / meter ** 2",),
    "colour_temperature": ("kelvin",),
    "light_protection": ("count", "dimensionless"),
    "data_size": ("bit",),
    "data_rate": ("bit / second",),
    "pixel_count": ("pixel", "count"),
    "pixel_density": ("pixel / meter",),
    "count": ("count",),
    "ratio": ("dimensionless",),
}
"""Each dimension with the units, in pint's names, that stand for it.

Several where shops mean several things by one word: the density of a foam, a fabric and a yarn. Dimensions
are told apart by root units, for pint calls bytes, pieces and angles all dimensionless.
"""


def unit_problem(unit: str, dimension: str) -> str | None:
    """Say what is wrong with a unit for a dimension, or ``None`` when it fits."""
    references = REFERENCE_UNITS.get(dimension)
    if references is None:
        return f"unknown dimension {dimension!r}; known are {', '.join(REFERENCE_UNITS)}"
    root = root_unit(unit)
    if root is None:
        return (
            f"unit {unit!r} is not known to pint; write its full name, such as 'milliampere_hour' or 'liter'"
        )
    if root not in {root_unit(reference) for reference in references}:
        return f"unit {unit!r} does not measure {dimension}; that takes a unit like {' or '.join(references)}"
    return None


@cache
def root_unit(unit: str) -> str | None:
    """The unit in base units, as text; ``None`` when pint does not know it."""
    import pint

    registry: pint.UnitRegistry[float] = pint.get_application_registry()  # type: ignore[no-untyped-call]
    try:
        _, root = registry.get_root_units(unit)
    except (pint.PintError, TokenError, ArithmeticError, AttributeError, SyntaxError, TypeError, ValueError):
        return None
    return str(root)
