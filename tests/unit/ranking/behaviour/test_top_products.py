from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ranking.behaviour.top_products import top_of_product, without_diagonal


@pytest.mark.parametrize("n", [1, 3, 100])
def test_the_largest_of_each_row_of_the_full_product(n: int) -> None:
    left = sparse.random(30, 20, density=0.3, random_state=1, format="csr", dtype=np.float32)
    right = sparse.random(20, 40, density=0.3, random_state=2, format="csr", dtype=np.float32)
    full = (left @ right).toarray()
    top = top_of_product(left, right, n)
    assert top.has_sorted_indices
    for row in range(30):
        largest = np.sort(full[row][full[row] > 0])[::-1][:n]
        assert np.sort(top[row].data)[::-1] == pytest.approx(largest, rel=1e-5)


def test_empty_matrices() -> None:
    nothing = sparse.csr_matrix((0, 3), dtype=np.float32)
    assert top_of_product(nothing, sparse.csr_matrix((3, 5), dtype=np.float32), 2).shape == (0, 5)


def test_the_diagonal_is_removed() -> None:
    matrix = sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 3.0]], dtype=np.float32))
    assert without_diagonal(matrix).toarray().tolist() == [[0.0, 2.0], [0.0, 0.0]]
