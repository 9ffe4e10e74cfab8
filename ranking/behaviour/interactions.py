"""Interactions: shoppers' events as one sparse matrix with its ids."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from ranking.behaviour.errors import BehaviourError


@dataclass(frozen=True)
class Interactions:
    """Shoppers × products; a stored value is the weight of what the shopper did with the product.

    Attributes:
        matrix: CSR, shape (n_users, n_items), float32, canonical (sorted indexes, no duplicates).
        item_ids: Product ids, one a column.
        user_ids: Shopper ids, one a row.
        timestamps: Seconds since the epoch of each stored value, aligned with ``matrix.data``, or None.
    """

    matrix: sparse.csr_matrix
    item_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    timestamps: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.matrix.shape != (len(self.user_ids), len(self.item_ids)):
            raise BehaviourError(
                f"interactions of shape {self.matrix.shape} came with {len(self.user_ids)} shopper ids and "
                f"{len(self.item_ids)} product ids; give one id a row and one a column"
            )
        if self.timestamps is not None and len(self.timestamps) != self.matrix.nnz:
            raise BehaviourError(
                f"{len(self.timestamps)} timestamps for {self.matrix.nnz} interactions; give one each"
            )
        if self.matrix.nnz and not np.isfinite(self.matrix.data).all():
            raise BehaviourError("an interaction's weight is not a finite number; remove it before fitting")

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[str, str, float, float | None]],
        item_ids: Sequence[str] | None = None,
        user_ids: Sequence[str] | None = None,
    ) -> Interactions:
        """Builds the matrix from (shopper, product, weight, seconds since the epoch or None).

        Weights of the same pair add up; its timestamp is the latest one. Ids that are not given are
        collected in order of first appearance; where ids are given, rows of other ids raise.

        Raises:
            BehaviourError: An unknown id, or only some of the rows have a timestamp.
        """
        items = {item: position for position, item in enumerate(item_ids or ())}
        users = {user: position for position, user in enumerate(user_ids or ())}
        # Arrays of numbers, since a large shop's rows would take gigabytes as a dictionary of pairs.
        row, column, weights, times = array("q"), array("q"), array("d"), array("d")
        for user, item, weight, seconds in rows:
            if item_ids is not None and item not in items:
                raise BehaviourError(f"interaction of shopper {user!r} names the unknown product {item!r}")
            if user_ids is not None and user not in users:
                raise BehaviourError(f"interaction names the unknown shopper {user!r}")
            row.append(users.setdefault(user, len(users)))
            column.append(items.setdefault(item, len(items)))
            weights.append(weight)
            times.append(np.nan if seconds is None else seconds)
        seconds_of = np.asarray(times, dtype=np.float64)
        unknown = np.isnan(seconds_of)
        if unknown.any() and not unknown.all():
            raise BehaviourError("some interactions have a timestamp and some have none; give all or none")
        place = np.asarray(row, dtype=np.int64) * max(1, len(items)) + np.asarray(column, dtype=np.int64)
        cells, cell_of = np.unique(place, return_inverse=True)
        total = np.bincount(cell_of, weights=np.asarray(weights, dtype=np.float64), minlength=len(cells))
        matrix = sparse.csr_matrix(
            (total.astype(np.float32), (cells // max(1, len(items)), cells % max(1, len(items)))),
            shape=(len(users), len(items)),
        )
        latest = np.full(len(cells), -np.inf)
        if not unknown.any():
            np.maximum.at(latest, cell_of, seconds_of)
        return cls(
            matrix=matrix,
            item_ids=tuple(items),
            user_ids=tuple(users),
            timestamps=latest if len(cells) and not unknown.any() else None,
        )

    def with_items(self, item_ids: Sequence[str]) -> Interactions:
        """The same interactions with the products in another order.

        Args:
            item_ids: All products of these interactions; others are products that nobody touched.

        Raises:
            BehaviourError: A product of these interactions is missing.
        """
        place = {item: position for position, item in enumerate(item_ids)}
        missing = [item for item in self.item_ids if item not in place]
        if missing:
            raise BehaviourError(
                f"{len(missing)} products of the interactions are not among the given ones, e.g. {missing[0]!r}"
            )
        columns = np.array([place[item] for item in self.item_ids], dtype=np.int64)
        rows = np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))
        moved = columns[self.matrix.indices]
        order = np.lexsort((moved, rows))
        matrix = sparse.csr_matrix(
            (self.matrix.data[order], moved[order], self.matrix.indptr),
            shape=(self.matrix.shape[0], len(place)),
        )
        times = None if self.timestamps is None else np.asarray(self.timestamps)[order]
        return Interactions(matrix, tuple(item_ids), self.user_ids, times)

    @cached_property
    def item_positions(self) -> dict[str, int]:
        """Column of each product id."""
        return {item: position for position, item in enumerate(self.item_ids)}

    @cached_property
    def user_positions(self) -> dict[str, int]:
        """Row of each shopper id."""
        return {user: position for position, user in enumerate(self.user_ids)}

    def history(self, user: int) -> tuple[np.ndarray, np.ndarray]:
        """Columns and weights of one row."""
        start, stop = self.matrix.indptr[user], self.matrix.indptr[user + 1]
        return self.matrix.indices[start:stop], self.matrix.data[start:stop]
