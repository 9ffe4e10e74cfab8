from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy import sparse

from kms.journal.events import Interaction
from ranking.behaviour.bought_along import LONGEST_BASKET, find_bought_along, purchases_of

AT = datetime(2026, 5, 1, tzinfo=UTC)


def baskets(n: int, n_products: int, seed: int) -> np.ndarray:
    """Shoppers who buy by chance alone, product 0 by half of them."""
    rng = np.random.default_rng(seed)
    bought = rng.random((n, n_products)) < 0.05
    bought[:, 0] = rng.random(n) < 0.5
    return bought.astype(np.float32)


def test_chance_relates_nothing_not_even_the_most_bought_product() -> None:
    for seed in range(3):
        assert find_bought_along(sparse.csr_matrix(baskets(400, 40, seed))).strength.nnz == 0


def test_a_pair_that_is_bought_along_is_found_from_both_sides() -> None:
    bought = baskets(400, 40, 7)
    bought[:25, 3] = bought[:25, 9] = 1.0
    along = find_bought_along(sparse.csr_matrix(bought))
    assert along.of(3)[9] > 0 and along.of(9)[3] > 0
    assert along.buyers[3, 9] >= 25
    assert np.argmax(along.of(3)) == 9


def test_two_buyers_are_no_evidence() -> None:
    bought = np.zeros((1000, 5), dtype=np.float32)
    bought[:2, 1] = bought[:2, 2] = 1.0
    assert find_bought_along(sparse.csr_matrix(bought)).strength.nnz == 0


def test_resellers_relate_nothing() -> None:
    bought = np.zeros((300, LONGEST_BASKET + 50), dtype=np.float32)
    bought[:10] = 1.0
    bought[10:, 0] = 1.0
    assert find_bought_along(sparse.csr_matrix(bought)).strength.nnz == 0


def test_nothing_was_bought() -> None:
    along = find_bought_along(sparse.csr_matrix((0, 4), dtype=np.float32))
    assert along.of(2).tolist() == [0.0] * 4


def test_only_purchases_and_carts_of_known_products_count() -> None:
    events = [
        Interaction("s", "A", "purchase", AT, None),
        Interaction("s", "A", "purchase", AT, None),
        Interaction("s", "B", "view", AT, None),
        Interaction("t", "B", "cart", AT, None),
        Interaction("t", "gone", "purchase", AT, None),
    ]
    assert purchases_of(events, ["A", "B"]).toarray().tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert purchases_of([], ["A", "B"]).shape == (0, 2)


def test_save_and_load(tmp_path: Path) -> None:
    bought = baskets(300, 20, 1)
    bought[:20, 3] = bought[:20, 9] = 1.0
    along = find_bought_along(sparse.csr_matrix(bought))
    along.save(tmp_path / "along.npz")
    loaded = type(along).load(tmp_path / "along.npz")
    assert (loaded.strength != along.strength).nnz == 0
    assert loaded.buyers[3, 9] == along.buyers[3, 9]
