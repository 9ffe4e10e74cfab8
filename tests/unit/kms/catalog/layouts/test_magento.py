"""Magento's product CSV: an export of a garden shop with its quirks (tests/data/shops/magento-garden.csv)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from kms.catalog.json_models import patch_offer
from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.magento import MagentoProducts
from kms.catalog.layouts.recognise import recognise
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from tests.shops import SHOPS, read_products

GARDEN = SHOPS / "magento-garden.csv"


def test_it_is_recognised_by_its_columns() -> None:
    recognised = recognise(GARDEN)
    assert recognised is not None and recognised.layout.name == "magento-products"


def test_a_configurable_product_has_its_variations_that_stand_before_it() -> None:
    products = read_products(MagentoProducts(), GARDEN)
    assert list(products) == ["HOSE", "CLAMP-2", "OLD-1"]
    hose = products["HOSE"]
    assert [(v.id, v.options, v.stock, v.current_availability()) for v in hose.variants] == [
        ("HOSE/15-GR", {"Colour": "Green", "Length": "15 m"}, 12, "in_stock"),
        ("HOSE/30-BK", {"Colour": "Black", "Length": "30 m"}, 0, "out_of_stock"),
    ]
    green = hose.variants[0]
    assert green.gtin == "4006381333931" and green.sale is not None
    assert green.sale.ends_at == datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC)
    assert hose.price is not None and hose.price.amount == Decimal("24.90")
    assert hose.brand == "Quellwerk" and hose.translations["de"].title == "Gartenschlauch"
    assert hose.category_paths == (("Garden", "Watering"), ("Garden/Outdoor",))


def test_further_attributes_may_have_commas_lists_and_quotation_marks() -> None:
    hose = read_products(MagentoProducts(), GARDEN)["HOSE"]
    assert hose.attributes == {
        "Layers": "5", "Features": "UV-proof, frost-proof", "Note": "Fits clamps, couplings", "Weight class": "light",
    }  # fmt: skip


def test_states_related_products_and_what_cannot_be_used() -> None:
    products = read_products(MagentoProducts(), GARDEN)
    assert products["OLD-1"].publication == "hidden"
    assert products["CLAMP-2"].numbers == {"weight": 0.05} and products["CLAMP-2"].attributes == {}
    complements = products["HOSE"].related["complements"]
    assert complements[0] == "CLAMP-2" and complements[1].startswith("NOZZLE_1~")
    readings = list(MagentoProducts().read(lambda: read_rows(GARDEN), Shop("EUR")))
    assert [(r.line, r.problem.message) for r in readings if isinstance(r, BadRow)] == [
        (8, "the row has no SKU")
    ]
    assert [p.field for r in readings if isinstance(r, Reading) for _, p in r.problems] == [
        "variants.image_url"
    ]
    assert all(not r.unused for r in readings if isinstance(r, Reading))


def test_availability_that_the_export_made_of_the_stock_follows_it() -> None:
    hose = read_products(MagentoProducts(), GARDEN)["HOSE"]
    assert hose.is_in_stock() is True
    assert patch_offer(hose, "HOSE/15-GR", {"stock": 0}).is_in_stock() is False
