"""Rates and batches of a training."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extraction.train.schedule import group_by_length, rate_factor


def test_a_rate_rises_and_falls_to_nothing() -> None:
    factors = [rate_factor(step, 100, 0.1) for step in range(101)]
    assert factors[9] == max(factors) == 1.0
    assert factors[:10] == sorted(factors[:10])
    assert factors[9:] == sorted(factors[9:], reverse=True)
    assert factors[100] == 0.0


@given(st.lists(st.text(max_size=9), max_size=200), st.integers(1, 7))
def test_each_item_is_in_one_batch_with_others_of_like_length(items: list[str], size: int) -> None:
    groups = group_by_length(items, size)
    assert sorted(item for group in groups for item in group) == sorted(items)
    assert all(0 < len(group) <= size for group in groups)
    assert all([len(item) for item in group] == sorted(map(len, group)) for group in groups)
    assert len(groups) <= -(-len(items) // size) + len(items) // (20 * size)
