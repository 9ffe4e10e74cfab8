"""Quantities: numbers and ranges with a unit, brought to SI with pint; the written form is kept."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from kms.errors import InputError
from kms.quantities.dimensions import (
    REFERENCE_UNITS,
    convert,
    dimensions_measured_in,
    reference_unit,
    unit_registry,
)
from kms.quantities.mentions import QuantityMention, find_quantities
from kms.quantities.numbers import read_number
from kms.quantities.units import MEANT_BY_DIMENSION, SHOWN, SIZES_OF_DRIVES, SIZES_OF_MEMORY

OWN_NUMBER = frozenset({"count", "sound_level", "light_protection"})
"""Dimensions on counted or logarithmic scales: nothing is converted."""
COUNTED = frozenset({"count", "light_protection", "ratio"})
"""Dimensions of which a bare number is a quantity."""
_TEMPERATURE_SCALE = 30.0
_CANONICAL = re.compile(r"\s*(-?[\d.]+)(?: to (-?[\d.]+))? ([A-Za-z_][\w /*]*)")


def tolerance_scale(dimension: str, *magnitudes: float) -> float:
    """Scale of a relative tolerance: the largest magnitude, in the SI unit.

    Not so for temperatures, whose zero is not where people count from: ten percent of 268 K would make -5 °C and
    20 °C the same. They are compared on a scale of 30 K, so that ten percent are three degrees.
    """
    return _TEMPERATURE_SCALE if dimension == "temperature" else max(map(abs, magnitudes), default=0.0)


class QuantityError(InputError):
    """A text that is no quantity, or one of another dimension."""


@dataclass(frozen=True)
class Quantity:
    """A number, or a range of numbers, with its unit.

    Attributes:
        low: The number as written, or the least of the range.
        high: The same number, or the greatest of the range.
        unit: Pint's name of the unit as written.
        si_low: ``low`` in the SI unit of the dimension, rounded to six significant digits.
        si_high: ``high`` likewise.
        si_unit: That unit, see ``kms.quantities.dimensions.REFERENCE_UNITS``.
        dimension: The ontology's dimension.
    """

    low: float
    high: float
    unit: str
    si_low: float
    si_high: float
    si_unit: str
    dimension: str

    @property
    def is_range(self) -> bool:
        """Whether it names two different ends."""
        return self.low != self.high

    @property
    def si_magnitude(self) -> float:
        """The number in the SI unit; of a range the middle."""
        return (self.si_low + self.si_high) / 2 if self.is_range else self.si_low

    def agrees_with(self, other: Quantity, *, tolerance: float = 0.02) -> bool:
        """Whether both say the same within a relative tolerance: shops round when they convert."""
        return self._near(other, tolerance, self.si_low - other.si_low, self.si_high - other.si_high)

    def overlaps(self, other: Quantity, *, tolerance: float = 0.02) -> bool:
        """Whether both can hold: they have a value in common, within a relative tolerance."""
        gap = max(self.si_low - other.si_high, other.si_low - self.si_high, 0.0)
        return self._near(other, tolerance, gap)

    def _near(self, other: Quantity, tolerance: float, *differences: float) -> bool:
        if (self.dimension, self.si_unit) != (other.dimension, other.si_unit):
            return False
        scale = tolerance_scale(self.dimension, self.si_low, self.si_high, other.si_low, other.si_high)
        return all(abs(difference) <= tolerance * scale for difference in differences)


def unit_for(unit: str, dimension: str) -> str:
    """Unit that a form means for a dimension: ounces of a volume are fluid ounces."""
    return MEANT_BY_DIMENSION.get(unit, {}).get(dimension, unit)


def can_measure(mention: QuantityMention, dimension: str) -> bool:
    """Whether a mention can be a quantity of a dimension."""
    unit = unit_for(mention.unit, dimension)
    if reference_unit(unit, dimension) is None:
        return False
    if unit != mention.unit and dimension == "data_size":
        is_drive = mention.surface == "G" and mention.low in SIZES_OF_DRIVES
        return mention.surface in ("g", "G", "M") and (mention.low in SIZES_OF_MEMORY or is_drive)
    return True


def dimensions_of(unit: str) -> tuple[str, ...]:
    """The ontology dimensions that a unit (pint's name) can measure; empty if pint does not know it."""
    return tuple(dict.fromkeys((*dimensions_measured_in(unit), *MEANT_BY_DIMENSION.get(unit, ()))))


def to_quantity(magnitude: float, unit: str, dimension: str, *, high: float | None = None) -> Quantity:
    """Bring a number, or a range, and a pint unit to the SI unit of an ontology dimension.

    Args:
        magnitude: The number, or the least of the range.
        unit: Pint's name, or a form's usual unit (``unit_for``).
        dimension: A key of ``REFERENCE_UNITS``.
        high: The greatest of the range; without it a single number.

    Raises:
        QuantityError: The unit does not measure that dimension.
    """
    if dimension not in REFERENCE_UNITS:
        raise QuantityError(f"unknown dimension {dimension!r}; known: {', '.join(sorted(REFERENCE_UNITS))}")
    unit = unit_for(unit, dimension)
    stored = reference_unit(unit, dimension)
    if stored is None:
        usual = " or ".join(REFERENCE_UNITS[dimension])
        raise QuantityError(f"{magnitude:g} {unit} is no {dimension}; that takes a unit like {usual}")
    ends = (magnitude, magnitude if high is None else high)
    low_si, high_si = (_to_si(end, unit, stored, dimension) for end in ends)
    return Quantity(*ends, unit, low_si, high_si, stored, dimension)


@lru_cache(maxsize=20_000)  # one number of a query is tried for several attributes
def _to_si(magnitude: float, unit: str, stored: str, dimension: str) -> float:
    if dimension in OWN_NUMBER:
        return float(magnitude)
    try:
        value = convert(magnitude, unit, stored)
    except (ArithmeticError, ValueError) as error:
        raise QuantityError(f"{magnitude:g} {unit} cannot be converted to {stored}: {error}") from error
    return float(f"{value:.6g}")


def quantity_of(mention: QuantityMention, dimension: str) -> Quantity:
    """The quantity that a mention is, read as one of a dimension.

    Raises:
        QuantityError: It measures something else.
    """
    return to_quantity(mention.low, mention.unit, dimension, high=mention.high)


def parse_quantity(text: str, dimension: str, *, unit: str | None = None) -> Quantity:
    """Read ``1.7 litres``, ``30小时``, ``100-240 V`` or pint's own ``1.7 liter`` as a quantity of a dimension.

    A bare number is taken for dimensions that are counted.

    Args:
        text: A cell, a span or a canonical value (``canonical``).
        dimension: What the attribute measures.
        unit: The unit of a number that has none, for cells whose column says it.

    Raises:
        QuantityError: No number with a unit of that dimension is in the text.
    """
    written = _CANONICAL.fullmatch(text)
    if written is not None and is_canonical(text, dimension):
        return to_quantity(
            float(written[1]), written[3], dimension, high=float(written[2]) if written[2] else None
        )
    for mention in find_quantities(text, dimension, unit=unit):
        if can_measure(mention, dimension):
            return quantity_of(mention, dimension)
    bare = read_number(text) if dimension in COUNTED else None
    if bare is not None:
        return to_quantity(float(bare), "count", dimension)
    if dimension in COUNTED and (counted := next(find_quantities(text, dimension, unit="count"), None)):
        return to_quantity(counted.low, "count", dimension, high=counted.high)
    raise QuantityError(f"{text!r} holds no {dimension}; write a number with a unit")


def is_canonical(text: str, dimension: str) -> bool:
    """Whether a text is a number or range with pint's name of a unit of a dimension, and nothing else."""
    written = _CANONICAL.fullmatch(text)
    # Pint knows short names, too, which mean something else in shops ("5 C"): they are read as shops write them.
    return written is not None and reference_unit(written[3], dimension) is not None and len(written[3]) > 3


def is_other_quantity(text: str, dimension: str) -> bool:
    """Whether a text is a number with a unit, and the unit is one of another dimension."""
    mentions = [each for each in find_quantities(text) if each.unit != "count"]
    return bool(mentions) and not any(can_measure(each, dimension) for each in mentions)


def canonical(mention: QuantityMention, dimension: str | None = None) -> str:
    """A mention as ``number unit`` or ``number to number unit`` with pint's name of the unit."""
    unit = unit_for(mention.unit, dimension) if dimension else mention.unit
    return write_quantity(mention.low, mention.high, unit)


def write_quantity(low: float, high: float, unit: str) -> str:
    """A number or range with pint's name of its unit, as evidence keeps it."""
    number = f"{low:.10g}" if low == high else f"{low:.10g} to {high:.10g}"
    return f"{number} {unit}"


def in_unit(quantity: Quantity, unit: str) -> tuple[float, float]:
    """Both ends in another unit of the same dimension (an attribute's display unit)."""
    if quantity.dimension in OWN_NUMBER:
        return quantity.si_low, quantity.si_high
    return convert(quantity.si_low, quantity.si_unit, unit), convert(quantity.si_high, quantity.si_unit, unit)


def show_range(low: float, high: float, unit: str) -> tuple[str, str]:
    """A quantity or range for people, English and Chinese: ``100–240 V``."""
    english, chinese = show_quantity(high, unit)
    if low == high:
        return english, chinese
    # A minus sign behind the dash of a range would be read as part of it.
    dash = " to " if min(low, high) < 0 else "–"
    first = show_number(low)
    return f"{first}{dash}{english}", f"{first}{' 至 ' if dash == ' to ' else dash}{chinese}"


def show_quantity(magnitude: float, unit: str) -> tuple[str, str]:
    """A quantity for people, English and Chinese: four digits, never an exponent, the unit's symbol.

    Args:
        magnitude: In ``unit``.
        unit: Pint's name.
    """
    number = show_number(magnitude)
    english, chinese = SHOWN.get(unit) or (f"{unit_registry().Unit(unit):~P}",) * 2
    return f"{number} {english}".strip(), f"{number} {chinese}".strip()


def show_number(value: float) -> str:
    """Four significant digits, thousands with commas, no exponent: ``0.25``, ``15.6``, ``10,000``."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    places = max(0, 3 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
