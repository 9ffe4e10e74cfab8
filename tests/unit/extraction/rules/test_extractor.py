"""All rules together, on documents of the sample: what they gave before, they give again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.rules.extractor import RuleExtractor
from kms.evidence.models import DocumentField
from kms.ontology.model import Ontology
from kms.types import Language

from .conftest import MakeText

FIELDS: tuple[DocumentField, ...] = ("title", "description", "table", "shop", "review_title", "review_text")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
WORDS = """
not waterproof 30 hours weighs 264 g unlike the brand: Veldra colour: black sound great SPF 50 set of 8
不防水 续航30小时 重量: 264克 音质很好 三件套 18 x 6 x 3 cm Bluetooth? No. è ß İ 👍🏽 . , ， 。
"""
PIECES = (*WORDS.split(), "\n")


@pytest.fixture(scope="module")
def extractor(ontology: Ontology) -> RuleExtractor:
    return RuleExtractor(ontology)


def test_a_description(extractor: RuleExtractor, make_text: MakeText) -> None:
    text = make_text(
        "Up to 30 hours between charges over USB-C. Not waterproof: keep it dry. Fine on long flights.\n"
        "Lighter than the Norvik Drift, which weighs 310 g."
    )
    found = [(e.surface, e.relation, e.attribute, e.value, e.negated) for e in extractor.extract(text)]
    assert found == [
        ("30 hours", "has_value", "battery_life", "30 hour", False),
        ("USB-C", "has_value", "connectivity", "usb_c", False),
        ("waterproof", "has_value", "water_resistance", "waterproof", True),
        ("long flights", "suited_for", "", "travel", False),
    ]
    assert all(e.extractor == "rules" and e.ontology_release for e in extractor.extract(text))


def test_the_brand_is_read_in_titles(extractor: RuleExtractor, make_text: MakeText) -> None:
    title = make_text("VELDRA Hush 2 over-ear headphones", field="title", brand="Veldra")
    assert [(e.surface, e.relation) for e in extractor.extract(title)] == [
        ("VELDRA", "made_by"),
        ("over-ear headphones", "in_category"),
    ]
    description = make_text("Pairs with the Veldra app.", brand="Veldra")
    assert "made_by" not in {e.relation for e in extractor.extract(description)}


def test_a_title_names_the_class_where_the_shop_does_not(
    extractor: RuleExtractor, make_text: MakeText
) -> None:
    title = make_text("Hush over-ear headphones, 264 g", None, field="title")
    assert {(e.relation, e.value) for e in extractor.extract(title)} == {
        ("in_category", "over_ear_headphones"),
        ("has_value", "264 gram"),
    }


def test_each_field_has_its_reader(extractor: RuleExtractor, make_text: MakeText) -> None:
    assert {e.extractor for e in extractor.extract(make_text("Colour: black", field="table"))} == {"table"}
    assert {e.extractor for e in extractor.extract(make_text("brand: Veldra", field="shop"))} == {"shop"}
    opinion = extractor.extract(make_text("Great sound", field="review_title"))
    assert {e.relation for e in opinion} == {"has_aspect"}
    assert "has_aspect" not in {e.relation for e in extractor.extract(make_text("Great sound"))}


@given(
    text=st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)),
    field=st.sampled_from(FIELDS),
    language=st.sampled_from(LANGUAGES),
)
def test_any_text_in_either_language(
    extractor: RuleExtractor, make_text: MakeText, text: str, field: DocumentField, language: Language
) -> None:
    analysed = make_text(text, field=field, language=language, brand="ß")
    evidence = extractor.extract(analysed)
    assert len({e.id for e in evidence}) == len(evidence)
    for item in evidence:
        assert text[item.start : item.end] == item.surface != ""
        assert item.sentence[0] <= item.start < item.sentence[1]
        assert 0 < item.confidence <= 1
        if item.opinion is not None:
            assert 0 <= item.opinion[0] < item.opinion[1] <= len(text)
    assert [e.id for e in extractor.extract(analysed)] == [e.id for e in evidence]


def test_traditional_chinese_is_read_as_simplified_and_quoted_as_written(
    extractor: RuleExtractor, make_text: MakeText
) -> None:
    written = "這款頭戴式耳機支持藍牙，續航30小時。不防水。"
    text = make_text(written, language="zh")
    simplified = make_text("这款头戴式耳机支持蓝牙，续航30小时。不防水。", language="zh")
    found = extractor.extract(text)
    assert [(e.start, e.end, e.value, e.negated) for e in found] == [
        (e.start, e.end, e.value, e.negated) for e in extractor.extract(simplified)
    ]
    assert {"藍牙", "30小時", "防水"} <= {e.surface for e in found}
    assert all(written[e.start : e.end] == e.surface for e in found)
