"""Icecat's JSON."""

from __future__ import annotations

from kms.catalog.layouts.base import Shop
from kms.catalog.layouts.icecat import IcecatJsonProducts
from kms.catalog.layouts.recognise import recognise
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from tests.shops import SHOPS, read_products

NOTEBOOK, MONITOR = read_products(IcecatJsonProducts(), SHOPS / "icecat-dump.jsonl").values()


def test_one_document_and_documents_a_line_are_recognised_and_say_the_same() -> None:
    for name in ("icecat-notebook.json", "icecat-dump.jsonl"):
        recognised = recognise(SHOPS / name)
        assert recognised is not None and recognised.layout.name == "icecat-json-products"
    assert list(read_products(IcecatJsonProducts(), SHOPS / "icecat-notebook.json").values()) == [NOTEBOOK]


def test_general_information_pictures_and_features_are_read() -> None:
    assert (NOTEBOOK.id, NOTEBOOK.title, NOTEBOOK.brand) == (
        "90210",
        "Nordvik ProBook S14 notebook",
        "Nordvik",
    )
    assert (NOTEBOOK.mpn, NOTEBOOK.gtin) == ("S14/16-512", "4006381333931")
    assert NOTEBOOK.category_paths == (("Notebooks",),)
    assert NOTEBOOK.description == "A light notebook\nfor travel.\nFanless\nAluminium body"
    assert NOTEBOOK.attributes == {
        "Display diagonal": "14 inch",
        "Touchscreen": "Yes",
        "Weight": "1290 g",
        "Product family": "ProBook",
    }
    assert [(p.url.rpartition("/")[2], p.width, p.height) for p in NOTEBOOK.pictures] == [
        ("s14.jpg", 1200, 900),
        ("s14-1.jpg", None, None),
        ("s14-2.jpg", 800, 600),
    ]


def test_a_document_without_a_number_is_known_by_its_part_code() -> None:
    assert MONITOR.id.startswith("M_27~") and MONITOR.title == "Nordvik M27 monitor"
    assert MONITOR.attributes == {"Display diagonal": "27 inch"}


def test_an_answer_that_is_no_product_comes_with_what_it_says() -> None:
    readings = IcecatJsonProducts().read(lambda: read_rows(SHOPS / "icecat-dump.jsonl"), Shop(None))
    (bad,) = [each for each in readings if isinstance(each, BadRow)]
    assert bad.problem.message == ("the document has no GeneralInfo: The requested product is not present")
