from __future__ import annotations

from collections import Counter

import pytest

from kms.catalog.models import Product
from kms.identity.brand_proposals import fold_letters, initials, propose_brands, sound_of
from kms.identity.brands import BrandNames, by_use, main_writings
from kms.identity.store import Identity
from kms.ontology.model import OntologyBrand


def shelf(*rows: tuple[str, str] | tuple[str, str, str]) -> list[Product]:
    """Products of (brand, title, GTIN)."""
    return [
        Product(id=f"P{n}", brand=row[0], title=row[1], gtin=row[2] if len(row) > 2 else None)
        for n, row in enumerate(rows)
    ]


def found(products: list[Product]) -> dict[tuple[str, str], Identity]:
    return {(pair.left, pair.right): pair for pair in propose_brands(products)}


def test_one_brand_of_several_names() -> None:
    names = BrandNames([("NVK", "Norvik Verk"), ("诺维克", "NVK")])
    brand = names.brand("nvk™".removesuffix("™"))
    assert (brand.key, brand.label_en, brand.label_zh) == ("norvik_verk", "Norvik Verk", "诺维克")
    assert brand.names == ("Norvik Verk", "NVK", "诺维克")
    assert names.brand("Norvik Verk") == names.brand("诺维克") == brand
    assert names.brand("Veldra").names == ("Veldra",)
    assert names.state != BrandNames().state


@pytest.mark.parametrize(
    ("rows", "main"),
    [
        ({"KLARGLAS": 1, "Klarglas": 3}, "Klarglas"),
        ({"KLARGLAS": 3, "Klarglas": 1}, "KLARGLAS"),
        ({"KLARGLAS": 2, "Klarglas": 2}, "Klarglas"),
    ],
)
def test_a_brand_is_written_as_most_rows_write_it(rows: dict[str, int], main: str) -> None:
    brands = Counter({**rows, "Adral": 1})
    assert by_use(brands)[:2] == ["Adral", main]
    assert main_writings(brands) == [main]


def test_lines_follow_aliases_and_never_go_round() -> None:
    names = BrandNames([("NVK", "Norvik")], [("Norvik Kids", "NVK"), ("Norvik", "Norvik Kids")])
    assert {key: parent.key for key, parent in names.parents.items()} == {"norvik": "norvik_kids"} or {
        key: parent.key for key, parent in names.parents.items()
    } == {"norvik_kids": "norvik"}


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        pytest.param("Müller & Co. KG", "muller", id="company forms"),
        pytest.param("TP-Link", "tplink", id="hyphen"),
        pytest.param("The Co", "theco", id="nothing but forms"),
        pytest.param("诺维克有限公司", "诺维克", id="Chinese form"),
    ],
)
def test_letters_of_a_name(name: str, letters: str) -> None:
    assert fold_letters(name) == letters


def test_initials_and_sounds() -> None:
    assert initials("Norvik & Holm Verk GmbH") == "nhv"
    assert initials("Norvik") == ""
    assert sound_of("飞利浦")[:2] == sound_of("Philips")[:2]


def test_the_same_letters() -> None:
    pairs = found(
        shelf(("Hal-Dern", "kettle"), ("Haldern GmbH", "pot"), ("HalDern", "pan"), ("Brannok", "jug"))
    )
    assert set(pairs) == {
        ("Haldern GmbH", "HalDern"),
        ("Hal-Dern", "Haldern GmbH"),
        ("Hal-Dern", "HalDern"),
    } or (len(pairs) == 3 and all(pair.kind == "brand_alias" for pair in pairs.values()))
    assert min(pair.score for pair in pairs.values()) >= 0.95


def test_initials_count_more_with_shared_products() -> None:
    alone = found(shelf(("Norvik Verk", "lamp"), ("NV", "lamp")))
    both = found(shelf(("Norvik Verk", "lamp", "4006381333931"), ("NV", "lamp", "4006381333931")))
    pair = ("NV", "Norvik Verk") if ("NV", "Norvik Verk") in both else ("Norvik Verk", "NV")
    assert both[pair].score > alone[pair].score
    assert any("trade item number" in words and "P0" in words for words in both[pair].evidence)


def test_a_longer_name_is_the_firm_or_a_line_of_it() -> None:
    pairs = found(
        shelf(("Norvik", "lamp"), ("Norvik Domestic Appliances", "iron"), ("Norvik Glimt", "torch"))
    )
    assert pairs["Norvik Domestic Appliances", "Norvik"].kind == "brand_alias"
    assert pairs["Norvik Glimt", "Norvik"].kind == "sub_brand"


def test_a_chinese_name_and_its_pinyin() -> None:
    pairs = found(shelf(("小米", "手环"), ("Xiaomi", "band"), ("Xiaomi", "scale")))
    assert pairs["小米", "Xiaomi"].score >= 0.85


def test_both_names_in_one_field_and_rare_slips() -> None:
    pairs = found(shelf(("Norvik/诺维克", "a"), ("Norvik", "b"), ("诺维克", "c")))
    assert ("Norvik/诺维克", "Norvik") in pairs or ("Norvik", "Norvik/诺维克") in pairs
    slips = found(shelf(*[("Torvane", f"jacket {n}") for n in range(6)], ("Torvanne", "coat")))
    assert slips["Torvanne", "Torvane"].kind == "brand_alias"


def test_different_brands_and_decided_ones_are_not_proposed() -> None:
    products = shelf(("Veldra", "headphones"), ("Norvik", "headphones"), ("TP-Link", "x"), ("TPLink", "y"))
    assert len(propose_brands(products)) == 1
    assert propose_brands(products, BrandNames([("TPLink", "TP-Link")])) == []


def test_accessories_for_a_brand_are_no_alias() -> None:
    products = shelf(("Haldern", "Haldern Norvik case for lamps"), ("Norvik", "Norvik lamp"))
    assert propose_brands(products) == []


def test_names_that_the_ontology_writes_join_those_that_were_decided() -> None:
    brands = [
        OntologyBrand.model_validate(
            {"id": "norvik", "label": {"en": "Norvik", "zh": "诺维克"}, "alt": {"en": ["NVK"]}}
        ),
        OntologyBrand.model_validate({"id": "glimt", "label": {"en": "Glimt"}, "line_of": "norvik"}),
    ]
    names = BrandNames([("Norvik AB", "Norvik")]).joined(brands)
    assert {names.brand(each).key for each in ("NVK", "诺维克", "Norvik AB")} == {names.brand("Norvik").key}
    assert names.brand("Norvik").label_zh == "诺维克"
    assert names.parents[names.brand("Glimt").key].names[0] == "Norvik"
    assert BrandNames().joined([]).state == BrandNames().state
