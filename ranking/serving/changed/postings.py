"""Postings with the words of changed products replaced.

A changed product's words are analysed and weighted as those of a version are, with the version's mean lengths of fields.
How rare a word is counts over the products as they are now, for all of them: rarity is a factor of a whole column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from kms.lexical.analysis import TextTerms
from kms.lexical.postings import Column, Postings, rarity, weigh_document
from kms.lexical.product_postings import POSTING_WEIGHTS, ProductPostings

Words = Mapping[str, float]
"""Scores of one product's words without their rarity."""
_NO_WORDS: Words = {}


class ChangedPostings(Postings):
    """The postings of a version with some products' rows replaced; read-only."""

    def __init__(
        self,
        base: Postings,
        size: int,
        count: int,
        rows: Mapping[int, Words],
        columns: Mapping[str, Mapping[int, float]],
    ) -> None:
        """Take what ``replaced`` makes.

        Args:
            base: Of the version.
            size: Number of positions.
            count: Number of products that shoppers see.
            rows: The words of each replaced product; none of those that are not seen.
            columns: The same by word.
        """
        self.size = size
        self.lengths = base.lengths
        self._base = base
        self._count = count
        self._rows = rows
        self._columns = columns
        self._positions_of_rows = np.array(sorted(rows), dtype=np.int64)
        self._is_replaced = np.zeros(size, dtype=np.bool_)
        self._is_replaced[self._positions_of_rows] = True
        self._merged: dict[str, Column] = {}
        self._arrays: dict[str, Column] = {}

    @classmethod
    def of(cls, base: Postings) -> ChangedPostings:
        """The postings of a version as they are."""
        return cls(base, base.size, base.size, {}, {})

    def replaced(self, rows: Mapping[int, Words | None], size: int, count: int) -> ChangedPostings:
        """The postings with further rows replaced.

        Args:
            rows: Words by position; ``None``: those of the version again.
            size: Number of positions from now on.
            count: Number of products that shoppers see from now on.
        """
        columns = dict(self._columns)
        touched: dict[str, dict[int, float]] = {}
        kept = dict(self._rows)
        for at, words in rows.items():
            for stem in kept.pop(at, _NO_WORDS):
                _column(touched, columns, stem).pop(at, None)
            if words is not None:
                kept[at] = words
                for stem, score in words.items():
                    _column(touched, columns, stem)[at] = score
        columns.update(touched)
        return ChangedPostings(self._base, size, count, kept, columns)

    @property
    @override
    def count(self) -> int:
        return self._count

    @override
    def column(self, stem: str) -> Column:
        found = self._merged.get(stem)
        if found is None:
            before, now = self._base.column(stem), self._now(stem)
            kept = ~self._is_replaced[before.positions]
            factor = self._rarity(int(kept.sum()) + len(now.positions))
            scores = before.scores[kept] * np.float32(factor / self._rarity_before(len(before.positions)))
            positions = np.concatenate([before.positions[kept], now.positions])
            scores = np.concatenate([scores, np.float32(factor) * now.scores])
            order = np.argsort(positions, kind="stable")
            found = self._merged[stem] = Column(positions[order], scores[order])
        return found

    @override
    def ending_with(self, ending: str) -> list[str]:
        more = (term for term in self._columns if term.endswith(ending) and term != ending)
        return list(dict.fromkeys([*self._base.ending_with(ending), *more]))

    @override
    def score_at(self, stem: str, position: int) -> float:
        if not self._is_replaced[position]:
            before = self._base.score_at(stem, position) if position < self._base.size else 0.0
            scale = self._rarity(self.frequency(stem)) / self._rarity_before(self._base.frequency(stem))
            return before * scale
        return self._rows[position].get(stem, 0.0) * self._rarity(self.frequency(stem))

    @override
    def frequency(self, stem: str) -> int:
        return self._left(self._base.column(stem)) + len(self._columns.get(stem, {}))

    @override
    def holding(self, stems: Sequence[str]) -> NDArray[np.bool_]:
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[: self._base.size] = self._base.holding(stems)
        mask[self._positions_of_rows] = False
        columns = sorted((self._now(stem).positions for stem in set(stems)), key=len)
        if columns:
            mask[reduce(partial(np.intersect1d, assume_unique=True), columns)] = True
        return mask

    @override
    def score(self, stems: Sequence[str]) -> NDArray[np.float32]:
        total = np.zeros(self.size, dtype=np.float32)
        factors: dict[str, float] = {}
        for stem in dict.fromkeys(stems):
            before = self._base.column(stem)
            factors[stem] = self._rarity(self._left(before) + len(self._columns.get(stem, {})))
            if len(before.positions):
                scale = factors[stem] / self._rarity_before(len(before.positions))
                total[before.positions] += before.scores * np.float32(scale)
        total[self._positions_of_rows] = 0.0
        for stem, factor in factors.items():
            now = self._now(stem)
            total[now.positions] += np.float32(factor) * now.scores
        return total

    def _now(self, stem: str) -> Column:
        """The replaced products that have a stem, with their scores without its rarity."""
        found = self._arrays.get(stem)
        if found is None:
            now = self._columns.get(stem, {})
            positions = np.fromiter(now, np.int32, len(now))
            scores = np.fromiter(now.values(), np.float32, len(now))
            order = np.argsort(positions)
            found = Column(positions[order], scores[order])
            if len(now):
                self._arrays[stem] = found
        return found

    def _left(self, before: Column) -> int:
        """How many products of a column of the version are not replaced."""
        return len(before.positions) - int(self._is_replaced[before.positions].sum())

    def _rarity(self, holders: int) -> float:
        return float(rarity(self._count, np.array(holders)))

    def _rarity_before(self, holders: int) -> float:
        return float(rarity(self._base.size, np.array(holders)))


def _column(
    touched: dict[str, dict[int, float]], columns: Mapping[str, Mapping[int, float]], stem: str
) -> dict[int, float]:
    column = touched.get(stem)
    if column is None:
        column = touched[stem] = dict(columns.get(stem, {}))
    return column


class ChangedProductPostings(ProductPostings):
    """All postings of a version with some products' rows replaced."""

    def __init__(self, postings: Mapping[str, ChangedPostings]) -> None:
        """Take the postings by their names."""
        self._all = postings
        self._take(postings)

    @classmethod
    def of(cls, base: ProductPostings) -> ChangedProductPostings:
        """The postings of a version as they are."""
        return cls({name: ChangedPostings.of(getattr(base, name)) for name in POSTING_WEIGHTS})

    def replaced(
        self, documents: Iterable[tuple[int, Mapping[str, TextTerms] | None]], size: int, count: int
    ) -> ChangedProductPostings:
        """The postings with further products replaced.

        Args:
            documents: Position and terms of each, as ``analyze_product`` gives them; no terms where it is not seen,
                ``None`` where it has those of the version again.
            size: Number of positions from now on.
            count: Number of products that shoppers see from now on.
        """
        rows = list(documents)
        return ChangedProductPostings(
            {
                name: postings.replaced(
                    {at: _weigh(terms, POSTING_WEIGHTS[name], postings.lengths) for at, terms in rows},
                    size,
                    count,
                )
                for name, postings in self._all.items()
            }
        )


def _weigh(
    terms: Mapping[str, TextTerms] | None, weights: Mapping[str, float], lengths: Mapping[str, float]
) -> Words | None:
    return None if terms is None else weigh_document(terms, weights, lengths)
