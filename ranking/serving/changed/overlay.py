"""The products that changed since a version was made, by position: what replaces their rows in every signal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from kms.indexing.changes import ProductChange, ProductFacts
from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import TEXT_FIELDS

Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]
LEAST_ROOM = 256
"""Vacant positions that are made when the first new product comes."""
ROOM_SHARE = 16
"""One more for so many products of the version; each further enlargement is twice as large."""
_NAMES = ("title", "codes", "image_url")
T = TypeVar("T")
_VACANT = IndexedProduct(id="", title="")


@dataclass(frozen=True)
class ChangedProduct:
    """A product as it is now, with what tells which of its rows are not the version's.

    Attributes:
        position: Where it stands in all arrays.
        product_id: Its id.
        sequence: Of the change.
        document: ``None``: shoppers do not see it.
        before: The version's document; ``None``: the version lacks it.
        facts: ``None``: those of the version.
        vector: Little-endian 32-bit floats; ``None``: the version's.
    """

    position: int
    product_id: str
    sequence: int
    document: IndexedProduct | None
    before: IndexedProduct | None
    facts: ProductFacts | None = None
    vector: bytes | None = None

    @cached_property
    def has_other_text(self) -> bool:
        """Whether the text index has other words for it now, or none at all."""
        return not _are_same(self.document, self.before, TEXT_FIELDS)

    def has_same_text_as(self, earlier: ChangedProduct | None) -> bool:
        """Whether an earlier change, or without one the version, has the same text."""
        return _are_same(self.document, self.before if earlier is None else earlier.document, TEXT_FIELDS)

    @cached_property
    def has_other_names(self) -> bool:
        """Whether it is found and suggested by other names or codes now, or not any more."""
        return not _are_same(self.document, self.before, _NAMES)

    def has_same_names_as(self, earlier: ChangedProduct | None) -> bool:
        """Whether an earlier change, or without one the version, has the same names and codes."""
        return _are_same(self.document, self.before if earlier is None else earlier.document, _NAMES)


def _are_same(one: IndexedProduct | None, other: IndexedProduct | None, fields: Sequence[str]) -> bool:
    if one is None or other is None:
        return one is other
    return all(getattr(one, name) == getattr(other, name) for name in fields)


class Overlay:
    """All changes of an open version together; immutable."""

    def __init__(
        self,
        base_size: int,
        size: int,
        records: Mapping[int, ChangedProduct],
        places: Mapping[str, int],
        is_changed: Mask,
        is_visible: Mask,
    ) -> None:
        """Take what ``nothing_changed`` and ``with_changes`` make.

        Args:
            base_size: Number of products of the version.
            size: Number of positions, vacant ones included.
            records: The changed products by position.
            places: Positions of the products that the version lacks, by id.
            is_changed: Mask of the changed products, (n,).
            is_visible: Mask of the products that shoppers see, (n,).
        """
        self.base_size = base_size
        self.size = size
        self.records = records
        self.places = places
        self.is_changed = is_changed
        self.is_visible = is_visible

    @classmethod
    def nothing_changed(cls, base_size: int) -> Overlay:
        """The overlay of a version as it was opened."""
        return cls(base_size, base_size, {}, {}, np.zeros(base_size, np.bool_), np.ones(base_size, np.bool_))

    def with_changes(
        self,
        changes: Iterable[ProductChange],
        place_of: Callable[[str], int | None],
        document_at: Callable[[int], IndexedProduct],
    ) -> Overlay:
        """The overlay with further changes, of which the later one of a product replaces the earlier.

        Args:
            changes: In the order of their sequence.
            place_of: Position of a product of the version; ``None`` where it has none.
            document_at: The version's document at a position.
        """
        records, places = dict(self.records), dict(self.places)
        touched: list[int] = []
        for change in changes:
            at = place_of(change.product_id)
            known = records.get(places.get(change.product_id, -1) if at is None else at)
            if known is not None and change.sequence < known.sequence:
                continue  # a later one is here already
            before = document_at(at) if at is not None else None
            if at is None:
                if change.document is None and change.facts is None and change.product_id not in places:
                    continue  # of a product that was never here
                at = places.setdefault(change.product_id, self.base_size + len(places))
            records[at] = _record(change, at, before, records.get(at))
            touched.append(at)
        size = max(self.size, room_for(self.base_size, len(places)))
        is_changed, is_visible = _widened(self.is_changed, size), _widened(self.is_visible, size)
        for at in touched:
            is_changed[at] = True
            is_visible[at] = records[at].document is not None
        return Overlay(self.base_size, size, records, places, is_changed, is_visible)

    def __iter__(self) -> Iterator[ChangedProduct]:
        """The changed products in the order of their positions, so that nothing depends on the order of changes."""
        return iter(self._ordered)

    @cached_property
    def _ordered(self) -> list[ChangedProduct]:
        return [self.records[at] for at in sorted(self.records)]

    @cached_property
    def positions(self) -> Positions:
        """Positions of the changed products in ascending order, (k,)."""
        return np.array([record.position for record in self._ordered], dtype=np.int64)

    def widened(self, array: NDArray[np.generic], fill: object) -> NDArray[np.generic]:
        """A copy of an array of the version (n, …) with ``fill`` at the positions that it lacks."""
        wider = np.full((self.size, *array.shape[1:]), fill, dtype=array.dtype)
        wider[: len(array)] = array
        return wider


def room_for(base_size: int, added: int) -> int:
    """Number of positions of a version with ``added`` new products: it grows seldom and does not depend on batches."""
    room, step = 0, max(LEAST_ROOM, base_size // ROOM_SHARE)
    while room < added:
        room += step
        step *= 2
    return base_size + room


def _record(
    change: ProductChange, at: int, before: IndexedProduct | None, earlier: ChangedProduct | None
) -> ChangedProduct:
    """The product after a change; what the change leaves as it was is taken from the change before."""
    document = change.document
    if document is not None and "popularity" not in document.numbers:
        latest = (earlier.document if earlier is not None else None) or before
        popularity = (latest.numbers if latest is not None else {}).get("popularity", 0.0)
        document = document.model_copy(update={"numbers": {**document.numbers, "popularity": popularity}})
    facts, vector = change.facts, change.vector
    if earlier is not None:
        facts = earlier.facts if facts is None else facts
        vector = earlier.vector if vector is None else vector
    return ChangedProduct(at, change.product_id, change.sequence, document, before, facts, vector)


def _widened(mask: Mask, size: int) -> Mask:
    wider = np.zeros(size, dtype=np.bool_)
    wider[: len(mask)] = mask
    return wider


class Replaced(Sequence[T]):
    """A sequence with some items replaced and others added, without a copy of it."""

    def __init__(self, base: Sequence[T], size: int, replaced: Mapping[int, T], vacant: T) -> None:
        """Stand for ``base`` with ``replaced`` by position, and ``vacant`` at what is in neither."""
        self._base = base
        self._size = size
        self._replaced = replaced
        self._vacant = vacant

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> list[T]: ...

    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(self._size))]
        if not -self._size <= at < self._size:
            raise IndexError(at)
        at %= self._size
        if at in self._replaced:
            return self._replaced[at]
        return self._base[at] if at < len(self._base) else self._vacant


def documents_of(base: Sequence[IndexedProduct], overlay: Overlay) -> Sequence[IndexedProduct]:
    """The documents by position; a product that is not seen has an empty one."""
    replaced = {record.position: record.document or _VACANT for record in overlay}
    return Replaced(base, overlay.size, replaced, _VACANT)


class PlacesById(Mapping[str, int]):
    """Positions by id of the products that shoppers see."""

    def __init__(self, base: Mapping[str, int], overlay: Overlay) -> None:
        """Stand for the version's positions with those of new products, without those that are not seen."""
        self._base = base
        self._overlay = overlay
        hidden = sum(record.document is None and record.before is not None for record in overlay)
        added = sum(record.document is not None and record.before is None for record in overlay)
        self._count = len(base) - hidden + added

    def __getitem__(self, product_id: str) -> int:
        at = self._base.get(product_id)
        if at is None:
            at = self._overlay.places[product_id]
        if not self._overlay.is_visible[at]:
            raise KeyError(product_id)
        return at

    def __iter__(self) -> Iterator[str]:
        for product_id in (*self._base, *self._overlay.places):
            if product_id in self:
                yield product_id

    def __len__(self) -> int:
        return self._count
