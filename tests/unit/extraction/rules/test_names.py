from __future__ import annotations

from collections.abc import Callable

import pytest

from extraction.documents import Text
from extraction.rules.names import find_name
from extraction.rules.vocabulary import VocabularyReader
from kms.ontology.model import Ontology

MakeText = Callable[..., Text]


def values(text: Text, ontology: Ontology, class_id: str | None) -> list[tuple[str, str]]:
    return [(m.attribute, m.value) for m in VocabularyReader(ontology).read(text, class_id) if m.attribute]


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
