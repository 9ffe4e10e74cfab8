"""Factors of units, against pint."""

from __future__ import annotations

import math

import pytest

from kms.quantities.dimensions import REFERENCE_UNITS, unit_registry
from kms.quantities.factors import convert_known, known_units, root_of
from kms.quantities.units import CASED, SCALED, UNIT_OF_SURFACE

_OWN_SCALE = frozenset({"decibel"})
"""Pint takes it for a plain number."""


@pytest.mark.parametrize("unit", known_units())
def test_root_and_factor_are_those_of_pint(unit: str) -> None:
    if unit in _OWN_SCALE:
        assert root_of(unit) == unit
        return
    registry = unit_registry()
    root = root_of(unit)
    assert root == str(registry.get_root_units(unit)[1])
    for other in (other for other in known_units() if root_of(other) == root):
        for magnitude in (-40.0, 0.0, 1.0, 1.7, 333.0, 20_000.0):
            wanted = float(registry.Quantity(magnitude, unit).to(other).magnitude)
            converted = convert_known(magnitude, unit, other)
            assert converted is not None
            assert math.isclose(converted, wanted, rel_tol=1e-12, abs_tol=1e-9), (magnitude, unit, other)


def test_every_unit_that_shops_write_has_a_factor() -> None:
    written = {*UNIT_OF_SURFACE.values(), *CASED.values(), *(unit for unit, _ in SCALED.values())}
    references = {unit for units in REFERENCE_UNITS.values() for unit in units}
    assert written | references <= set(known_units())


def test_units_of_different_things_are_not_converted() -> None:
    assert convert_known(1.0, "gram", "meter") is None
    assert convert_known(1.0, "furlong", "meter") is None
    assert root_of("furlong") is None
