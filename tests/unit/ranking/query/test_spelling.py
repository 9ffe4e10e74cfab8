from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.query.spelling import Speller

SPELLER = Speller(
    {"headphones": 9, "headphone": 3, "kettle": 4, "settle": 9, "waterproof": 2, "fi": 1, "quilt": 2},
    also_known=["trimmer"],
    is_written=lambda word: word == "quiet",
)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("headfones", "headphones"),
        ("haedphones", "headphones"),
        ("waterproff", "waterproof"),
        ("kettel", "kettle"),
        ("trimer", "trimmer"),
    ],
)
def test_slips_are_corrected(written: str, read_as: str) -> None:
    text, corrections = SPELLER.correct(f"a {written} please")
    assert text.split()[1] == read_as
    assert (written, read_as) in [(c.written, c.read_as) for c in corrections]


@pytest.mark.parametrize(
    "word", ["kettle", "Kettles", "headphone", "that", "quiet", "xyzzy", "tn-2110", "水壶", "fo"]
)
def test_what_is_known_short_or_far_stays(word: str) -> None:
    assert SPELLER.correct(word) == (word, ())


@given(st.text(max_size=60))
def test_any_text_is_accepted_and_told_exactly(text: str) -> None:
    corrected, corrections = SPELLER.correct(text)
    if not corrections:
        assert corrected == text
    for correction in corrections:
        assert correction.written in text and correction.read_as in corrected


@pytest.mark.parametrize(
    ("written", "read_as"), [("bank", "bank"), ("lamb", "lamb"), ("lmap", "lamp"), ("mose", "mouse")]
)
def test_a_letter_replaced_in_four_makes_another_word(written: str, read_as: str) -> None:
    assert Speller({"back": 9, "lamp": 9, "mouse": 9}).correct(written)[0] == read_as


def test_the_first_letter_and_then_the_frequency_decide() -> None:
    assert SPELLER.correct("kettls")[0] == "kettle"
    assert Speller({"cable": 1, "gable": 9}).correct("cabled")[0] == "cable"
