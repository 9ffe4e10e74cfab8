from __future__ import annotations

import pytest

from ranking.query.comparison import chinese_superlatives, degrees


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


@pytest.mark.parametrize(
    ("word", "names", "forms"),
    [
        ("轻巧", (), ["最轻巧", "最轻"]),
        ("大容量", ("容量",), ["最大容量", "最大", "容量最大容量", "容量最大"]),
        ("强劲", (), ["最强劲"]),
    ],
)
def test_chinese_superlatives(word: str, names: tuple[str, ...], forms: list[str]) -> None:
    assert chinese_superlatives(word, names) == forms
