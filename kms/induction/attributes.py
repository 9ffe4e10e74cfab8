"""Types of table columns, told by their values: yes or no, a quantity, a word of a vocabulary, or text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kms.induction.columns import Column
from kms.ontology.labels import normalise
from kms.ontology.model import Attribute, AttributeType, Ontology
from kms.quantities.dimensions import REFERENCE_UNITS, reference_unit
from kms.quantities.mentions import find_quantities
from kms.quantities.numbers import read_number
from kms.quantities.values import QuantityError, dimensions_of, parse_quantity
from kms.text.answers import is_placeholder, read_answer, says_none
from kms.text.chinese import fold_traditional
from kms.text.shares import find_shares, is_whole

Cell = tuple[str, str | None]
"""A value as written, and the unit that its column's name gives to bare numbers."""

MOST_VALUES = 5_000
"""Distinct values that are kept of a column; of more it is text."""
_SURE = 0.9
_MOSTLY = 0.7
_FEW = 40
_COMPOSITIONS = 0.5
"""Share of the cells with percentages that make up a whole, from which on a column tells what things consist of."""
_LONGEST_WORDS = 6
_LONGEST_VALUE = 60
_DEGREE = re.compile(r"\b(?:low|medium|high|mild|strong|reduced)\b|^[低微]", re.IGNORECASE)
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Z0-9][A-Za-z0-9._/-]{4,}|\d{7,}")
LIST_PART = re.compile(r"[^\s,;/+&、，；|](?:[^,;/+&、，；|]*[^\s,;/+&、，；|])?")
"""A part of a list in a cell, as tables are read."""
_WEAK = re.compile(r"[/+&]")
"""Marks that stand inside of words as well: AC/DC."""
_THOUSANDS = re.compile(r"\d,\d")


@dataclass
class ColumnCells:
    """All cells of one column.

    Attributes:
        names: How the column's name is written.
        cells: How often each value stands there.
        more: Cells beyond the values that are kept.
        classes: How many products of each class state it; ``None`` counts those without a class.
        is_composition: Its cells said what things consist of, in shares that were cut off.
    """

    key: str
    names: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    cells: Counter[Cell] = field(default_factory=Counter)
    more: int = 0
    classes: Counter[str | None] = field(default_factory=Counter)
    is_composition: bool = False

    def add(self, written: str, column: Column, value: str, class_id: str | None) -> None:
        """Count a cell."""
        self.names[written] += 1
        self.labels[column.label] += 1
        self.classes[class_id] += 1
        cell = (value, column.unit)
        if cell in self.cells or len(self.cells) < MOST_VALUES:
            self.cells[cell] += 1
        else:
            self.more += 1

    @property
    def count(self) -> int:
        """Number of cells."""
        return self.cells.total() + self.more


@dataclass(frozen=True)
class ColumnType:
    """What a column's values are.

    Attributes:
        values: Enum only: labels of the vocabulary with the cells of each, the most frequent first.
    """

    type: AttributeType
    dimension: str | None = None
    unit: str | None = None
    values: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""


def type_of(column: ColumnCells) -> ColumnType:
    """The type that most cells have, the most telling first."""
    cells = {cell: count for cell, count in column.cells.items() if says_something(cell[0])}
    total = sum(cells.values()) + column.more
    if not total:
        return ColumnType("text", reason="all cells are empty words such as - or n/a")
    if _share(cells, is_answer) * sum(cells.values()) >= _SURE * total and _has_words(cells):
        return ColumnType("boolean")
    quantity = _quantity_type(cells, total)
    if quantity is not None:
        return quantity
    if column.more:
        return ColumnType("text", reason=f"more than {MOST_VALUES:,} different values")
    if (why := _why_no_words(cells, total)) is not None:
        return ColumnType("text", reason=why)
    values = values_in(cells)
    return ColumnType("enum", values=values) if values else ColumnType("text", reason="long texts")


def without_shares(column: ColumnCells) -> ColumnCells:
    """A column without the shares of compositions: "wool, nylon" where the cell says "75% wool, 25% nylon".

    Where percentages mostly make up no whole, as of "70% cocoa", they tell the values apart, and the column is as it was.
    """
    shares = {cell: found for cell in column.cells if (found := find_shares(cell[0]))}
    stated = sum(column.cells[cell] for cell in shares)
    whole = sum(column.cells[cell] for cell, found in shares.items() if is_whole(found))
    if not whole or whole < _COMPOSITIONS * stated:
        return column
    cells: Counter[Cell] = Counter()
    for cell, count in column.cells.items():
        names = dict.fromkeys(share.name for share in shares.get(cell, ()))
        cells[(", ".join(names), cell[1]) if names else cell] += count
    return replace(column, cells=cells, is_composition=True)


def says_something(value: str) -> bool:
    """Whether a cell is more than a mark for nothing."""
    return not is_placeholder(value)


def is_answer(cell: Cell) -> bool:
    """Whether a cell says yes or no and little else."""
    return len(cell[0]) <= _LONGEST_VALUE and read_answer(fold_traditional(cell[0])) is not None


def _has_words(cells: Mapping[Cell, int]) -> bool:
    """Not only the numbers 0 and 1, which are counts as well, unless nothing else ever stands there."""
    numbers = {value for value, _ in cells if value.strip().isdigit()}
    return len(numbers) < len(cells) or numbers == {"0", "1"}


def _share(cells: Mapping[Cell, int], test: Callable[[Cell], bool]) -> float:
    total = sum(cells.values())
    return sum(count for cell, count in cells.items() if test(cell)) / total if total else 0.0


def _quantity_type(cells: Mapping[Cell, int], total: int) -> ColumnType | None:
    measured: Counter[tuple[str, str]] = Counter()
    bare = 0
    for (value, unit), count in cells.items():
        if read_number(value) is not None and unit is None:
            bare += count
        elif (measure := _measure(value, unit)) is not None:
            measured[measure] += count
    dimensions: Counter[str] = Counter()
    for (dimension, _), count in measured.items():
        dimensions[dimension] += count
    if dimensions:
        dimension, count = dimensions.most_common(1)[0]
        if count >= _MOSTLY * total or (count + bare >= _SURE * total and dimension == "count"):
            units = {unit: n for (each, unit), n in measured.items() if each == dimension}
            return ColumnType("quantity", dimension, max(units, key=lambda unit: (units[unit], unit)))
    if bare >= _SURE * total:
        codes = sum(count for (value, _), count in cells.items() if _CODE.fullmatch(value.strip()))
        if codes > total / 2:
            return ColumnType("text", reason="long numbers that count nothing")
        return ColumnType("quantity", "count", "count")
    return None


def _measure(value: str, unit: str | None) -> tuple[str, str] | None:
    """Dimension and unit of a cell that is a measure, or little more."""
    mentions = list(find_quantities(value, unit=unit))
    if not mentions or len(mentions) > 2:
        return None
    covered = sum(mention.end - mention.start for mention in mentions)
    if covered < 0.5 * len(value.strip()):
        return None
    first = mentions[0]
    dimension = dimension_of_unit(first.unit)
    if dimension is None:
        return None
    try:
        parse_quantity(value, dimension, unit=unit)
    except QuantityError:
        return None
    return dimension, first.unit


def dimension_of_unit(unit: str) -> str | None:
    """The dimension that a unit measures: the one it is the reference of, else the first."""
    dimensions = [each for each in dimensions_of(unit) if reference_unit(unit, each) is not None]
    own = [each for each in dimensions if unit in REFERENCE_UNITS[each]]
    return next(iter((*own, *dimensions)), None)


def _why_no_words(cells: Mapping[Cell, int], total: int) -> str | None:
    """Why the values of a column make no vocabulary, or ``None``."""
    long = sum(count for (value, _), count in cells.items() if not is_short(value))
    if long > 0.3 * total:
        return "long texts"
    codes = sum(count for (value, _), count in cells.items() if _CODE.fullmatch(value.strip()))
    distinct = len(cells)
    if codes > 0.6 * total and distinct > 0.6 * total and total > 2:
        return "codes, nearly all different"
    if distinct > _FEW and distinct > 0.6 * total:
        parts = {normalise(part) for value, _ in cells for part in split_list(value)}
        if len(parts) > 0.6 * total:
            return "nearly all different"
    return None


def is_short(value: str) -> bool:
    """Whether a cell, or each part of a list in it, can be a word of a vocabulary."""
    parts = split_list(value)
    return all(len(part) <= _LONGEST_VALUE and len(part.split()) <= _LONGEST_WORDS for part in parts)


def split_list(value: str) -> list[str]:
    """The parts of a cell."""
    parts = (match.group() for match in LIST_PART.finditer(value))
    return [part for part in parts if any(character.isalnum() for character in part)]


def values_in(cells: Mapping[Cell, int]) -> dict[str, int]:
    """The words of a vocabulary: cells whole, and lists by their parts.

    A slash, a plus or an ampersand parts a list only where all parts stand in other cells as well.
    """
    whole: dict[str, Counter[str]] = {}
    stands: dict[str, set[str]] = {}
    for (value, _), count in cells.items():
        whole.setdefault(normalise(value), Counter())[value] += count
        for part in split_list(value):
            stands.setdefault(normalise(part), set()).add(normalise(value))
    counts: dict[str, Counter[str]] = {}
    for folded, written in whole.items():
        value = min(written, key=lambda each: (-written[each], each))
        parts = split_list(value)
        is_list = len(parts) > 1 and all(normalise(part) and len(part.split()) <= 4 for part in parts)
        if is_list and (_WEAK.search(value) or _THOUSANDS.search(value)):
            is_list = all(len(stands[normalise(part)]) > 1 for part in parts)
        if not is_list and len(value) <= 200:
            counts.setdefault(folded, Counter())[value] += written.total()
        for part in parts if is_list else ():
            counts.setdefault(normalise(part), Counter())[part] += written.total()
    merged = {min(each, key=lambda v: (-each[v], v)): each.total() for each in counts.values()}
    return dict(sorted(merged.items(), key=lambda item: (-item[1], item[0])))


def without_none(values: Mapping[str, int]) -> dict[str, int]:
    """A vocabulary without the word for none, unless it is the lowest of its degrees: none, low and high caffeine.

    "Nib: none" of an ink says that the column does not concern it, and nobody looks for what has none.
    """
    has_degrees = any(_DEGREE.search(value) for value in values)
    return {value: n for value, n in values.items() if has_degrees or not says_none(value)}


def fitting_share(column: ColumnCells, attribute: Attribute, known: Ontology) -> float:
    """Share of a column's cells that an attribute of the default ontology can hold."""
    cells = {cell: count for cell, count in column.cells.items() if says_something(cell[0])}
    if attribute.type == "boolean":
        return _share(cells, is_answer)
    if attribute.type == "quantity":
        return _share(cells, lambda cell: is_measure(cell, attribute.dimension or "count"))
    if attribute.type == "enum":
        return _share(cells, lambda cell: bool(known_values(cell[0], attribute, known)))
    return 1.0


def is_measure(cell: Cell, dimension: str) -> bool:
    """Whether a cell can be read as a quantity of a dimension."""
    try:
        parse_quantity(cell[0], dimension, unit=cell[1])
    except QuantityError:
        return False
    return True


def known_values(value: str, attribute: Attribute, known: Ontology) -> list[str]:
    """Values of an attribute's vocabulary that a cell names."""
    ids = [r.id for r in known.labels.lookup(value) if r.kind == "value" and r.attribute == attribute.id]
    if ids:
        return ids
    return [
        r.id
        for match in known.labels.find(value, frozenset({"value"}), in_table=True)
        for r in match.readings
        if r.attribute == attribute.id
    ]
