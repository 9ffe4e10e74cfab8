"""EASE: a linear auto-encoder in closed form (Steck, "Embarrassingly Shallow Autoencoders", WWW 2019)."""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy import sparse
from typing_extensions import override

from ranking.behaviour.base import BehaviourConfig
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_item import ItemItemModel, Weights, keep_largest

BLOCK = 1024


class EaseConfig(BehaviourConfig):
    """Settings of EASE."""

    regularisation: float = Field(default=250.0, gt=0)
    """λ on the Gram matrix's diagonal; larger trusts single co-occurrences less."""
    neighbours: int | None = Field(default=None, gt=0)
    """Weights kept per product after the fit; None keeps the dense matrix (n_items² × 4 bytes)."""


class Ease(ItemItemModel):
    """Item-item weights that best rebuild each shopper's row from its other items (ridge regression)."""

    name = "ease"
    Config = EaseConfig

    def _item_weights(self, interactions: Interactions) -> Weights:
        dense = solve_ease(gram(interactions.matrix), self.config.regularisation)
        return dense if self.config.neighbours is None else keep_largest(dense, self.config.neighbours)

    @override
    def estimated_memory_bytes(self, n_users: int, n_items: int, n_interactions: int) -> int:
        # One dense float32 matrix, solved in place, one block of rows beside it, and the pruned copy.
        pruned = 0 if self.config.neighbours is None else 2 * 4 * n_items * n_items
        return 4 * n_items * n_items + 2 * 4 * BLOCK * n_items + pruned + 3 * 8 * n_interactions


def gram(matrix: sparse.csr_matrix) -> np.ndarray:
    """XᵀX as a dense float32 array, filled block by block so that no sparse n² product is ever held."""
    columns = sparse.csc_matrix(matrix, dtype=np.float32)
    rows = sparse.csr_matrix(matrix, dtype=np.float32)
    n_items = columns.shape[1]
    result = np.empty((n_items, n_items), dtype=np.float32)
    for start in range(0, n_items, BLOCK):
        result[start : start + BLOCK] = (columns[:, start : start + BLOCK].T @ rows).toarray()
    return result


def solve_ease(gram_matrix: np.ndarray, regularisation: float) -> np.ndarray:
    """Weights from a Gram matrix: B = I - P·diag(1/diag P) with P = (G + λI)⁻¹.

    Args:
        gram_matrix: (n, n) float32, symmetric, C order. **It is overwritten** with the result.
        regularisation: λ > 0.

    Returns:
        The same memory: float32 (n, n), zero diagonal.

    Raises:
        BehaviourError: The matrix is not positive definite even with λ added.
    """
    from scipy.linalg import lapack

    n_items = gram_matrix.shape[0]
    if n_items == 0:
        return gram_matrix
    gram_matrix[np.diag_indices(n_items)] += np.float32(regularisation)
    # The transposed view is in Fortran order, so that LAPACK works in this memory and copies nothing.
    factor, failed = lapack.spotrf(gram_matrix.T, lower=0, clean=0, overwrite_a=1)
    if not failed:
        inverse, failed = lapack.spotri(factor, lower=0, overwrite_c=1)
    if failed:
        raise BehaviourError(
            f"the Gram matrix of {n_items} products is not positive definite with regularisation "
            f"{regularisation}; raise it"
        )
    result: np.ndarray = inverse.T  # Lower triangle filled.
    for start in range(0, n_items, BLOCK):
        stop = min(start + BLOCK, n_items)
        corner = np.tril(result[start:stop, start:stop])
        result[start:stop, start:stop] = corner + np.tril(corner, -1).T
        result[start:stop, stop:] = result[stop:, start:stop].T
    result /= -np.diag(result).copy()[None, :]
    result[np.diag_indices(n_items)] = 0.0
    return result
