from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.rows import RowProblem
from kms.catalog.values import is_empty, read_end, read_list, read_moment, read_name, read_number, read_text

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(ANYTHING)
def test_no_value_breaks_a_reader(value: Any) -> None:
    for read in (read_text, read_number, read_moment, read_end, read_list):
        try:
            result: Any = read("field", value)
        except RowProblem as problem:
            assert (problem.field, bool(problem.message.encode("utf-8"))) == ("field", True)
        else:
            assert result is not None


def test_moments() -> None:
    noon = datetime(2018, 6, 17, 12, tzinfo=UTC)
    assert read_moment("t", 1529236800) == noon
    assert read_moment("t", "1529236800") == noon
    assert read_moment("t", 1529236800000, unit="milliseconds") == noon
    assert read_moment("t", "2018-06-17T14:00:00+02:00") == noon
    assert read_moment("t", "2018-06-17 12:00") == noon
    assert read_moment("t", "06 17, 2018") == datetime(2018, 6, 17, tzinfo=UTC)
    assert read_moment("t", date(2018, 6, 17)) == datetime(2018, 6, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "nonsense", ["yesterday", -1, 1e30, "31.31.2020", True, float("inf"), "0001-01-01T00:00+23:59"]
)
def test_moment_nonsense_is_a_problem(nonsense: Any) -> None:
    with pytest.raises(RowProblem, match="no time between"):
        read_moment("created_at", nonsense)


def test_numbers() -> None:
    assert read_number("n", "4,5") == 4.5
    assert read_number("n", 450, divisor=100) == 4.5
    for nonsense in ("five", "", None, float("nan"), 10**400, [1]):
        with pytest.raises(RowProblem, match="no number"):
            read_number("n", nonsense)


def test_texts_and_lists() -> None:
    assert read_text("t", 6.0) == "6"
    assert read_text("t", 2.5) == "2.5"
    assert read_text("t", False) == "no"
    assert read_text("t", ["<b>One</b>", "", None, "two"], join="\n") == "One\ntwo"
    assert read_text("t", "a\nb", is_single_line=True) == "a b"
    assert read_list("t", ["B1", "B2", "B1", "", "x" * 200]) == ("B1", "B2")
    assert read_list("t", "B1, B2;B3|B4") == ("B1", "B2", "B3", "B4")
    with pytest.raises(RowProblem, match="no text"):
        read_text("t", {"a": 1})


def test_what_counts_as_empty() -> None:
    nothing: list[Any] = [None, "", " \t", [], {}, (), float("nan")]
    assert all(is_empty(value) for value in nothing)
    assert not any(is_empty(value) for value in (0, False, 0.0, "0", [None]))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Halden®", "Halden"),
        ("Nor\u2122vik", "Nor vik"),
        ("Tessaro (TM)", "Tessaro"),
        ("C&A", "C&A"),
        ("3M", "3M"),
    ]
    + [
        (nothing, "") for nothing in ("n/a", "NA", "--", ".", "None", "(unknown)", "暂无", "无品牌", "?", "™")
    ],
)
def test_names(written: str, name: str) -> None:
    assert read_name("brand", written) == name


LAST_SECOND = datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("2026-04-30", LAST_SECOND),
        ("20260430", LAST_SECOND),
        ("2026-04-30 00:00:00", LAST_SECOND),
        ("4/30/2026", LAST_SECOND),
        (date(2026, 4, 30), LAST_SECOND),
        ("2026-04-30T00:00:00Z", datetime(2026, 4, 30, tzinfo=UTC)),
        ("2026-04-30T12:00", datetime(2026, 4, 30, 12, tzinfo=UTC)),
        ("2026-04-30T18:00+02:00", datetime(2026, 4, 30, 16, tzinfo=UTC)),
        (1_777_550_400, datetime(2026, 4, 30, 12, tzinfo=UTC)),
        ("1777550400", datetime(2026, 4, 30, 12, tzinfo=UTC)),
    ],
)
def test_a_day_without_a_time_belongs_to_the_period_that_it_ends(written: Any, end: datetime) -> None:
    assert read_end("sale", written) == end
