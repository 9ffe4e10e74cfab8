"""Quantities that people state, and that are refused rather than read as something else.

A reader takes the number that it finds in a text. Of what a person states all is meant: a sign or a bound before the number
is not left out.
"""

from __future__ import annotations

from kms.quantities.mentions import find_quantities
from kms.quantities.numbers import read_number
from kms.quantities.values import COUNTED, Quantity, QuantityError, can_measure, is_canonical

_BELOW_ZERO = frozenset({"sound_level", "angle"})
"""Dimensions whose numbers may be negative; temperatures are kept from absolute zero."""
_AT_ZERO = _BELOW_ZERO | COUNTED
"""Dimensions of which a product can have none."""


def check_whole(text: str, dimension: str) -> None:
    """Refuse a text that says more than one number, or one range, with its unit.

    Raises:
        QuantityError: Says what to write instead.
    """
    said = text.strip()
    if is_canonical(said, dimension) or (dimension in COUNTED and read_number(said) is not None):
        return
    found = list(find_quantities(said, dimension))
    if dimension in COUNTED and not found:
        found = list(find_quantities(said, dimension, unit="count"))
    is_read = len(found) == 1 and (dimension in COUNTED or can_measure(found[0], dimension))
    if is_read and (found[0].start, found[0].end) == (0, len(said)) and not found[0].is_least:
        return
    raise QuantityError(
        f"{text!r} says more than a number with its unit; bounds and signs are not kept: write one number, such as "
        "'3 kg', or a range, such as '2-3 kg'"
    )


def check_possible(quantity: Quantity, text: str) -> None:
    """Refuse a number that no product can have.

    Raises:
        QuantityError: It is negative or nothing, and its dimension has no such magnitudes.
    """
    if quantity.si_low < 0 and quantity.dimension not in _BELOW_ZERO:
        raise QuantityError(
            f"{text!r} is negative, and a {quantity.dimension} is not; write it without the sign"
        )
    if quantity.si_high == 0 and quantity.dimension not in _AT_ZERO:
        raise QuantityError(
            f"{text!r} is nothing; reject the wrong {quantity.dimension} instead of stating none"
        )
