"""What texts state past mistaking gives a class its attribute; what would have to be guessed does not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from extraction.documents import ProductContext, analyse
from extraction.rules.extractor import RuleExtractor
from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from kms.facts.derive import derive
from kms.facts.linking import Linker
from kms.graph.models import REJECTED
from kms.induction.classes import ClassTree, InducedClass
from kms.induction.induce import induce
from kms.induction.merge import keep_base, merge_ontology
from kms.induction.placement import place_stated
from kms.induction.statements import StatementReader, general_attributes
from kms.induction.write import write_ontology
from kms.ontology.class_names import class_of_path
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import Ontology

KNOWN = load_ontology()
DAY = datetime.date(2026, 1, 2)
READER = StatementReader(general_attributes(KNOWN), KNOWN, ["hand wash"])


@pytest.mark.parametrize(
    ("title", "description", "stated"),
    [
        ("Trail Lamp", "Seals to IPX6 and charges over USB-C.", {"water_resistance", "connectivity"}),
        ("Hip Pack 4 L", "", {"capacity"}),
        ("Hip Pack", "With a capacity of 4 litres.", {"capacity"}),
        ("Willow Hamper", "40 x 30 x 25 cm, about 24 litres, with a lid.", {"capacity"}),
        ("Trail Lamp", "Battery life up to 15 hours.", {"battery_life"}),
        ("Cake Plate", "Of stoneware. Dishwasher safe. Heavy.", {"care"}),
        ("Hat", "Hand wash only", {"care"}),
        ("Tyre Pump", "Noise is 74 dB.", {"noise_level"}),
        ("Rechargeable Whistle", "", {"power_source"}),
        ("Folding Rack", "", {"foldable"}),
        ("头灯", "防水等级IPX7，续航时间：15小时。", {"water_resistance", "battery_life"}),
        ("陶瓷皂液器 350ml", "", {"capacity"}),
        ("可折叠脏衣篮", "", {"foldable"}),
        ("防水床笠", "", {"water_resistance"}),
    ],
)
def test_an_unmistakable_form_states_an_attribute(title: str, description: str, stated: set[str]) -> None:
    assert READER.find(Product(id="p", title=title, description=description)) == stated


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Lily Bulb", "Give it 2 litres of water a week."),
        ("Willow Hamper", "40 x 30 x 25 cm. A bucket of 200 litres is too much for it."),
        ("Soy Candle", "Burn time 40 hours."),
        ("Trail Lamp", "Lasts 15 hours."),
        ("Ardent EF 50mm f/1.2L Lens", ""),
        ("Ear Muffs 28 dB", ""),
        ("Rabbit House", "With a waterproof felt roof. Its mat is machine washable."),
        ("Battery Box", "Gas Canister Stand"),
        ("电池盒", ""),
        ("Tap Timer", "No app, no Wi-Fi."),
        ("Lavender Hand Wash Refill", ""),
        ("Scented Sachet", "Keep it away from batteries and folding chairs."),
        ("百合球", "每周浇2升水。"),
    ],
)
def test_what_would_have_to_be_guessed_states_nothing(title: str, description: str) -> None:
    assert READER.find(Product(id="p", title=title, description=description)) == frozenset()


def test_general_attributes_are_those_of_several_families() -> None:
    ids = {each.id for each in general_attributes(KNOWN)}
    assert {"capacity", "water_resistance", "battery_life", "power_source"} <= ids
    assert ids.isdisjoint({"weight", "colour", "max_load", "scent", "fill_power"})


def tree_of(*classes: tuple[str, str, int, int], known: str = "") -> ClassTree:
    headphones = KNOWN.classes["headphones"]
    return ClassTree(
        {
            name: InducedClass(
                name, above, name, products=products, own=own, known=headphones if name == known else None
            )
            for name, above, products, own in classes
        }
    )


TREE = (
    ("parts", "product", 12, 2),
    ("bags", "parts", 5, 5),
    ("lamps", "parts", 3, 3),
    ("bells", "parts", 2, 2),
)


@pytest.mark.parametrize(
    ("stated", "places"),
    [
        ({"bags": 1}, {"bags": 1}),
        ({"bags": 2, "lamps": 1}, {"parts": 3}),
        ({"parts": 2}, {}),
        ({}, {}),
    ],
)
def test_places_of_what_texts_state(stated: dict[str, int], places: dict[str, int]) -> None:
    tree = tree_of(*TREE)
    assert place_stated(stated, tree, tree.children()) == places


def test_one_text_among_hundreds_is_no_reason() -> None:
    tree = tree_of(("bags", "product", 300, 300))
    assert place_stated({"bags": 5}, tree, tree.children()) == {}
    assert place_stated({"bags": 6}, tree, tree.children()) == {"bags": 6}


def test_a_class_of_the_default_ontology_and_those_below_are_settled() -> None:
    tree = tree_of(*TREE, known="parts")
    assert place_stated({"bags": 5, "lamps": 3, "parts": 2}, tree, tree.children()) == {}


def bike_products() -> Iterator[Product]:
    """Bags and lamps of a shop whose tables say neither what they hold nor against what they are sealed."""
    for number in range(4):
        lamp = "Sealed to IPX6, charges over USB-C." if number % 2 else "Clips on. Fits bars of up to 35 mm."
        bag = "Hangs from any rack. Wash it in 10 litres of water."
        for kind, title, text in (("Bags", f"Pannier {18 + number} L", bag), ("Lamps", "Lamp", lamp)):
            yield Product(
                id=f"{kind}{number}",
                title=f"Ravel {title}",
                description=text,
                brand="Ravel",
                category_paths=(("Cycling", kind),),
                attributes={"Mount": "Clip" if number % 2 else "Strap"},
            )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("stated") / "ontology"
    write_ontology(induce(bike_products, KNOWN), KNOWN, default_folder(), place, day=DAY)
    return place


@pytest.fixture(scope="module")
def ontology(folder: Path) -> Ontology:
    return load_ontology(folder)


def test_a_class_gets_what_texts_state_with_its_counts(folder: Path, ontology: Ontology) -> None:
    assert {"water_resistance", "connectivity"} <= set(ontology.classes["lamps"].attributes)
    assert "capacity" in ontology.classes["bags"].attributes
    assert "capacity" not in {each.id for each in ontology.attributes_of("lamps")}
    written = (folder / "families" / "classes.yaml").read_text("utf-8")
    assert "# Stated in texts: connectivity (2), water_resistance (2)" in written
    assert "# Stated in texts: capacity (4)" in written


def test_what_the_texts_state_are_facts(ontology: Ontology) -> None:
    rules, linker = RuleExtractor(ontology), Linker(ontology)
    facts: set[tuple[str, str]] = set()
    for product in list(bike_products())[2:4]:
        class_id = class_of_path(product.category_path() or "", ontology)
        context = ProductContext(class_id, product.brand, product.title)
        evidence = [e for d in product_documents(product) for e in rules.extract(analyse(d, context))]
        derived = derive(product.id, evidence, linker)
        assert not [edge for edge in derived.rejected if edge.relation == REJECTED]
        facts |= {(product.id, edge.target) for edge in derived.edges if edge.attribute}
    assert ("Lamps1", "value:water_resistance/ipx6") in facts
    assert ("Lamps1", "value:connectivity/usb_c") in facts
    assert any(product == "Bags1" and target.startswith("value:capacity/0.019") for product, target in facts)


def test_a_class_that_a_person_changed_keeps_the_change(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    write_ontology(induce(without_texts, KNOWN), KNOWN, default_folder(), own, day=DAY)
    keep_base(own)
    path = own / "families" / "classes.yaml"
    before = path.read_text("utf-8")
    assert "Stated" not in before
    path.write_text(before.replace("label: {en: Lamps}", "label: {en: Torches}"), "utf-8")
    merge_ontology(own, folder, tmp_path / "merged")
    merged = load_ontology(tmp_path / "merged")
    assert merged.classes["lamps"].label.en == "Torches"
    assert {"water_resistance", "connectivity"} <= {each.id for each in merged.attributes_of("lamps")}

    # And what a person takes away stays away.
    path = tmp_path / "merged" / "families" / "classes.yaml"
    path.write_text(
        path.read_text("utf-8").replace("connectivity, ", "").replace(", connectivity", ""), "utf-8"
    )
    merge_ontology(tmp_path / "merged", folder, tmp_path / "again")
    again = {each.id for each in load_ontology(tmp_path / "again").attributes_of("lamps")}
    assert "water_resistance" in again
    assert "connectivity" not in again


def without_texts() -> Iterator[Product]:
    """The shop before its texts were written."""
    for product in bike_products():
        yield product.model_copy(update={"title": product.title.rpartition(" ")[0], "description": ""})
