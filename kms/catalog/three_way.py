"""Three-way merge of a row: what its file said before, what the catalogue has now, and what the file says now.

A field that the file did not change keeps what the catalogue has; one that it changed gets the file's new value. Tables
(attributes, translations and the like) are merged by entry, variants by their id and each by its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import ValidationError

from kms.catalog.layouts.products import cheapest_of
from kms.catalog.models import Product, Review

Values = Mapping[str, Any]

_TABLES = frozenset({"attributes", "related", "numbers", "texts", "translations"})
_OFFERED = ("price", "sale")
_ABSENT: Any = object()


class Merged(NamedTuple):
    """A row after the merge.

    Attributes:
        row: What the catalogue is to have.
        kept: Fields in which it has something else than the file, and keeps it.
        overruled: Fields that were changed in both; they have the file's value.
    """

    row: Product | Review
    kept: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()


def values_of(row: Product | Review) -> dict[str, Any]:
    """All that a row says, as JSON; what it leaves open is left out."""
    if isinstance(row, Review) and row.created_at is not None and row.created_at.tzinfo is not None:
        row = row.model_copy(update={"created_at": row.created_at.astimezone(UTC)})
    return row.model_dump(mode="json", exclude_defaults=True)


def merge(base: Values, current: Product | Review, given: Product | Review) -> Merged:
    """The row that the catalogue is to have.

    Args:
        base: What the file said before (``values_of``); nothing but the id where it said nothing.
        current: What the catalogue has.
        given: What the file says now.
    """
    run = _Merge()
    ours, theirs = values_of(current), values_of(given)
    values = run.merge_fields(base, ours, theirs)
    if values == theirs:
        return Merged(given, (), tuple(run.overruled))
    if values == ours:
        return Merged(current, tuple(run.kept), tuple(run.overruled))
    try:
        row = type(given).model_validate(values)
    except ValidationError:
        # Each is a row and the two do not go together: what the file says goes together.
        return Merged(given, (), run.differing())
    if isinstance(row, Product) and row.variants and (cheapest := cheapest_of(row.variants)) is not None:
        row = row.model_copy(update={name: getattr(cheapest, name) for name in _OFFERED})
    return Merged(row, tuple(run.kept), tuple(run.overruled))


def replace(base: Values, current: Product | Review, given: Product | Review) -> Merged:
    """The file's row as it is, with the fields that lose what was changed since the file said ``base``."""
    run = _Merge()
    run.merge_fields(base, values_of(current), values_of(given))
    return Merged(given, (), run.differing())


class _Merge:
    def __init__(self) -> None:
        self.kept: list[str] = []
        self.overruled: list[str] = []

    def differing(self) -> tuple[str, ...]:
        """Fields in which the catalogue had something of its own."""
        return tuple(dict.fromkeys((*self.kept, *self.overruled)))

    def merge_fields(self, base: Values, ours: Values, theirs: Values) -> dict[str, Any]:
        base, ours, theirs = map(_with_variants_by_id, (base, ours, theirs))
        merged: dict[str, Any] = {}
        for name in dict.fromkeys((*ours, *theirs)):
            triple = (base.get(name, _ABSENT), ours.get(name, _ABSENT), theirs.get(name, _ABSENT))
            if name in _TABLES:
                value = self._merge_table(name, *triple) or _ABSENT
            elif name == "variants":
                value = self._merge_variants(*triple) or _ABSENT
            else:
                value = self._choose(name, *triple)
            if value is not _ABSENT:
                merged[name] = value
        if isinstance(variants := merged.get("variants"), dict):
            for name, variant in variants.items():
                self._fit_sale(variant, theirs.get("variants", {}).get(name, {}), f"variants.{name}.")
            merged["variants"] = list(variants.values())
            # What a product with variants costs follows from them.
            self.kept = [path for path in self.kept if path not in _OFFERED]
            self.overruled = [path for path in self.overruled if path not in _OFFERED]
        else:
            self._fit_sale(merged, theirs, "")
        return merged

    def _fit_sale(self, merged: dict[str, Any], theirs: Values, prefix: str) -> None:
        """Take price and sale of the file where one of each is no sale."""
        price, sale = merged.get("price"), (merged.get("sale") or {}).get("price")
        if price is None or sale is None:
            return
        if sale["currency"] == price["currency"] and Decimal(sale["amount"]) < Decimal(price["amount"]):
            return
        for name in _OFFERED:
            merged.pop(name, None)
            if name in theirs:
                merged[name] = theirs[name]
            if f"{prefix}{name}" in self.kept:
                self.kept.remove(f"{prefix}{name}")
                self.overruled.append(f"{prefix}{name}")

    def _merge_variants(self, base: Any, ours: Any, theirs: Any) -> dict[str, Any]:
        base, ours, theirs = ({} if each is _ABSENT else each for each in (base, ours, theirs))
        merged: dict[str, Any] = {}
        for name in dict.fromkeys((*ours, *theirs)):
            path = f"variants.{name}"
            if name in base and name not in ours:
                self.kept.append(path)  # deleted, as a product is, until it is made anew
            elif name not in theirs or name not in ours:
                value = self._choose(path, *(each.get(name, _ABSENT) for each in (base, ours, theirs)))
                if value is not _ABSENT:
                    merged[name] = value
            else:
                merged[name] = self._merge_table(
                    path, base.get(name, _ABSENT), ours[name], theirs[name], tables={"options"}
                )
        return merged

    def _merge_table(
        self, path: str, base: Any, ours: Any, theirs: Any, tables: set[str] | None = None
    ) -> dict[str, Any]:
        base, ours, theirs = ({} if each is _ABSENT else each for each in (base, ours, theirs))
        merged: dict[str, Any] = {}
        for name in dict.fromkeys((*ours, *theirs)):
            triple = (each.get(name, _ABSENT) for each in (base, ours, theirs))
            at = f"{path}.{name}"
            value = self._merge_table(at, *triple) if name in (tables or ()) else self._choose(at, *triple)
            if value is not _ABSENT:
                merged[name] = value
        return merged

    def _choose(self, path: str, base: Any, ours: Any, theirs: Any) -> Any:
        if ours == theirs:
            return ours
        if theirs == base:
            self.kept.append(path)
            return ours
        if ours != base:
            self.overruled.append(path)
        return theirs


def _with_variants_by_id(values: Values) -> Values:
    variants = values.get("variants")
    if not isinstance(variants, list):
        return values
    return {**values, "variants": {each["id"]: each for each in variants}}
