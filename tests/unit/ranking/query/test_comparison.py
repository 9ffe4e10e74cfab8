from __future__ import annotations

import pytest

from ranking.query.comparison import degrees


@pytest.mark.parametrize(
    ("phrase", "superlative"),
    [
        ("light", "lightest"),
        ("big", "biggest"),
        ("heavy", "heaviest"),
        ("large", "largest"),
        ("quiet", "quietest"),
        ("slim", "slimmest"),
        ("loud", "loudest"),
        ("cheap", "cheapest"),
        ("long battery", "longest battery"),
        ("powerful", "most powerful"),
    ],
)
def test_superlatives(phrase: str, superlative: str) -> None:
    forms = dict(degrees(phrase))
    assert forms[superlative]
    assert not forms[f"more {phrase}"]
