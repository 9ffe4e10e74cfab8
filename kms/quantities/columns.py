"""Names of columns and table lines that say a unit or the order of sides: "Weight (g)", "weight_kg", "Size (W x H)"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kms.quantities.axes import Axis, axis_of
from kms.quantities.numbers import fold_width
from kms.quantities.unit_forms import find_unit

_BRACKETS = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]{1,24})[)\]）】]")
_LAST_WORD = re.compile(r"[\s_,/-]+(?:in\s+)?([^\s_,()\[\]-]{1,16})$")
_SIDES = re.compile(
    r"(?<![A-Za-z])[LWHDlwhd](?:\s?[x×*/]\s?[LWHDlwhd]){1,2}(?![A-Za-z])"
    r"|[长宽高深厚](?:\s?[x×*/]?\s?[长宽高深厚]){1,2}"
)
_SIDE = re.compile(r"[LWHDlwhd长宽高深厚]")


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
        # "width_in" names inches, "Built in" does not.
        # Nor does a letter that stands twice: "humidity (H-H)" without its marks names a range.
        is_mark = last.group().casefold() == " in" or name[: last.start()].endswith(f" {last[1]}")
        unit = None if is_mark else _whole_unit(last[1])
        name = name[: last.start()] if unit is not None else name
    stripped = " ".join(name.replace("()", " ").split()).strip(" ,:-")
    return (
        ColumnName(stripped, unit, sides) if stripped and (unit or sides) else ColumnName(written, None, ())
    )


def own_name(name: str) -> str:
    """The name without words that say no more than that it is the product's: "Product colour", 产品颜色."""
    return _OF_THE_PRODUCT.sub("", name)


def _whole_unit(text: str) -> str | None:
    """The unit that a text is, as far as no word of a name looks like it ("Built in", "Class A")."""
    text = text.removeprefix("in ").strip()
    form = find_unit(text, 0)
    is_whole = form is not None and form[2] == len(text) and form[1] == 1.0
    return form[0] if form is not None and is_whole and form[0] != "count" else None
