"""Names of values: which words of a shop's cells mean the same in titles and texts, and which mostly mean something else.

"Power" lights on a panel and "4" is a number of anything: a cell says so in its column, a text and a query do not. A word is
a name where products whose title or text has it mostly say the same in their table, those that fill the column and those of
the whole shop. The others are read in tables alone (``read_in: tables``), and in queries that name a class which has them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from kms.catalog.models import Product
from kms.ontology.labels import singular
from kms.text.answers import read_answer
from kms.text.chinese import contains_chinese, fold_traditional

if TYPE_CHECKING:
    from kms.induction.induce import InducedAttribute

AGREES = 0.8
"""Least share of the products that have the words and fill the column whose cell says the value."""
AGREES_IN_ALL = 0.3
"""Least share of all products that have the words whose cell says the value."""
LEAST_SEEN = 2
MOST_READ = 100_000
_LONGEST = 5
_SHORTEST = 3
_TEXT = 400

Name = tuple[str, str]
"""Id of an attribute and a value as written, ``true`` for an attribute that is so or not."""


def find_names(
    products: Iterable[Product],
    attributes: Mapping[str, InducedAttribute],
    kinds: Collection[str] = frozenset(),
) -> frozenset[Name]:
    """The values that are called by name in titles and texts.

    Args:
        products: Of the shop.
        attributes: By id.
        kinds: Names of classes in the singular. A column that is answered yes or no and called after one of them, with
            words before it ("gaming mouse pad"), names a thing and says nothing of it.
    """
    words = {
        name: folded
        for name, folded in _words(attributes)
        if name[1] != "true" or " " not in folded or folded.rpartition(" ")[2] not in kinds
    }
    names: dict[str, list[Name]] = defaultdict(list)
    for name, folded in words.items():
        names[folded].append(name)
    attribute_of = {written: each.id for each in attributes.values() for written in each.columns}
    seen: Counter[Name] = Counter()
    filled: Counter[Name] = Counter()
    agreed: Counter[Name] = Counter()
    for number, product in enumerate(products):
        if number >= MOST_READ:
            break
        cells: dict[str, list[str]] = defaultdict(list)
        for written, value in product.table().items():
            if (attribute := attribute_of.get(written)) is not None:
                cells[attribute].append(value)
        folded_cells = {attribute: f" {singular(' '.join(values))} " for attribute, values in cells.items()}
        for phrase in _phrases(f"{product.title} {product.description[:_TEXT]}", names):
            for name in names[phrase]:
                seen[name] += 1
                if name[0] in cells:
                    filled[name] += 1
                    agreed[name] += _says(name, phrase, cells[name[0]], folded_cells[name[0]])
    return frozenset(
        name
        for name, count in filled.items()
        if count >= LEAST_SEEN
        and agreed[name] >= AGREES * count
        and agreed[name] >= AGREES_IN_ALL * seen[name]
    )


def _says(name: Name, phrase: str, cells: list[str], folded: str) -> bool:
    if name[1] == "true":
        return any(read_answer(fold_traditional(cell)) is True for cell in cells)
    return f" {phrase} " in folded


def _words(attributes: Mapping[str, InducedAttribute]) -> Iterator[tuple[Name, str]]:
    """Names that can be words of a text, folded: no numbers, no single letters."""
    for each in attributes.values():
        if each.known is None and each.type.type == "boolean":
            yield (each.id, "true"), singular(each.label)
        for value in each.values:
            if is_word(value):
                yield (each.id, value), singular(value)


def is_word(value: str) -> bool:
    """Whether a value can be a word of a text: not a number, a code or a letter."""
    if contains_chinese(value):
        return len(value) > 1
    letters = sum(character.isalpha() for character in value)
    return letters >= _SHORTEST and 2 * letters > len(value.replace(" ", ""))


def _phrases(text: str, names: Mapping[str, list[Name]]) -> set[str]:
    words = singular(text).split()
    found = set()
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + _LONGEST) + 1):
            phrase = " ".join(words[start:stop])
            if phrase in names:
                found.add(phrase)
    return found
