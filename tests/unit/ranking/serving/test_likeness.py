"""Likeness of a query's vector to products, against sorting all of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kms.encoder.scale import LikenessScale
from kms.vectors.coarse import CoarseVectors
from ranking.serving.search.likeness import Likeness

N, D = 60, 8


OTHER = LikenessScale((-0.02, 0.2, 0.5))


def made(
    seed: int, *, is_coarse: bool = False, scale: LikenessScale | None = None
) -> tuple[np.random.Generator, Likeness]:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(N, D)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[::7] = rows[0]  # products of the same text
    rows[5] = 0.0  # a text that the encoder cannot read
    vector = draw.normal(size=D).astype(np.float32)
    coarse = CoarseVectors(rows) if is_coarse else None
    return draw, Likeness(rows, vector / np.linalg.norm(vector), coarse, scale)


@given(
    st.integers(0, 10_000),
    st.integers(1, N),
    st.sampled_from([-1.0, 0.2]),
    st.booleans(),
    st.sampled_from([None, OTHER]),
)
def test_the_nearest_are_the_first_of_a_sort(
    seed: int, limit: int, least: float, is_coarse: bool, scale: LikenessScale | None
) -> None:
    draw, likeness = made(seed, is_coarse=is_coarse, scale=scale)
    among = draw.random(N) < 0.7
    ranks = draw.permutation(N)
    cosines = np.round(made(seed, scale=scale)[1].of_all, 6)
    ordered = sorted(np.flatnonzero(among & (cosines >= least)), key=lambda i: (-cosines[i], ranks[i]))
    found = likeness.nearest(among, ranks, limit=limit, least=least)
    assert sorted(found) == sorted(ordered[:limit])


def test_some_products_are_compared_without_the_others() -> None:
    _, likeness = made(1)
    positions = np.array([3, 5, 11])
    alone = likeness.of(positions)
    assert "of_all" not in vars(likeness)
    np.testing.assert_allclose(alone, likeness.of_all[positions], atol=1e-6)
    assert likeness.of(positions)[1] == 0.0


def test_likeness_is_on_the_encoder_s_scale() -> None:
    plain, scaled = made(2)[1], made(2, scale=OTHER)[1]
    assert np.array_equal(scaled.of_all, OTHER.likeness(plain.of_all))
    assert np.array_equal(scaled.of(np.array([1, 5])), scaled.of_all[[1, 5]])
