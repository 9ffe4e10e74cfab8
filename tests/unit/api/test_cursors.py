"""Opaque cursors."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursors import MOST_CHARACTERS, CursorError, read_cursor, write_cursor


@given(st.integers(0, 10_000), st.text())
def test_a_cursor_holds_its_offset(offset: int, question: str) -> None:
    cursor = write_cursor(offset, question)
    assert read_cursor(cursor, question) == offset
    assert len(cursor) <= MOST_CHARACTERS


def test_a_cursor_is_for_one_question() -> None:
    with pytest.raises(CursorError, match="another search"):
        read_cursor(write_cursor(10, "shoes"), "boots")


@given(st.text(max_size=MOST_CHARACTERS))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        read_cursor(text, "shoes")


@pytest.mark.parametrize(
    "content", ["[1, -5, 'x']", '[1, true, "x"]', "[2, 1, 2]", "{}", "[" * 140, "1e999", '"abc"']
)
def test_forged_cursors_are_refused(content: str) -> None:
    with pytest.raises(CursorError):
        read_cursor(base64.urlsafe_b64encode(content.encode()).decode(), "shoes")
