from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.analysis import segment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wi-Fi router", ["Wi", "Fi", "router"]),
        ("don't", ["don't"]),
        ("WiFi6路由器", ["WiFi6", "路由", "路由器"]),
        ("Type-C接口", ["Type", "C", "接口"]),
        ("résumé", ["résumé"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert segment(text) == words


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("32GB", "32 gigabytes", "32gb"),
        ("27-inch", "27英寸", "27in"),
        ("1.7 litres", "1.7升", "1.7l"),
        ("5,000 mAh", "5000毫安时", "5000mah"),
    ],
)
def test_a_quantity_is_one_word_however_it_is_written(first: str, second: str, word: str) -> None:
    assert word in [w.casefold() for w in segment(first)]
    assert word in [w.casefold() for w in segment(second)]


def test_that_word_stands_once_and_counts_make_none() -> None:
    assert segment("32GB") == ["32GB"]
    assert segment("pack of 12 pieces") == ["pack", "of", "12", "pieces"]


@given(st.text(max_size=60))
def test_any_text_gives_words_without_blanks(text: str) -> None:
    assert all(word and not any(map(str.isspace, word)) for word in segment(text))
