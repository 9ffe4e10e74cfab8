from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.analysis import bare_stems, compounds, fold_code, index_terms, segment, stem_ways, stems
from kms.text.chinese_words import learn_words


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("無線滑鼠", "无线滑鼠"),
        ("bread knives", "bread knife"),
        ("computer mice", "computer mouse"),
        ("wall shelves", "wall shelf"),
        ("lunch boxes", "lunch box"),
        ("1.7升水壺", "1.7升水壶"),
    ],
)
def test_variants_have_the_same_terms(one: str, other: str) -> None:
    assert set(index_terms(one).all) == set(index_terms(other).all)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Wi-Fi 6 camera", "wifi"),
        ("Norvik T-80", "t80"),
        ("e-scooter", "escooter"),
        ("DisplayPort/HDMI", "hdmi"),
    ],
)
def test_a_compound_is_found_as_one_word(written: str, asked: str) -> None:
    assert set(stems(asked)) <= set(index_terms(written).all)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Wi-Fi camera", 3),
        ("USB-C/HDMI hub", 4),
        ("32 GB card", 3),
        ("1.7升水壶", 3),
        ("无线电热水壶", 2),
        ("", 0),
    ],
)
def test_the_length_of_a_text_is_that_of_its_words(text: str, length: int) -> None:
    assert len(index_terms(text).words) == length


@given(st.text(alphabet="abAB12 -/.升水壶耳机头戴式", max_size=40))
def test_an_index_holds_what_a_query_of_the_same_words_asks(text: str) -> None:
    assert set(stems(text)) <= set(index_terms(text).all)


def test_what_a_text_says_it_is_free_of_is_one_word_without_a_hyphen() -> None:
    assert compounds("Fragrance free, free of parabens, gluten free-range") == ["freerange", "Fragrancefree"]


@pytest.mark.parametrize("text", ["10-12", "2024/05/03", "a-b", "x" * 30 + "-y"])
def test_numbers_and_long_chains_are_no_compounds(text: str) -> None:
    assert compounds(text) == []


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("e-scooter", "escooter"),
        ("escooter", "e-scooter"),
        ("头戴式耳机", "头戴式无线耳机"),
        ("mice", "mouse"),
        ("drift8", "Drift 8"),
        ("印表机", "激光打印机"),
        ("打印机", "雷射印表机"),
        ("watercolour", "Watercolors"),
        ("odorless thinner", "Odourless thinner"),
    ],
)
def test_one_way_of_a_query_is_held_by_the_other_writing(asked: str, written: str) -> None:
    held = set(index_terms(written).all)
    assert any(set(way) <= held for way in stem_ways(asked))


@given(st.text(max_size=60))
def test_a_text_holds_some_way_of_itself(text: str) -> None:
    ways = stem_ways(text)
    assert not ways or any(set(way) <= set(index_terms(text).all) for way in ways)


def test_names_stay_whole_and_keep_their_parts() -> None:
    learn_words(["折叠露营桌", "camping table"])
    assert {"折叠露营桌", "露营"} <= set(segment("折叠露营桌"))


@pytest.mark.parametrize("code", ["AUD-001", "aud 001", "Aud_001", "aud001"])
def test_codes_are_compared_without_separators(code: str) -> None:
    assert fold_code(code) == "aud001"


def test_what_does_something_is_another_term_than_what_is_done() -> None:
    assert stems("infuser") == stems("Infusers") == ["infuser"]
    assert stems("infusions") == ["infus"]
    assert {"infus", "infuser"} <= set(index_terms("two infusers").all)
    assert "infuser" not in index_terms("infusions").all
    assert len(index_terms("infuser").words) == 1
    assert bare_stems(["infuser", "kettl"]) == {"infuser": ["infus"]}
