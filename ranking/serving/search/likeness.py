"""Likeness: how near the query's vector is to those of products, on the scale that all encoders share."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from kms.encoder.scale import LikenessScale
from kms.vectors.coarse import CoarseVectors
from ranking.serving.changed.vectors import ChangedCoarse, ChangedVectors
from ranking.serving.search.stages import Mask, Positions, Scores

_DIGITS = 6


class Likeness:
    """Compares one query's vector with the products; those of all products are computed once, when they are needed."""

    def __init__(
        self,
        embeddings: Scores | ChangedVectors,
        vector: Scores,
        coarse: CoarseVectors | ChangedCoarse | None = None,
        scale: LikenessScale | None = None,
    ) -> None:
        """Compare ``vector`` (d,) with ``embeddings`` (n, d); both are of unit length, or 0 where nothing is known.

        Args:
            embeddings: Of products.
            vector: Of the query.
            coarse: Tells which of ``embeddings`` can be near; the nearest are the same without it.
            scale: Of the encoder; default: likenesses are the cosines.
        """
        self.scale = scale or LikenessScale()
        self._embeddings = embeddings
        self._coarse = coarse
        self.vector = vector

    @cached_property
    def of_all(self) -> Scores:
        """Likeness to every product, (n,)."""
        return self.scale.likeness(np.asarray(self._embeddings @ self.vector, dtype=np.float32))

    def of(self, positions: Positions) -> Scores:
        """Likeness to the products at ``positions``, (m,)."""
        if "of_all" in self.__dict__:
            return self.of_all[positions]
        return self.scale.likeness(np.asarray(self._embeddings[positions] @ self.vector, dtype=np.float32))

    def nearest(self, among: Mask, id_ranks: Positions, *, limit: int, least: float) -> Positions:
        """The products of a mask with the highest likeness, at most ``limit`` and none below ``least``; ties by id.

        Args:
            among: Products that may be given, (n,).
            id_ranks: Place of each product's id among all, (n,).
            limit: Most products to give.
            least: Least likeness.
        """
        positions = self._possible(among, limit, least)
        # Rounded, as equal vectors may differ in the last digit by where they stand.
        likeness = np.round(self.of(positions), _DIGITS)
        positions, likeness = positions[likeness >= least], likeness[likeness >= least]
        if len(positions) > limit:
            last = np.partition(likeness, -limit)[-limit]
            above, level = positions[likeness > last], positions[likeness == last]
            level = level[np.argsort(id_ranks[level], kind="stable")]
            positions = np.concatenate([above, level[: limit - len(above)]])
        return positions

    def _possible(self, among: Mask, limit: int, least: float) -> Positions:
        """Products of a mask that can be among the nearest; all others are surely not."""
        if self._coarse is None or "of_all" in self.__dict__:
            return np.flatnonzero(among & (self.of_all >= least - 10.0**-_DIGITS))
        rough, error = self._coarse.products(self.vector)
        positions = np.flatnonzero(among & (rough >= self.scale.cosine(least) - error - 10.0**-_DIGITS))
        if len(positions) > limit:
            # As many are surely at least as near as the last of them may be far.
            last = np.partition(rough[positions], -limit)[-limit]
            positions = positions[rough[positions] >= last - 2 * error]
        return positions
