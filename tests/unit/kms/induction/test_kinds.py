"""Kinds of products out of titles, cells and signs, for shops without categories."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import pytest

from extraction.batch.run import context_of
from extraction.documents import analyse
from extraction.rules.extractor import RuleExtractor
from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from kms.induction.assign import Assignment
from kms.induction.heads import heads_of
from kms.induction.induce import induce
from kms.induction.kinds import Kind, find_kinds
from kms.induction.names import is_word
from kms.induction.signs import ClassGuesser, guesser_of
from kms.induction.write import write_ontology
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import Ontology
from tests.unit.kms.induction.shops import tea_products

KNOWN = load_ontology()
BRANDS = ("Orrin", "Tessel", "Quarrow", "Lindholt")


@pytest.mark.parametrize(
    ("title", "nouns"),
    [
        ("Orrin garden shears green", ["shear"]),
        ("Tessel camera remote control infrared", ["control", "camera"]),
        ("Quarrow toner cartridge original black 6 pc(s)", ["cartridge"]),
        ("HDMI to VGA adapter", ["adapter"]),
        ("Bag for a camera", ["bag"]),
        ("Address labels premium, white", ["label", "premium"]),
        ("Orrin bond paper-914 mm x 30.5 m", ["paper"]),
    ],
)
def test_heads_of_titles(title: str, nouns: list[str]) -> None:
    assert [head.noun for head in heads_of(title) if not head.is_counted] == nouns


def test_what_is_counted_is_no_head() -> None:
    assert all(head.is_counted for head in heads_of("Orrin X20 8 ports"))
    wiring, category = heads_of("Category 5e wiring")
    assert category.is_numbered and not wiring.is_numbered


def products_of(things: list[str], count: int = 40, **fields: object) -> list[Product]:
    return [
        Product(
            id=f"p{n}",
            title=f"{BRANDS[n % 4]} {n}X {things[n % len(things)]}",
            brand=BRANDS[n % 4],
            **fields,  # type: ignore[arg-type]
        )
        for n in range(count)
    ]


def test_sorts_and_series_are_no_kinds() -> None:
    titles = ["garden shears premium edition", "watering can series 5", "potting bench collection"]
    kinds = {kind.name for kind in find_kinds(products_of(titles), KNOWN)}
    assert {"shear", "can", "bench"} <= kinds
    assert not {"edition", "collection", "series"} & kinds


def test_a_column_of_kinds_names_classes() -> None:
    rows = [
        Product(
            id=f"d{n}",
            title=f"{BRANDS[n % 4]} {n}Z",
            brand=BRANDS[n % 4],
            attributes={"Product type": ("Seed tray", "Dibber")[n % 2], "Colour": "green"},
        )
        for n in range(12)
    ]
    kinds = find_kinds(rows, KNOWN)
    assert {cell for kind in kinds for cell in kind.cells} == {
        ("product type", "seed tray"),
        ("product type", "dibber"),
    }


@pytest.mark.parametrize(
    ("value", "is_name"), [("4", False), ("20-60", False), ("d", False), ("ash wood", True), ("鸡肉", True)]
)
def test_numbers_and_letters_are_no_names(value: str, *, is_name: bool) -> None:
    assert is_word(value) is is_name


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    folder = tmp_path_factory.mktemp("tea") / "ontology"
    induction = induce(tea_products, KNOWN)
    assert induction.classed >= 0.95 * induction.products
    assert induction.facts == induction.cells
    write_ontology(induction, KNOWN, default_folder(), folder, day=datetime.date(2026, 1, 2))
    return load_ontology(folder)


def test_a_chinese_shop_without_categories_gets_its_classes(tea: Ontology) -> None:
    classes = Counter(context_of(product, tea).class_id for product in tea_products())
    labels = {tea.classes[class_id].label.zh for class_id in classes if class_id}
    assert {"红茶", "绿茶", "茶壶", "茶杯", "茶叶罐"} <= labels
    assert all(
        each.label.en == each.label.zh for each in tea.classes.values() if each.signs and not each.alt.en
    )


def test_titles_that_say_nothing_are_told_by_their_table(tea: Ontology) -> None:
    guesser = guesser_of(tea)
    assert guesser is not None
    for product in tea_products():
        if "礼盒装" not in product.title:
            continue
        guess = guesser.guess(product)
        if guess is None:
            continue
        label = tea.classes[guess.class_id].label.zh
        is_tea = "产地" in product.attributes
        assert label.endswith("茶") == is_tea, (product.attributes, label)


def test_a_told_class_is_evidence_of_the_title(tea: Ontology) -> None:
    product = next(iter(p for p in tea_products() if "茶壶" in p.title))
    context = context_of(product, tea)
    title = product_documents(product)[0]
    told = [e for e in RuleExtractor(tea).extract(analyse(title, context)) if e.relation == "in_category"]
    assert [(e.value, e.confidence) for e in told] == [(context.class_id, context.guessed)]


def test_words_of_cells_are_read_in_tables_alone(tmp_path: Path) -> None:
    rows = products_of(["garden shears", "watering can"], attributes={"Lights on panel": "power, standby"})
    folder = tmp_path / "ontology"
    write_ontology(
        induce(lambda: rows, KNOWN), KNOWN, default_folder(), folder, day=datetime.date(2026, 1, 2)
    )
    made = load_ontology(folder)
    values = frozenset({"value"})
    assert not [
        m for m in made.labels.find("power bank", values) if m.readings[0].attribute == "lights_on_panel"
    ]
    assert made.labels.find("power", values, in_table=True)
    assert not made.is_called_in_texts("lights_on_panel", "power")


def test_words_that_qualify_other_nouns_are_no_kinds() -> None:
    rows = [
        each.model_copy(
            update={"description": f"Hydro pump with hydro drive, hydro valve and hydro filter {n}"}
        )
        for n, each in enumerate(products_of(["garden shears hydro", "watering can hydro"]))
    ]
    kinds = {kind.name for kind in find_kinds(rows, KNOWN)}
    assert "hydro" not in kinds
    assert {"shear", "can"} <= kinds


def test_holders_and_refills_are_not_what_they_are_for() -> None:
    """What holds or refills a thing has the words of the thing all around it, and is a kind of its own."""
    things = ["seed packet", "plant label", "hose reel"]
    titles = [*(f"{thing}s green" for thing in things), *(f"{thing} holder" for thing in things)]
    rows = [
        each.model_copy(
            update={"description": f"For {things[n % 3]}s of all sizes; {things[n % 3]} not included"}
        )
        for n, each in enumerate(products_of(titles, 90))
    ]
    tree = induce(lambda: rows, KNOWN).tree
    assert tree.classes["holder"].products == 45


def test_a_kind_has_its_whole_name() -> None:
    titles = ["dry erase marker", "paint marker", "ring binder"]
    kinds = {kind.name: kind.whole_name for kind in find_kinds(products_of(titles, 90), KNOWN)}
    assert kinds["erase marker"] == "dry erase marker"


@pytest.mark.parametrize(
    ("title", "noun"), [("wireless router dual-band", "router"), ("camping stove 2-burner", "stove")]
)
def test_adjectives_of_several_words_hide_no_noun(title: str, noun: str) -> None:
    assert heads_of(title)[0].noun == noun


def test_siblings_as_likely_give_the_class_above() -> None:
    names = {"printer": "printer", "laser printer": "laser", "inkjet printer": "inkjet"}
    signs = {
        "printer": {"column dpi": 0.2},
        "laser": {"column dpi": 0.6, "column ppm": 0.41},
        "inkjet": {"column dpi": 0.6, "column ppm": 0.4},
    }
    guesser = ClassGuesser(
        names, signs, parents={"laser": "printer", "inkjet": "printer", "printer": "product"}
    )
    product = Product(id="x", title="Orrin 7Q", attributes={"dpi": "600", "ppm": "20"})
    guess = guesser.guess(product)
    assert guess is not None
    assert guess.class_id == "printer"


def test_kinds_of_one_known_class_are_called_as_it_is() -> None:
    rows = products_of(["memory card", "flash drive", "watering can"])
    tree = induce(lambda: rows, KNOWN).tree
    device = next(each for each in tree.classes.values() if each.known and each.known.id == "storage_device")
    assert device.label == "storage device"
    assert {"memory card", "flash drive"} <= set(device.alternatives)


@pytest.mark.parametrize(
    ("title", "noun"),
    [
        ("Quarrow Canvas React Plus memory card", "card"),
        ("Orrin Labels Premium, white paper", "label"),
        ("ORRIN PUMP", "pump"),
        ("Potting bench &ndash; oak", "bench"),
    ],
)
def test_a_common_noun_comes_before_a_name(title: str, noun: str) -> None:
    assert heads_of(title)[0].noun == noun


@pytest.mark.parametrize("title", ["Orrin 10th gen", "Orrin 50pk spindle"])
def test_a_number_in_one_word_with_its_ending_counts(title: str) -> None:
    assert all(head.is_counted for head in heads_of(title))


def test_a_number_of_something_makes_no_series() -> None:
    series, amount = heads_of("Orrin belt 9000"), heads_of("Orrin belt 9000 pages")
    assert series[-1].is_numbered and not amount[-1].is_numbered


def test_names_in_mixed_case_are_no_heads() -> None:
    assert not heads_of("Orrin KwopOS")
    assert heads_of("Orrin kwopper")


def test_a_word_that_no_dictionary_counts_is_a_kind_where_it_is_written_small() -> None:
    titles = ["fuser 9000 pages", "watering can", "Kwopper"]
    rows = [
        each.model_copy(update={"title": each.title.replace(f" {titles[n % 3]}", f" Set {titles[n % 3]}")})
        for n, each in enumerate(products_of(titles, 60))
    ]
    kinds = {kind.name for kind in find_kinds(rows, KNOWN)}
    assert {"fuser", "can"} <= kinds


def test_an_attribute_before_a_noun_makes_a_kind_where_both_are_written_small() -> None:
    titles = ["memory module", "keystone module", "watering can"]
    kinds = {kind.name for kind in find_kinds(products_of(titles, 90), KNOWN)}
    assert {"module", "memory module"} <= kinds
    capitalised = [title.title() for title in titles]
    assert "memory module" not in {k.name for k in find_kinds(products_of(capitalised, 90), KNOWN)}


def test_names_with_signs_are_kinds_that_cells_state() -> None:
    rows = [
        each.model_copy(update={"attributes": {"Type": ("CD-R", "DVD+R")[n % 2], "Speed": "16x"}})
        for n, each in enumerate(products_of(["CD-R", "DVD+R"], 40))
    ]
    tree = induce(lambda: rows, KNOWN).tree
    assert {each.label: each.products for each in tree.classes.values()} == {"CD-R": 20, "DVD+R": 20}


def test_a_kind_is_a_known_class_by_a_further_name_where_tables_have_its_columns() -> None:
    own = {"Display resolution": "1920 x 1080", "Panel type": "IPS", "SSD capacity": "256 GB"}
    paper = {"Ruling": "dotted", "Sheets": "80", "Binding": "thread"}
    for attributes, is_laptop in ((own, True), (paper, False)):
        rows = [
            each.model_copy(update={"attributes": attributes if n % 2 == 0 else {"Volume": "9 l"}})
            for n, each in enumerate(products_of(["business notebook", "watering can"], 40))
        ]
        tree = induce(lambda rows=rows: rows, KNOWN).tree  # type: ignore[misc]
        notebook = next(each for each in tree.classes.values() if each.label == "notebook")
        assert (notebook.known is not None and notebook.known.id == "laptop") is is_laptop


def test_what_a_product_is_surely_more_like_comes_before_what_its_title_names() -> None:
    signs = {
        "processor": {"column socket": 0.7, "column cache": 0.7},
        "blender": {"column bowl": 0.7, "column blade": 0.7},
    }
    guesser = ClassGuesser({"processor": "processor", "blender": "blender"}, signs)
    chip = Product(id="a", title="Orrin processor", attributes={"socket": "Q9", "cache": "2 MB"})
    kitchen = Product(id="b", title="Orrin food processor", attributes={"bowl": "2 l", "blade": "steel"})
    plain = Product(id="c", title="Orrin processor 7Q")
    guesses = [guesser.guess(each) for each in (chip, kitchen, plain)]
    assert [(g.class_id, g.is_named) for g in guesses if g] == [
        ("processor", True),
        ("blender", False),
        ("processor", True),
    ]


def test_a_column_called_after_a_kind_is_no_name_of_a_quality() -> None:
    rows = products_of(["garden seed tray", "watering can"], attributes={"Garden seed tray": "yes"})
    induction = induce(lambda: rows, KNOWN)
    assert "tray" in {each.label for each in induction.tree.classes.values()}
    assert ("garden_seed_tray", "true") not in induction.names


@pytest.mark.parametrize(
    ("title", "attributes", "class_id"),
    [
        ("Orrin L1012 duplex", {}, "printer"),
        ("Orrin L1012 duplex", {"technology": "inkjet"}, "inkjet"),
        ("Orrin inkjet L1012 duplex", {}, "inkjet"),
    ],
)
def test_a_product_is_of_the_wider_class_where_nothing_says_which_kind_it_is(
    title: str, attributes: dict[str, str], class_id: str
) -> None:
    signs = {"printer": {"title duplex": 0.7}, "inkjet": {"title duplex": 0.8}}
    guesser = ClassGuesser(
        {"printer": "printer", "inkjet printer": "inkjet"}, signs, {}, {"printer": None, "inkjet": "printer"}
    )
    guess = guesser.guess(Product(id="p", title=title, brand="Orrin", attributes=attributes))
    assert guess is not None
    assert (guess.class_id, guess.is_named) == (class_id, False)


def test_a_product_that_is_surely_more_like_its_kind_keeps_it() -> None:
    signs = {"printer": {"title duplex": 0.3}, "inkjet": {"title duplex": 0.8}}
    guesser = ClassGuesser(
        {"printer": "printer", "inkjet printer": "inkjet"}, signs, {}, {"printer": None, "inkjet": "printer"}
    )
    guess = guesser.guess(Product(id="p", title="Orrin L1012 duplex", brand="Orrin"))
    assert guess is not None
    assert guess.class_id == "inkjet"


def test_kinds_of_one_class_share_their_signs() -> None:
    kinds = {name: Kind(name, 3) for name in ("disk", "stick", "lamp")}
    words = [("disk", "platter"), ("stick", "keyring"), ("lamp", "bulb")]
    signs = [{f"title {word}": 1.0} for _, word in words for _ in range(3)]
    assignment = Assignment(signs, [[name] for name, _ in words for _ in range(3)], kinds)
    weights = assignment.weights({"disk": "disk", "stick": "disk", "lamp": "lamp"})
    assert set(weights) == {"disk", "lamp"}
    assert set(weights["disk"]) == {"title platter", "title keyring"}
