from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.plurals import is_plural, singular_of


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("knives", "knife"),
        ("shelves", "shelf"),
        ("scarves", "scarf"),
        ("leaves", "leaf"),
        ("mice", "mouse"),
        ("women", "woman"),
        ("children", "child"),
        ("boxes", "box"),
        ("brushes", "brush"),
        ("batteries", "battery"),
        ("lenses", "lens"),
        ("dresses", "dress"),
        ("hoodies", "hoodie"),
        ("chromebooks", "chromebook"),
        ("ssds", "ssd"),
    ],
)
def test_both_numbers_have_one_key(plural: str, singular: str) -> None:
    assert singular_of(plural) == singular_of(singular)
    assert is_plural(plural)
    assert not is_plural(singular)


@pytest.mark.parametrize(
    "word", ["lens", "canvas", "gas", "wireless", "bus", "series", "gps", "media", "is", "5", "壶"]
)
def test_what_is_no_plural_stays(word: str) -> None:
    assert singular_of(word) == word
    assert not is_plural(word)


@given(st.one_of(st.text(max_size=12), st.text("aeiousvxyz", max_size=8)))
def test_a_key_is_its_own_key(word: str) -> None:
    assert singular_of(singular_of(word)) == singular_of(word)
