from __future__ import annotations

import pytest

from extraction.train.data_catalog import CatalogData, align, count_stated, read_cells, split_catalog
from kms.catalog.models import Product
from kms.ontology import load_ontology
from kms.ontology.model import Ontology

COLOURS = ("red", "blue", "green", "white", "black")
WOODS = ("oak", "pine", "ash", "elm")


def make_products(count: int = 60) -> list[Product]:
    return [
        Product(
            id=f"B{number}",
            title=f"Bench {COLOURS[number % 5]} {WOODS[number % 4]} {100 + number} cm",
            description="A bench for the garden.",
            attributes={
                "Colour": COLOURS[number % 5],
                "Timber": WOODS[number % 4],
                "Length (mm)": str(1000 + 10 * number),
                "Foldable": "yes",
                "Finish": "waxed",
            },
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="module")
def data(ontology: Ontology) -> CatalogData:
    products = make_products()
    cells = read_cells(products, lambda name, _: "colour" if name == "Colour" else None, {})
    return split_catalog(align(products, cells, {}), cells, ontology, {}, seed=5)


def test_cells_get_the_ontologys_attribute_or_their_columns_name() -> None:
    cells = read_cells(make_products(1), lambda name, _: "colour" if name == "Colour" else None, {})
    assert [cell.attribute for cell in cells] == [
        "colour", "column:Timber", "column:Length", "column:Foldable", "column:Finish",
    ]  # fmt: skip
    assert cells[2].unit is not None


def test_no_hidden_cell_is_asked_in_training(data: CatalogData) -> None:
    asked = {(e.id.rpartition(":")[0], a) for e in data.train for a in e.asked or ()}
    assert data.hidden
    assert not asked & set(data.hidden)
    measured = {(e.id.rpartition(":")[0], a) for e in (*data.validation, *data.test) for a in e.asked or ()}
    assert measured <= set(data.hidden)


def test_validation_and_test_share_no_product(data: CatalogData) -> None:
    sides = [{e.id.rpartition(":")[0] for e in part} for part in (data.validation, data.test)]
    assert sides[0] and sides[1]
    assert not sides[0] & sides[1]


def test_gold_is_the_cells_value_and_what_no_text_holds_is_a_counterexample(data: CatalogData) -> None:
    for example in data.train:
        product = int(example.id[1:].partition(":")[0])
        values = {span.type: example.text[span.start : span.end] for span in example.spans}
        assert values.get("column:Length", f"{100 + product} cm") == f"{100 + product} cm"
        assert values.get("column:Timber", WOODS[product % 4]) == WOODS[product % 4]
        assert "column:Finish" not in values
    assert any("column:Finish" in (e.asked or ()) for e in data.train)
    assert not any("column:Foldable" in (e.asked or ()) for e in data.train)


def test_the_same_seed_hides_the_same_cells(ontology: Ontology, data: CatalogData) -> None:
    products = make_products()
    cells = read_cells(products, lambda name, _: "colour" if name == "Colour" else None, {})
    texts = align(products, cells, {})
    assert split_catalog(texts, cells, ontology, {}, seed=5) == data
    assert split_catalog(texts, cells, ontology, {}, seed=6).hidden != data.hidden


def test_labels_are_read_by_the_names_that_the_ontology_has(data: CatalogData, ontology: Ontology) -> None:
    texts = {label.name: label.text for label in data.schema.labels}
    assert texts["column:Timber"] == "Timber"
    assert texts["colour"].startswith(ontology.attributes["colour"].label.en)


def test_attributes_that_few_products_of_a_class_state_are_not_asked_for(ontology: Ontology) -> None:
    kettles = [
        Product(
            id=f"K{n}", title="kettle", attributes={"capacity": "1 l"} | ({"colour": "red"} if n < 2 else {})
        )
        for n in range(20)
    ]
    blenders = [Product(id=f"L{n}", title="blender", attributes={"colour": "red"}) for n in range(2)]
    class_of = {p.id: "kettle" for p in kettles} | {p.id: "blender" for p in blenders}
    cells = read_cells([*kettles, *blenders], lambda name, _: name, class_of)
    stated = count_stated(cells, class_of, ontology)
    assert "blender" not in stated.by_class
    kettle = ("kettle", *ontology.hierarchy.ancestors("kettle"))
    assert stated.asks("capacity", kettle)
    assert not stated.asks("colour", kettle)
    assert stated.asks("material", kettle), "no table states it: the ontology may have got it since"
    assert not stated.asks("colour", ("blender", *ontology.hierarchy.ancestors("blender"))), (
        "two of 22 products state it"
    )
    data = split_catalog(align(kettles, cells, class_of), cells, ontology, class_of, hidden_share=1.0)
    assert data.unasked == {("K0", "colour"), ("K1", "colour"), ("L0", "colour"), ("L1", "colour")}
