"""Column names of plain tables, in English and Chinese: which field of a product each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

import yaml

from kms.catalog.layouts.column_names import code_named, fold_name, says_when_it_came
from kms.currency import currency_of

__all__ = [
    "columns_by_field",
    "currency_beside",
    "field_named",
    "fold_name",
    "is_bookkeeping",
    "is_option",
    "may_count",
    "may_group",
]
_WORDS = yaml.safe_load(resources.files(__package__).joinpath("plain_columns.yaml").read_text("utf-8"))


def _names(written: str) -> tuple[str, ...]:
    return tuple(fold_name(name.strip()) for name in written.split(",") if name.strip())


_BY_NAME: Mapping[str, str] = {
    name: field
    for field, written in _WORDS["fields"].items()
    for name in (fold_name(field), *_names(written))
}
_NUMBERS, _TEXTS = frozenset(_names(_WORDS["numbers"])), frozenset(_names(_WORDS["texts"]))
_OPTIONS, _MARKS = frozenset(_names(_WORDS["options"])), frozenset(_names(_WORDS["marks"]))
_BOOKS = frozenset(_names(_WORDS["books"]))
_MAY_GROUP, _MAY_COUNT = frozenset(_names(_WORDS["may_group"])), frozenset(_names(_WORDS["may_count"]))
_TRANSLATED = re.compile(
    r"(title|name|description|标题|名称|描述) ?[(（]?([a-z]{2}(?: (?:hans|hant|[a-z]{2}))?)[)）]?"
)
_PRICES = ("price", "usual", "sale")
_IN_CURRENCY = re.compile(
    r"(?P<name>.+?)(?: ?[(\[（] ?(?:in )?(?P<within>[^)\]）]+?) ?[)\]）]|(?: in)? (?P<behind>\S+)|(?P<sign>[€$£¥￥]))"
)


@lru_cache(maxsize=20_000)
def field_named(column: str) -> str | None:
    """The field that a column's name means; ``None``: it is no field's, or its values must tell (``column_values``)."""
    folded = fold_name(column)
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    if folded in _NUMBERS or folded.startswith("custom number"):
        return "numbers"
    if folded in _TEXTS or folded.startswith(("custom label", "custom text")):
        return "texts"
    if translated(column):
        return "translations"
    if currency_beside(column):
        return _price_in_currency(folded)[0]
    if says_when_it_came(folded):
        return "published_at"
    return None if folded in _MAY_GROUP | _MAY_COUNT else code_named(folded)


@lru_cache(maxsize=20_000)
def currency_beside(column: str) -> str:
    """The currency that the name of a column of prices says, as written: ``Price (EUR)``, ``价格（元）``; empty: none."""
    return _price_in_currency(fold_name(column))[1]


def _price_in_currency(folded: str) -> tuple[str, str]:
    match = _IN_CURRENCY.fullmatch(folded)
    if folded in _BY_NAME or match is None or (field := _BY_NAME.get(match["name"])) not in _PRICES:
        return "", ""
    written = match["within"] or match["behind"] or match["sign"]
    is_known = any(
        currency_of(each, shop) for each in (written, written.upper()) for shop in (None, "USD", "SEK")
    )
    return (str(field), written) if is_known else ("", "")


def may_group(column: str) -> bool:
    """Whether a column may name a product of which the rows are variants, or a kind of products."""
    return fold_name(column) in _MAY_GROUP


def may_count(column: str) -> bool:
    """Whether a column holds a number of pieces, or says whether there are any."""
    return fold_name(column) in _MAY_COUNT


def is_bookkeeping(column: str) -> bool:
    """Whether a column keeps the table's books and says nothing of a product."""
    return fold_name(column) in _BOOKS


def translated(column: str) -> tuple[str, str] | None:
    """Field and language of a column such as ``title_de`` or ``description-zh-Hant``."""
    match = _TRANSLATED.fullmatch(fold_name(column))
    if match is None:
        return None
    field = "description" if match[1] in ("description", "描述") else "title"
    language, _, region = match[2].partition(" ")
    return (
        field,
        language if not region else f"{language}-{region.title() if len(region) > 2 else region.upper()}",
    )


def is_option(column: str) -> bool:
    """Whether rows of a group may be told apart by a column."""
    folded = fold_name(column)
    return folded.startswith(("option", "选项")) or folded in _OPTIONS


@lru_cache(maxsize=4_000)
def columns_by_field(
    columns: tuple[str, ...], told: tuple[tuple[str, str], ...] = ()
) -> Mapping[str, tuple[str, ...]]:
    """The columns of each field: that of its own name, those that mean it alone, then others, in the order of the file.

    Args:
        columns: The file's.
        told: Columns whose values tell their field (empty: none), in place of their names.
    """
    by_values = dict(told)
    found: dict[str, list[str]] = {}
    for column in columns:
        if field := by_values.get(column, field_named(column)):
            found.setdefault(field, []).append(column)
    if "id" not in found and (
        codes := found.get("sku") or [c for c in columns if fold_name(c) in ("handle", "slug")]
    ):
        found["id"] = codes[:1]
    for field in ("title", "description"):
        if field not in found:
            written = [c for c in found.get("translations", ()) if (translated(c) or ("",))[0] == field]
            if written:
                found[field] = written[:1]
    return {
        field: tuple(sorted(names, key=lambda name: _rank(name, field))) for field, names in found.items()
    }


def _rank(column: str, field: str) -> int:
    folded = fold_name(column)
    return 0 if folded == fold_name(field) else 1 if folded in _BY_NAME else 2


def has_plain_marks(columns: Iterable[str]) -> bool:
    """Whether a file has columns named as people name them, and as the export that they may look like has none."""
    folded = [fold_name(column) for column in columns]
    return any(name in _MARKS or not name.isascii() for name in folded)
