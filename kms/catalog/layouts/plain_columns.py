"""Column names of plain tables, in English and Chinese: which field of a product each of them means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

import yaml

from kms.catalog.layouts.cells import fold_column

_WORDS = yaml.safe_load(resources.files(__package__).joinpath("plain_columns.yaml").read_text("utf-8"))


def _names(written: str) -> tuple[str, ...]:
    return tuple(fold_column(name) for name in written.split(",") if name.strip())


_BY_NAME: Mapping[str, str] = {
    name: field
    for field, written in _WORDS["fields"].items()
    for name in (fold_column(field), *_names(written))
}
_NUMBERS, _TEXTS = frozenset(_names(_WORDS["numbers"])), frozenset(_names(_WORDS["texts"]))
_OPTIONS, _MARKS = frozenset(_names(_WORDS["options"])), frozenset(_names(_WORDS["marks"]))
_BOOKS = frozenset(_names(_WORDS["books"]))
_TRANSLATED = re.compile(
    r"(title|name|description|标题|名称|描述) ?[(（]?([a-z]{2}(?: (?:hans|hant|[a-z]{2}))?)[)）]?"
)


def field_named(column: str) -> str | None:
    """The field that a column's name means; ``None``: it is no field's."""
    folded = fold_name(column)
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    if folded in _NUMBERS or folded.startswith("custom number"):
        return "numbers"
    if folded in _TEXTS or folded.startswith(("custom label", "custom text")):
        return "texts"
    return "translations" if translated(column) else None


def is_bookkeeping(column: str) -> bool:
    """Whether a column keeps the table's books and says nothing of a product."""
    return fold_name(column) in _BOOKS


def fold_name(column: str) -> str:
    """A column's name as names are compared: no case, underscores or hyphens."""
    return fold_column(column.replace("-", " "))


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
def columns_by_field(columns: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The columns of each field, that of the field's own name first; the others keep the order of the field's names."""
    found: dict[str, list[str]] = {}
    for column in columns:
        if (field := field_named(column)) is not None:
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
        field: tuple(sorted(names, key=lambda name: fold_name(name) != fold_name(field)))
        for field, names in found.items()
    }


def has_plain_marks(columns: Iterable[str]) -> bool:
    """Whether a file has columns named as people name them, and as the export that they may look like has none."""
    folded = [fold_name(column) for column in columns]
    return any(name in _MARKS or not name.isascii() for name in folded)
