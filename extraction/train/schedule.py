"""Schedule of a training: learning rates by step, and batches of texts of like length."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import TypeVar

T = TypeVar("T", bound=Sized)
_STRETCH = 20
"""Batches within which texts are ordered by length: padding is saved, and batches stay mixed."""


def rate_factor(step: int, steps: int, warmup: float) -> float:
    """Factor of the learning rate at a step: rises to 1 over the share ``warmup`` of the steps, then falls to 0."""
    warm = max(1, round(steps * warmup))
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def group_by_length(items: Sequence[T], size: int) -> list[list[T]]:
    """Batches of ``size`` items of like length, from items in any order; each item is in one batch."""
    groups = []
    for start in range(0, len(items), _STRETCH * size):
        ordered = sorted(items[start : start + _STRETCH * size], key=len)
        groups += [ordered[i : i + size] for i in range(0, len(ordered), size)]
    return groups
