from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.rules.opinions import OpinionReader, lexicon, name_aspect
from kms.ontology.model import Ontology

from .conftest import MakeText

Opinion = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> OpinionReader:
    return OpinionReader(ontology)


def read(reader: OpinionReader, make_text: MakeText, text: str, language: str = "en") -> set[Opinion]:
    analysed = make_text(text, field="review_text", language=language)
    return {
        (text[m.start : m.end], m.value, text[slice(*m.opinion)], str(m.polarity))
        for m in reader.find_mentions(analysed)
        if m.opinion is not None
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The sound is great", {("sound", "sound_quality", "great", "positive")}),
        ("The sound is really great.", {("sound", "sound_quality", "really great", "positive")}),
        ("The fabric is not comfortable", {("fabric", "material", "not comfortable", "negative")}),
        ("The fabric is too soft", {("fabric", "material", "too soft", "negative")}),
        ("Brilliant.", {("Brilliant", "overall", "Brilliant", "positive")}),
        ("Sound great but fabric scratchy",
         {("Sound", "sound_quality", "great", "positive"), ("fabric", "material", "scratchy", "negative")}),
        ("Nothing to report on Tuesday", set()),
    ],
)  # fmt: skip
def test_in_english(reader: OpinionReader, make_text: MakeText, text: str, expected: set[Opinion]) -> None:
    assert read(reader, make_text, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("音质很好", {("音质", "sound_quality", "很好", "positive")}),
        ("重量轻", {("重量", "weight", "轻", "positive")}),
        ("做工太差，音质很好",
         {("做工", "build_quality", "太差", "negative"), ("音质", "sound_quality", "很好", "positive")}),
        ("性价比高", {("性价比", "value_for_money", "高", "positive")}),
        ("稳定性太差", {("稳定性", "stability", "太差", "negative")}),
    ],
)  # fmt: skip
def test_in_chinese(reader: OpinionReader, make_text: MakeText, text: str, expected: set[Opinion]) -> None:
    assert read(reader, make_text, text, "zh") == expected


def test_an_aspect_waits_for_the_next_clause(reader: OpinionReader, make_text: MakeText) -> None:
    found = read(reader, make_text, "Battery life, four hours at most: a joke.")
    assert found == {("Battery life", "battery_life", "a joke", "negative")}


@pytest.mark.parametrize(
    ("surface", "language", "expected"),
    [
        ("sound", "en", "sound_quality"),
        ("hinge", "en", "durability"),
        ("battery claim", "en", "battery_life"),
        ("音质", "zh", "sound_quality"),
        ("zorg", "en", ""),
    ],
)
def test_what_a_reviewers_words_mean(ontology: Ontology, surface: str, language: str, expected: str) -> None:
    assert name_aspect(surface, language, ontology) == expected  # type: ignore[arg-type]


def test_the_lexicon_says_each_phrase_once() -> None:
    for language in lexicon():
        phrases = [p for items in lexicon()[language].phrases.values() for p, _ in items]
        assert len(phrases) == len(set(phrases))
        assert all(phrase == phrase.strip() == phrase.casefold() for phrase in phrases)


def test_aspect_words_are_aspects_of_the_ontology(ontology: Ontology) -> None:
    for language in lexicon():
        assert set(lexicon()[language].aspects.values()) <= set(ontology.terms["aspect"])


@given(text=st.text(alphabet=st.sampled_from("not too great sound很不好音质性价比高，.İß \n"), max_size=60))
def test_any_text_is_read(reader: OpinionReader, make_text: MakeText, text: str) -> None:
    for language in ("en", "zh"):
        for mention in reader.find_mentions(make_text(text, field="review_text", language=language)):
            assert 0 <= mention.start < mention.end <= len(text)
            assert mention.opinion is not None
            assert 0 <= mention.opinion[0] < mention.opinion[1] <= len(text)
            assert mention.polarity in {"positive", "negative", "neutral"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("音质没有想象中好", {("sound_quality", "negative")}),
        ("我不觉得做工好", {("build_quality", "negative")}),
        ("做工差", {("build_quality", "negative")}),
        ("包装好了再发", set()),
        ("续航不怎么样", {("battery_life", "negative")}),
    ],
)
def test_bare_judgements_in_chinese(
    reader: OpinionReader, make_text: MakeText, text: str, expected: set[tuple[str, str]]
) -> None:
    assert {(o[1], o[3]) for o in read(reader, make_text, text, "zh")} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Had the sound been good, I would keep them.", "negative"),
        ("I doubt the sound is good.", "negative"),
        ("Nothing about the sound is good.", "negative"),
        ("The sound is no worse than good.", "positive"),
        ("The sound could hardly be worse.", "negative"),
        ("The sound could hardly be better.", "positive"),
        ("The sound is good, no doubt.", "positive"),
    ],
)
def test_doubt_and_unmet_conditions(
    reader: OpinionReader, make_text: MakeText, text: str, expected: str
) -> None:
    assert {o[3] for o in read(reader, make_text, text) if o[1] == "sound_quality"} == {expected}


def test_words_for_parts_are_aspects_in_reviews_of_familiar_goods_alone(
    ontology: Ontology, make_text: MakeText
) -> None:
    data = ontology.model_dump()
    data["classes"]["fishing_net"] = {
        "label": {"en": "fishing net", "zh": "渔网"},
        "parent": "product",
        "id": "fishing_net",
    }
    reader = OpinionReader(Ontology.model_validate(data))
    body = "The cover is great."
    aspects = {
        class_id: {m.value for m in reader.find_mentions(make_text(body, class_id, field="review_text"))}
        for class_id in ("backpack", "fishing_net")
    }
    assert aspects == {"backpack": {"stability"}, "fishing_net": {"overall"}}
