from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.query.slips import NEIGHBOURS, Slip, log_likelihood, slip_between


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        ("kettlle", "kettle", "doubled"),
        ("ketle", "kettle", "doubled"),
        ("ketlte", "kettle", "swapped"),
        ("kttle", "kettle", "omitted"),
        ("hopp", "hoop", "misdoubled"),
        ("woll", "wool", "misdoubled"),
        ("lettle", "kettle", "neighbour"),
        ("ketrtle", "kettle", "brushed"),
        ("kittle", "kettle", "vowel"),
        ("kexttle", "kettle", "inserted"),
        ("ketble", "kettle", "replaced"),
        ("tefal", "teal", "inserted"),
        ("kxxtle", "kettle", "several"),
    ],
)
def test_kinds_of_slips(typed: str, meant: str, slip: Slip) -> None:
    assert slip_between(typed, meant) == slip


def test_another_first_letter_is_less_likely() -> None:
    assert log_likelihood("lettle", "kettle") < log_likelihood("kettke", "kettle")


def test_keys_are_neighbours_of_each_other() -> None:
    assert all(a in NEIGHBOURS[b] for a, beside in NEIGHBOURS.items() for b in beside)
    assert NEIGHBOURS["a"] == {"q", "w", "s", "z"}


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_any_pair_has_a_kind(typed: str, meant: str) -> None:
    if typed != meant:
        assert log_likelihood(typed, meant) < 0
