from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.induction.attributes import ColumnCells, type_of, values_in, without_none
from kms.induction.columns import read_column


def cells(*values: str, name: str = "Thing") -> ColumnCells:
    column = read_column(name)
    result = ColumnCells(column.key)
    for value in values:
        result.add(name, column, value, None)
    return result


@pytest.mark.parametrize(
    ("values", "kind", "dimension"),
    [
        (("Yes", "No", "yes"), "boolean", None),
        (("0", "1", "1"), "boolean", None),
        (("0", "1", "4"), "quantity", "count"),
        (("60 Nm", "70 Nm"), "quantity", "torque"),
        (("120 m³/h", "80 m³/h"), "quantity", "flow_rate"),
        (("350 kcal", "420 kcal"), "quantity", "energy"),
        (("20 - 40 °C", "10 °C"), "quantity", "temperature"),
        (("Oak", "Beech", "Oak"), "enum", None),
        (("GX-1001", "GX-1002", "GX-1003", "GX-1004"), "text", None),
        (("4006381333931", "4006381333948"), "text", None),
        (("-", "n/a"), "text", None),
        (("A long sentence that tells how the thing is made and used.", "Another one that is just as long as the first."),
         "text", None),
    ],
    ids=lambda value: value[0][:20] if isinstance(value, tuple) else None,
)  # fmt: skip
def test_types(values: tuple[str, ...], kind: str, dimension: str | None) -> None:
    made = type_of(cells(*values))
    assert (made.type, made.dimension) == (kind, dimension)


def test_bare_numbers_are_of_the_unit_in_the_name() -> None:
    made = type_of(cells("450", "1.200", name="Head weight (g)"))
    assert (made.type, made.dimension, made.unit) == ("quantity", "mass", "gram")


def test_lists_are_parted_and_words_with_a_slash_are_not() -> None:
    values = values_in(cells("S, M", "M", "AC/DC").cells)
    assert values == {"M": 2, "AC/DC": 1, "S": 1}


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=30))
def test_any_column_has_a_type(values: list[str]) -> None:
    made = type_of(cells(*values))
    assert (made.type == "enum") == bool(made.values)
    assert (made.type == "quantity") == (made.unit is not None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"steel": 5, "gold": 2, "none": 7}, {"steel": 5, "gold": 2}),
        ({"三季": 2, "无": 1}, {"三季": 2}),
        ({"none": 3, "Low": 2, "high": 2}, {"none": 3, "Low": 2, "high": 2}),
        ({"无": 3, "低咖啡因": 1}, {"无": 3, "低咖啡因": 1}),
        ({"non-stick": 2, "nonel": 1}, {"non-stick": 2, "nonel": 1}),
    ],
)
def test_none_is_a_word_beside_degrees_alone(values: dict[str, int], expected: dict[str, int]) -> None:
    assert without_none(values) == expected
