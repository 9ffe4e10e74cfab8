"""Products that are bought along with one another more often than by chance.

For products a and b of N buyers, with n_a, n_b and n_ab buyers of each and of both, the number of common buyers of
unrelated products is hypergeometric. A pair is kept when the test at that distribution says that n_ab is too large for
chance (with the false discovery rate of Benjamini and Hochberg, 1995, over all pairs) and its lift n_ab · N / (n_a · n_b)
is large enough to matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kms.journal.events import Interaction
from ranking.behaviour.top_products import top_of_product, without_diagonal

LEAST_BUYERS = 3
LEAST_LIFT = 2.0
FALSE_DISCOVERY_RATE = 0.01
LONGEST_BASKET = 200
"""Buyers of more products than this are resellers or robots; they relate everything with everything."""
PARTNERS = 100
"""Pairs kept per product, those with the most common buyers."""


@dataclass(frozen=True)
class BoughtAlong:
    """Pairs of products that are bought along.

    Attributes:
        strength: CSR (n, n), symmetric: binary logarithm of the lower end of the lift's 95 % interval.
        buyers: CSR of the same pattern: number of common buyers.
    """

    strength: sparse.csr_matrix
    buyers: sparse.csr_matrix

    def of(self, position: int) -> NDArray[np.float32]:
        """Strength of each product beside one, (n,); 0 where there is no evidence."""
        return np.asarray(self.strength.getrow(position).toarray().reshape(-1), dtype=np.float32)

    def widened(self, size: int) -> BoughtAlong:
        """The same pairs among ``size`` products, of which the further ones are bought along with none."""
        end = self.strength.indptr[-1:]
        indptr = np.concatenate([self.strength.indptr, np.repeat(end, size - self.strength.shape[0])])
        strength, buyers = (
            sparse.csr_matrix((matrix.data, matrix.indices, indptr), shape=(size, size))
            for matrix in (self.strength, self.buyers)
        )
        return BoughtAlong(strength, buyers)

    def save(self, path: Path) -> None:
        """Write both matrices into one npz file."""
        np.savez(
            path, strength=self.strength.data, buyers=self.buyers.data, indices=self.strength.indices,
            indptr=self.strength.indptr,
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> BoughtAlong:
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            n = len(stored["indptr"]) - 1
            place = (stored["indices"], stored["indptr"])
            return cls(
                sparse.csr_matrix((stored["strength"], *place), shape=(n, n)),
                sparse.csr_matrix((stored["buyers"], *place), shape=(n, n)),
            )


def purchases_of(interactions: Iterable[Interaction], product_ids: Sequence[str]) -> sparse.csr_matrix:
    """Matrix of purchases and additions to the cart: CSR (shoppers, products) of ones."""
    positions = {product_id: at for at, product_id in enumerate(product_ids)}
    shoppers: dict[str, int] = {}
    pairs = {
        (shoppers.setdefault(i.shopper_id, len(shoppers)), positions[i.product_id])
        for i in interactions
        if i.type in ("purchase", "cart") and i.product_id in positions
    }
    places = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    ones = np.ones(len(places), dtype=np.float32)
    return sparse.csr_matrix((ones, (places[:, 0], places[:, 1])), shape=(len(shoppers), len(product_ids)))


def find_bought_along(purchases: sparse.csr_matrix) -> BoughtAlong:
    """The pairs that chance does not explain.

    Args:
        purchases: CSR (shoppers, products) of ones.
    """
    lengths = np.diff(purchases.indptr)
    baskets = sparse.csr_matrix(purchases[(lengths > 0) & (lengths <= LONGEST_BASKET)], dtype=np.float32)
    n = purchases.shape[1]
    common = without_diagonal(top_of_product(sparse.csr_matrix(baskets.T), baskets, PARTNERS + 1))
    common = sparse.csr_matrix(common.maximum(common.T)).tocoo()
    tried = (common.row < common.col) & (common.data >= LEAST_BUYERS)
    first, second = common.row[tried], common.col[tried]
    both = common.data[tried].astype(np.int64)
    counts = np.asarray(baskets.sum(axis=0)).reshape(-1).astype(np.int64)
    lift = both * baskets.shape[0] / np.maximum(1, counts[first] * counts[second])
    chance = _chance(both, counts[first], counts[second], baskets.shape[0])
    kept = _discoveries(chance, FALSE_DISCOVERY_RATE) & (lift >= LEAST_LIFT)
    first, second, both = first[kept], second[kept], both[kept]
    lower = np.log2(lift[kept]) - 1.96 / np.log(2) / np.sqrt(both)
    strength = np.maximum(lower, 0.01).astype(np.float32)
    place = (np.concatenate([first, second]), np.concatenate([second, first]))
    return BoughtAlong(_square(np.tile(strength, 2), place, n), _square(np.tile(both, 2), place, n))


def _chance(both: np.ndarray, first: np.ndarray, second: np.ndarray, buyers: int) -> np.ndarray:
    """Probability of at least ``both`` common buyers of two unrelated products."""
    if not len(both):
        return np.zeros(0)
    from scipy import stats  # takes two seconds to import

    return np.asarray(stats.hypergeom.sf(both - 1, buyers, first, second), dtype=np.float64)


def _discoveries(p_values: np.ndarray, rate: float) -> NDArray[np.bool_]:
    """Mask of the hypotheses that the procedure of Benjamini and Hochberg rejects."""
    if not len(p_values):
        return np.zeros(0, dtype=np.bool_)
    from scipy import stats

    return np.asarray(stats.false_discovery_control(p_values) <= rate)


def _square(data: np.ndarray, place: tuple[np.ndarray, np.ndarray], n: int) -> sparse.csr_matrix:
    result = sparse.csr_matrix((data, place), shape=(n, n))
    result.sort_indices()
    return result
