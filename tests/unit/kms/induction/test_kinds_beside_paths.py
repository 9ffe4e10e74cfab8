"""Kinds that a shop names beside a category of a longer tree: Shopify's type beside its product category."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from extraction.batch.run import context_of
from kms.catalog.categories import read_tree
from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from kms.induction.induce import induce
from kms.induction.write import write_ontology
from kms.ontology.class_names import class_of_path
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import Ontology

KNOWN = load_ontology()
PLACES = {
    "Lino cutters": ("Arts", "Printmaking tools"),
    "Brayers": ("Arts", "Printmaking tools"),
    "Relief inks": ("Arts", "Printmaking supplies"),
    "Washi paper": ("Arts", "Printmaking supplies"),
    "Presses": ("Arts", "Printing presses"),
}


def _products() -> Iterator[Product]:
    for kind, place in PLACES.items():
        for number in range(4):
            yield Product(
                id=f"{kind[:4]}-{number}".replace(" ", ""),
                title=f"Harbour {kind} {number}",
                category=kind,
                category_paths=((kind,), place),
            )


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    folder = tmp_path_factory.mktemp("print") / "ontology"
    write_ontology(induce(_products, KNOWN), KNOWN, default_folder(), folder, day=datetime.date(2026, 1, 2))
    return load_ontology(folder)


def test_the_finer_of_kind_and_category_is_a_class_below_the_coarser(ontology: Ontology) -> None:
    for kind, place in PLACES.items():
        product = next(each for each in _products() if each.category == kind)
        class_id = context_of(product, ontology).class_id
        assert class_id is not None
        names = [ontology.classes[each].label.en for each in ontology.hierarchy.ancestors(class_id)]
        if kind == "Presses":  # all that stands in the place is of this kind
            assert ontology.classes[class_id].label.en == "Printing presses"
        else:
            assert ontology.classes[class_id].label.en == kind and place[-1] in names


def test_every_category_of_the_tree_is_a_class(ontology: Ontology) -> None:
    tree = read_tree(_products(), ontology)
    assert len(tree.of_paths) == 8
    assert [each.id for each in tree.of_paths.values() if each.class_id is None] == []


def test_the_shops_statement_names_both(ontology: Ontology) -> None:
    product = next(_products())
    stated = next(each.text for each in product_documents(product) if each.field == "shop")
    assert stated == "category: Arts > Printmaking tools » Lino cutters"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Arts > Printmaking tools » Gift ideas", "printmaking_tools"),
        ("Arts > Printmaking tools » Relief inks", "printmaking_tools"),
        ("Arts > Printmaking tools » Brayers", "brayers"),
    ],
)
def test_a_kind_that_is_not_below_its_place_leaves_the_place(
    ontology: Ontology, path: str, expected: str
) -> None:
    assert class_of_path(path, ontology) == expected


def test_kinds_that_refine_nothing_make_no_classes() -> None:
    def crossed() -> Iterator[Product]:
        for number, place in enumerate([*PLACES.values()] * 4):
            kind = ("New", "Sale", "Basics")[number % 3]
            yield Product(id=f"X{number}", title=f"Thing {number}", category_paths=((kind,), place))

    labels = {each.label for each in induce(crossed, KNOWN).tree.classes.values()}
    assert labels == {"Arts", "Printmaking tools", "Printmaking supplies", "Printing presses"}


def test_one_path_or_a_class_id_has_no_kind_beside_it() -> None:
    assert Product(id="A", title="T", category_paths=(("Inks",),)).category_kind() is None
    assert Product(id="A", title="T", category_paths=(("Inks",), ("Arts", "Inks"))).category_kind() is None
    given = Product(id="A", title="T", category="kettle", category_paths=(("Inks",), ("Arts", "Ink sets")))
    assert given.category_kind() is None and given.stated_category() == "kettle"
