"""Numbers of a text with their units: what quantities are put together of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kms.quantities.axes import AXIS_BEFORE, Axis, axis_of
from kms.quantities.numbers import Number, find_numbers
from kms.quantities.unit_forms import find_unit
from kms.quantities.unit_words import is_unit_here
from kms.quantities.units import NEVER_IN_THOUSANDTHS, SELDOM_IN_THOUSANDTHS

GENERATION = "generation"
"""The unit of "5G" and "2.4G", which are no grams: a generation of networks, a radio band, or few bytes."""
_BEFORE_DECIMALS = frozenset({"米"})


@dataclass(frozen=True)
class Atom:
    """A number with what stands directly behind it."""

    number: Number
    end: int
    unit: str | None = None
    surface: str = ""
    axis: Axis | None = None
    is_least: bool = False
    factor: float = 1.0

    @property
    def value(self) -> float:
        """The number, in its own unit."""
        return self.value_in(self.unit)

    def value_in(self, unit: str | None) -> float:
        """The number, where a lone point before three digits is read as the unit asks for."""
        number = self.number
        value = number.value
        if number.other is not None and number.other > value and unit is not None:
            ends_in_zero = int(number.other) % 10 == 0
            if unit in NEVER_IN_THOUSANDTHS or (unit in SELDOM_IN_THOUSANDTHS and ends_in_zero):
                value = number.other
        return float(value) * self.factor


def read_atoms(text: str, dimension: str | None, also: frozenset[str]) -> list[Atom]:
    """All numbers of a text with their units, from left to right.

    Args:
        text: Its characters of full width folded.
        dimension: What is asked for, where that is known.
        also: Dimensions that are possible as well.
    """
    possible = also | {dimension} if dimension else also
    return _join_decimals(
        text, [_read_atom(text, number, dimension, possible) for number in find_numbers(text)]
    )


def _read_atom(text: str, number: Number, dimension: str | None, possible: frozenset[str]) -> Atom:
    at = number.end
    is_least = False
    if text[at : at + 1] == "+":
        is_least, at = True, at + 1
    elif text[at : at + 2] == " +" and not text[at + 2 : at + 3].isdigit():
        is_least, at = True, at + 2
    form = find_unit(text, at, possible)
    if form is None or (dimension is None and not is_unit_here(text, number, form[3], form[2])):
        atom = Atom(number, number.end, is_least=is_least)
    else:
        unit, factor, end, surface = form
        if surface == "G" and dimension is None and number.value <= 10 and end == at + 1:
            unit = GENERATION
        atom = Atom(number, end, unit, surface, is_least=is_least, factor=factor)
    return replace(atom, axis=_axis_before(text, number.start))


def _join_decimals(text: str, atoms: list[Atom]) -> list[Atom]:
    """Atoms with the decimals that Chinese puts behind a unit: 1米8 is 1.8 metres, 1米75 is 1.75."""
    joined: list[Atom] = []
    for atom in atoms:
        before = joined[-1] if joined else None
        digits = text[atom.number.start : atom.number.end]
        if (
            before is not None
            and before.surface in _BEFORE_DECIMALS
            and atom.number.start == before.end
            and atom.unit is None
            and digits.isdecimal()
            and len(digits) <= 2
        ):
            value = before.number.value + atom.number.value / 10 ** len(digits)
            joined[-1] = replace(before, number=replace(before.number, value=value), end=atom.end)
        else:
            joined.append(atom)
    return joined


def _axis_before(text: str, start: int) -> Axis | None:
    match = AXIS_BEFORE.search(text, max(0, start - 12), start)
    return axis_of(match["name"] or match["sign"]) if match else None
