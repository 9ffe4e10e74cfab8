"""The contract of every behaviour model.

A model learns from :class:`Interactions` and scores the whole catalogue for a history, so that a shopper it
has never seen is served like any other (fold-in). Items are column positions; the caller maps ids.
Every model passes ``tests/contract/test_behaviour_contract.py``.

One name per setting over all models:

=================== ==============================================================================
``regularisation``  added to the diagonal of a Gram matrix (λ)
``neighbours``      item-item weights kept per product, the largest ones
``alpha``           exponent of the transition probabilities of a random walk
``beta``            exponent of the popularity discount of the product where a walk ends
``shrinkage``       added to the denominator of a similarity, against chance in small counts
``half_life_days``  age at which an interaction counts half
``seed``            seed of everything random
``max_memory_bytes`` peak that a fit may take
=================== ==============================================================================
"""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from pydantic import Field
from scipy import sparse

from kms.types import Frozen
from ranking.behaviour.errors import BehaviourError, FitTooLargeError
from ranking.behaviour.interactions import Interactions

SAVE_FORMAT = 1


class BehaviourConfig(Frozen):
    """Settings that every model has."""

    seed: int = 0
    """Seed of everything random. Models that draw nothing ignore it."""
    max_memory_bytes: int = Field(default=4 * 1024**3, gt=0)
    """Peak memory that a fit may take, in bytes; a larger fit is refused before it starts."""


class ScoredItem(NamedTuple):
    """A product's position and its score (unit: the model's own; only the order is comparable)."""

    item: int
    score: float


class Contribution(NamedTuple):
    """A history item and its share of a score; the absolute shares of one explanation add up to 1."""

    item: int
    share: float


class BehaviourModel(ABC):
    """Learns from what shoppers did; scores all products for a history."""

    name: ClassVar[str]
    """Name in reports, in saved files and in the registry."""
    Config: ClassVar[type[BehaviourConfig]]
    """Type of the settings."""

    def __init__(self, config: BehaviourConfig | None = None) -> None:
        self.config: Any = config if config is not None else self.Config()
        if not isinstance(self.config, self.Config):
            raise BehaviourError(
                f"{self.name} takes a {self.Config.__name__}, not a {type(self.config).__name__}"
            )
        self._item_ids: tuple[str, ...] | None = None

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Product ids in the order of the scores.

        Raises:
            BehaviourError: The model is not fitted.
        """
        if self._item_ids is None:
            raise BehaviourError(f"{self.name} is not fitted; call fit() or load() first")
        return self._item_ids

    @property
    def n_items(self) -> int:
        """Number of products that the model knows."""
        return len(self.item_ids)

    def fit(self, interactions: Interactions) -> Self:
        """Learns from interactions; a second call forgets the first.

        Raises:
            FitTooLargeError: The fit would take more than ``config.max_memory_bytes``.
        """
        n_users, n_items = interactions.matrix.shape
        needed = self.estimated_memory_bytes(n_users, n_items, interactions.matrix.nnz)
        allowed = self.config.max_memory_bytes
        if needed > allowed:
            raise FitTooLargeError(
                f"{self.name} on {n_users:,} shoppers × {n_items:,} products needs about "
                f"{needed / 1024**3:.1f} GiB, allowed are {allowed / 1024**3:.1f} GiB; raise "
                f"max_memory_bytes, leave out products with few interactions, or use a sparse model "
                "(sparse_ease, rp3beta, item_knn)"
            )
        self._fit(interactions)
        self._item_ids = interactions.item_ids
        return self

    @abstractmethod
    def _fit(self, interactions: Interactions) -> None:
        """Learns; sizes are checked."""

    @abstractmethod
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        """Peak bytes of a fit of that size, the interactions themselves included."""

    @abstractmethod
    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        """Scores of all products for each row of histories (n, n_items): float32, (n, n_items)."""

    @abstractmethod
    def explain(
        self, history: Sequence[int] | np.ndarray, item: int, weights: Sequence[float] | None = None
    ) -> list[Contribution]:
        """Contributions of the history's items to the score of ``item``, largest absolute share first.

        Empty where the history had no part in the score.
        """

    @abstractmethod
    def similar(self, item: int, n: int = 10) -> list[ScoredItem]:
        """Up to ``n`` products that speak for one another with ``item``, best first, never ``item``."""

    @abstractmethod
    def _state(self) -> dict[str, np.ndarray]:
        """Learned parameters as plain arrays."""

    @abstractmethod
    def _restore(self, state: dict[str, np.ndarray]) -> None:
        """Takes over what :meth:`_state` gave."""

    def score(
        self, history: Sequence[int] | np.ndarray, weights: Sequence[float] | np.ndarray | None = None
    ) -> np.ndarray:
        """Scores of all products for one history.

        Args:
            history: Positions of the products that the shopper touched; may be empty (a cold shopper).
            weights: One weight for each, default 1.

        Returns:
            float32, shape (n_items,). History items are scored as well; :meth:`recommend` masks them.

        Raises:
            BehaviourError: A position out of range, or not as many weights as positions.
        """
        return np.asarray(self.score_many(self._row(history, weights))[0])

    def recommend(
        self,
        history: Sequence[int] | np.ndarray,
        n: int = 10,
        weights: Sequence[float] | np.ndarray | None = None,
        exclude_seen: bool = True,
    ) -> list[ScoredItem]:
        """The best products for a history, best first.

        Fewer than ``n`` come back where fewer have anything that speaks for them: a product with score 0 or
        less is not recommended, so an item-item model gives an empty list to a cold shopper.
        """
        scores = self.score(history, weights).astype(np.float64)
        if exclude_seen:
            scores[np.asarray(history, dtype=np.int64)] = -np.inf
        return best(scores, n)

    def save(self, path: Path | str) -> None:
        """Writes the fitted model as one npz file, in one atomic step."""
        target = Path(path)
        partial = target.with_name(target.name + ".partial")
        meta = {
            "format": SAVE_FORMAT,
            "name": self.name,
            "config": self.config.model_dump(mode="json"),
        }
        arrays = {
            "meta": np.asarray(json.dumps(meta)),
            "item_ids": np.asarray(self.item_ids, dtype=np.str_),
            **self._state(),
        }
        with partial.open("wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        os.replace(partial, target)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Reads what :meth:`save` wrote.

        Raises:
            BehaviourError: The file is missing, broken, of another model or of another format.
        """
        try:
            with np.load(Path(path), allow_pickle=False) as stored:
                arrays = {key: stored[key] for key in stored.files}
            meta = json.loads(str(arrays.pop("meta")))
            item_ids = tuple(str(item) for item in arrays.pop("item_ids"))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise BehaviourError(
                f"{path} is not a saved behaviour model: {error}; fit and save again"
            ) from error
        if meta.get("name") != cls.name or meta.get("format") != SAVE_FORMAT:
            raise BehaviourError(
                f"{path} holds {meta.get('name')!r} of format {meta.get('format')}, "
                f"expected {cls.name!r} of format {SAVE_FORMAT}; fit and save again"
            )
        model = cls(cls.Config.model_validate(meta["config"]))
        model._restore(arrays)
        model._item_ids = item_ids
        return model

    def _row(
        self, history: Sequence[int] | np.ndarray, weights: Sequence[float] | np.ndarray | None
    ) -> sparse.csr_matrix:
        columns, values = self._checked(history, weights)
        rows = np.zeros(len(columns), dtype=np.int64)
        return sparse.csr_matrix((values, (rows, columns)), shape=(1, self.n_items))

    def _checked(
        self, history: Sequence[int] | np.ndarray, weights: Sequence[float] | np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions and weights of a history, both (n,)."""
        columns = np.asarray(history, dtype=np.int64).reshape(-1)
        values = (
            np.ones(len(columns), dtype=np.float32)
            if weights is None
            else np.asarray(weights, dtype=np.float32).reshape(-1)
        )
        if len(values) != len(columns):
            raise BehaviourError(
                f"{len(columns)} history items came with {len(values)} weights; give one each"
            )
        if len(columns) and (columns.min() < 0 or columns.max() >= self.n_items):
            raise BehaviourError(
                f"history names position {int(columns.max())} or {int(columns.min())}; "
                f"positions go from 0 to {self.n_items - 1}"
            )
        return columns, values

    def _position(self, item: int) -> int:
        if not 0 <= item < self.n_items:
            raise BehaviourError(
                f"product position {item} is out of range; the model has {self.n_items} products"
            )
        return item


def best(scores: np.ndarray, n: int) -> list[ScoredItem]:
    """The ``n`` largest positive scores, best first; equal scores by position (a stable order)."""
    n = max(0, min(n, len(scores)))
    if n == 0:
        return []
    top = top_positions(scores[None, :], n)[0]
    return [ScoredItem(int(item), float(scores[item])) for item in top if scores[item] > 0]


def top_positions(scores: np.ndarray, n: int) -> np.ndarray:
    """Positions of the ``n`` largest scores of each row, best first, equal scores by position.

    Args:
        scores: (rows, items); may hold ``-inf`` for what is masked, not NaN.
        n: At least 1.

    Returns:
        int64, (rows, min(n, items)).
    """
    n = min(n, scores.shape[1])
    if n < scores.shape[1]:
        # A partition alone breaks ties at the border at random; everything equal to the border is kept.
        border = np.partition(scores, scores.shape[1] - n, axis=1)[:, scores.shape[1] - n]
        result = np.empty((scores.shape[0], n), dtype=np.int64)
        for row in range(scores.shape[0]):
            candidates = np.flatnonzero(scores[row] >= border[row])
            order = np.argsort(-scores[row, candidates], kind="stable")[:n]
            result[row] = candidates[order]
        return result
    return np.argsort(-scores, axis=1, kind="stable")
