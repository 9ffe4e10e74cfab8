"""Sparse EASE: collective EASE for large catalogues, one small ridge regression a product.

EASE inverts the Gram matrix of all products. Here each product is regressed on its nearest products alone: with N the
neighbours of j by cosine, the weights into j solve (G_NN + λI) w = G_Nj. That is the sparse approximation of the
inverse of Steck, "Markov Random Fields for Collaborative Filtering" (NeurIPS 2019), with neighbourhoods of equal size;
rows and weights are those of collective EASE. Memory grows with n_items, not with its square.

Beside λ, a share of the Gram matrix's own diagonal is added to the diagonal, which is the expected effect of dropout on
the rows (Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020). With few events a product, λ
alone either trusts chance co-occurrences or shrinks rare products away; without dropout item-kNN and RP3beta are better.
Shoppers' rows are damped by their length, as the random walk of RP3beta leaves a long history by many ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import ItemItemModel, Weights
from ranking.behaviour.rows import EntityRows, RowsConfig, stack_rows
from ranking.behaviour.top_products import top_of_product, without_diagonal

CHUNK = 2_000
"""Products that one thread solves in a row."""


class SparseEaseConfig(RowsConfig):
    """Settings of sparse EASE."""

    shopper_damping: float = Field(default=0.3, ge=0)
    neighbours: int = Field(default=50, gt=0)
    """Products that each product is regressed on, those of largest cosine."""
    unsolved: float = Field(default=0.7, ge=0, le=1)
    """Factor of the neighbours beyond those, up to ``gram_neighbours``: of the weight that each would have alone."""
    gram_neighbours: int = Field(default=300, gt=0)
    """Entries kept of each row of the Gram matrix, at least ``neighbours``; what is not kept counts as 0."""
    dropout: float = Field(default=2 / 3, ge=0, lt=1)
    """Share p of each row's products that training leaves out: p / (1 - p) of the diagonal is added to it."""
    longest_row: int = Field(default=1_000, gt=1)
    """Rows over more products are left out: they relate everything with everything, at a cost of their length squared."""
    threads: int = Field(default=2, gt=0)
    """Threads of the fit."""


class SparseEase(ItemItemModel):
    """Ridge regression of each product on its neighbours, on shopper and entity rows.

    Args:
        config: Settings.
        entities: Rows of the graph; may be none.
    """

    name = "sparse_ease"
    Config = SparseEaseConfig

    def __init__(self, config: SparseEaseConfig | None = None, entities: Sequence[EntityRows] = ()) -> None:
        super().__init__(config)
        self._entities = tuple(entities)

    def _item_weights(self, interactions: Interactions) -> Weights:
        stacked = stack_rows(interactions, self._entities, self.config, self.config.longest_row)
        near = _nearest(
            stacked, max(self.config.gram_neighbours, self.config.neighbours), self.config.threads
        )
        n_items = stacked.shape[1]
        dropped = self.config.dropout / (1.0 - self.config.dropout)
        added = np.asarray(self.config.regularisation + dropped * near.diagonal, dtype=np.float32)
        begins = range(0, n_items, CHUNK)
        with ThreadPoolExecutor(self.config.threads) as threads:
            solved = list(
                threads.map(
                    lambda begin: _solve(
                        near, range(begin, min(begin + CHUNK, n_items)), self.config.neighbours, added,
                        self.config.unsolved,
                    ),
                    begins,
                )
            )  # fmt: skip
        if not solved:
            return sparse.csr_matrix((0, 0), dtype=np.float32)
        columns = sparse.hstack(solved, format="csc")
        rows = sparse.csr_matrix(columns)
        rows.sort_indices()
        return rows

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        stored = n_interactions + sum(int(rows.matrix.nnz) for rows in self._entities)
        gram = min(n_items, max(self.config.gram_neighbours, self.config.neighbours))
        weights = gram if self.config.unsolved else min(n_items, self.config.neighbours)
        return int(4 * 8 * n_items * gram + 3 * 8 * n_items * weights + 5 * 8 * stored)


@dataclass(frozen=True)
class _Nearest:
    """The nearest products of each product: largest cosine first.

    Attributes:
        diagonal: Gram matrix's diagonal, (n,).
        others: Positions (n, m); ``n`` where there are fewer.
        values: Gram matrix's entries there, (n, m).
    """

    diagonal: NDArray[np.float32]
    others: NDArray[np.int32]
    values: NDArray[np.float32]


def _nearest(rows: sparse.csr_matrix, m: int, threads: int) -> _Nearest:
    """The ``m`` nearest products of each by cosine of their columns."""
    n_items = rows.shape[1]
    squares = rows.multiply(rows).sum(axis=0)
    diagonal = np.asarray(squares, dtype=np.float32).reshape(-1)
    norms = np.sqrt(diagonal)
    inverse = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    unit = sparse.csr_matrix(rows @ sparse.diags(inverse), dtype=np.float32)
    cosines = without_diagonal(top_of_product(sparse.csr_matrix(unit.T), unit, min(m + 1, n_items), threads))
    lengths = np.diff(cosines.indptr)
    width = int(lengths.max(initial=0))
    others = np.full((n_items, width), n_items, dtype=np.int32)
    values = np.zeros((n_items, width), dtype=np.float32)
    row = np.repeat(np.arange(n_items), lengths)
    # Cells of a row by falling cosine; the stable sort keeps ties by position.
    order = np.lexsort((-cosines.data, row))
    place = np.arange(cosines.nnz) - np.repeat(cosines.indptr[:-1], lengths)
    others[row, place] = cosines.indices[order]
    values[row, place] = cosines.data[order]
    values *= norms[:, None]
    values *= np.append(norms, np.float32(0))[others]
    return _Nearest(diagonal, others, values)


def _solve(
    near: _Nearest, items: range, neighbours: int, added: NDArray[np.float32], unsolved: float
) -> sparse.csc_matrix:
    """Weights into some products: CSC (n_items, len(items)); ``added`` (n_items,) goes onto the diagonal."""
    from scipy.linalg import lapack

    n_items = len(near.diagonal)
    place = np.full(n_items + 1, -1, dtype=np.int32)
    rows: list[NDArray[np.int32]] = []
    data: list[NDArray[np.float32]] = []
    for item in items:
        known = near.others[item]
        known = known[: int(np.searchsorted(known == n_items, True))]
        chosen = known[:neighbours]
        size = len(chosen)
        rows.append(known if unsolved else chosen)
        if not size:
            data.append(np.zeros(0, dtype=np.float32))
            continue
        place[chosen] = np.arange(size, dtype=np.int32)
        inside = place[near.others[chosen]]
        at = np.flatnonzero(inside.ravel() >= 0)
        small = np.zeros((size, size), dtype=np.float32)
        small[at // inside.shape[1], inside.ravel()[at]] = near.values[chosen].ravel()[at]
        place[chosen] = -1
        small = np.maximum(small, small.T)
        small[np.arange(size), np.arange(size)] = near.diagonal[chosen] + added[chosen]
        target = near.values[item, :size]
        _, solution, failed = lapack.sposv(small, target)
        if failed:  # entries that were not kept can cost the matrix its definiteness
            solution = np.linalg.solve(small, target)
        data.append(np.asarray(solution, dtype=np.float32).reshape(-1))
        beyond = known[size:]
        if unsolved and len(beyond):
            alone = near.values[item, size : len(known)] / (near.diagonal[beyond] + added[beyond])
            data.append(np.asarray(unsolved * alone, dtype=np.float32))
    lengths = [len(each) for each in rows]
    columns = np.repeat(np.arange(len(lengths)), lengths)
    return sparse.csc_matrix(
        (np.concatenate(data), (np.concatenate(rows), columns)), shape=(n_items, len(lengths))
    )
