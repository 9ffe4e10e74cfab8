"""Coarse vectors against exact products."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kms.vectors.coarse import CoarseVectors


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 24), st.sampled_from([1e-3, 1.0, 50.0]))
def test_the_error_is_within_its_bound(seed: int, count: int, dimensions: int, size: float) -> None:
    draw = np.random.default_rng(seed)
    vectors = (draw.normal(size=(count, dimensions)) ** 3).astype(np.float32)
    query = (size * draw.normal(size=dimensions)).astype(np.float32)
    rough, error = CoarseVectors(vectors).products(query)
    assert np.abs(rough - vectors @ query).max() <= error


def test_unit_vectors_are_known_to_a_few_hundredths() -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(500, 384)))
    rough, error = CoarseVectors(vectors).products(vectors[7])
    assert error < 0.05
    assert int(np.argmax(rough)) == 7


def test_vectors_of_nothing_have_the_product_0() -> None:
    coarse = CoarseVectors(np.zeros((3, 4), dtype=np.float32))
    assert coarse.products(np.ones(4, dtype=np.float32))[0].tolist() == [0, 0, 0]
    assert CoarseVectors(np.ones((3, 4), dtype=np.float32)).products(np.zeros(4, dtype=np.float32))[
        0
    ].tolist() == [0, 0, 0]


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
