"""Assignment of products to kinds: the kind that a title or cell names where its products are alike, else the likest one.

Each kind has the mean of its products' signs, weighted by rarity. A kind whose products are mostly more like those of
other kinds, once its own name is left out, is none ("pro", "colour"): its products are of those others. What is left of the
means are the signs that a class lists.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kms.induction.kinds import Kind
from kms.induction.signs import FIRST, TEXT, TITLE

LEAST_ALIKE = 0.3
"""Least share of a kind's products that are most like that kind, its name apart, or of a kind below or above it."""
ROUNDS = 4
MOST_SIGNS = 40
_SURELY = 0.03
"""Likeness by which another kind must be nearer."""
_LEAST_SIGN = 3
_DOUBT = 5
"""Products by which the mean of a kind is drawn to nothing: what is known of three products says little of others."""

Matrix = Any


class Assignment:
    """Kinds of products by what they are called and what they are like."""

    def __init__(
        self, signs: Sequence[Mapping[str, float]], named: Sequence[Sequence[str]], kinds: Mapping[str, Kind]
    ) -> None:
        """Prepare.

        Args:
            signs: Of each product.
            named: Names of the kinds that each product's title or cells name, the surest first.
            kinds: By name.
        """
        self._kinds = kinds
        self._named = named
        self._matrix, self._signs, self._rarity = _weigh(signs)
        self._place = {name: number for number, name in enumerate(self._signs)}
        self.dropped: set[str] = set()
        self.of: list[str | None] = [next(iter(names), None) for names in named]

    def settle(self, kept: Collection[str] = frozenset()) -> None:
        """Drop kinds whose products are not alike, and choose again among the kinds that each product's title names.

        Args:
            kept: Names of kinds that stay whatever their products are like.
        """
        for number in range(ROUNDS):
            means, names = self._means(self.of)
            if not names:
                return
            likeness = self._matrix @ means.T
            if number + 1 < ROUNDS:
                least = (
                    LEAST_ALIKE * (number + 1) / (ROUNDS - 1)
                )  # the worst first: others are mistaken for them
                self.dropped |= self._find_unlike(likeness, means, names, least) - set(kept)
            place = {name: at for at, name in enumerate(names)}
            for product, named in enumerate(self._named):
                left = [name for name in dict.fromkeys(map(self._standing, named)) if name is not None]
                scores = [
                    (
                        float(likeness[product, place[name]] if name in place else 0.0)
                        + (0.0 if at else FIRST),
                        -at,
                        name,
                    )
                    for at, name in enumerate(left)
                ]
                self.of[product] = max(scores)[2] if scores else None

    def _standing(self, name: str) -> str | None:
        """The kind itself, or the one above it where it was dropped."""
        above = self._kinds[name].parent if name in self.dropped else None
        standing = above if name in self.dropped else name
        return None if standing in self.dropped else standing

    def weights(self, group_of: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """The strongest signs of each group of kinds that are one class, weaker where few products show them.

        Args:
            group_of: The name by which the group of each kind goes.
        """
        of = [None if name is None else group_of[name] for name in self.of]
        means, names = self._means(of)
        sizes = Counter(name for name in of if name is not None)
        found: dict[str, dict[str, float]] = {}
        for row, name in enumerate(names):
            values = means[row] * self._rarity
            best = [int(at) for at in np.argsort(-values, kind="stable")[:MOST_SIGNS] if values[at] > 0]
            length = (float(np.linalg.norm(values)) or 1.0) * (1 + _DOUBT / sizes[name])
            found[name] = {
                self._signs[at]: round(float(values[at]) / length, 3)
                for at in best
                if values[at] / length >= 0.02
            }
        return found

    def _means(self, of: Sequence[str | None]) -> tuple[NDArray[np.float64], list[str]]:
        members: dict[str, list[int]] = defaultdict(list)
        for product, name in enumerate(of):
            if name is not None:
                members[name].append(product)
        names = sorted(members)
        rows = [at for at, name in enumerate(names) for _ in members[name]]
        columns = [product for name in names for product in members[name]]
        values = [1.0 / len(members[name]) for name in names for _ in members[name]]
        mean = (
            sparse.csr_matrix((values, (rows, columns)), shape=(len(names), self._matrix.shape[0]))
            @ self._matrix
        )
        dense = np.asarray(mean.todense())
        lengths = np.linalg.norm(dense, axis=1, keepdims=True)
        return dense / np.maximum(lengths, 1e-9), names

    def _find_unlike(
        self, likeness: NDArray[np.float64], means: NDArray[np.float64], names: Sequence[str], least: float
    ) -> set[str]:
        place = {name: at for at, name in enumerate(names)}
        alike: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        sizes = Counter(name for name in self.of if name is not None)
        for name, size in sizes.items():
            at, members = place[name], [p for p, each in enumerate(self.of) if each == name]
            # Without its own name, and without the product itself.
            words = name.split()
            called = [
                self._place[s] for w in words for s in (f"{TITLE} {w}", f"{TEXT} {w}") if s in self._place
            ]
            rows = likeness[members].copy()
            rows[:, at] -= (
                np.asarray(self._matrix[members][:, called] @ means[at, called]).ravel() + size**-1.5
            )
            own = np.maximum(rows[:, at], 0.0)
            best = [names[int(number)] for number in np.argmax(rows, axis=1)]
            is_unlike = rows.max(axis=1) > own + _SURELY
            whole[name] = size
            alike[name] = sum(
                not unlike or self._is_family(each, name)
                for each, unlike in zip(best, is_unlike, strict=True)
            )
        return {name for name in whole if alike[name] < least * whole[name]}

    def _is_family(self, one: str, other: str) -> bool:
        parents = (self._kinds[one].parent or one, self._kinds[other].parent or other)
        return parents[0] == parents[1]


def _weigh(signs: Sequence[Mapping[str, float]]) -> tuple[Matrix, list[str], NDArray[np.float64]]:
    """Signs as unit vectors weighted by rarity, the name of each column, and its rarity."""
    counts: Counter[str] = Counter(name for each in signs for name in each)
    names = sorted(name for name, count in counts.items() if count >= _LEAST_SIGN)
    place = {name: number for number, name in enumerate(names)}
    rarity = np.array([log((len(signs) + 1) / (counts[name] + 1)) for name in names])
    rows = [n for n, each in enumerate(signs) for name in each if name in place]
    columns = [place[name] for each in signs for name in each if name in place]
    values = [each[name] for each in signs for name in each if name in place]
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(signs), len(names))).multiply(rarity)
    matrix = sparse.csr_matrix(matrix)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(lengths, 1e-9)) @ matrix), names, rarity
