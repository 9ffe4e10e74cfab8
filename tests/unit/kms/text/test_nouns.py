from __future__ import annotations

import pytest

from kms.text.nouns import has_plural, is_countable


@pytest.mark.parametrize("word", ["battery", "Batteries", "SLEEVE", "charger", "mouse", "pads", "holder"])
def test_a_thing_is_countable_in_any_number_and_case(word: str) -> None:
    assert is_countable(word)


@pytest.mark.parametrize("word", ["black", "wireless", "steel", "cotton", "rechargeable", "equipment"])
def test_qualities_and_materials_are_not(word: str) -> None:
    assert not is_countable(word)


@pytest.mark.parametrize("word", ["", "x", "a4", "7", "电池", "zzqqy", "tn-2110"])
def test_what_is_no_english_word_is_not(word: str) -> None:
    assert not is_countable(word)


def test_some_adjectives_are_things_as_well() -> None:
    assert has_plural("light") and not is_countable("light")
    assert not has_plural("heavy")
