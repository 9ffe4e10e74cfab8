from __future__ import annotations

import pytest

from extraction.rules.sizes import find_trouser_sizes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W32/L30", [("waist", 32), ("length", 30)]),
        ("Chinos W36 L34, navy", [("waist", 36), ("length", 34)]),
        ("jeans 31W x 32L", [("waist", 31), ("length", 32)]),
        ("Chinos 34/32", [("waist", 34), ("length", 32)]),
        ("40x30 cm", []),
        ("Open 24/7", []),
        ("Galaxy S22", []),
        ("W100/L200 panel", []),
        ("AW34/L32X", []),
    ],
)
def test_waist_and_length(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(size.attribute, size.inches) for size in find_trouser_sizes(text)] == expected
