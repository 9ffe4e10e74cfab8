"""From rows over an induced ontology to facts, for shops of one language in fields that nobody here knew."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from extraction.documents import ProductContext, analyse
from extraction.rules.extractor import RuleExtractor
from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from kms.evidence.models import Evidence
from kms.facts.derive import derive
from kms.facts.linking import Linker
from kms.induction.induce import Induction, induce
from kms.induction.write import write_ontology
from kms.ontology.class_names import class_of_path
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import Ontology
from tests.unit.kms.induction.shops import garden_products, pet_products

KNOWN = load_ontology()
DAY = datetime.date(2026, 1, 2)


def make(products: Callable[[], Iterable[Product]], folder: Path) -> tuple[Induction, Ontology]:
    induction = induce(products, KNOWN)
    write_ontology(induction, KNOWN, default_folder(), folder, day=DAY)
    return induction, load_ontology(folder)


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> tuple[Induction, Ontology]:
    return make(garden_products, tmp_path_factory.mktemp("garden") / "ontology")


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Induction, Ontology]:
    return make(pet_products, tmp_path_factory.mktemp("pets") / "ontology")


def read_product(product: Product, ontology: Ontology, rules: RuleExtractor) -> list[Evidence]:
    path = product.category_path()
    context = ProductContext(class_of_path(path, ontology) if path else None, product.brand, product.title)
    return [e for d in product_documents(product) for e in rules.extract(analyse(d, context))]


def test_every_category_is_a_class_with_its_tree(garden: tuple[Induction, Ontology]) -> None:
    induction, ontology = garden
    assert (induction.products, induction.classed) == (40, 40)
    assert ontology.hierarchy.ancestors("hedge_trimmers") == ("power_tools", "garden", "product")
    for product in garden_products():
        assert class_of_path(product.category_path() or "", ontology) is not None


def test_a_leaf_that_means_another_thing_here_takes_nothing_over(garden: tuple[Induction, Ontology]) -> None:
    grinders = garden[1].classes["grinders"]
    assert grinders.label.zh == "Grinders"
    assert "grind_settings" not in grinders.attributes


@pytest.mark.parametrize(
    ("attribute", "kind", "dimension", "unit"),
    [
        ("max_torque", "quantity", "torque", "newton * meter"),
        ("burst_pressure", "quantity", "pressure", "bar"),
        ("cutting_diameter", "quantity", "length", "millimeter"),
        ("number_of_tines", "quantity", "count", "count"),
        ("fittings_included", "boolean", None, None),
        ("item_no", "text", None, None),
        ("blade_material", "enum", None, None),
    ],
)
def test_columns_get_their_type(
    garden: tuple[Induction, Ontology], attribute: str, kind: str, dimension: str | None, unit: str | None
) -> None:
    made = garden[1].attributes[attribute]
    assert (made.type, made.dimension, made.unit) == (kind, dimension, unit)


def test_what_the_core_knows_is_taken_over(garden: tuple[Induction, Ontology]) -> None:
    induction, ontology = garden
    for known in ("colour", "weight", "length", "wireless"):
        assert induction.attributes[known].known is not None
    colours = ontology.vocabularies["colours"].values
    assert "verdigris" in colours and colours["black"].label.zh == "黑色"
    assert ontology.attributes["blade_material"].vocabulary == "materials"


def test_attributes_stand_where_products_state_them(garden: tuple[Induction, Ontology]) -> None:
    ontology = garden[1]
    assert "max_torque" in ontology.classes["grinders"].attributes
    assert "item_no" in {a.id for a in ontology.attributes_of("garden")}
    assert "max_torque" not in {a.id for a in ontology.attributes_of("hoses")}


@pytest.mark.parametrize(("shop", "products"), [("garden", garden_products), ("pets", pet_products)])
def test_every_cell_becomes_a_fact(
    shop: str, products: Callable[[], Iterable[Product]], request: pytest.FixtureRequest
) -> None:
    ontology = request.getfixturevalue(shop)[1]
    linker = Linker(ontology, brands=["Fernhill"])
    rules = RuleExtractor(ontology)
    for product in products():
        evidence = read_product(product, ontology, rules)
        derived = derive(product.id, evidence, linker)
        left = {i for _, i, _ in derived.proposals} | {r.evidence.id for r in derived.rejections}
        cells = [item for item in evidence if item.field == "table"]
        assert [item.surface for item in cells if item.id in left] == []
        lines = product_documents(product)[1].text.splitlines()
        assert all(any(item.surface in line for item in cells) for line in lines)
        kinds = [edge.target for edge in derived.edges if edge.relation == "in_category"]
        assert kinds == [f"category:{class_of_path(product.category_path() or '', ontology)}"]


def test_a_chinese_shop_needs_no_english(pets: tuple[Induction, Ontology]) -> None:
    induction, ontology = pets
    assert induction.facts == induction.cells
    staple = [each for each in ontology.classes.values() if each.paths and each.paths[0].endswith("主粮")]
    assert {each.label.zh for each in staple} == {"主粮 (狗)", "主粮 (猫)"}
    assert all(each.label.en == each.label.zh for each in staple)
    assert ontology.attributes["kou_wei"].label.zh == "口味"
    assert {v.label.zh for v in ontology.values_of("kou_wei").values()} == {"鸡肉", "三文鱼"}
    assert ontology.attributes["wu_gu"].type == "boolean"


def test_the_same_rows_give_the_same_files(tmp_path: Path) -> None:
    for name in ("first", "second"):
        make(garden_products, tmp_path / name)
    files = [sorted((tmp_path / name).rglob("*.yaml")) for name in ("first", "second")]
    assert [f.read_bytes() for f in files[0]] == [f.read_bytes() for f in files[1]]


def test_titles_give_classes_where_there_is_no_category(tmp_path: Path) -> None:
    brands = ("Orrin", "Tessel", "Quarrow", "Lindholt")
    things = ("garden shears", "watering can", "potting bench")
    rows = [
        Product(id=f"t{n}", title=f"{brands[n % 4]} {n}X {things[n % 3]} green", brand=brands[n % 4])
        for n in range(24)
    ]
    induction, ontology = make(lambda: rows, tmp_path / "ontology")
    assert "bench" in ontology.classes
    assert ontology.classes["potting_bench"].parent == "bench"
    assert all(each.source == "title" for each in induction.tree.classes.values())
    assert not {"orrin", "green"} & set(ontology.classes)


def test_nouns_that_columns_end_in_are_properties_and_no_classes(tmp_path: Path) -> None:
    brands = ("Orrin", "Tessel", "Quarrow", "Lindholt")
    rows = [
        Product(
            id=f"t{n}",
            title=f"{brands[n % 4]} {n}X " + ("seed yield" if n < 4 else "seed tray"),
            brand=brands[n % 4],
            attributes={"first yield": f"{n} kg", "second yield": f"{n} kg", "tray": "yes"},
        )
        for n in range(60)
    ]
    _, ontology = make(lambda: rows, tmp_path / "ontology")
    assert "tray" in ontology.classes
    assert "yield" not in ontology.classes


def test_an_empty_shop_gives_the_core_alone(tmp_path: Path) -> None:
    induction, ontology = make(lambda: (), tmp_path / "ontology")
    assert (induction.products, induction.cells, set(ontology.classes)) == (0, 0, {"product"})


def test_cardinality_brands_and_tags_come_from_the_rows(tmp_path: Path) -> None:
    """One value where no cell lists several; a brand's writings as one; tags that name the kind of what has no category."""
    rows = [
        Product(
            id=f"b{n}",
            title=f"Hive {('smoker', 'frame')[n % 2]} {n}",
            brand=("Wabenwerk", "Waben-Werk", "Tessel", "Orrin")[n % 4],
            tags=(("smoker", "frame")[n % 2], "spring sale"),
            attributes={
                "Hive system": ("Dadant", "Zander")[n % 2],
                "Fits hives": ("Dadant, Zander", "Layens")[n % 2],
            },
        )
        for n in range(40)
    ]
    induction, made = make(lambda: rows, tmp_path / "ontology")
    assert made.attributes["hive_system"].cardinality == "one"
    assert made.attributes["fits_hives"].cardinality == "many"
    assert [each.names("en") for each in made.brands.values()] == [("Wabenwerk", "Waben-Werk")]
    assert {cell for each in induction.tree.classes.values() for cell in each.cells} == {
        ("tag", "smoker"),
        ("tag", "frame"),
    }


def test_classes_of_goods_that_are_sold_by_measure_say_so(tmp_path: Path) -> None:
    soaps = [
        Product(id=f"s{n}", title=f"Soap {n}", category_paths=(("Soaps",),), attributes={"Content": "100 g"})
        for n in range(3)
    ]
    dishes = [
        Product(
            id=f"d{n}", title=f"Soap dish {n}", category_paths=(("Dishes",),), attributes={"Width": "9 cm"}
        )
        for n in range(3)
    ]
    _, ontology = make(lambda: [*soaps, *dishes], tmp_path / "ontology")
    assert {each.id: each.sold_by for each in ontology.classes.values() if each.id != "product"} == {
        "soaps": "measure",
        "dishes": "piece",
    }
