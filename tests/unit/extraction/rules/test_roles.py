from __future__ import annotations

import pytest

from extraction.rules.roles import (
    are_sides_of_other,
    is_added,
    is_bound,
    is_depth,
    is_difference,
    is_elapsed,
    is_named_otherwise,
    is_rating,
    runs_on,
)


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


@pytest.mark.parametrize(
    ("before", "own", "other"),
    [
        ("one duvet cover (", {"cover"}, False),
        ("one duvet cover and two pillowcases (", {"cover"}, True),
        ("Shreds paper into strips measuring ", {"shredder"}, True),
        ("Drawer measurements are ", {"cart"}, True),
        ("(3) shelves, shelf size approximately ", {"cart"}, True),
        ("Product dimensions: ", {"cart"}, False),
        ("The overall size is ", {"planner"}, False),
        ("each mat measuring ", {"mat"}, False),
    ],
)
def test_sides_of_a_counted_part(before: str, own: set[str], other: bool) -> None:
    assert are_sides_of_other(before, "", frozenset(own)) is other


def test_depths_and_additions_are_no_lengths_of_the_product() -> None:
    assert is_depth("Water resistant to ")
    assert is_depth("支持水下")
    assert not is_depth("Waterproof. Strap ")
    assert is_added("链长16+")
    assert not is_added("链长")


@pytest.mark.parametrize("after", [" capacity", ". load capacity", "/24-hr", " per day"])
def test_ratings(after: str) -> None:
    assert is_rating("300 lb" + after, 6)
    assert not is_rating("300 lb, with a large capacity", 6)
