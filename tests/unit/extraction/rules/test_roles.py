from __future__ import annotations

import pytest

from extraction.rules.roles import is_bound, is_difference, is_elapsed, is_named_otherwise, runs_on


@pytest.mark.parametrize(
    ("before", "name", "expected"),
    [
        ("weight capacity ", "weight", True),
        ("weight limit of ", "weight", True),
        ("width-to-height ratio ", "width", False),
        ("Weight: ", "Weigh", False),
        ("weight of about ", "weight", False),
        ("It weighs only ", "weigh", False),
        ("height ", "height", False),
    ],
)
def test_a_name_that_runs_on_is_another_name(before: str, name: str, expected: bool) -> None:
    assert runs_on(before, before.index(name) + len(name)) is expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("carries up to ", True),
        ("for cats up to ", True),
        ("rated for ", True),
        ("载重", True),
        ("is ", False),
        ("holds water; weighs ", False),
    ],
)
def test_bounds(before: str, expected: bool) -> None:
    assert is_bound(before) is expected


def test_a_name_and_colon_before_a_number() -> None:
    assert is_named_otherwise("Seat depth: ")
    assert is_named_otherwise("座深：")
    assert not is_named_otherwise("it is ")


@pytest.mark.parametrize(
    ("before", "unit", "elapsed"),
    [
        ("用了将近", "week", True),
        ("broke after about ", "month", True),
        ("for the past ", "year", True),
        ("用了", "hour", False),  # what a charge lasts is told like this, too
        ("续航", "month", False),
        ("warranty of ", "year", False),
    ],
)
def test_days_of_doing_something_are_elapsed(before: str, unit: str, elapsed: bool) -> None:
    assert is_elapsed(before, unit) == elapsed


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (" more powerful than the old jug", True),
        (" lighter", True),
        (" cooler than before", True),
        (" charger", False),
        (" wide", False),
        (" leather that is tougher than cork", False),
    ],
)
def test_a_difference_to_another_thing(after: str, expected: bool) -> None:
    assert is_difference(after) is expected
