"""Things that the product is used with, or that are sold beside it."""

from __future__ import annotations

import pytest

from extraction.rules.companions import is_of_companion, is_sold_apart


@pytest.mark.parametrize(
    ("before", "behind", "is_thing", "expected"),
    [
        ("The optional ", " jug", True, True),
        ("Wear it with our ", " scarf", True, True),
        ("Works with your ", " hob", False, False),
        ("Works with your ", " pan", True, True),
        ("Made with our ", " fabric", True, False),
        ("与", "围巾一起使用", True, True),
        ("与", "完美结合", True, False),
    ],
)
def test_companions(before: str, behind: str, is_thing: bool, expected: bool) -> None:
    body = f"{before}X{behind}"
    assert is_of_companion(body, before, len(before) + 1, is_thing=is_thing) is expected


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (") sold separately", True),
        (", available as an accessory", True),
        ("，可单独购买", True),
        (" and sold out", False),
    ],
)
def test_what_is_sold_by_itself(behind: str, expected: bool) -> None:
    assert is_sold_apart(behind, 0, len(behind)) is expected
