"""Names of columns and table lines that say a unit or the order of sides: "Weight (g)", "weight_kg", "Size (W x H)"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kms.quantities.axes import Axis, axis_of
from kms.quantities.dimensions import dimensions_measured_in
from kms.quantities.names import dimensions_named, names_several
from kms.quantities.numbers import fold_width
from kms.quantities.unit_forms import find_unit

_BRACKETS = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]{1,24})[)\]）】]")
_LAST_WORD = re.compile(r"[\s_,/-]+(in\s+)?([^\s_,()\[\]-]{1,16})$")
_WORD = re.compile(r"[^\s_,/()\[\]-]+")
_SIDES = re.compile(
    r"(?<![A-Za-z])[LWHDlwhd](?:\s?[x×*/]\s?[LWHDlwhd]){1,2}(?![A-Za-z])"
    r"|[长宽高深厚](?:\s?[x×*/]?\s?[长宽高深厚]){1,2}"
)
_SIDE = re.compile(r"[LWHDlwhd长宽高深厚]")
_BINDING = frozenset(["of", "for", "at", "per", "from", "after", "with", "without", "to", "by", "on", "up"])
"""What a unit behind one of these measures is not the column's numbers: "number of years", "endurance for 5 years"."""
_LIMITS = frozenset(["up", "to", "from", "by", "on"])
"""Of these the ones that may end a quantity's name: "Weight up to kg"."""
_AMBIGUOUS = frozenset(
    [
        "in",
        "s",
        "cd",
        "foot",
        "feet",
        "cup",
        "cups",
        "bar",
        "bars",
        "stone",
        "stones",
        "yard",
        "yards",
        "point",
        "points",
        "pound",
        "pounds",
        "second",
    ]
)
"""Last words that are units only of a quantity they measure: others are an input, a plural, a disc, "rubber feet"."""
_LARGEST_ORDINAL = 9
_CONDITIONS = frozenset(["length", "time", "frequency", "data_size", "data_rate"])
"""Dimensions whose amounts in names are conditions: "noise 1 m", "output 5 GHz"; others are numbered: "burner 1 kW"."""
_LETTERS = re.compile(r"[^\W\d_]+")
_OF_THE_PRODUCT = re.compile(r"^(?:product|item|article)\s+(?=\S)|^(?:产品|商品|货品)(?=..)", re.IGNORECASE)


class ColumnName(NamedTuple):
    """A parsed column name.

    Attributes:
        name: Without unit and sides.
        unit: Pint's name of the unit of its numbers, or ``None``.
        sides: In which order its lists name the sides of the product; empty where it does not say.
    """

    name: str
    unit: str | None
    sides: tuple[Axis, ...]


@lru_cache(maxsize=20_000)
def read_column_name(written: str) -> ColumnName:
    """Parse a column's name; a name without unit or sides comes back as it is."""
    name = fold_width(written)
    unit: str | None = None
    sides: tuple[Axis, ...] = ()
    if order := _SIDES.search(name):
        written_sides = order.group()
        # Beside a height 厚 is how deep a thing is.
        written_sides = written_sides.replace("厚", "深") if "高" in written_sides else written_sides
        axes = [axis_of(side) for side in _SIDE.findall(written_sides)]
        sides = tuple(axis for axis in axes if axis is not None)
        name = name[: order.start()] + " " + name[order.end() :]
    for inside in _BRACKETS.findall(name):
        unit = unit or _whole_unit(inside.strip())
    if unit is not None or sides:
        name = _BRACKETS.sub(" ", name)
    elif last := _LAST_WORD.search(name):
        unit = None if _is_by_chance(name[: last.start()], last) else _whole_unit(last[2])
        name = name[: last.start()] if unit is not None else name
    stripped = " ".join(name.replace("()", " ").split()).strip(" ,:-")
    return (
        ColumnName(stripped, unit, sides) if stripped and (unit or sides) else ColumnName(written, None, ())
    )


def _is_by_chance(name: str, last: re.Match[str]) -> bool:
    """Whether the last word of a name is a unit's only by chance; "in" before it, and brackets, mark a unit.

    Args:
        name: What stands before the word.
        last: The word, with what joins it to the name.
    """
    word, is_joined = last[2], "_" in last.group()
    unit = _whole_unit(word)
    if last[1] or unit is None:
        return False
    before = [each.casefold() for each in _WORD.findall(name)]
    if not before:
        return False
    folded = word.casefold()
    measured = frozenset(dimensions_measured_in(unit))
    named = dimensions_named(_LETTERS.findall(name))
    is_named = bool(measured & named)
    # "Rate at 100 Mbps" and "field of view at 1000 m" name conditions; "humidity (H-H)" without its marks names a range.
    if before[-1] == folded:
        return True
    if any(map(str.isdigit, before[-1])):
        is_ordinal = before[-1].isdecimal() and int(before[-1]) <= _LARGEST_ORDINAL
        is_numbered = is_ordinal and len(before) > 1 and not _BINDING.intersection(before)
        return not is_numbered or bool(measured & _CONDITIONS and not is_named)
    if before[-1] in _BINDING and not (before[-1] in _LIMITS and (is_named or folded == "min")):
        return True
    if folded == "min":
        return bool(named - {"time"}) or (not is_named and names_several(before[-1]))
    if is_joined:
        return False  # "width_in" names inches, "Built in" does not
    axis = axis_of(word) if len(word) == 1 else None
    return (folded in _AMBIGUOUS and not is_named) or (axis is not None and axis in before)


def own_name(name: str) -> str:
    """The name without words that say no more than that it is the product's: "Product colour", 产品颜色."""
    return _OF_THE_PRODUCT.sub("", name)


def _whole_unit(text: str) -> str | None:
    """The unit that a text is, as far as no word of a name looks like it ("Built in", "Class A")."""
    text = text.removeprefix("in ").strip()
    form = find_unit(text, 0)
    is_whole = form is not None and form[2] == len(text) and form[1] == 1.0
    return form[0] if form is not None and is_whole and form[0] != "count" else None
