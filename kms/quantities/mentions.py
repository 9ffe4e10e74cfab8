"""Quantities in text: numbers, units and what joins them (ranges, compounds, dimensions, pieces)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from kms.quantities.atoms import Atom, read_atoms
from kms.quantities.axes import AXIS_AFTER, AXIS_BEFORE, Axis, axis_of
from kms.quantities.dimensions import convert, dimensions_measured_in, root_unit
from kms.quantities.numbers import fold_width
from kms.quantities.unit_forms import find_unit
from kms.quantities.units import COMPOUND, FOOT_MARK

_LONGEST_KEPT = 500
"""Characters of texts whose mentions are kept: queries, titles and cells."""
_SIGNED = frozenset({"degC", "degF", "degree", "kelvin", "decibel"})
"""Units of which there are negative amounts; before any other unit a hyphen is a dash."""
_MINUS = re.compile(r"(?:(?<![A-Za-z0-9)])[-–]|零下|负|(?<![A-Za-z])minus\s)\s?$", re.IGNORECASE)
_BELOW_ZERO = re.compile(r"\s(?:degrees?\s)?below (?:zero|freezing)", re.IGNORECASE)
_TO = re.compile(
    r"\s?(?:[-–—~/]|\.\.\.?|…|至|到)\s?|\s(?:to|through|up to|and|till|until)\s|\s?±\s?", re.IGNORECASE
)
_NAME_BEFORE = re.compile(r"(?<![A-Za-z])(?:[A-Z]{1,4}|[A-Za-z]+\d\w*)\s$")
_BETWEEN = re.compile(r"\b(?:between|from)\s$", re.IGNORECASE)
_TIMES = re.compile(r"\s?[x×*✕]\s?|\sby\s", re.IGNORECASE)
_SIDE_LETTER = re.compile(r"\s?\(?([LWHD])\)?(?![A-Za-z])")
_BETWEEN_SIDES = re.compile(r"\s?[,，、;；/|]\s?|\s")
"""Between sides that a letter names each: "H: 22 cm, W: 15 cm"."""
_METRIC = frozenset({"meter", "centimeter", "kilogram", "kilometer"})
_JOINED = re.compile(r"\s?(?:and\s|&\s?|,\s?|零|又)?")
_AXIS_UNITS = frozenset("LWHDTlwhdt")
_PLUS = re.compile(r"(?:(?<![A-Za-z])plus\s|\+\s?)$", re.IGNORECASE)
_AND_A_HALF = re.compile(r"\sand a half\b", re.IGNORECASE)
_HALF = re.compile("半(?![小个])")
_DEFAULT_AXES: tuple[Axis, ...] = ("length", "width", "height")
_DRIVES = re.compile(
    r"\b(?:drives?|disks?|hdd|ssd|sas|sata|usb|cards?|sticks?|flash|nvme)\b|硬盘|固态|优盘|u盘|卡",
    re.IGNORECASE,
)
"""What is sold by the piece, each with its size; memory modules are one memory."""
_MOST_IN_LIST = 4
_ALTERNATIVES = 3
"""Voltages and frequencies that a slash parts are choices of one device, so they differ by little ("110/220 V")."""


@dataclass(frozen=True)
class QuantityMention:
    """A number, or a range of numbers, with a unit in a text: ``text[start:end]``.

    Attributes:
        low: The number, or the least of the range.
        high: The number again, or the greatest of the range.
        unit: Pint's name of the unit that the form means where nothing else is known.
        surface: The unit's form as written.
        pieces: How many there are of it ("6 x 330 ml").
        pieces_at: Where that number stands; the mention itself is the measure ("330 ml").
        axis: Which side of the product it measures, where it stands in a list of dimensions.
        is_least: A plus sign says that it is this much or more.
        ends: Of a range its two ends, each a mention with the unit that it is written with.
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    surface: str = ""
    pieces: int = 1
    pieces_at: tuple[int, int] | None = None
    axis: Axis | None = None
    is_least: bool = False
    ends: tuple[QuantityMention, QuantityMention] | None = None

    @property
    def is_range(self) -> bool:
        """Whether it names two different ends."""
        return self.low != self.high

    @property
    def magnitude(self) -> float:
        """The number; of a range the middle."""
        return (self.low + self.high) / 2 if self.is_range else self.low


def find_quantities(
    text: str, dimension: str | None = None, *, unit: str | None = None, also: frozenset[str] = frozenset()
) -> Iterator[QuantityMention]:
    """All numbers with a unit in a text, left to right, without overlaps.

    The full stop of an abbreviated unit ("9 oz.") is no part of the mention.

    Args:
        text: A sentence, a title, a cell or a query; the offsets are into it.
        dimension: What is asked for, where that is known: some forms stand for a unit only then ("180C").
        unit: The unit of numbers that have none, for cells whose column says it.
        also: Dimensions that are not asked for but possible: forms that are seldom a unit ("180C") count for these, too.
    """
    if not any(character.isnumeric() for character in text) and not _has_number_word(text):
        return
    if len(text) > _LONGEST_KEPT:
        yield from _Scan(text, dimension, unit, also).mentions()
    else:
        yield from _scan_short(text, dimension, unit, also)


@lru_cache(maxsize=2_048)
def _scan_short(
    text: str, dimension: str | None, unit: str | None, also: frozenset[str]
) -> tuple[QuantityMention, ...]:
    """Mentions of a short text, kept: the steps of a search ask for those of its query several times."""
    return tuple(_Scan(text, dimension, unit, also).mentions())


def _has_number_word(text: str) -> bool:
    # Words are cheap to look for, and ``isnumeric`` knows the Chinese digits already.
    return text.isascii() or any(character in "半两" for character in text) or " " in text


class _Scan:
    """One text on its way to quantities."""

    def __init__(self, text: str, dimension: str | None, unit: str | None, also: frozenset[str]) -> None:
        self._text = fold_width(text)
        self._unit = unit
        self._atoms = read_atoms(self._text, dimension, also)

    def mentions(self) -> Iterator[QuantityMention]:
        position = 0
        end = 0
        while position < len(self._atoms):
            mentions, used = self._read_at(position)
            for mention in mentions:
                if mention.start >= end:
                    end = mention.end
                    yield mention
            position += used

    def _read_at(self, at: int) -> tuple[list[QuantityMention], int]:
        """Parse the mention that begins at an atom; returns it with the number of atoms it takes."""
        for read in (self._read_list, self._read_range, self._read_compound):
            result = read(at)
            if result is not None:
                return result
        return self._read_single(at), 1

    # lists: dimensions and pieces

    def _read_list(self, at: int) -> tuple[list[QuantityMention], int] | None:
        atoms = [self._atoms[at]]
        for following in self._atoms[at + 1 : at + _MOST_IN_LIST]:
            last = self._with_axis_behind(atoms[-1])
            times = _TIMES.match(self._text, last.end)
            start = following.number.start
            # "长30×宽20": the next axis stands between the sign and the number.
            if times is None and self._are_named_sides(last, following):
                times = _BETWEEN_SIDES.match(self._text, last.end)
            if times is None or not self._is_axis_between(times.end(), start):
                break
            atoms[-1] = last
            atoms.append(following)
        if len(atoms) == 1:
            return None
        atoms[-1] = self._with_axis_behind(atoms[-1])
        unit = next((atom.unit for atom in reversed(atoms) if atom.unit is not None), self._unit)
        if unit == "pixel":
            return [], len(atoms)  # a resolution
        if unit == "dots_per_inch":
            return self._read_single(at + len(atoms) - 1), len(atoms)
        if unit is None or (atoms[0].number.is_tied and atoms[0].axis is None):
            return ([], len(atoms)) if unit is None and len(atoms) > 1 else None
        if "length" in dimensions_measured_in(unit):
            return self._read_dimensions(atoms, unit), len(atoms)
        return self._read_pieces(at, atoms, unit), len(atoms)

    def _are_named_sides(self, first: Atom, second: Atom) -> bool:
        """Whether each of two numbers is named as another side: "H: 22 cm, W: 15 cm", "22 cm H, 15 cm W"."""
        behind = _SIDE_LETTER.match(self._text, second.end)
        axis = second.axis or (axis_of(behind[1]) if behind else None)
        return first.axis is not None and axis not in (None, first.axis)

    def _with_axis_behind(self, atom: Atom) -> Atom:
        """The atom with its axis taken from behind: ``30"L``, ``30cm (W)``; the L of "30L x 20W" is no litre."""
        if atom.surface in _AXIS_UNITS and atom.unit is not None and self._is_among_sides(atom):
            return self._with_unit_behind(replace(atom, unit=None, surface="", axis=axis_of(atom.surface)))
        match = AXIS_AFTER.match(self._text, atom.end)
        if match is None or atom.axis is not None:
            return atom
        return self._with_unit_behind(
            replace(atom, end=match.end(), axis=axis_of(match["name"] or match["inside"]))
        )

    def _with_unit_behind(self, atom: Atom) -> Atom:
        """The atom with a unit that stands behind its axis: "10H inches"."""
        form = find_unit(self._text, atom.end) if atom.unit is None else None
        return (
            atom
            if form is None
            else replace(atom, unit=form[0], factor=form[1], end=form[2], surface=form[3])
        )

    def _is_among_sides(self, atom: Atom) -> bool:
        """Whether other numbers nearby are tied to letters of sides, too."""
        near = self._text[max(0, atom.number.start - 30) : atom.end + 30]
        sides = {letter.casefold() for letter in re.findall(r"(?<=[\d\s\"])([LWHDlwhd])(?![A-Za-z])", near)}
        return len(sides) >= 2 and _TIMES.search(near) is not None

    def _is_axis_between(self, first: int, start: int) -> bool:
        between = self._text[first:start]
        return not between.strip() or (len(between) <= 10 and AXIS_BEFORE.fullmatch(between) is not None)

    def _read_dimensions(self, atoms: list[Atom], unit: str) -> list[QuantityMention]:
        named = [atom.axis for atom in atoms]
        axes: list[Axis | None] = (
            named if all(named) and len(set(named)) == len(named) else list(_DEFAULT_AXES)
        )
        mentions = []
        for atom, axis in zip(atoms, axes, strict=False):
            own = atom.unit if atom.unit and "length" in dimensions_measured_in(atom.unit) else unit
            value = atom.value_in(own)
            is_last = atom is atoms[-1]
            end = atom.end if atom.unit or is_last else atom.number.end
            mentions.append(
                QuantityMention(
                    atom.number.start, self._trim(end), value, value, own, atom.surface, axis=axis
                )
            )
        return mentions

    def _read_pieces(self, at: int, atoms: list[Atom], unit: str) -> list[QuantityMention]:
        """``6 x 330 ml`` and ``330 ml x 6``; memory is given as the sum of its modules."""
        measured = next((atom for atom in atoms if atom.unit is not None), atoms[-1])
        pieces = 1.0
        for atom in atoms:
            if atom is not measured:
                if (
                    atom.unit not in (None, "count")
                    or not atom.value.is_integer()
                    or not 1 <= atom.value <= 1_000
                ):
                    return self._read_single(at + atoms.index(measured))
                pieces *= atom.value
        value = measured.value_in(unit)
        start, end = measured.number.start, measured.end
        # Words beyond the next measure say what that one is: "2 x 16GB RAM, 1TB SSD".
        following = self._atoms[at + len(atoms) : at + len(atoms) + 1]
        stop = min(end + 40, following[0].number.start) if following else end + 40
        near = self._text[max(0, atoms[0].number.start - 40) : stop]
        if "data_size" in dimensions_measured_in(unit) and not _DRIVES.search(near):
            value *= pieces
            start, end = atoms[0].number.start, atoms[-1].end
        counts = [atom for atom in atoms if atom is not measured]
        mention = QuantityMention(
            start, self._trim(end), value, value, unit, measured.surface, pieces=int(pieces),
            pieces_at=(counts[0].number.start, counts[-1].number.end),
        )  # fmt: skip
        return [mention]

    # ranges

    def _read_range(self, at: int) -> tuple[list[QuantityMention], int] | None:
        if at + 1 >= len(self._atoms):
            return None
        first, second = self._atoms[at], self._atoms[at + 1]
        between = self._text[first.end : second.number.start]
        sign = None if _TO.fullmatch(between) else self._sign_at(second.number.start, first.end)
        if sign is not None:
            between = self._text[first.end : sign]
        elif second.unit in _SIGNED:
            between = _PLUS.sub("", between)
        to = _TO.fullmatch(between)
        unit = second.unit or self._unit
        if to is None or unit is None or first.number.is_tied or second.number.letter:
            return None
        word = between.strip().casefold()
        if (
            between == " - "
            and first.unit is None
            and _NAME_BEFORE.search(self._text, max(0, first.number.start - 20), first.number.start)
        ):
            return None  # "R 4.2 - 16.5 oz": in titles a dash also parts what a number belongs to
        is_signed = unit in _SIGNED
        first_sign = self._sign_at(first.number.start) if is_signed else None
        start = first_sign if first_sign is not None else first.number.start
        if word == "and" and not _BETWEEN.search(self._text, max(0, start - 10), start):
            return None
        if word == "/" and unit not in ("volt", "hertz"):
            return None
        own = first.unit or unit
        low = first.value_in(own) * (-1 if first_sign is not None else 1)
        high = second.value_in(unit) * (-1 if sign is not None and is_signed else 1)
        if sign is not None and not is_signed:
            return None
        ends = (
            QuantityMention(start, first.end if first.unit else first.number.end, low, low, own, first.surface),
            QuantityMention(second.number.start if sign is None else sign, self._trim(second.end), high, high, unit,
                            second.surface),
        )  # fmt: skip
        if word == "±":
            low, high = low - high, low + high
        elif own != unit:
            factor = _factor(own, unit)
            if factor is None:
                return None
            low *= factor
        if word == "/":
            low, high = sorted((low, high))
            if high > _ALTERNATIVES * low:
                return None
        if low >= high:
            is_tight = first.unit is None and between == word and word in ("-", "–", "/")
            if not is_tight:
                return None
            # "15-6.1 inch" is no range, and its second number may belong to the first: a code.
            return [], 2
        mention = QuantityMention(
            start,
            self._trim(second.end),
            low,
            high,
            unit,
            second.surface,
            is_least=second.is_least,
            ends=ends,
        )
        return [mention], 2

    def _sign_at(self, start: int, least: int = 0) -> int | None:
        """Offset of a number's sign, or ``None``."""
        match = _MINUS.search(self._text, max(least, start - 7), start)
        return match.start() if match else None

    # one number

    def _read_compound(self, at: int) -> tuple[list[QuantityMention], int] | None:
        first = self._atoms[at]
        if first.number.is_tied:
            return None
        unit, end = first.unit, first.end
        if unit is None and self._text[first.number.end : first.number.end + 1] == FOOT_MARK:
            unit, end = "foot", first.number.end + 1
        total, used = first.value_in(unit), 1
        ratio = 1
        while unit is not None and at + used < len(self._atoms):
            following = self._atoms[at + used]
            joined = _JOINED.fullmatch(self._text, end, following.number.start)
            below = self._unit_below(unit, following, joined)
            if below is not None and unit in _METRIC and joined is not None and "," in joined.group():
                break  # "10 m, 12 cm" are two measures
            if below is None:
                break
            step = COMPOUND[(unit, below)]
            if following.value >= step:
                break
            ratio *= step
            total += following.value / ratio
            unit, end = below, following.end
            used += 1
        if used == 1:
            return None
        whole = first.unit or "foot"
        return [
            QuantityMention(first.number.start, self._trim(end), total, total, whole, first.surface)
        ], used

    def _unit_below(self, unit: str, following: Atom, joined: re.Match[str] | None) -> str | None:
        if joined is None:
            return None
        if following.unit is not None:
            if unit == "hour" and following.surface in ("m", "M"):
                return "minute"  # 2h 15m
            return following.unit if (unit, following.unit) in COMPOUND else None
        is_bare = not joined.group() and following.number.value == int(following.number.value)
        if unit == "hour" and is_bare and following.number.letter.casefold() == "h":
            return "minute"  # 7h30
        return "inch" if unit == "foot" and is_bare and following.end == len(self._text) else None

    def _read_single(self, at: int) -> list[QuantityMention]:
        atom = self._atoms[at]
        number = atom.number
        unit = atom.unit or self._unit
        if unit is None or (number.is_tied and atom.axis != "diameter"):
            return []
        value = atom.value_in(unit)
        start, end = number.start, atom.end
        if unit in _SIGNED:
            sign = self._sign_at(start)
            below = _BELOW_ZERO.match(self._text, end)
            if sign is not None:
                start, value = sign, -value
            elif below is not None:
                end, value = below.end(), -value
        more = _AND_A_HALF.match(self._text, end)
        if more is not None and atom.unit is not None:
            value, end = value + 0.5, more.end()
        half = _HALF.match(self._text, end)
        if half is not None and atom.surface and not atom.surface.isascii():
            value, end = value + 0.5 * atom.factor, half.end()
        axis: Axis | None = "diameter" if atom.axis == "diameter" else None
        return [
            QuantityMention(
                start, self._trim(end), value, value, unit, atom.surface, axis=axis, is_least=atom.is_least
            )
        ]

    def _trim(self, end: int) -> int:
        return end - 1 if self._text[end - 1 : end] == "." else end


@lru_cache(maxsize=500)
def _factor(unit: str, other: str) -> float | None:
    """Factor from ``unit`` to ``other``; ``None`` where the conversion is no plain factor."""
    if root_unit(unit) is None or root_unit(unit) != root_unit(other) or unit in _SIGNED:
        return 1.0 if unit == other else None
    return convert(1.0, unit, other)
