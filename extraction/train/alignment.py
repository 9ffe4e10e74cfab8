"""Alignment of a shop's table cells with its texts: where a cell's value stands in a title or a description.

This is distant supervision (Mintz et al. 2009): a cell says that a product has a value, and a text that holds the value is
taken to say so as well. Cells of which a text can say the same in other words (yes or no, bare numbers) teach nothing and
are neither examples nor counterexamples.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kms.errors import InputError
from kms.quantities.mentions import QuantityMention, find_quantities
from kms.quantities.values import dimensions_of, quantity_of
from kms.text.answers import read_answer
from kms.text.chinese import contains_chinese
from kms.text.normalise import clean_text

_LONGEST_VALUE = 10
"""Words of a value that can be one span of a text."""
_TELLING_DIGITS = 3
"""A bare number of fewer digits stands in texts by chance."""
_PART = re.compile(r"[^,;/|、，；]+")
_NUMBER = re.compile(r"[\d\s.,]+")

_OFTEN = 5
"""Products from which the share of a value's texts that hold it can be told."""
_LEAST_LIFT = 2.0
"""A value must stand so many times as often in texts of products that have it as in those that have another value."""
_MOST_BY_CHANCE = 0.05
"""Of values with fewer products: share of texts of other values that hold the value's words."""

_ROUNDING = 0.01
"""Relative difference of two quantities that are the same: 39.6 cm and 15.6 inches."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One cell of a product's table.

    Attributes:
        attribute: Id of the ontology's attribute, or ``column:<name>`` where it knows none of that name.
        value: As the shop writes it.
        unit: Of bare numbers, from the column's name.
    """

    product_id: str
    attribute: str
    value: str
    unit: str | None = None


def is_telling(cell: Cell) -> bool:
    """Whether a text that has a cell's value holds it in recognisable form."""
    value = clean_text(cell.value)
    if not value or len(value.split()) > _LONGEST_VALUE or read_answer(value) is not None:
        return False
    if _NUMBER.fullmatch(value):
        return cell.unit is not None or sum(c.isdigit() for c in value) >= _TELLING_DIGITS
    return len(value) > 1 or contains_chinese(value)


def find_cell(text: str, cell: Cell) -> list[Place]:
    """Places of a cell's value in a text: as a whole, as the same quantity, or else its parts where it lists several."""
    if places := _find_phrase(text, cell.value):
        return places
    if places := _find_quantity(text, cell):
        return places
    parts = [part.strip() for part in _PART.findall(cell.value)]
    if len(parts) < 2 or "(" in cell.value:
        return []
    return sorted(
        place
        for part in dict.fromkeys(parts)
        if is_telling(Cell("", "", part))
        for place in _find_phrase(text, part)
    )


def is_same_value(surface: str, cell: Cell) -> bool:
    """Whether a piece of text is a cell's value, or one of those that it lists."""
    folded = _fold(surface)
    if folded == _fold(cell.value) or folded in {_fold(part) for part in _PART.findall(cell.value)}:
        return True
    return any(place == (0, len(surface.strip())) for place in _find_quantity(surface.strip(), cell))


def _fold(value: str) -> str:
    return " ".join(value.casefold().split())


def _find_phrase(text: str, value: str) -> list[Place]:
    return [match.span() for match in _pattern(_fold(value)).finditer(text)]


@lru_cache(maxsize=100_000)
def _pattern(value: str) -> re.Pattern[str]:
    """A value as a whole: not inside of a longer word or number; blanks and hyphens are the same."""
    middle = r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", value) if word)
    if contains_chinese(value):
        return re.compile(middle, re.IGNORECASE)
    return re.compile(rf"(?<![\w.,-]){middle}(?![\w-]|[.,]\d)", re.IGNORECASE)


def _find_quantity(text: str, cell: Cell) -> list[Place]:
    wanted = [mention for mention in find_quantities(cell.value, unit=cell.unit) if _in_si(mention)]
    if len(wanted) != 1:
        return []
    return [(m.start, m.end) for m in find_quantities(text) if _is_same(_in_si(m), _in_si(wanted[0]))]


def _is_same(one: dict[str, tuple[float, float]], other: dict[str, tuple[float, float]]) -> bool:
    return any(
        all(
            abs(a - b) <= _ROUNDING * max(abs(a), abs(b))
            for a, b in zip(one[dimension], other[dimension], strict=True)
        )
        for dimension in one.keys() & other.keys()
    )


@lru_cache(maxsize=50_000)
def _in_si(mention: QuantityMention) -> dict[str, tuple[float, float]]:
    """Both ends in SI by each dimension that the unit may measure; none for plain counts, which stand in texts by chance."""
    ends: dict[str, tuple[float, float]] = {}
    if mention.unit == "count":
        return ends
    for dimension in dimensions_of(mention.unit):
        try:
            quantity = quantity_of(mention, dimension)
        except InputError:
            continue
        ends[dimension] = (quantity.si_low, quantity.si_high)
    return ends


class ChanceFilter:
    """Tells the values that stand in texts no more often than chance would have it ("USB" of a cable's kind).

    A value is compared with the other values of its attribute: how often do its words stand in texts of products that
    have it, and how often in texts of products that have another one?
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """Count the words of texts.

        Args:
            texts: Product id and text, several of a product or one.
        """
        self._holding: dict[str, set[str]] = defaultdict(set)
        for product_id, text in texts:
            for word in _words(text):
                self._holding[word].add(product_id)

    def chosen(self, aligned: Iterable[Cell], cells: Iterable[Cell]) -> set[tuple[str, str]]:
        """The (attribute, folded value) pairs whose alignments are to be believed.

        Args:
            aligned: Cells whose value was found in a text of their product.
            cells: All cells.
        """
        having: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for cell in cells:
            having[cell.attribute][_fold(cell.value)].add(cell.product_id)
        products_of = {attribute: set().union(*values.values()) for attribute, values in having.items()}
        found = Counter(fold_pair(cell) for cell in aligned)
        return {
            (attribute, value)
            for (attribute, value), count in found.items()
            if self._is_kept(value, count, having[attribute][value], products_of[attribute])
        }

    def _is_kept(self, value: str, found: int, own: set[str], every: set[str]) -> bool:
        words = _words(value)
        others = len(every) - len(own)
        if not words or not others:
            return True
        holding = set.intersection(*(self._holding.get(word, set()) for word in words))
        by_chance = len((holding & every) - own) / others
        if len(own) < _OFTEN:
            return by_chance <= _MOST_BY_CHANCE
        return found / len(own) >= _LEAST_LIFT * by_chance


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def fold_pair(cell: Cell) -> tuple[str, str]:
    """The pair that ``ChanceFilter.chosen`` speaks of."""
    return cell.attribute, _fold(cell.value)
