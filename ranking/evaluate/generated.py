"""Generated shop: shoppers, products and graph facts of any size, drawn from a seed.

It has the properties on which behaviour models depend: a long tail (popularity falls as a power of the rank within a
class), clustered tastes (a shopper has a few classes, preferred brands and values), product lines, and pairs of products
that are bought along. Nobody's data is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ranking.behaviour.interactions import Interactions

Ints = NDArray[np.int64]
Edge = tuple[str, str, str, float]

CLASS_SIZE = 100
BRAND_SIZE = 40
LINE_SIZE = 8
VALUES = 12
"""Values of each of the two attributes that shoppers have a taste for."""
COMPANIONS = 3
DRAWS = 4
"""Products that a shopper compares before each choice."""
FOLLOWS = 0.25
"""Share of choices that go to a companion of the choice before."""
LONGEST_HISTORY = 150
SECONDS = 180 * 86_400


@dataclass(frozen=True)
class GeneratedShop:
    """A generated shop.

    Attributes:
        interactions: Shoppers × products with timestamps of half a year.
        edges: (product, relation, entity, 1.0): brand, product line, category and two attributes.
    """

    interactions: Interactions
    edges: tuple[Edge, ...]


def generate_shop(
    n_products: int, seed: int, *, shoppers_per_product: float = 2.8, mean_history: float = 8.0
) -> GeneratedShop:
    """Draw a shop.

    Args:
        n_products: At least 200.
        seed: The same seed gives the same shop.
        shoppers_per_product: Number of shoppers as a multiple of the products.
        mean_history: Mean number of choices of a shopper, before double ones are dropped.
    """
    rng = np.random.default_rng(seed)
    goods = _draw_products(n_products, rng)
    n_shoppers = round(n_products * shoppers_per_product)
    shopper, chosen = _draw_choices(goods, n_shoppers, mean_history, rng)
    place = np.unique(shopper * n_products + chosen)
    matrix = sparse.csr_matrix(
        (np.ones(len(place), dtype=np.float32), (place // n_products, place % n_products)),
        shape=(n_shoppers, n_products),
    )
    matrix.sort_indices()
    interactions = Interactions(
        matrix,
        tuple(f"p{i}" for i in range(n_products)),
        tuple(f"s{i}" for i in range(n_shoppers)),
        rng.uniform(0, SECONDS, size=matrix.nnz),
    )
    return GeneratedShop(interactions, tuple(_edges(goods)))


@dataclass(frozen=True)
class _Goods:
    """Products, sorted by class: class, brand, line and values of each, and what the draws need."""

    kind: Ints
    brand: Ints
    line: Ints
    values: Ints
    companions: Ints
    class_starts: Ints
    cumulative: NDArray[np.float64]

    @property
    def n_classes(self) -> int:
        return len(self.class_starts) - 1


def _draw_products(n: int, rng: np.random.Generator) -> _Goods:
    n_classes = max(2, n // CLASS_SIZE)
    share = rng.lognormal(0.0, 0.7, n_classes)
    kind = np.sort(rng.choice(n_classes, size=n, p=share / share.sum()))
    starts = np.searchsorted(kind, np.arange(n_classes + 1))
    rank = np.empty(n, dtype=np.int64)
    for begin, end in pairwise(starts):
        rank[begin:end] = rng.permutation(end - begin)
    weight = 1.0 / (rank + 2.0) * np.repeat(rng.lognormal(0.0, 0.8, n_classes), np.diff(starts))
    brands_per_class = max(2, CLASS_SIZE // BRAND_SIZE * 4)
    brand = kind // 4 * brands_per_class + (rng.pareto(1.2, n) * 1.5).astype(np.int64) % brands_per_class
    line = (kind * brands_per_class + brand) * 4 + rng.integers(0, 4, n)
    values = rng.integers(0, VALUES, size=(n, 2))
    partner = rng.integers(0, n_classes, size=(n_classes, 2))
    companions = np.empty((n, COMPANIONS), dtype=np.int64)
    for column in range(COMPANIONS):
        # One companion of the own class, the others of classes that go with it.
        of_class = kind if column == 0 else partner[kind, column - 1]
        size = np.maximum(1, starts[of_class + 1] - starts[of_class])
        companions[:, column] = np.minimum(starts[of_class] + rng.integers(0, 2**31, n) % size, n - 1)
    return _Goods(kind, brand, line, values, companions, starts, np.concatenate([[0.0], np.cumsum(weight)]))


def _draw_choices(
    goods: _Goods, n_shoppers: int, mean_history: float, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Shopper and product of every choice, in the order in which each shopper chooses."""
    lengths = np.minimum(2 + rng.geometric(1.0 / max(1.0, mean_history - 2), n_shoppers), LONGEST_HISTORY)
    shopper = np.repeat(np.arange(n_shoppers), lengths)
    n = len(shopper)
    class_weight = np.diff(goods.cumulative[goods.class_starts])
    home = rng.choice(goods.n_classes, size=(n_shoppers, 3), p=class_weight / class_weight.sum())
    # The second interest lies near the first: classes that follow each other share their brands.
    home[:, 1] = (home[:, 0] // 4) * 4 + rng.integers(0, 4, n_shoppers)
    home = np.minimum(home, goods.n_classes - 1)
    kind = home[shopper, rng.choice(3, size=n, p=(0.55, 0.3, 0.15))]
    low, high = goods.cumulative[goods.class_starts[kind]], goods.cumulative[goods.class_starts[kind + 1]]
    taste = rng.integers(0, VALUES, size=(n_shoppers, 2))
    brand_taste = rng.integers(0, 2**31, n_shoppers)
    best = np.full(n, -np.inf)
    chosen = np.zeros(n, dtype=np.int64)
    for _ in range(DRAWS):
        drawn = np.searchsorted(goods.cumulative, low + rng.random(n) * (high - low), side="right") - 1
        drawn = np.clip(drawn, 0, len(goods.kind) - 1)
        liking = rng.gumbel(size=n)
        liking += 1.0 * (goods.values[drawn, 0] == taste[shopper, 0])
        liking += 0.6 * (goods.values[drawn, 1] == taste[shopper, 1])
        liking += 1.5 * ((goods.brand[drawn] + brand_taste[shopper]) % 3 == 0)
        liking += 0.8 * ((goods.line[drawn] + brand_taste[shopper]) % 5 == 0)
        better = liking > best
        chosen[better], best[better] = drawn[better], liking[better]
    follows = np.flatnonzero((rng.random(n) < FOLLOWS) & (np.arange(n) > 0))
    follows = follows[shopper[follows] == shopper[follows - 1]]
    before = chosen[follows - 1]
    chosen[follows] = goods.companions[before, rng.integers(0, COMPANIONS, len(follows))]
    return shopper, chosen


def _edges(goods: _Goods) -> list[Edge]:
    edges: list[Edge] = []
    for i in range(len(goods.kind)):
        product = f"p{i}"
        edges += (
            (product, "made_by", f"brand:{goods.brand[i]}", 1.0),
            (product, "line", f"value:line/{goods.line[i]}", 1.0),
            (product, "in_category", f"category:{goods.kind[i]}", 1.0),
            (product, "colour", f"value:colour/{goods.values[i, 0]}", 1.0),
            (product, "material", f"value:material/{goods.values[i, 1]}", 1.0),
        )
    return edges
