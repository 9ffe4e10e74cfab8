from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.answers import read_answer


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Yes", True), ("✓", True), ("✔️", True), ("是", True), ("支持", True), ("Yes, up to 60 m", True),
        ("No", False), ("✗", False), ("无", False), ("不支援", False), ("No (sold separately)", False),
        ("not included", False),
        ("", None), ("north", None), ("Norwegian", None), ("有机棉", None), ("yellow", None), ("5.3", None),
    ],
)  # fmt: skip
def test_answers(cell: str, expected: bool | None) -> None:
    assert read_answer(cell) is expected


@given(st.text(max_size=30))
def test_any_cell_is_read(cell: str) -> None:
    assert read_answer(cell) in (True, False, None)
