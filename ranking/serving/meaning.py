"""Meaning: how near a question is to each product by vectors of the product, its classes and its uses.

A question that says what somebody wants to do ("stop my tea going cold at my desk") shares few words with the products that
serve it. Its vector is compared with the product's text, the names of its classes, the mean of the other products of
those classes, and the names of its uses. Classes and uses also reach products in a language that the encoder cannot read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ranking.serving.index import Scores, ServingIndex

TEXT = 0.5
CLASS_NAME = 1.0
CLASS_MEAN = 1.5
USE_NAME = 0.3
"""Weights of the four likenesses; docs/results/search.md says how they were chosen."""
UNLIKE = 0.55
ALIKE = 0.75
"""Lengths of the mean of vectors of products of all kinds, and of one kind: the sample's departments have 0.53 to 0.61, its
kinds of thing 0.75 to 0.97."""


class Meaning:
    """Compares vectors of questions with those of one version's products and concepts."""

    def __init__(
        self,
        index: ServingIndex,
        vectors: Mapping[tuple[str, str], Scores],
        before: Meaning | None = None,
        changed: NDArray[np.int64] | None = None,
    ) -> None:
        """Prepare the vectors of classes and uses that some product has.

        Args:
            index: Products and their vectors.
            vectors: Of concepts, by filter field and id.
            before: Of the version that ``index`` has changed products of.
            changed: Positions of these in ascending order.
        """
        self._index = index
        held = {key: index.columns.holding(*key) for key in vectors}
        self._classes = [key for key in vectors if key[0] == "category" and len(held[key])]
        self._uses = [key for key in vectors if key[0] != "category" and len(held[key])]
        self._held = held
        if before is None or changed is None:
            self._sums = {key: self._sum(held[key]) for key in self._classes}
        else:
            self._sums = {
                key: before._sum_without(key, changed) + self._sum(_among(held[key], changed))
                for key in self._classes
            }
        self._kinship = np.array([self._measure_kinship(key) for key in self._classes], dtype=np.float32)
        self._class_names = self._stack([vectors[key] for key in self._classes])
        self._class_means = self._stack([_unit(self._sums[key], vectors[key]) for key in self._classes])
        self._use_names = self._stack([vectors[key] for key in self._uses])

    def score(self, vector: Scores, likeness: Scores) -> Scores:
        """Likeness of a question to every product, from 0 to 1, (n,).

        Args:
            vector: Of the question, (d,).
            likeness: Of it to the text of every product, (n,).
        """
        scale = self._index.scale.likeness
        own = np.maximum(likeness, 0.0)
        parts = (
            TEXT * own,
            CLASS_NAME * self._spread_classes(scale(self._class_names @ vector), own),
            CLASS_MEAN * self._spread_classes(scale(self._class_means @ vector), own),
            USE_NAME * self._spread(scale(self._use_names @ vector), self._uses),
        )
        whole = TEXT + CLASS_NAME + CLASS_MEAN + USE_NAME
        return np.asarray(np.sum(parts, axis=0) / whole, dtype=np.float32)

    def _sum(self, positions: NDArray[np.int64]) -> Scores:
        """Sum of the vectors of the products that the encoder can read, (d,)."""
        return np.asarray(self._index.embeddings[positions].sum(axis=0), dtype=np.float32)

    def _sum_without(self, key: tuple[str, str], changed: NDArray[np.int64]) -> Scores:
        """Sum of the vectors of a class's products but those that changed, (d,)."""
        if key not in self._sums:
            return np.zeros(self._index.embeddings.shape[1], dtype=np.float32)
        return self._sums[key] - self._sum(_among(self._held[key], changed))

    def _measure_kinship(self, key: tuple[str, str]) -> float:
        """How far a class's products are of one kind, from 0 to 1, by the length of the mean of their vectors.

        What is near to "Tea & Infusions" or "Accessories" may be far from most of its products.
        """
        vectors = self._index.embeddings[self._held[key]]
        readable = int(np.count_nonzero(np.any(np.asarray(vectors), axis=1)))
        if not readable:
            return 1.0
        length = float(np.linalg.norm(self._sums[key])) / readable
        return float(np.clip((length - UNLIKE) / (ALIKE - UNLIKE), 0.0, 1.0))

    def _spread_classes(self, likeness: Scores, own: Scores) -> Scores:
        """To each product the highest likeness of its classes; of classes of unlike things its own text's speaks instead."""
        best = np.zeros(len(self._index.ids), dtype=np.float32)
        for key, value, kinship in zip(self._classes, likeness, self._kinship, strict=True):
            positions = self._held[key]
            mixed = kinship * value + (1.0 - kinship) * own[positions]
            best[positions] = np.maximum(best[positions], mixed)
        return best

    def _spread(self, likeness: Scores, keys: list[tuple[str, str]]) -> Scores:
        """To each product the highest likeness of its concepts; negative ones count as 0."""
        best = np.zeros(len(self._index.ids), dtype=np.float32)
        for key, value in zip(keys, likeness, strict=True):
            positions = self._held[key]
            best[positions] = np.maximum(best[positions], value)
        return best

    def _stack(self, rows: list[Scores]) -> Scores:
        dimensions = self._index.embeddings.shape[1]
        return np.stack(rows) if rows else np.zeros((0, dimensions), dtype=np.float32)


def _among(positions: NDArray[np.int64], changed: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.intersect1d(positions, changed, assume_unique=True)


def _unit(total: Scores, otherwise: Scores) -> Scores:
    length = float(np.linalg.norm(total))
    return total / length if length > 0 else otherwise
