"""What a text says of packaging, of things that the product is used on and of what it shows is none of the product's."""

from __future__ import annotations

import pytest

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from extraction.rules.others import is_unfit_zh
from kms.evidence.models import Document
from kms.ontology import load_ontology
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.types import Language


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    content = load_ontology().model_dump()
    content["classes"]["thing"] = {
        "id": "thing", "label": {"en": "thing", "zh": "东西"}, "parent": ROOT_CLASS,
    }  # fmt: skip
    return Pipeline(Ontology.model_validate(content))


def values(pipeline: Pipeline, title: str, body: str, attribute: str, language: Language = "en") -> set[str]:
    document = Document(id="d", product_id="P", field="description", text=body, language=language)
    items = pipeline.extract([(document, ProductContext("thing", title=title))])
    return {i.value for i in items if attribute in {i.attribute, i.relation} and not i.negated}


@pytest.mark.parametrize(
    ("title", "body", "materials"),
    [
        ("Plum Jam 340 g", "Plums and sugar. Glass jar with a screw lid.", set()),
        ("Lip Balm", "Almond and rose. Paper tube.", set()),
        ("Heather Honey", "Thick and dark. In a jar with a spoon of beech.", set()),
        ("Jar Nonna", "Glass jar with a lid.", {"glass"}),
        ("Chair Bow", "Steel tube, powder-coated. Weighs 900 g.", {"steel"}),
        ("Shopper Ria", "Jute bag with cotton handles, 200 g.", {"jute", "cotton"}),
        ("Grinder Mola", "Glass jar below, ceramic burrs. Holds 40 g.", {"glass", "ceramic"}),
    ],
)
def test_packaging_is_told_from_a_part(
    pipeline: Pipeline, title: str, body: str, materials: set[str]
) -> None:
    found = values(pipeline, title, body, "material")
    assert found == materials or (materials and materials <= found)


@pytest.mark.parametrize(
    ("body", "attribute", "found"),
    [
        ("Fits tubes of steel. Jaws of nylon.", "material", {"nylon"}),
        ("Fits ceramic hobs. Handle of beech.", "material", {"beech"}),
        ("For smooth leather and suede, not for felt.", "material", set()),
        ("For white and purple orchids. Use each week.", "colour", set()),
        ("For red, white and pink things.", "colour", set()),
        ("For blue and green eyes. Deep black.", "colour", {"black"}),
        ("Cuts green wood and dry branches.", "colour", set()),
        ("A bottle for walkers of steel.", "material", {"steel"}),
        ("Fits every oven. Steel handle, red lid.", "colour", {"red"}),
        ("For women, red cotton with white dots.", "material", {"cotton"}),
        ("Made for years of use of solid oak.", "material", {"oak"}),
        ("Polyester with the softness of cashmere.", "material", {"polyester"}),
        ("Enjoy the softness of cotton.", "material", {"cotton"}),
        ("Wool with a touch of cashmere.", "material", {"wool", "cashmere"}),
        ("Depicts Japan and China. Made in Germany.", "country_of_origin", {"germany"}),
        ("Shows fine knots, made in Morocco.", "country_of_origin", {"morocco"}),
        ("For children from 8, with an adult.", "for_audience", {"children"}),
        ("For children and adults.", "for_audience", {"children", "adults"}),
        ("Cotton of 180 g/m².", "weight", set()),
    ],
)
def test_english_texts(pipeline: Pipeline, body: str, attribute: str, found: set[str]) -> None:
    assert values(pipeline, "Thing", body, attribute) == found


@pytest.mark.parametrize(
    ("title", "body", "attribute", "found"),
    [
        ("手工酱油", "黄豆酿造，玻璃瓶装。", "material", set()),
        ("锅具清洁膏", "适用于不锈钢锅。", "material", set()),
        ("保温水壶", "适用于户外的不锈钢水壶。", "material", {"stainless_steel"}),
        ("围巾", "聚酯纤维，手感似羊绒。", "material", {"polyester"}),
        ("混合坚果", "三岁以下儿童不可食用。", "for_audience", set()),
        ("饼干", "适合儿童食用。", "for_audience", {"children"}),
    ],
)
def test_chinese_texts(pipeline: Pipeline, title: str, body: str, attribute: str, found: set[str]) -> None:
    assert values(pipeline, title, body, attribute, "zh") == found


@pytest.mark.parametrize(
    ("body", "surface", "is_unfit"),
    [
        ("不建议两岁以下幼儿使用。", "幼儿", True),
        ("冬天请注意保暖。", "冬天", True),
        ("用中性洗涤剂清洗。", "中性", True),
        ("中性设计，谁都能穿。", "中性", False),
        ("适合幼儿。", "幼儿", False),
    ],
)
def test_people_and_times_that_a_chinese_text_leaves_out(body: str, surface: str, is_unfit: bool) -> None:
    start = body.index(surface)
    assert is_unfit_zh(body, start, start + len(surface)) is is_unfit
