"""Postings: BM25F scores of every word in every product, as one sparse matrix that is read without a loop over products.

The score of a word in a product does not depend on the rest of a query, so it is computed when the index is built
("eager scoring", Lù 2024, bm25s). A search adds columns of floats, and knows for every product whether it has a word.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kms.lexical.analysis import TextTerms

K1 = 0.6
"""How slowly a word's frequency saturates; docs/results/search.md says how it was chosen."""
B = 0.75
"""How far the length of a field counts."""
_TERMS = "terms.json"
_NO_TERMS = TextTerms([], [])


@dataclass(frozen=True)
class Column:
    """A word's products in ascending order, with its score in each."""

    positions: NDArray[np.int32]
    scores: NDArray[np.float32]


_EMPTY = Column(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))


class Postings:
    """Scores by word and product; read-only and safe to share between threads."""

    def __init__(
        self,
        terms: Sequence[str],
        starts: NDArray[np.int64],
        positions: NDArray[np.int32],
        scores: NDArray[np.float32],
        size: int,
        lengths: Mapping[str, float] | None = None,
    ) -> None:
        """Split the matrix by word.

        Args:
            terms: Stems in the order of their columns.
            starts: Where each column begins in ``positions`` and ``scores``, with the end of the last, (t + 1,).
            positions: Products of all columns, ascending in each, (nnz,).
            scores: Aligned with ``positions``.
            size: Number of products.
            lengths: Mean number of words of each field: what products that come later are scored with.
        """
        self.size = size
        self.lengths = dict(lengths or {})
        self._column_of = {term: i for i, term in enumerate(terms)}
        # Plain views: cutting a column out of a memory map as such costs several times as much.
        self._starts, self._positions, self._scores = (
            array.view(np.ndarray) for array in (starts, positions, scores)
        )

    def column(self, stem: str) -> Column:
        """The products that have a stem; empty where none has."""
        at = self._column_of.get(stem)
        if at is None:
            return _EMPTY
        begin, end = int(self._starts[at]), int(self._starts[at + 1])
        return Column(self._positions[begin:end], self._scores[begin:end])

    @property
    def count(self) -> int:
        """Number of products that the rarity of words is counted over."""
        return self.size

    def ending_with(self, ending: str) -> list[str]:
        """The longer stems that end with some letters, in the order of their columns."""
        return [term for term in self._column_of if term.endswith(ending) and term != ending]

    def frequency(self, stem: str) -> int:
        """Number of products that have a stem."""
        return len(self.column(stem).positions)

    def score_at(self, stem: str, position: int) -> float:
        """Score of a stem in the product at a position; 0 where it has not the stem."""
        column = self.column(stem)
        at = int(np.searchsorted(column.positions, position))
        is_there = at < len(column.positions) and column.positions[at] == position
        return float(column.scores[at]) if is_there else 0.0

    def holding(self, stems: Sequence[str]) -> NDArray[np.bool_]:
        """Mask of the products that have all of the stems, (n,); empty for no stems."""
        mask = np.zeros(self.size, dtype=np.bool_)
        columns = sorted((self.column(stem).positions for stem in set(stems)), key=len)
        if columns:
            held = columns[0]
            for other in columns[1:]:
                held = np.intersect1d(held, other, assume_unique=True)
            mask[held] = True
        return mask

    def score(self, stems: Sequence[str]) -> NDArray[np.float32]:
        """Sum of the stems' scores by product, (n,); each stem counts once."""
        total = np.zeros(self.size, dtype=np.float32)
        for stem in dict.fromkeys(stems):
            column = self.column(stem)
            total[column.positions] += column.scores
        return total

    def save(self, folder: Path) -> None:
        """Write the matrix into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"size": self.size, "lengths": self.lengths, "terms": list(self._column_of)}
        (folder / _TERMS).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        np.save(folder / "starts.npy", self._starts)
        np.save(folder / "positions.npy", self._positions)
        np.save(folder / "scores.npy", self._scores)

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Open the files that ``save`` wrote; the arrays are memory-mapped."""
        content = json.loads((folder / _TERMS).read_text("utf-8"))
        starts = np.load(folder / "starts.npy")
        positions = np.load(folder / "positions.npy", mmap_mode="r")
        scores = np.load(folder / "scores.npy", mmap_mode="r")
        return cls(content["terms"], starts, positions, scores, int(content["size"]), content["lengths"])


def build_postings(
    documents: Sequence[Mapping[str, TextTerms]],
    weights: Mapping[str, float],
    *,
    k1: float = K1,
    b: float = B,
) -> Postings:
    """Score every word of every product by BM25F (Robertson, Zaragoza and Taylor, CIKM 2004).

    A word's frequency in a product is the weighted sum of its frequencies in the fields, each divided by the field's
    length as a part of the mean. It saturates once, and rarity is counted over products, whichever field they have the
    word in: Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))``. Scored field by field, a word of a field that few
    products have would seem rare. The length of a field is the number of its words; their other forms add nothing to it.

    Args:
        documents: Of each product, its terms by field.
        weights: Factor of each field; fields without one are left out.
        k1: How slowly the frequency saturates.
        b: How far a field's length counts, from 0 to 1.
    """
    column_of: dict[str, int] = {}
    lengths: dict[str, float] = {}
    fields = [
        _weigh_field(documents, name, weight, b, column_of, lengths)
        for name, weight in weights.items()
        if weight > 0
    ]
    keys = np.concatenate([keys for keys, _ in fields]) if fields else np.zeros(0, dtype=np.int64)
    values = np.concatenate([values for _, values in fields]) if fields else np.zeros(0, dtype=np.float64)
    size = len(documents)
    cells, cell_of = np.unique(keys, return_inverse=True)
    frequencies = np.bincount(cell_of, weights=values, minlength=len(cells))
    columns = cells // max(size, 1)
    holders = np.bincount(columns, minlength=len(column_of))
    scores = rarity(size, holders)[columns] * _saturated(frequencies, k1)
    starts = np.searchsorted(columns, np.arange(len(column_of) + 1)).astype(np.int64)
    positions = (cells % max(size, 1)).astype(np.int32)
    return Postings(list(column_of), starts, positions, scores.astype(np.float32), size, lengths)


def rarity(size: int, holders: NDArray[np.int64]) -> NDArray[np.float64]:
    """Factor of words that so many out of ``size`` products have."""
    return np.asarray(np.log1p((size - holders + 0.5) / (holders + 0.5)), dtype=np.float64)


def weigh_document(
    document: Mapping[str, TextTerms],
    weights: Mapping[str, float],
    lengths: Mapping[str, float],
    *,
    k1: float = K1,
    b: float = B,
) -> dict[str, float]:
    """The scores of one product's words without their rarity, as ``build_postings`` makes them.

    Args:
        document: Its terms by field.
        weights: Factor of each field; fields without one are left out.
        lengths: Mean length of each field over the products of a version.
        k1: How slowly the frequency saturates.
        b: How far a field's length counts, from 0 to 1.
    """
    frequencies: dict[str, float] = {}
    for name, weight in weights.items():
        terms = document.get(name, _NO_TERMS)
        own = float(len(terms.words))
        share = 1 - b + b * own / lengths.get(name, max(own, 1.0))
        for stem, repeats in Counter(terms.all).items():
            frequencies[stem] = frequencies.get(stem, 0.0) + weight * repeats / share
    return {stem: float(_saturated(frequency, k1)) for stem, frequency in frequencies.items()}


def _saturated(frequency: Any, k1: float) -> Any:
    return frequency * (k1 + 1) / (frequency + k1)


def _weigh_field(
    documents: Sequence[Mapping[str, TextTerms]],
    name: str,
    weight: float,
    b: float,
    column_of: dict[str, int],
    means: dict[str, float],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Cells (column × number of products + position) and the words' weighted frequencies in one field.

    The field's mean length is added to ``means``.
    """
    # Lists of ints take five times the memory.
    columns, positions, counts = array("q"), array("q"), array("i")
    lengths = np.zeros(len(documents))
    for place, document in enumerate(documents):
        terms = document.get(name, _NO_TERMS)
        lengths[place] = len(terms.words)
        for stem, repeats in Counter(terms.all).items():
            columns.append(column_of.setdefault(stem, len(column_of)))
            positions.append(place)
            counts.append(repeats)
    if not columns:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    column, position = np.frombuffer(columns, dtype=np.int64), np.frombuffer(positions, dtype=np.int64)
    # Products without the field say nothing of how long it is; one that has only other forms of words has a length of 0.
    mean = means[name] = max(float(lengths[np.unique(position)].mean()), 1.0)
    share = 1 - b + b * lengths[position] / mean
    return column * len(documents) + position, weight * np.asarray(counts, dtype=np.float64) / share
