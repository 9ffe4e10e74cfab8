"""Tables that tell compositions in shares, and values whose names are parts of others, from rows to facts."""

from __future__ import annotations

import datetime

import pytest

from extraction.documents import ProductContext, analyse
from extraction.rules.extractor import RuleExtractor
from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from kms.induction.induce import induce
from kms.induction.write import write_ontology
from kms.ontology.class_names import class_of_path
from kms.ontology.implications import attribute_claim
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import Ontology

KNOWN = load_ontology()
_ROWS = (
    ("Tarn throw", "60% alpaca, 40% wool", "Bulky", "yes"),
    ("Moor throw", "merino wool 80%, nylon 20%", "Super bulky", "no"),
    ("Fell throw", "100% recycled cotton", "Light", "yes"),
    ("Dale throw", "cotton", "Light", "no"),
    ("Beck Bulky throw", "50% linen / 50% cotton", "Bulky", "yes"),
    ("Rill Bulky throw", "100% linen", "Bulky", "yes"),
)
PRODUCTS = [
    Product(
        id=f"T{number}",
        title=title,
        category="Throws",
        category_paths=(("Home", "Throws"),),
        attributes={"Yarns": yarns, "Gauge": gauge, "Machine wash": wash, "Cocoon": f"{60 + number}% cocoon"},
    )
    for number, (title, yarns, gauge, wash) in enumerate(_ROWS)
]


@pytest.fixture(scope="module")
def throws(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    folder = tmp_path_factory.mktemp("throws") / "ontology"
    induction = induce(lambda: PRODUCTS, KNOWN)
    write_ontology(induction, KNOWN, default_folder(), folder, day=datetime.date(2026, 1, 2))
    return load_ontology(folder)


def read(title: str, table: dict[str, str], ontology: Ontology) -> set[tuple[str, str]]:
    product = PRODUCTS[0].model_copy(update={"title": title, "attributes": table})
    context = ProductContext(class_of_path("Home > Throws", ontology), None, title)
    rules = RuleExtractor(ontology)
    found = [e for d in product_documents(product) for e in rules.extract(analyse(d, context))]
    return {(e.attribute, e.value) for e in found if e.relation == "has_value"}


def test_values_are_what_there_are_shares_of(throws: Ontology) -> None:
    assert set(throws.values_of("yarns")) == {
        "alpaca", "wool", "merino_wool", "nylon", "recycled_cotton", "cotton", "linen",
    }  # fmt: skip
    assert throws.values_of("yarns")["recycled_cotton"].broader == ("cotton",)


def test_percentages_that_make_up_no_whole_tell_values_apart(throws: Ontology) -> None:
    assert "61_cocoon" in throws.values_of("cocoon")


def test_a_part_of_a_composition_is_a_material_and_of_the_kind_that_its_name_ends_in(
    throws: Ontology,
) -> None:
    implied = throws.implications.implied(attribute_claim("yarns", "merino_wool"))
    assert {(claim.attribute, claim.value) for claim in implied} >= {
        ("yarns", "wool"), ("material", "merino_wool"), ("material", "wool"),
    }  # fmt: skip
    assert ("yarns", "wool") in read("Tarn throw", {"Yarns": "60% alpaca, 40% wool"}, throws)


def test_the_longer_name_of_a_value_is_read_where_texts_call_a_part_of_it(throws: Ontology) -> None:
    assert throws.is_called_in_texts("gauge", "bulky")
    assert ("gauge", "super_bulky") in read("Pike Super Bulky throw", {}, throws)
    assert ("gauge", "bulky") not in read("Pike Super Bulky throw", {}, throws)


def test_a_column_that_is_called_like_a_known_value_says_it_with_its_yes(throws: Ontology) -> None:
    assert "care" in {attribute.id for attribute in throws.attributes_of("throws")}
    (rule,) = [each for each in throws.rules.values() if each.then == "care/machine_washable"]
    assert [each.fact for each in rule.when if each.fact] == [("machine_wash/true",)]


def test_a_known_class_may_have_a_column_that_is_called_like_a_known_value() -> None:
    headphones = [
        Product(
            id=f"H{number}",
            title=f"Norvik {number} over-ear headphones",
            category="Over-ear headphones",
            category_paths=(("Audio", "Over-ear headphones"),),
            attributes={"Noise cancelling": "yes" if number % 2 else "no", "Machine wash": "no"},
        )
        for number in range(6)
    ]
    induction = induce(lambda: headphones, KNOWN)
    known = [each for each in induction.tree.classes.values() if each.known is not None]
    assert "over_ear_headphones" in {each.known.id for each in known if each.known is not None}
    assert any("care" in each.attributes for each in induction.tree.classes.values())
    assert "care" in induction.adopted
