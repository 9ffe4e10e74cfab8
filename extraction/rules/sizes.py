"""Waist and length of trousers, written as "W34/L32" or "34x32": what those letters mean beside numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PAIR = re.compile(
    r"(?<![A-Za-z0-9])(?:W\s?(?P<waist>[2-6]\d)\s?[/x× -]?\s?L\s?(?P<length>[2-4]\d)|"
    r"(?P<waist3>2[4-9]|[34]\d)\s?[/x×]\s?(?P<length3>2[6-9]|3[0-8])(?![\d.,]?\d|\s?(?:%|°|[cm]m|in\b|\"))|"
    r"(?P<waist2>[2-6]\d)\s?W\s?[/x× -]?\s?(?P<length2>[2-4]\d)\s?L)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


class TrouserSize(NamedTuple):
    """One side of a size: ``text[start:end]`` is its number, in inches."""

    start: int
    end: int
    attribute: str
    inches: int


def find_trouser_sizes(text: str) -> Iterator[TrouserSize]:
    """Waist and length of each "W34/L32", "34W 32L" or "34/32" in a text."""
    for match in _PAIR.finditer(text):
        for attribute in ("waist", "length"):
            group = next(g for g in (attribute, f"{attribute}2", f"{attribute}3") if match[g])
            yield TrouserSize(*match.span(group), attribute, int(match[group]))
