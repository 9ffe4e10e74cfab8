"""A matrix whose right answer is known by construction."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from ranking.behaviour.interactions import Interactions


def checkerboard(n_users: int = 40, n_items: int = 12) -> Interactions:
    """Even shoppers touch even products, odd ones odd products; each leaves out one product of its colour.

    So a shopper's best unseen product is the one that it left out, and no product of the other colour ever
    gets evidence.
    """
    rows = [
        (f"u{user}", f"i{item}", 1.0, float(user))
        for user in range(n_users)
        for item in range(n_items)
        if item % 2 == user % 2 and item != left_out(user, n_items)
    ]
    return Interactions.from_rows(
        rows,
        item_ids=[f"i{item}" for item in range(n_items)],
        user_ids=[f"u{user}" for user in range(n_users)],
    )


def left_out(user: int, n_items: int = 12) -> int:
    """The product of its colour that a shopper did not touch."""
    return (user % 2 + 2 * (user // 2)) % n_items


def random_interactions(
    seed: int = 0, n_users: int = 60, n_items: int = 25, density: float = 0.2
) -> Interactions:
    """Interactions without any pattern."""
    rng = np.random.default_rng(seed)
    matrix = sparse.csr_matrix((rng.random((n_users, n_items)) < density).astype(np.float32))
    times = rng.integers(1_600_000_000, 1_700_000_000, matrix.nnz).astype(np.float64)
    return Interactions(
        matrix, tuple(f"i{i}" for i in range(n_items)), tuple(f"u{u}" for u in range(n_users)), times
    )
