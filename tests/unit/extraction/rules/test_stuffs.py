"""Looks in texts of goods that are sold by measure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from extraction.rules.stuffs import is_preparation
from kms.evidence.models import Document, DocumentField
from kms.ontology import load_ontology
from kms.ontology.model import ROOT_CLASS, Ontology, SoldBy

LOOKS = {"colour", "material"}


def ontology_with(class_id: str, sold_by: SoldBy) -> Ontology:
    ontology = load_ontology()
    changed = ontology.classes[class_id].model_copy(update={"sold_by": sold_by})
    return ontology.model_copy(update={"classes": {**ontology.classes, class_id: changed}})


def looks(class_id: str, sold_by: SoldBy, field: DocumentField, text: str) -> Sequence[tuple[str, str]]:
    pipeline = Pipeline(ontology_with(class_id, sold_by))
    document = Document(id="d", product_id="p", field=field, text=text, language="en")
    found = pipeline.extract([(document, ProductContext(class_id=class_id, title="Morning Bar"))])
    return [(item.attribute, item.value) for item in found if item.attribute in LOOKS]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "Soap with red poppy petals"),
        ("title", "Hand Balm in Glass"),
        ("title", "Night Cream, glass jar 50 ml"),
        ("description", "Beeswax and zinc, with a wooden spoon."),
        ("description", "The green leaves are dried on bamboo mats."),
    ],
)
def test_ingredients_and_packaging_of_a_stuff_are_not_its_looks(field: DocumentField, text: str) -> None:
    assert looks("cleanser", "piece", field, text)
    assert not looks("cleanser", "measure", field, text)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Merino Wool Yarn Red 50 g", {("material", "merino_wool"), ("colour", "red")}),
        ("White Wall Paint 2.5 l", {("colour", "white")}),
        ("Nail Lacquer Red 10 ml", {("colour", "red")}),
        ("Black Hair Dye 60 ml", {("colour", "black")}),
        ("Ink in blue 50 ml", {("colour", "blue")}),
        ("Red Clay Soap", {("colour", "red")}),
        ("Lavender Soap 100 g", set()),
        ("Orange Marmalade 340 g", set()),
        ("Charcoal Soap", set()),
        ("Chocolate Spread 400 g", set()),
        ("Olive Oil 500 ml", set()),
    ],
)
def test_a_title_tells_the_look_of_the_product_and_no_ingredient(
    title: str, expected: set[tuple[str, str]]
) -> None:
    assert set(looks("cleanser", "measure", "title", title)) == expected


def test_wax_is_the_material_of_a_candle() -> None:
    assert looks(ROOT_CLASS, "measure", "title", "Beeswax Candle 200 g") == [("material", "wax")]


@pytest.mark.parametrize(
    ("title", "colours"), [("正山小种红茶 200克", set()), ("内墙漆 红色 2.5升", {"red"})]
)
def test_a_colour_in_a_chinese_word_is_a_part_of_it(title: str, colours: set[str]) -> None:
    found = looks("cleanser", "measure", "title", title)
    assert {value for name, value in found if name == "colour"} == colours


def test_a_look_that_is_named_is_read() -> None:
    assert ("colour", "red") in looks("cleanser", "measure", "description", "Colour: red. In a glass jar.")


def test_a_class_that_has_the_attribute_itself_is_read_as_any_other() -> None:
    assert ("colour", "red") in looks("makeup", "measure", "title", "Red Lip Tint")


@pytest.mark.parametrize(
    ("line", "colours"), [("tags: black tea, gift", set()), ("Colour: red, black", {"red", "black"})]
)
def test_a_table_states_a_look_in_a_line_of_its_own(line: str, colours: set[str]) -> None:
    assert {
        value for name, value in looks("cleanser", "measure", "table", line) if name == "colour"
    } == colours


@pytest.mark.parametrize(
    ("title", "is_used_up"),
    [
        ("Lavender Hand Soap", True),
        ("Rose Night Cream 50 ml", True),
        ("Rose Dress, Cream", False),
        ("Eye Mask in Silk", False),
        ("Soap Dish of Olive Wood", False),
        ("羊奶手工皂 100g", True),
        ("皂盒 陶瓷", False),
        ("", False),
    ],
)
def test_what_is_used_up_by_its_title(title: str, is_used_up: bool) -> None:
    assert is_preparation(title) is is_used_up
