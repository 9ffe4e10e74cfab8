"""Words that people are asked about, and those that are no words."""

from __future__ import annotations

import pytest

from kms.queue.words import is_worth_asking, word_key


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("that", "aspect"),
        ("Arrived", "aspect"),
        ("inside", "aspect"),
        ("with lid", "use"),
        ("made of", "value"),
        ("thing", "aspect"),
        ("work", "use"),
        ("All", "value"),
        ("dry)", "value"),
        ("listed (US", "value"),
        ("18", "value"),
        ("3/4", "value"),
        ("x", "value"),
        ("- 10 %", "value"),
        ("two\nlines", "value"),
        ("a sentence that goes on for far more words than any name has", "value"),
        ("", "value"),
        ("的", "aspect"),
        ("我们", "audience"),
    ],
)
def test_stop_words_and_fragments_are_never_asked_about(word: str, what: str) -> None:
    assert not is_worth_asking(word, what)


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("mint oil", "value"),
        ("High", "value"),
        ("12V", "value"),
        ("A3+", "value"),
        ("2.5 GT/s", "value"),
        ("button-down", "value"),
        ("Thermoplastic elastomer (TPE)", "value"),
        ("knitting", "use"),
        ("mother-in-law", "audience"),
        ("zip", "aspect"),
        ("复古绿", "value"),
        ("敏感肌可用", "value"),
    ],
)
def test_words_that_name_something_are(word: str, what: str) -> None:
    assert is_worth_asking(word, what)


def test_writings_of_one_word_are_one_question() -> None:
    assert word_key("Nurses", "audience") == word_key("nurse", "audience")
    assert word_key("Matt  BLACK", "value") == word_key("matt black", "value")
    assert word_key("Glass", "value") != word_key("Glas", "value"), "values are not taken apart"
