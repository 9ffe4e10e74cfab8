"""American and British writings of the same word."""

from __future__ import annotations

import pytest
from wordfreq import top_n_list

from kms.text.spellings import other_spelling


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("watercolour", "watercolor"),
        ("odourless", "odorless"),
        ("savoury", "savory"),
        ("steriliser", "sterilizer"),
        ("moisturising", "moisturizing"),
        ("grey", "gray"),
        ("jewellery", "jewelry"),
        ("fibre", "fiber"),
        ("pyjamas", "pajamas"),
    ],
)
def test_either_writing_gives_the_other(british: str, american: str) -> None:
    assert (other_spelling(british), other_spelling(american)) == (american, british)


@pytest.mark.parametrize(
    "word", ["four", "for", "flour", "hour", "prize", "size", "timber", "floor", "水", "4"]
)
def test_other_words_have_none(word: str) -> None:
    assert other_spelling(word) is None


def test_the_other_of_the_other_is_the_word_itself() -> None:
    spelled = {word: other for word in top_n_list("en", 20_000) if (other := other_spelling(word))}
    assert len(spelled) > 200
    assert all(other_spelling(other) == word for word, other in spelled.items())
