"""Looks in texts of goods that are sold by measure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.evidence.models import Document, DocumentField
from kms.ontology import load_ontology
from kms.ontology.model import Ontology, SoldBy

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
        ("title", "Red Clay Soap"),
        ("description", "Beeswax and zinc, with a wooden spoon."),
        ("description", "The green leaves are dried on bamboo mats."),
    ],
)
def test_ingredients_and_packaging_of_a_stuff_are_not_its_looks(field: DocumentField, text: str) -> None:
    assert looks("cleanser", "piece", field, text)
    assert not looks("cleanser", "measure", field, text)


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
