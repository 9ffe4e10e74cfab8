"""Quantities in text: found, read, and brought to SI with pint; the written form is kept."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kms.errors import InputError
from kms.facts.units import CASED, LOOSELY_MEASURED, SHOWN, UNIT_OF_SURFACE
from kms.ontology.dimensions import REFERENCE_UNITS, dimensions_measured_in, reference_unit, unit_registry

if TYPE_CHECKING:
    from collections.abc import Iterator


OWN_NUMBER = frozenset({"count", "sound_level", "light_protection"})
"""Dimensions on counted or logarithmic scales: nothing is converted."""


_TEMPERATURE_SCALE = 30.0


def tolerance_scale(dimension: str, *magnitudes: float) -> float:
    """What a relative tolerance is a part of: the largest magnitude, in the SI unit.

    Not so for temperatures, whose zero is not where people count from: ten percent of 268 K would make -5 °C and
    20 °C the same. They are compared on a scale of 30 K, so that ten percent are three degrees.
    """
    return _TEMPERATURE_SCALE if dimension == "temperature" else max(map(abs, magnitudes), default=0.0)


class QuantityError(InputError):
    """A text that is no quantity, or one of another dimension."""


@dataclass(frozen=True)
class Quantity:
    """A number with its unit.

    Attributes:
        magnitude: The number as written.
        unit: Pint's name of the unit as written.
        si_magnitude: The number in the SI unit of the dimension, rounded to six significant digits.
        si_unit: That unit, see ``kms.ontology.dimensions.REFERENCE_UNITS``.
        dimension: The ontology's dimension.
    """

    magnitude: float
    unit: str
    si_magnitude: float
    si_unit: str
    dimension: str

    def agrees_with(self, other: Quantity, *, tolerance: float = 0.02) -> bool:
        """Whether both say the same within a relative tolerance: shops round when they convert."""
        if (self.dimension, self.si_unit) != (other.dimension, other.si_unit):
            return False
        scale = tolerance_scale(self.dimension, self.si_magnitude, other.si_magnitude)
        return abs(self.si_magnitude - other.si_magnitude) <= tolerance * scale


@dataclass(frozen=True)
class QuantityMention:
    """A number and unit in a text: ``text[start:end]``."""

    start: int
    end: int
    magnitude: float
    unit: str


_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?(?:\s?[-/]\s?\d+/\d+|/\d+)?|[½¼¾])"
_MINUS = re.compile(r"(?:(?<!\w)[-−–]|零下)$")
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_WORDS_EN = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS_EN = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_DIGITS_ZH = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NOT_AFTER_WORDS = frozenset({"分", "日", "度", "寸", "安", "欧", "转", "帕", "月", "周", "磅"})
"""Chinese units that stand in ordinary words after a numeral ("十分", "一度", "一转眼")."""


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    forms = sorted({*UNIT_OF_SURFACE, *CASED}, key=len, reverse=True)
    units = "|".join(re.escape(form) for form in forms)
    # A Latin unit must not run on into another word; a Chinese one may.
    return re.compile(
        rf"(?<![A-Za-z0-9_.,])(?P<number>{_NUMBER})(?P<gap>\s{{0,2}}|-)(?P<unit>{units})"
        r"(?![A-Za-zµμ²³])(?!(?<=[A-Za-z])\d)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _word_pattern() -> re.Pattern[str]:
    measured = [form for form, unit in UNIT_OF_SURFACE.items() if unit != "count"]
    latin = [form for form in measured if form.isascii() and form.isalpha() and len(form) >= 3]
    other = [
        form for form in measured if not form.isascii() and form.isalpha() and form not in _NOT_AFTER_WORDS
    ]
    words = "|".join(sorted({*_WORDS_EN, *_TENS_EN}, key=len, reverse=True))

    def either(forms: list[str]) -> str:
        return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))

    return re.compile(
        rf"(?<![A-Za-z])(?P<en>{words})[ -](?P<unit>{either(latin)})(?![A-Za-z])"
        rf"|(?<![第一二两三四五六七八九十百千万几])(?P<zh>[一二两三四五六七八九十百]{{1,4}})(?P<unit_zh>{either(other)})",
        re.IGNORECASE,
    )


def parse_number(text: str) -> float:
    """Read ``5,000``, ``1.7``, ``1,7``, ``1/2``, ``1 1/2`` or ``½``.

    Raises:
        QuantityError: It is no number.
    """
    text = text.strip()
    if text in _FRACTIONS:
        return _FRACTIONS[text]
    try:
        mixed = re.fullmatch(r"(\d+)\s?[- ]\s?(\d+)/(\d+)", text)
        if mixed:
            return int(mixed[1]) + int(mixed[2]) / int(mixed[3])
        fraction = re.fullmatch(r"(\d+)/(\d+)", text)
        if fraction:
            return int(fraction[1]) / int(fraction[2])
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            return float(text.replace(",", ""))
        return float(text.replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise QuantityError(f"{text!r} is not a number") from error


def parse_word(word: str) -> int | None:
    """A number written out (English up to twenty and by tens, Chinese up to 999), or ``None``."""
    folded = word.casefold()
    if folded in _WORDS_EN:
        return _WORDS_EN.index(folded) + 1
    if folded in _TENS_EN:
        return _TENS_EN[folded]
    match = re.fullmatch(
        "(?:([一二两三四五六七八九])百)?零?(?:([一二三四五六七八九])?(十))?([一二两三四五六七八九])?", word
    )
    if not word or match is None:
        return None
    hundreds, tens, ten, ones = match.groups()
    value = 100 * _DIGITS_ZH.get(hundreds or "", 0) + _DIGITS_ZH.get(ones or "", 0)
    return value + (10 * _DIGITS_ZH.get(tens or "", 1) if ten else 0) or None


def find_quantities(text: str) -> Iterator[QuantityMention]:
    """All numbers with a unit in a text, left to right, without overlaps; numbers may be written out.

    The full stop of an abbreviated unit ("9 oz.") is no part of the mention.
    """
    found = [*_find_digits(text), *_find_words(text)]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    end = 0
    for mention in found:
        if mention.start >= end:
            end = mention.end
            yield mention


def _find_words(text: str) -> Iterator[QuantityMention]:
    for match in _word_pattern().finditer(text):
        value = parse_word(match["en"] or match["zh"])
        unit = UNIT_OF_SURFACE.get((match["unit"] or match["unit_zh"]).casefold())
        if value is not None and unit is not None:
            yield QuantityMention(match.start(), match.end(), float(value), unit)


def _find_digits(text: str) -> Iterator[QuantityMention]:
    for match in _pattern().finditer(text):
        surface = match["unit"]
        unit = CASED.get(surface) or UNIT_OF_SURFACE.get(surface.casefold())
        if unit is None:
            continue
        if surface.casefold() in {"in", "a", "s", "x"} and match["gap"] == " " and surface != "in":
            continue
        if surface == "米" and text[match.end() : match.end() + 1] in set("白色黄驼咖"):
            continue  # "5.3 米白色" is a colour
        try:
            magnitude = parse_number(match["number"])
        except QuantityError:
            continue
        start, end = match.span()
        if surface.endswith("."):
            end -= 1
        if unit in {"degC", "degF", "degree"} and (sign := _MINUS.search(text, max(0, start - 3), start)):
            start, magnitude = sign.start(), -magnitude
        yield QuantityMention(start, end, magnitude, unit)


def dimensions_of(unit: str) -> tuple[str, ...]:
    """The ontology dimensions that a unit (pint's name) can measure; empty if pint does not know it."""
    return (*dimensions_measured_in(unit), *LOOSELY_MEASURED.get(unit, ()))


def to_quantity(magnitude: float, unit: str, dimension: str) -> Quantity:
    """Bring a number and pint unit to the SI unit of an ontology dimension.

    Raises:
        QuantityError: The unit does not measure that dimension.
    """
    if dimension not in REFERENCE_UNITS:
        raise QuantityError(f"unknown dimension {dimension!r}; known: {', '.join(sorted(REFERENCE_UNITS))}")
    if dimension == "temperature" and unit == "degree":
        unit = "degC"
    stored = reference_unit(unit, dimension)
    if stored is None:
        usual = " or ".join(REFERENCE_UNITS[dimension])
        raise QuantityError(f"{magnitude:g} {unit} is no {dimension}; that takes a unit like {usual}")
    if dimension in OWN_NUMBER:
        value = float(magnitude)
    else:
        try:
            value = float(unit_registry().Quantity(magnitude, unit).to(stored).magnitude)
        except (ArithmeticError, ValueError) as error:
            raise QuantityError(f"{magnitude:g} {unit} cannot be converted to {stored}: {error}") from error
    return Quantity(magnitude, unit, float(f"{value:.6g}"), stored, dimension)


def parse_quantity(text: str, dimension: str) -> Quantity:
    """Read ``1.7 litres``, ``30小时`` or pint's own ``1.7 liter`` as a quantity of a dimension.

    A bare number is taken for dimensions that are counted.

    Raises:
        QuantityError: No number with a unit of that dimension is in the text.
    """
    for mention in find_quantities(text):
        try:
            return to_quantity(mention.magnitude, mention.unit, dimension)
        except QuantityError:
            continue
    canonical = re.fullmatch(r"\s*(-?[\d.,]+)\s+([A-Za-z_][\w /*]*)", text)
    if canonical:
        return to_quantity(float(canonical[1].replace(",", "")), canonical[2].strip(), dimension)
    if dimension in {"count", "light_protection", "ratio"}:
        bare = re.search(r"\d+(?:[.,]\d+)?", text)
        if bare:
            return to_quantity(parse_number(bare[0]), "count", dimension)
    raise QuantityError(f"{text!r} holds no {dimension}; write a number with a unit")


def in_unit(quantity: Quantity, unit: str) -> float:
    """The magnitude in another unit of the same dimension (an attribute's display unit)."""
    if quantity.dimension in OWN_NUMBER:
        return quantity.si_magnitude
    return float(unit_registry().Quantity(quantity.si_magnitude, quantity.si_unit).to(unit).magnitude)


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
