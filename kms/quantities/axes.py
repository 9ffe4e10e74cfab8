"""Axes of dimensions: the letters and words that name a side of a product, before or behind its number."""

from __future__ import annotations

import re
from typing import Literal

Axis = Literal["length", "width", "height", "depth", "diameter", "waist"]

_AXIS_NAMES: dict[str, Axis] = {
    "l": "length", "length": "length", "long": "length", "长": "length",
    "w": "width", "width": "width", "wide": "width", "宽": "width",
    "h": "height", "height": "height", "high": "height", "tall": "height", "高": "height",
    "d": "depth", "depth": "depth", "deep": "depth", "深": "depth", "t": "height", "厚": "height",
    "ø": "diameter", "Ø": "diameter", "⌀": "diameter", "dia": "diameter", "diameter": "diameter", "直径": "diameter",
}  # fmt: skip
_NAMES = "length|width|height|depth|diameter|dia|long|wide|high|tall|deep|[lwhdt]"
AXIS_BEFORE = re.compile(
    rf"(?:(?<![A-Za-z])(?P<name>{_NAMES})|(?P<sign>直径|[长宽高深厚Øø⌀]))[度约]?[.:：=]?\s?$", re.IGNORECASE
)
AXIS_AFTER = re.compile(
    rf"\s?(?:\((?P<inside>{_NAMES}|[长宽高深厚])\)|(?P<name>{_NAMES}|[长宽高深厚])(?=[^A-Za-z]|[xX]\d|$))",
    re.IGNORECASE,
)


def axis_of(name: str) -> Axis | None:
    """The side of a product that a letter or word names."""
    return _AXIS_NAMES.get(name) or _AXIS_NAMES.get(name.casefold())
