"""Vectors with the rows of changed products replaced: exact and in 8 bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kms.vectors.coarse import CoarseVectors

Vectors = NDArray[np.float32]


class ChangedVectors:
    """Stands for a matrix (n, d) of which some rows are replaced and others are 0; the version's own is shared."""

    def __init__(self, base: Vectors, size: int, rows: Mapping[int, Vectors]) -> None:
        """Replace ``rows`` by position in ``base``; positions from its end on are 0 where they have none."""
        self._base = base
        self.positions = np.array(sorted(rows), dtype=np.int64)
        self._rows = np.zeros((len(rows), base.shape[1]), dtype=np.float32)
        for place, at in enumerate(self.positions.tolist()):
            self._rows[place] = rows[at]
        self._place = np.full(size, -1, dtype=np.int32)
        self._place[self.positions] = np.arange(len(rows), dtype=np.int32)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of positions and of dimensions."""
        return len(self._place), self._base.shape[1]

    def __len__(self) -> int:
        return len(self._place)

    def __matmul__(self, vector: Vectors) -> Vectors:
        """Scalar product of each row with a vector (d,), (n,)."""
        products = np.zeros(len(self._place), dtype=np.float32)
        products[: len(self._base)] = self._base @ vector
        products[self.positions] = self._rows @ vector
        return products

    def __getitem__(self, positions: Any) -> Vectors:
        """The row at a position, or the rows at some positions, (m, d)."""
        wanted = np.atleast_1d(np.asarray(positions, dtype=np.int64))
        rows = np.zeros((len(wanted), self._base.shape[1]), dtype=np.float32)
        own = wanted < len(self._base)
        rows[own] = self._base[wanted[own]]
        places = self._place[wanted]
        rows[places >= 0] = self._rows[places[places >= 0]]
        return rows if np.ndim(positions) else rows[0]


class ChangedCoarse:
    """Coarse vectors of a version, with the scalar products of replaced rows computed exactly."""

    def __init__(self, base: CoarseVectors, vectors: ChangedVectors) -> None:
        """Replace in ``base`` what ``vectors`` replaces."""
        self._base = base
        self._vectors = vectors

    def products(self, query: Vectors) -> tuple[Vectors, float]:
        """See ``CoarseVectors.products``."""
        rough, error = self._base.products(query)
        products = np.zeros(len(self._vectors), dtype=np.float32)
        products[: len(rough)] = rough
        positions = self._vectors.positions
        products[positions] = self._vectors[positions] @ query
        return products, error
