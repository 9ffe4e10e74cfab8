"""Amazon's flat file."""

from __future__ import annotations

from kms.catalog.json_models import patch_offer
from kms.catalog.layouts.amazon import AmazonFlatFileProducts
from kms.catalog.layouts.base import Shop
from kms.catalog.layouts.recognise import recognise
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from tests.shops import SHOPS, euros, read_products

FILE = SHOPS / "amazon-lamps.txt"
PRODUCTS = read_products(AmazonFlatFileProducts(), FILE)
LAMP, BULB = PRODUCTS.values()


def test_it_is_recognised_by_its_third_line() -> None:
    recognised = recognise(FILE)
    assert recognised is not None
    assert recognised.layout.name == "amazon-flat-file-products"


def test_a_parent_and_its_children_are_one_product() -> None:
    assert LAMP.sku is None
    assert LAMP.title == "Fjordlys Oak Table Lamp"
    assert LAMP.brand == "Fjordlys"
    assert LAMP.category_paths == (("Table lamps",),)
    assert LAMP.description == "A lamp of oiled oak with a linen shade.\nSwitch on the cable\nShade comes off"
    assert [(v.sku, v.options, v.stock, v.current_availability()) for v in LAMP.variants] == [
        ("LAMP/A-S-W", {"Size": "Small"}, 8, "in_stock"),
        ("LAMP/A-L-W", {"Size": "Large"}, 0, "out_of_stock"),
    ]
    small, large = LAMP.variants
    assert small.gtin == "4006381333931" and small.mpn == "FL-1" and small.condition == "new"
    assert large.gtin is None, "an ASIN is no GTIN"
    assert small.price == euros("49.00") and small.sale is not None and small.sale.price == euros("39.00")
    assert small.sale.starts_at is not None and small.sale.starts_at.month == 11
    assert large.price == euros("69.00") and large.sale is None


def test_what_all_children_say_is_in_the_table_and_what_differs_is_not() -> None:
    assert LAMP.attributes == {"Colour": "White", "Material": "Oak", "Lamp type": "table"}
    assert [picture.url.rpartition("/")[2] for picture in LAMP.pictures] == [
        "lamp-a.jpg", "lamp-a-sw.jpg", "lamp-a-sw2.jpg", "lamp-a-lw.jpg",
    ]  # fmt: skip


def test_a_row_that_stands_alone_is_a_product_and_its_bad_values_are_left_out() -> None:
    assert (BULB.id, BULB.sku, BULB.stock, BULB.price) == ("BULB-E27", "BULB-E27", 120, euros("7.50"))
    assert BULB.gtin is None and BULB.pictures == ()
    assert BULB.attributes == {"Item weight": "60 g"}


def test_rows_without_a_sku_and_deletions_come_with_their_reason() -> None:
    readings = AmazonFlatFileProducts().read(lambda: read_rows(FILE), Shop("EUR"))
    problems = [each.problem.message for each in readings if isinstance(each, BadRow)]
    assert problems == ["the row asks to delete the product", "the row has no item_sku"]


def test_a_product_is_sold_out_when_its_stock_is() -> None:
    assert BULB.is_in_stock() is True
    assert patch_offer(BULB, None, {"stock": 0}).is_in_stock() is False
