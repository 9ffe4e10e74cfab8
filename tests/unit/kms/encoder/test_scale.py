"""Scale of likeness: an encoder's landmarks fall on the standard ones, and order is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.encoder.scale import STANDARD, LikenessScale

NARROW = LikenessScale((0.78, 0.83, 0.89))
cosines = st.floats(-1, 1, width=32)


@pytest.mark.parametrize("landmarks", [STANDARD, (0.06, 0.32, 0.64)])
def test_standard_encoder_keeps_its_cosines(landmarks: tuple[float, float, float]) -> None:
    scale = LikenessScale(landmarks)
    values = np.linspace(-1, 1, 9, dtype=np.float32)
    assert scale.is_standard
    assert scale.likeness(values) is values
    assert scale.cosine(0.25) == 0.25


def test_landmarks_fall_on_the_standard_ones() -> None:
    ends = np.array([-1.0, *NARROW.landmarks, 1.0], dtype=np.float32)
    assert np.allclose(NARROW.likeness(ends), [-1.0, *STANDARD, 1.0], atol=1e-5)


@given(st.lists(cosines, min_size=2, max_size=20))
def test_order_is_kept_and_bounds_hold(values: list[float]) -> None:
    ordered = np.sort(np.array(values, dtype=np.float32))
    likeness = NARROW.likeness(ordered)
    assert (np.diff(likeness) >= 0).all()
    assert np.abs(likeness).max() <= 1.0


@given(st.floats(-1, 1))
def test_likeness_of_a_cosine_leads_back(likeness: float) -> None:
    there = np.array([NARROW.cosine(likeness)], dtype=np.float32)
    assert NARROW.likeness(there)[0] == pytest.approx(likeness, abs=1e-4)


@pytest.mark.parametrize("landmarks", [(0.5, 0.5, 0.5), (1.0, 1.0, 1.0), (-1.0, -1.0, -1.0), (0.9, 0.2, 0.1)])
def test_landmarks_without_an_order_still_make_a_rising_function(
    landmarks: tuple[float, float, float],
) -> None:
    likeness = LikenessScale(landmarks).likeness(np.linspace(-1, 1, 201, dtype=np.float32))
    assert (np.diff(likeness) >= 0).all()
    assert likeness[0] == -1.0 and likeness[-1] == 1.0
