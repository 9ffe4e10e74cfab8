"""Columns with the rows of changed products replaced, a field when it is first asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from kms.ontology.model import ROOT_CLASS
from ranking.serving.changed.overlay import Overlay
from ranking.serving.columns import Mask, Positions, ProductColumns

_NONE = np.zeros(0, dtype=np.int64)


class ChangedColumns(ProductColumns):
    """The columns of a version and of the products that changed since."""

    def __init__(self, base: ProductColumns, overlay: Overlay) -> None:
        """Replace the rows of ``overlay`` in ``base``."""
        self.size = overlay.size
        self._base = base
        self._overlay = overlay
        self._documents = [record.document for record in overlay]
        self._new_numbers: dict[str, NDArray[np.float64]] = {}
        self._new_highs: dict[str, NDArray[np.float64]] = {}
        self._held_now: dict[str, dict[str, Positions]] = {}
        self._unchanged = ~overlay.is_changed[: overlay.base_size]

    @property
    @override
    def number_fields(self) -> frozenset[str]:
        now = (name for document in self._documents if document is not None for name in document.numbers)
        return self._base.number_fields.union(now)

    @override
    def visible(self) -> Mask:
        return self._overlay.is_visible.copy()

    @override
    def numbers(self, field: str) -> NDArray[np.float64]:
        found = self._new_numbers.get(field)
        if found is None:
            now = [np.nan if d is None else d.numbers.get(field, np.nan) for d in self._documents]
            found = self._new_numbers[field] = self._replaced(self._base.numbers(field), now)
        return found

    @override
    def highs(self, field: str) -> NDArray[np.float64]:
        found = self._new_highs.get(field)
        if found is None:
            now = [
                np.nan if d is None else d.highs.get(field, d.numbers.get(field, np.nan))
                for d in self._documents
            ]
            found = self._new_highs[field] = self._replaced(self._base.highs(field), now)
        return found

    @override
    def varied(self) -> Mask:
        wider = np.zeros(self.size, dtype=np.bool_)
        wider[: self._overlay.base_size] = self._base.varied()
        wider[self._overlay.positions] = [d is not None and bool(d.variants) for d in self._documents]
        return wider

    @override
    def holding(self, field: str, value: str) -> Positions:
        before = self._base.holding(field, value)
        now = self._now(field).get(value, _NONE)
        return np.sort(np.concatenate([before[self._unchanged[before]], now]))

    @override
    def values(self, field: str) -> list[str]:
        left = dict.fromkeys(self._base.values(field))
        touched = (r.before.facets.get(field, ()) for r in self._overlay if r.before is not None)
        for value in {value for values in touched for value in values}:
            if not len(self.holding(field, value)):
                left.pop(value, None)
        return list(left | dict.fromkeys(self._now(field)))

    @override
    def counts_among(self, field: str, among: Mask) -> dict[str, int]:
        counts = self._base.counts_among(field, among[: self._overlay.base_size] & self._unchanged)
        for value, positions in self._now(field).items():
            if count := int(among[positions].sum()):
                counts[value] = counts.get(value, 0) + count
        return counts

    @override
    def known(self, field: str) -> Mask:
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[: self._overlay.base_size] = self._base.known(field) & self._unchanged
        for value, positions in self._now(field).items():
            if (field, value) != ("category", ROOT_CLASS):
                mask[positions] = True
        return mask | ~np.isnan(self.numbers(field))

    def _now(self, field: str) -> dict[str, Positions]:
        """Positions of the changed products that have each value of a field now."""
        found = self._held_now.get(field)
        if found is None:
            held: dict[str, list[int]] = {}
            for record in self._overlay:
                if record.document is not None:
                    for value in dict.fromkeys(record.document.facets.get(field, ())):
                        held.setdefault(value, []).append(record.position)
            found = {value: np.array(positions, dtype=np.int64) for value, positions in held.items()}
            self._held_now[field] = found
        return found

    def _replaced(self, before: NDArray[np.float64], now: list[float]) -> NDArray[np.float64]:
        wider = np.full(self.size, np.nan)
        wider[: len(before)] = before
        wider[self._overlay.positions] = now
        return wider
