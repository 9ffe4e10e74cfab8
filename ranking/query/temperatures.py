"""Temperatures without a unit in queries: "sleeping bag minus 5", "rated to -10". They are of classes that have one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kms.ontology.model import Attribute
from kms.quantities.mentions import QuantityMention
from kms.quantities.numbers import find_numbers, fold_width

_TEMPERATURE = "temperature"
_UNIT = "degC"
_REACH = 30
_MINUS = re.compile(r"(?:(?<![\w.])[-–−]|零下|负|(?<![A-Za-z])minus\s)\s?$", re.IGNORECASE)
_RATED = re.compile(
    r"(?:\b(?:rated(?:\s+(?:to|for|at))?|down\s+to|comfort(?:able)?(?:\s+(?:to|at|down\s+to))?|temperatures?(?:\s+of)?)\s+|温标)$",
    re.IGNORECASE,
)
_BELOW_ZERO = re.compile(r"\s(?:degrees?\s)?below(?:\s(?:zero|freezing))?\b", re.IGNORECASE)
_HINT = re.compile(r"[-–−]\s?\d|minus|rated|down to|comfort|temperature|below|零下|负|温标", re.IGNORECASE)
"""What every such number has beside it; other queries are not looked at."""
_HAS_UNIT = re.compile(r"\s?[°℃℉%€$£¥度摄华A-Za-z]")
_HAN = re.compile(r"\s?[\u3400-\u9fff]")
_FOLLOWED = re.compile(r"\s(?:and|or|with|for|in|below|that|which|without|under)\b", re.IGNORECASE)


def find_temperatures(text: str, attributes: Iterable[Attribute]) -> Iterator[QuantityMention]:
    """Bare numbers below zero, or behind words that rate a product, as degrees Celsius.

    Args:
        text: The query.
        attributes: Those of the classes that the query names; without a temperature among them no number is one.
    """
    if not _HINT.search(text) or not any(attribute.dimension == _TEMPERATURE for attribute in attributes):
        return
    text = fold_width(text)
    for number in find_numbers(text):
        if _HAS_UNIT.match(text, number.end) and not _FOLLOWED.match(text, number.end):
            continue
        window = max(0, number.start - _REACH)
        minus = _MINUS.search(text, window, number.start)
        below = _BELOW_ZERO.match(text, number.end)
        start = minus.start() if minus else number.start
        is_rated = _RATED.search(text, window, start) and not _HAN.match(text, number.end)
        if not (minus or below or is_rated):
            continue
        value = float(number.value) * (-1 if minus or below else 1)
        yield QuantityMention(start, below.end() if below else number.end, value, value, _UNIT)
