from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.answers import is_placeholder, read_answer, says_none


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


@pytest.mark.parametrize(
    "cell", ["", "-", "–", "n/a", "N/A.", "null", "(unknown)", "#N/A", "暂无", "未知", "?"]
)
def test_a_placeholder_says_nothing(cell: str) -> None:
    assert is_placeholder(cell) and not says_none(cell)


@pytest.mark.parametrize("cell", ["none", "None", "(none)", "no", "nil", "无", "無", "没有"])
def test_a_cell_may_say_that_there_is_none(cell: str) -> None:
    assert says_none(cell) and not is_placeholder(cell)


@pytest.mark.parametrize("cell", ["nonstick", "steel", "无线", "no. 5", "0"])
def test_other_cells_say_something(cell: str) -> None:
    assert not says_none(cell) and not is_placeholder(cell)
