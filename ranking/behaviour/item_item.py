"""Base of models that score by one item-item matrix: score = history · W."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.base import BehaviourConfig, BehaviourModel, Contribution, ScoredItem, best
from ranking.behaviour.interactions import Interactions

Weights: TypeAlias = "np.ndarray | sparse.csr_matrix"
BLOCK = 1024
"""Columns of a dense matrix that are pruned at once."""
SPARSE_BLOCK = 4_096
"""Columns of a sparse product that are held at once."""


class ItemItemModel(BehaviourModel):
    """Holds W (n_items, n_items), dense or CSR; ``W[i, j]`` is what a touch of ``i`` adds to ``j``."""

    def __init__(self, config: BehaviourConfig | None = None) -> None:
        super().__init__(config)
        self._weights: Any = None
        self._by_column: Any = None  # made when the first explanation asks for it

    def _fit(self, interactions: Interactions) -> None:
        self._weights = self._item_weights(interactions)
        self._by_column = None

    @abstractmethod
    def _item_weights(self, interactions: Interactions) -> Weights:
        """The matrix W."""

    @property
    def weights(self) -> Any:
        """The learned matrix, dense or CSR; the diagonal is zero."""
        _ = self.item_ids
        return self._weights

    @override
    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        product = histories.astype(np.float32) @ self.weights
        dense = product.toarray() if sparse.issparse(product) else product
        return np.asarray(dense, dtype=np.float32)

    @override
    def explain(
        self, history: Sequence[int] | np.ndarray, item: int, weights: Sequence[float] | None = None
    ) -> list[Contribution]:
        columns, values = self._checked(history, weights)
        touched, inverse = np.unique(columns, return_inverse=True)
        strength = np.bincount(inverse, weights=values, minlength=len(touched))
        parts = strength * self._into(self._position(item), touched)
        total = float(np.abs(parts).sum())
        if total == 0.0:
            return []
        order = np.argsort(-np.abs(parts), kind="stable")
        return [Contribution(int(touched[i]), float(parts[i]) / total) for i in order if parts[i] != 0.0]

    def _into(self, item: int, rows: np.ndarray) -> np.ndarray:
        """Contribution of each of ``rows`` to the score of one item, (n,)."""
        if not sparse.issparse(self.weights):
            return np.asarray(self.weights[rows, item])
        if self._by_column is None:
            self._by_column = self.weights.tocsc()
            self._by_column.sort_indices()
        begin, end = self._by_column.indptr[item], self._by_column.indptr[item + 1]
        known, data = self._by_column.indices[begin:end], self._by_column.data[begin:end]
        if not len(known):
            return np.zeros(len(rows), dtype=np.float32)
        places = np.minimum(np.searchsorted(known, rows), len(known) - 1)
        return np.where(known[places] == rows, data[places], np.float32(0))

    @override
    def similar(self, item: int, n: int = 10) -> list[ScoredItem]:
        row = self.weights[self._position(item)]
        scores = row.toarray().reshape(-1) if sparse.issparse(row) else np.array(row)
        scores[item] = 0.0
        return best(scores, n)

    def _state(self) -> dict[str, np.ndarray]:
        if sparse.issparse(self.weights):
            return {
                "data": self.weights.data,
                "indices": self.weights.indices,
                "indptr": self.weights.indptr,
            }
        return {"dense": np.asarray(self.weights)}

    def _restore(self, state: dict[str, np.ndarray]) -> None:
        if "dense" in state:
            self._weights = state["dense"]
            return
        n_items = len(state["indptr"]) - 1
        self._weights = sparse.csr_matrix(
            (state["data"], state["indices"], state["indptr"]), shape=(n_items, n_items)
        )


def keep_largest(matrix: sparse.csr_matrix | np.ndarray, neighbours: int) -> sparse.csr_matrix:
    """Keeps the ``neighbours`` largest absolute values of each **column**; zeros are dropped.

    So each product keeps the history items that speak most for (or against) it. A row-wise cut would let
    popular products fill every row and leave rare ones without any incoming weight.
    """
    if isinstance(matrix, np.ndarray):
        # By blocks: a sparse copy of the whole dense matrix would take three times its memory.
        blocks = [
            _largest_of_columns(
                sparse.csc_matrix(_cut(matrix[:, start : start + BLOCK], neighbours)), neighbours
            )
            for start in range(0, matrix.shape[1], BLOCK)
        ]
        by_column = sparse.hstack(blocks, format="csc") if blocks else sparse.csc_matrix(matrix)
    else:
        by_column = _largest_of_columns(sparse.csc_matrix(matrix, dtype=np.float32), neighbours)
    rows = by_column.tocsr()
    rows.sort_indices()
    return rows


def largest_by_blocks(
    columns_of: Callable[[slice], sparse.csr_matrix], n_items: int, neighbours: int
) -> sparse.csr_matrix:
    """``keep_largest`` of a matrix that is never held as a whole.

    Args:
        columns_of: Computes some of its columns: CSR (n_items, columns).
        n_items: Number of columns.
        neighbours: Values kept of each column.
    """
    blocks = [
        _largest_of_columns(columns_of(slice(start, min(start + SPARSE_BLOCK, n_items))), neighbours)
        for start in range(0, n_items, SPARSE_BLOCK)
    ]
    if not blocks:
        return sparse.csr_matrix((n_items, n_items), dtype=np.float32)
    rows = sparse.hstack(blocks, format="csc").tocsr()
    rows.sort_indices()
    return rows


def _cut(block: np.ndarray, neighbours: int) -> np.ndarray:
    """A dense block of columns in which everything below each column's smallest kept value is 0."""
    if block.shape[0] <= neighbours:
        return block
    size = np.abs(block)
    least = np.partition(size, block.shape[0] - neighbours, axis=0)[block.shape[0] - neighbours]
    return np.where(size >= least, block, np.float32(0))


def _largest_of_columns(by_column: sparse.csc_matrix, neighbours: int) -> sparse.csc_matrix:
    by_column = sparse.csc_matrix(by_column, dtype=np.float32)
    by_column.eliminate_zeros()
    keep = np.ones(by_column.nnz, dtype=bool)
    for column in np.flatnonzero(np.diff(by_column.indptr) > neighbours):
        start, stop = by_column.indptr[column], by_column.indptr[column + 1]
        order = np.argsort(-np.abs(by_column.data[start:stop]), kind="stable")
        keep[start + order[neighbours:]] = False
    by_column.data[~keep] = 0.0
    by_column.eliminate_zeros()
    return by_column
