"""The indexed products as columns: filters, ranges and facet counts without a loop over products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kms.filters import NUMBER_FIELDS, Condition, Filter
from kms.lexical.models import IndexedProduct
from kms.ontology.model import ROOT_CLASS

Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]


class ProductColumns:
    """Numbers and values of all products by field; positions are those of ``documents``."""

    def __init__(self, documents: Sequence[IndexedProduct]) -> None:
        """Build the columns from the products."""
        self.size = len(documents)
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._highs: dict[str, NDArray[np.float64]] = {}
        self._varied = np.array([bool(document.variants) for document in documents], dtype=np.bool_)
        values: dict[str, dict[str, list[int]]] = {}
        for position, document in enumerate(documents):
            for name, number in document.numbers.items():
                column = self._numbers.get(name)
                if column is None:
                    column = self._numbers[name] = np.full(self.size, np.nan)
                column[position] = number
            for name, held in document.facets.items():
                of_field = values.setdefault(name, {})
                for value in dict.fromkeys(held):
                    of_field.setdefault(value, []).append(position)
        for position, document in enumerate(documents):
            for name, high in document.highs.items():
                if name not in self._highs:
                    self._highs[name] = self._numbers[name].copy()
                self._highs[name][position] = high
        self._values: dict[str, dict[str, Positions]] = {
            name: {value: np.array(found, dtype=np.int64) for value, found in of_field.items()}
            for name, of_field in values.items()
        }

    @property
    def number_fields(self) -> frozenset[str]:
        """Fields that can have a range: those that every shop has, and those that some product has."""
        return frozenset(self._numbers).union(NUMBER_FIELDS)

    def numbers(self, field: str) -> NDArray[np.float64]:
        """The field's number of each product, of a range the lower end, (n,); NaN where it has none."""
        found = self._numbers.get(field)
        return np.full(self.size, np.nan) if found is None else found

    def highs(self, field: str) -> NDArray[np.float64]:
        """The field's number of each product, of a range the upper end, (n,); NaN where it has none."""
        found = self._highs.get(field)
        return self.numbers(field) if found is None else found

    def passing(self, filter: Filter) -> Mask:
        """Mask of the products that satisfy a filter, (n,); the same meaning as in the text index and the vector store."""
        mask = self.visible()
        for condition in filter.conditions:
            mask &= self._passing(condition)
        return mask

    def visible(self) -> Mask:
        """Mask of the products that shoppers see, (n,), for the caller to change."""
        return np.ones(self.size, dtype=np.bool_)

    def varied(self) -> Mask:
        """Mask of the products that come in several variants, (n,)."""
        return self._varied

    def holding(self, field: str, value: str) -> Positions:
        """Positions of the products that have a value of a field, in ascending order."""
        return self._values.get(field, {}).get(value, np.zeros(0, dtype=np.int64))

    def distance(self, field: str, value: float) -> NDArray[np.float64]:
        """How far each product's number is from ``value``, (n,): 0 inside a range, NaN where there is none."""
        outside = np.maximum(self.numbers(field) - value, value - self.highs(field))
        return np.maximum(outside, 0.0)

    def values(self, field: str) -> list[str]:
        """Values of a field that some product has."""
        return list(self._values.get(field, {}))

    def counts(self, field: str, positions: Positions) -> dict[str, int]:
        """How many of the products at ``positions`` have each value of a field; values of none are left out."""
        among = np.zeros(self.size, dtype=np.bool_)
        among[positions] = True
        return self.counts_among(field, among)

    def counts_among(self, field: str, among: Mask) -> dict[str, int]:
        """As ``counts``, of the products of a mask (n,)."""
        found = {value: int(among[held].sum()) for value, held in self._values.get(field, {}).items()}
        return {value: count for value, count in found.items() if count}

    def known(self, field: str) -> Mask:
        """Mask of the products that have any value or number of a field, (n,); the root class does not count."""
        if field in self._numbers:
            return ~np.isnan(self._numbers[field])
        mask = np.zeros(self.size, dtype=np.bool_)
        for value, held in self._values.get(field, {}).items():
            if (field, value) != ("category", ROOT_CLASS):
                mask[held] = True
        return mask

    def _passing(self, condition: Condition) -> Mask:
        if condition.any_of or condition.none_of:
            mask = np.zeros(self.size, dtype=np.bool_)
            for value in condition.any_of or condition.none_of:
                mask[self.holding(condition.field, value)] = True
            return ~mask if condition.none_of else mask
        numbers = self.numbers(condition.field)
        mask = ~np.isnan(numbers)
        if condition.gte is not None:
            mask &= self.highs(condition.field) >= condition.gte
        if condition.lte is not None:
            mask &= numbers <= condition.lte
        return mask
