"""Likeness: the cosine of the query's vector with the vectors of products."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ranking.serving.search.stages import Mask, Positions, Scores


class Likeness:
    """Compares one query's vector with the products; those of all products are computed once, when they are needed."""

    def __init__(self, embeddings: Scores, vector: Scores) -> None:
        """Compare ``vector`` (d,) with ``embeddings`` (n, d); both are of unit length, or 0 where nothing is known."""
        self._embeddings = embeddings
        self.vector = vector

    @cached_property
    def of_all(self) -> Scores:
        """Cosine with every product, (n,)."""
        return np.asarray(self._embeddings @ self.vector, dtype=np.float32)

    def of(self, positions: Positions) -> Scores:
        """Cosine with the products at ``positions``, (m,)."""
        if "of_all" in self.__dict__:
            return self.of_all[positions]
        return np.asarray(self._embeddings[positions] @ self.vector, dtype=np.float32)

    def nearest(self, among: Mask, id_ranks: Positions, *, limit: int, least: float) -> Positions:
        """The products of a mask with the highest cosine, at most ``limit`` and none below ``least``; ties by id.

        Args:
            among: Products that may be given, (n,).
            id_ranks: Place of each product's id among all, (n,).
            limit: Most products to give.
            least: Least cosine.
        """
        positions = np.flatnonzero(among & (self.of_all >= least))
        if len(positions) > limit:
            cosines = self.of_all[positions]
            last = np.partition(cosines, -limit)[-limit]
            above, level = positions[cosines > last], positions[cosines == last]
            level = level[np.argsort(id_ranks[level], kind="stable")]
            positions = np.concatenate([above, level[: limit - len(above)]])
        return positions
