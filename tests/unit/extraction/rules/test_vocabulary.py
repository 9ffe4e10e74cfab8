from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.rules.mention import Mention
from extraction.rules.vocabulary import VocabularyReader
from kms.ontology.model import Ontology

from .conftest import MakeText


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> VocabularyReader:
    return VocabularyReader(ontology)


def read(
    reader: VocabularyReader, make_text: MakeText, text: str, class_id: str, **kinds: str
) -> list[Mention]:
    return list(reader.find_mentions(make_text(text, class_id, **kinds), class_id))


def said(mentions: list[Mention]) -> set[tuple[str, str, bool]]:
    return {(m.attribute or m.relation, m.value, m.negated) for m in mentions}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Pairs over Bluetooth; not waterproof.", "en", {("water_resistance", "waterproof", True)}),
        ("HDMI is not available on this model", "en", {("connectivity", "hdmi", True)}),
        ("Bluetooth? No. An app is not needed.", "en", {("connectivity", "bluetooth", True)}),
        ("本品不防水", "zh", {("water_resistance", "waterproof", True)}),
        ("Wired, on purpose", "en", {("wireless", "false", False)}),
        ("不锈钢外壳，有线连接", "zh", {("wireless", "false", False)}),
        (
            "防水，适合旅行",
            "zh",
            {("water_resistance", "waterproof", False), ("suited_for", "travel", False)},
        ),
    ],
)
def test_denial(
    reader: VocabularyReader,
    make_text: MakeText,
    text: str,
    language: str,
    expected: set[tuple[str, str, bool]],
) -> None:
    assert expected <= said(read(reader, make_text, text, "soundbar", language=language))


def test_only_values_that_the_class_can_have(reader: VocabularyReader, make_text: MakeText) -> None:
    assert "connectivity" not in {m.attribute for m in read(reader, make_text, "Bluetooth", "lipstick")}


@pytest.mark.parametrize("text", ["The voice is clear.", "I felt it.", "Sand wipes off."])
def test_words_with_an_everyday_meaning_are_left_out(
    reader: VocabularyReader, make_text: MakeText, text: str
) -> None:
    assert read(reader, make_text, text, "over_ear_headphones") == []


def test_parts_that_a_reviewer_judges_are_no_values(reader: VocabularyReader, make_text: MakeText) -> None:
    text = "The zip snags and the ANC is loud."
    assert read(reader, make_text, text, "jacket", field="review_text") == []
    assert read(reader, make_text, "Full-length zip.", "jacket") != []


def test_values_of_a_compared_product_are_left_out(reader: VocabularyReader, make_text: MakeText) -> None:
    text = "Unlike the Murmur, which has IPX4, it floats."
    assert "water_resistance" not in {m.attribute for m in read(reader, make_text, text, "bluetooth_speaker")}


def test_general_words_are_cut_from_the_span(reader: VocabularyReader, make_text: MakeText) -> None:
    text = "配Type-C接口"
    mentions = read(reader, make_text, text, "over_ear_headphones", language="zh")
    assert [text[m.start : m.end] for m in mentions] == ["Type-C"]


def test_the_cue_of_cannot_is_not_part_of_what_is_denied(
    reader: VocabularyReader, make_text: MakeText
) -> None:
    text = "机身不可折叠"
    (mention,) = read(reader, make_text, text, "hair_dryer", language="zh")
    assert text[mention.start : mention.end] == "折叠"
    assert mention.negated


@pytest.mark.parametrize(
    ("title", "context", "expected"),
    [
        ("Lumora Air laptop, 512 GB SSD", "laptop", "laptop"),
        ("Hush 2 over-ear headphones, graphite", None, "over_ear_headphones"),
        ("Case for headphones", None, None),
    ],
)
def test_the_class_in_a_title(
    reader: VocabularyReader, make_text: MakeText, title: str, context: str | None, expected: str | None
) -> None:
    found = [m.value for m in reader.find_mentions(make_text(title, context, field="title"), context)]
    classes = [v for v in found if v in reader._ontology.classes]
    assert classes == ([expected] if expected else [])


def test_a_class_is_read_in_titles_only(reader: VocabularyReader, make_text: MakeText) -> None:
    assert "in_category" not in {m.relation for m in read(reader, make_text, "These headphones", "laptop")}


@given(text=st.text(alphabet=st.sampled_from("not no不可防水折叠 waterproof.?,blue-steel\n"), max_size=60))
def test_any_text_is_read(reader: VocabularyReader, make_text: MakeText, text: str) -> None:
    for language in ("en", "zh"):
        for mention in read(reader, make_text, text, "hair_dryer", language=language):
            assert 0 <= mention.start < mention.end <= len(text)
            assert mention.negated == (mention.cue is not None)


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("Made of silk.", "description", "silk"),
        ("Silk scarf, 90 cm", "title", "silk"),
        ("As smooth as silk.", "description", None),
        ("Material: pure silk", "description", "silk"),
    ],
)
def test_ambiguous_materials_are_meant_where_they_are_introduced(
    reader: VocabularyReader, make_text: MakeText, text: str, field: str, expected: str | None
) -> None:
    found = {
        m.value for m in read(reader, make_text, text, "scarf", field=field) if m.attribute == "material"
    }
    assert found == ({expected} if expected else set())


def test_a_country_in_the_title_of_an_unknown_product_is_no_origin(
    reader: VocabularyReader, make_text: MakeText
) -> None:
    for title, origin in (("Turkey mince 500 g", set()), ("Cups made in Portugal", {"portugal"})):
        found = reader.find_mentions(make_text(title, None, field="title"), None)
        assert {m.value for m in found if m.attribute == "country_of_origin"} == origin


@pytest.mark.parametrize(
    ("text", "field", "countries"),
    [
        ("Dutch Hoe", "title", set()),
        ("Italian espresso blend", "title", set()),
        ("Portuguese-made chair", "title", {"portugal"}),
        ("Made in Japan", "description", {"japan"}),
    ],
)
def test_a_countrys_adjective_in_the_name_of_a_kind_is_no_origin(
    reader: VocabularyReader, make_text: MakeText, text: str, field: str, countries: set[str]
) -> None:
    found = read(reader, make_text, text, "camp_furniture", field=field)
    assert {m.value for m in found if m.attribute == "country_of_origin"} == countries


def test_a_person_that_a_title_ends_with_is_the_name_of_the_thing(
    reader: VocabularyReader, make_text: MakeText
) -> None:
    named = read(reader, make_text, "Laser Ball Runner", "camp_furniture", field="title")
    meant = read(reader, make_text, "Reflective belt for runners", "camp_furniture", field="title")
    assert "for_audience" not in {m.relation for m in named}
    assert "for_audience" in {m.relation for m in meant}


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("Oil of wild salmon, cold-pressed.", set()),
        ("Notes of hazelnut, caramel and plum.", set()),
        ("Also in camel.", {"tan"}),
        ("Black, olive and sage.", {"black", "olive", "sage"}),
        ("The colours are olive and plum.", {"olive", "purple"}),
    ],
)
def test_a_thing_is_a_colour_beside_colours_and_where_words_say_so(
    reader: VocabularyReader, make_text: MakeText, text: str, colours: set[str]
) -> None:
    assert {m.value for m in read(reader, make_text, text, "jacket") if m.attribute == "colour"} == colours


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("over dry cedar and a touch of black pepper", "description", set()),
        ("Black Tea 100 g", "title", set()),
        ("Black Tea Towel", "title", {("colour", "black")}),
        ("Indigo Bread & Butter Plate", "title", {("colour", "indigo")}),
        ("a board with a linen finish", "description", set()),
        ("shelf in wood effect", "description", set()),
        ("brushed stainless steel finish", "description", {("material", "stainless_steel")}),
        ("Italian leather bag", "description", {("country_of_origin", "italy"), ("material", "leather")}),
        ("with a German steel nib", "description", {("material", "steel")}),
    ],
)
def test_words_of_looks_that_name_something_else(
    reader: VocabularyReader, make_text: MakeText, text: str, field: str, expected: set[tuple[str, str]]
) -> None:
    found = read(reader, make_text, text, "backpack", field=field)
    looks = {"colour", "material", "country_of_origin"}
    assert {(m.attribute, m.value) for m in found if m.attribute in looks} == expected


def test_a_character_that_letters_make_a_word_with(reader: VocabularyReader, make_text: MakeText) -> None:
    assert not read(reader, make_text, "内充PP棉", "backpack", language="zh")
    found = read(reader, make_text, "内里纯棉", "backpack", language="zh")
    assert {m.value for m in found} == {"cotton"}
