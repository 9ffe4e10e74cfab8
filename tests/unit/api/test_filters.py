"""The one-line filter language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.filters import check_filter, read_filter, write_filter
from kms.errors import FilterError
from kms.filters import Condition, Filter

FIELDS = st.from_regex(r"[a-z][a-z0-9_]{0,9}(\.[a-z0-9_]{1,9})?", fullmatch=True)
VALUES = st.lists(
    st.text(min_size=1, max_size=20).filter(lambda v: v == v.strip() and "\x00" not in v and v),
    min_size=1,
    max_size=4,
).map(tuple)
BOUNDS = st.floats(-1e9, 1e9, allow_nan=False)
CONDITIONS = st.one_of(
    st.builds(lambda f, v: Condition(field=f, any_of=v), FIELDS, VALUES),
    st.builds(lambda f, v: Condition(field=f, none_of=v), FIELDS, VALUES),
    st.builds(lambda f, b: Condition(field=f, gte=b), FIELDS, BOUNDS),
    st.builds(lambda f, a, b: Condition(field=f, gte=a, lte=b), FIELDS, BOUNDS, BOUNDS),
)


def test_the_three_kinds_of_condition() -> None:
    found = read_filter("brand:veldra,norvik;price:..100;-attr.material:plastic")
    assert found.conditions == (
        Condition(field="brand", any_of=("veldra", "norvik")),
        Condition(field="price", lte=100),
        Condition(field="attr.material", none_of=("plastic",)),
    )


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("price:10..100", 10, 100), ("price:10..", 10, None), ("price:..1e2", None, 100), ("price: 0.5..2.5 ", 0.5, 2.5),
     ("price:-5..-1.5", -5, -1.5)],
)  # fmt: skip
def test_ranges(text: str, low: float | None, high: float | None) -> None:
    assert read_filter(text).conditions == (Condition(field="price", gte=low, lte=high),)


def test_empty_text_lets_everything_through() -> None:
    assert read_filter("") == read_filter(" ; ;") == Filter()


def test_a_backslash_takes_the_next_character_as_it_is() -> None:
    assert read_filter(r"brand:a\,b\;c,d\\e").conditions[0].any_of == ("a,b;c", "d\\e")


@given(st.lists(CONDITIONS, max_size=4).map(tuple))
def test_what_is_written_is_read_back(conditions: tuple[Condition, ...]) -> None:
    written = Filter(conditions=conditions)
    assert read_filter(write_filter(written)) == written


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read_filter(text), Filter)
    except FilterError as error:
        assert str(error)


@pytest.mark.parametrize(
    "text",
    ["brand", "brand:", ":veldra", "Brand:x", "a.b.c:x", "price:cheap..", "price:..", "-price:1..2", "brand:a,,b",
     "price:nan..", "price:..inf", "brand:" + "x" * 2_001, ";".join(["brand:x"] * 51), "brand:" + "x" * 201,
     "brand:" + ",".join("abcdefghij"[i % 10] for i in range(101)), "brand:a\x00b"],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        read_filter(text)


def test_the_message_names_the_condition_and_shows_an_example() -> None:
    with pytest.raises(FilterError, match=r"'brandveldra'.*for instance brand:veldra"):
        read_filter("price:..100;brandveldra")


def test_bounds_of_a_json_filter_must_be_finite() -> None:
    with pytest.raises(FilterError, match="finite"):
        check_filter(Filter(conditions=(Condition(field="price", gte=float("nan")),)))


@pytest.mark.parametrize(
    ("text", "low", "high", "dimension"),
    [
        ("attr.weight:..2kg", None, 2.0, "mass"),
        ("attr.weight:300 g..1.5 kg", 0.3, 1.5, "mass"),
        ("attr.capacity:750ml..", 0.00075, None, "volume"),
        ("attr.battery_life:1天..", 86_400, None, "time"),
        ("attr.weight:..2", None, 2.0, None),
    ],
)
def test_bounds_may_have_a_unit(
    text: str, low: float | None, high: float | None, dimension: str | None
) -> None:
    (condition,) = read_filter(text).conditions
    assert (condition.gte, condition.lte, condition.dimension) == (
        low if low is None else pytest.approx(low),
        high if high is None else pytest.approx(high),
        dimension,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attr.weight:..2 furlongs", "'2 furlongs' is neither a number nor one with a unit that is known"),
        ("attr.weight:1kg..2l", "one bound is a mass and the other a volume"),
    ],
)
def test_bounds_with_a_wrong_unit_are_refused(text: str, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        read_filter(text)
