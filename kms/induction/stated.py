"""Titles without what the product's own table says of it as a quality: "photo paper Gloss" where the finish is gloss.

Many shops put values of the table behind the name of a thing, and a noun there ("Tower", "Socket AM2", "Nylon") looks like
the thing that the title is about. What a column of kinds says ("type of product: notebook") is left where it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from kms.catalog.models import Product
from kms.induction.columns import read_column, speaks_of_kinds
from kms.induction.heads import is_noun
from kms.ontology.labels import singular
from kms.text.answers import read_answer
from kms.text.chinese import contains_chinese

_LIST = re.compile(r"\s*[,;/|]\s*")
_BEFORE = re.compile(r"([^\W_]+)\W{0,2}$")
_BEHIND = re.compile(r"\s+([^\W\d_]+)(?![^\W_])")
_LONGEST = 60
_SHORTEST = 3
_NAMES = frozenset(["name", "title", "code", "model", "number", "sku", "description", "名称", "型号"])
"""Words of columns that repeat how a product is called."""
_CUT = " , "


def cut_stated(product: Product, is_name: Callable[[str], bool]) -> str:
    """The title with the values of the product's table cut out, each an end of a phrase.

    Args:
        product: With its table.
        is_name: Whether a phrase in the singular may be the name of a kind: then it stays, and so does a last word of one
            ("photo paper" of a product whose material is paper).
    """
    title = product.title
    if contains_chinese(title):
        return title
    folded = title.casefold()
    values = (value for value in stated_values(product) if value in folded)
    for value in sorted(values, key=lambda each: (-len(each), each)):
        if not is_name(singular(value)):
            title = _cut(title, value, is_name)
    return title


def stated_values(product: Product) -> set[str]:
    """What the product's table says in words, outside columns of kinds, without case."""
    return {
        part
        for name, value in product.attributes.items()
        if len(value) <= _LONGEST and _states_quality(read_column(name).key)
        for part in _parts(value)
    }


def _states_quality(column: str) -> bool:
    """Whether a column says neither of what kind the product is nor how it is called."""
    return not speaks_of_kinds(column) and _NAMES.isdisjoint(column.split())


def _cut(title: str, value: str, is_name: Callable[[str], bool]) -> str:
    pattern = re.compile(rf"(?<![^\W_]){re.escape(value)}(?![^\W_]|-[^\W_])", re.IGNORECASE)
    kept: list[str] = []
    end = 0
    for found in pattern.finditer(title):
        before = _BEFORE.search(title[: found.start()])
        if before and is_name(singular(f"{before[1]} {value}")):
            continue
        behind = _BEHIND.match(title, found.end())
        if behind and is_noun(behind[1]):
            continue  # it says of which sort the noun behind it is, and is no end of a phrase
        kept += [title[end : found.start()], _CUT]
        end = found.end()
    return "".join([*kept, title[end:]])


@lru_cache(maxsize=50_000)
def _parts(value: str) -> tuple[str, ...]:
    """A cell and the parts of its list, as far as they are words."""
    if read_answer(value) is not None:
        return ()
    folded = value.casefold().strip()
    parts = dict.fromkeys([folded, *_LIST.split(folded)])
    return tuple(
        part
        for part in parts
        if len(part) >= _SHORTEST and 2 * sum(map(str.isalpha, part)) > len(part.replace(" ", ""))
    )
