from __future__ import annotations

from collections.abc import Callable

import pytest

from extraction.documents import Text
from extraction.rules.names import find_name, is_code, is_guarded, is_of_connector, nouns_of_title
from extraction.rules.vocabulary import VocabularyReader
from kms.ontology.model import Ontology

MakeText = Callable[..., Text]


def values(text: Text, ontology: Ontology, class_id: str | None) -> list[tuple[str, str]]:
    return [
        (m.attribute, m.value)
        for m in VocabularyReader(ontology).find_mentions(text, class_id)
        if m.attribute
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("A shirt in navy cotton", [("colour", "navy"), ("material", "cotton")]),
        ("Dyed in the Danish-blueprint way", []),
        ("A wood-effect handle", []),
        ("With apricot kernels in the hem", []),
        ("In apricot.", [("colour", "peach")]),
        ("Soft lavender and navy", [("colour", "lavender"), ("colour", "navy")]),
    ],
)
def test_words_that_are_parts_of_names_are_no_values(
    make_text: MakeText, ontology: Ontology, words: str, expected: list[tuple[str, str]]
) -> None:
    assert values(make_text(words), ontology, "shirt") == expected


def test_a_brand_of_ordinary_words_is_a_name(make_text: MakeText, ontology: Ontology) -> None:
    text = make_text("Crimson Silk trousers, black", field="title", brand="Crimson Silk")
    assert values(text, ontology, "trousers") == [("colour", "black")]
    assert find_name("Orange and ORANGE, not oranges", "orange") == [(0, 6), (11, 17)]


def test_without_a_class_running_text_must_say_what_it_states(
    make_text: MakeText, ontology: Ontology
) -> None:
    assert values(make_text("Writes on glass and paper."), ontology, None) == []
    assert values(make_text("The barrel is made of brass."), ontology, None) == [("material", "brass")]
    assert values(make_text("Barrel, brass", field="title"), ontology, None) == [("material", "brass")]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Label printer 450 UK", "UK", True),
        ("Made in the UK", "UK", False),
        ("Teapot from Japan", "Japan", False),
    ],
)
def test_a_code_of_a_market_is_no_origin(text: str, word: str, *, expected: bool) -> None:
    start = text.index(word)
    assert is_code(text, start, start + len(word)) is expected


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("XLR male to RCA cable", "male", True),
        ("Grooming kit, male", "male", False),
        ("Blue cable", "Blue", False),
    ],
)
def test_plugs_are_no_people(text: str, word: str, *, expected: bool) -> None:
    start = text.index(word)
    assert is_of_connector(text, start, start + len(word)) is expected


def test_a_title_names_the_product_up_to_what_goes_with_it() -> None:
    assert nouns_of_title("Lined Index Cards, 3 x 5") == {"lined", "index", "card"}
    assert nouns_of_title("Pouch for cables") == {"pouch"}


@pytest.mark.parametrize(
    ("text", "word", "guarded"),
    [
        ("child-safe", "child", True),
        ("a family of beekeepers", "family", True),
        ("a family-run mill", "family", True),
        ("a family of four", "family", False),
        ("for children and adults", "children", False),
    ],
)
def test_those_whom_a_product_is_safe_for_are_not_its_users(text: str, word: str, guarded: bool) -> None:
    assert is_guarded(text, text.index(word) + len(word)) is guarded
