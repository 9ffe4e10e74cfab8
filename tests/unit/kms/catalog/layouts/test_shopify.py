"""Shopify's product CSV: an export of a pet shop with its quirks (tests/data/shops/shopify-pets.csv)."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from kms.catalog.json_models import patch_offer
from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.recognise import recognise
from kms.catalog.layouts.shopify import ShopifyProducts
from kms.catalog.models import Product
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from tests.shops import SHOPS, read_products

PETS = SHOPS / "shopify-pets.csv"


@pytest.fixture(scope="module")
def pets() -> dict[str, Product]:
    return read_products(ShopifyProducts(), PETS)


def test_it_is_recognised_by_its_columns() -> None:
    recognised = recognise(PETS)
    assert recognised is not None and recognised.layout.name == "shopify-products"
    assert str(recognised).startswith("Shopify product CSV (shopify-products): columns Handle, Title")


def test_the_rows_of_a_handle_are_one_product(pets: dict[str, Product]) -> None:
    assert list(pets) == [
        "burrow-dog-bed",
        "salmon-oil-500",
        "cat-tree-oak",
        "tug-rope-3-knots",
        "feeder-slow",
    ]
    bed = pets["burrow-dog-bed"]
    assert [(v.id, v.options, v.stock, v.current_availability()) for v in bed.variants] == [
        ("BED/S-MO", {"Size": "Small", "Colour": "Moss"}, 12, "in_stock"),
        ("BED/S-RU", {"Size": "Small", "Colour": "Rust"}, 0, "out_of_stock"),
        ("BED/L-MO", {"Size": "Large", "Colour": "Moss"}, -1, "out_of_stock"),
        ("BED/L-RU", {"Size": "Large", "Colour": "Rust"}, 4, "in_stock"),
    ]
    assert bed.variants[1].image_url == "https://cdn.example-pets.test/files/burrow-rust.jpg"
    assert len(bed.pictures) == 7 and bed.pictures[0].alt == "Terrier asleep in the moss bed"
    assert bed.image_url == bed.pictures[0].url
    assert bed.category == "Dog beds"
    assert bed.category_paths[1] == ("Animals & Pet Supplies", "Pet Supplies", "Dog Supplies", "Dog Beds")
    assert bed.tags == ("beds", "dogs", "new-in", "washable")
    assert bed.attributes == {
        "Filling": "recycled polyester, memory foam", "Washable": "yes", "Bed size": "60.0 centimeter",
    }  # fmt: skip
    assert "Cover comes off & goes in the wash at 40 °C" in bed.description and "<" not in bed.description
    assert (bed.mpn, bed.condition, bed.numbers["cost per item"]) == ("BB-1", "new", 18.2)


def test_the_price_that_is_crossed_out_is_the_usual_one(pets: dict[str, Product]) -> None:
    first = pets["burrow-dog-bed"].variants[0]
    assert first.price is not None and first.sale is not None
    assert (first.price.amount, first.sale.price.amount, first.price.currency) == (
        Decimal("59.00"), Decimal("49.00"), "EUR",
    )  # fmt: skip
    assert [v.price.amount for v in pets["burrow-dog-bed"].variants[2:] if v.price] == [Decimal("79.00")] * 2


def test_a_product_without_choices_has_no_variant(pets: dict[str, Product]) -> None:
    oil = pets["salmon-oil-500"]
    assert (oil.variants, oil.sku, oil.gtin, oil.stock) == ((), "OIL-500", "7310865004703", 31)
    assert oil.attributes == {"Content": "500 ml", "Shipping weight": "620 g"}
    tree = pets["cat-tree-oak"]
    # Nobody counts its stock, so it can be bought.
    assert (tree.availability, tree.category_paths, tree.pictures) == ("in_stock", (("Cat furniture",),), ())


def test_states(pets: dict[str, Product]) -> None:
    assert {name: product.publication for name, product in pets.items()} == {
        "burrow-dog-bed": "published", "salmon-oil-500": "published", "cat-tree-oak": "published",
        "tug-rope-3-knots": "draft", "feeder-slow": "hidden",
    }  # fmt: skip


def test_what_cannot_be_used_is_left_out_with_its_line_and_the_row_kept() -> None:
    readings = list(ShopifyProducts().read(lambda: read_rows(PETS), Shop("EUR")))
    left_out = [(line, p.message) for r in readings if isinstance(r, Reading) for line, p in r.problems]
    assert left_out == [
        (6, "variants.gtin '4006381333932' is no GTIN (EAN, UPC, ISBN): its check digit is wrong"),
        (11, "pictures 'not a link' is no address of http or https"),
        (14, "SKU 'FEED' is of 2 variants"),
    ]
    (bad,) = [r for r in readings if isinstance(r, BadRow)]
    assert (bad.id, bad.problem.field) == ("nameless-thing", "title")
    assert all(not r.unused for r in readings if isinstance(r, Reading))


def test_a_row_with_neither_handle_nor_title_goes_on_with_the_product_above(pets: dict[str, Product]) -> None:
    rope = pets["tug-rope-3-knots"]
    assert rope.sku == "ROPE" and rope.image_url == "https://cdn.example-pets.test/files/rope-2.jpg"


@pytest.mark.parametrize("unset", [None, ""])
def test_without_a_currency_prices_say_what_to_set(unset: str | None) -> None:
    readings = list(ShopifyProducts().read(lambda: read_rows(PETS), Shop(unset)))
    messages = [p.message for r in readings if isinstance(r, Reading) for _, p in r.problems]
    assert any("names no currency; set KMS_CURRENCY" in message for message in messages)


def test_todays_header_and_rows_that_stand_apart(tmp_path: Path) -> None:
    header = (
        "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
        "Option1 name,Option1 value,Price,Compare-at price,Inventory tracker,Inventory quantity,"
        "Continue selling when out of stock,Weight value (grams),Weight unit for display,Product image URL,"
        "Image position,Image alt text,Variant image URL"
    )
    path = tmp_path / "products_export_1.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header.split(","), restval="")
        writer.writeheader()
        ring_s = {
            "Title": "Chew ring", "URL handle": "chew-ring", "Vendor": "Fjordpaw", "Option1 name": "Size",
            "Option1 value": "S", "SKU": "RING/S", "Price": "4.50", "Inventory tracker": "shopify",
            "Inventory quantity": "0", "Continue selling when out of stock": "TRUE", "Status": "Active",
        }  # fmt: skip
        writer.writerow(ring_s)
        writer.writerow({"Title": "Comb", "URL handle": "comb", "Price": "3", "Compare-at price": "2"})
        writer.writerow({"URL handle": "chew-ring", "Option1 value": "L", "SKU": "RING/L", "Price": "6.50"})
    products = read_products(ShopifyProducts(), path)
    ring = products["chew-ring"]
    assert [(v.id, v.options["Size"], v.availability) for v in ring.variants] == [
        ("RING/S", "S", "backorder"), ("RING/L", "L", None),
    ]  # fmt: skip
    comb = products["comb"]
    assert comb.price is not None and (comb.price.amount, comb.sale) == (Decimal("3.00"), None)


def test_availability_of_an_import_follows_the_stock_as_it_changes(pets: dict[str, Product]) -> None:
    oil = pets["salmon-oil-500"]
    assert (oil.availability, oil.current_availability()) == (None, "in_stock")
    assert patch_offer(oil, None, {"stock": 0}).is_in_stock() is False
    bed = pets["burrow-dog-bed"]
    for variant in bed.variants:
        bed = patch_offer(bed, variant.id, {"stock": 0})
    assert (bed.is_in_stock(), bed.current_availability()) == (False, "out_of_stock")
    tree = pets["cat-tree-oak"]
    assert patch_offer(tree, None, {"stock": 0}).is_in_stock() is True  # nobody counts it
