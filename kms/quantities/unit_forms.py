"""Unit forms in text: finds the unit that stands behind a number."""

from __future__ import annotations

from functools import lru_cache

from kms.quantities.dimensions import dimensions_measured_in
from kms.quantities.units import CASED, FORM_LENGTH, ON_REQUEST, SCALED, UNIT_OF_SURFACE

_GOES_ON_WITH_DIGITS = frozenset({"h", "hr", "ft", "lb", "m", "kg", "min"})


def find_unit(
    text: str, at: int, possible: frozenset[str] = frozenset()
) -> tuple[str, float, int, str] | None:
    """The unit that begins at a place, behind at most two blanks or a hyphen: unit, factor, end and form.

    The longest form wins. A Latin form does not run on into another word; a Chinese one may.
    """
    start = at
    while start < at + 2 and text[start : start + 1].isspace() and text[start] != "\n":
        start += 1
    if start == at and text[at : at + 1] == "-":
        start += 1
    window = text[start : start + FORM_LENGTH]
    first_letter = window[:1].casefold()
    for length in _lengths().get(first_letter, ()):
        surface = window[:length]
        if len(surface) < length:
            continue
        form = _look_up(surface, possible)
        if form is None or _runs_on(text, start + length, surface):
            continue
        end = start + length
        if text[end : end + 3].casefold() == "(s)":
            end += 3
        return *form, end, surface
    return None


@lru_cache(maxsize=1)
def _lengths() -> dict[str, tuple[int, ...]]:
    """The lengths of all forms by their first letter, longest first."""
    lengths: dict[str, set[int]] = {}
    for form in (*UNIT_OF_SURFACE, *CASED, *SCALED):
        lengths.setdefault(form[0].casefold(), set()).add(len(form))
    return {letter: tuple(sorted(of_letter, reverse=True)) for letter, of_letter in lengths.items()}


def _look_up(surface: str, possible: frozenset[str]) -> tuple[str, float] | None:
    if surface in ON_REQUEST and possible.isdisjoint(dimensions_measured_in(CASED[surface])):
        return None
    if surface in SCALED:
        return SCALED[surface]
    unit = CASED.get(surface) or UNIT_OF_SURFACE.get(surface.casefold())
    return (unit, 1.0) if unit else None


def _runs_on(text: str, end: int, surface: str) -> bool:
    following = text[end : end + 1]
    if not following or not surface[-1].isascii() or not surface[-1].isalpha():
        return False
    if following.isdigit() and following.isascii():
        return surface.casefold() not in _GOES_ON_WITH_DIGITS
    return (following.isascii() and following.isalpha()) or following in "µ²³_"
