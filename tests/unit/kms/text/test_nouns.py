from __future__ import annotations

import pytest

from kms.text.nouns import has_plural, is_adjective, is_compound, is_countable, is_noun, is_verb


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


@pytest.mark.parametrize("word", ["safe", "Compostable", "waterproof", "sugar-free", "insulated"])
def test_words_that_say_how_a_thing_is_are_adjectives(word: str) -> None:
    assert is_adjective(word)


@pytest.mark.parametrize("word", ["table", "kettle", "leather", "shed", "电池", ""])
def test_names_of_things_and_stuffs_are_none(word: str) -> None:
    assert not is_adjective(word)


def test_a_compound_is_made_of_common_words() -> None:
    assert is_compound("stockpot") and is_compound("Headtorch")
    assert not any(map(is_compound, ("pot", "torvane", "kettles", "dishwasher", "", "电池", "x5")))


def test_verbs_and_nouns_are_told_by_the_dictionary() -> None:
    assert is_verb("sharpen") and not is_noun("sharpen")
    assert is_verb("dust") and is_noun("dust")
    assert is_noun("kettle") and not is_verb("kettle")
    assert not is_verb("sharpened") and not is_verb("") and not is_noun("电池")
