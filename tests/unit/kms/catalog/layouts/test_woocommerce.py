"""WooCommerce's product CSV: an export of a tool shop with its quirks (tests/data/shops/woocommerce-tools.csv)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kms.catalog.json_models import patch_offer
from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.recognise import recognise
from kms.catalog.layouts.woocommerce import WooCommerceProducts
from kms.catalog.models import Product
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from tests.shops import SHOPS, read_products

TOOLS = SHOPS / "woocommerce-tools.csv"


@pytest.fixture(scope="module")
def tools() -> dict[str, Product]:
    return read_products(WooCommerceProducts(), TOOLS)


def test_it_is_recognised_by_its_columns() -> None:
    recognised = recognise(TOOLS)
    assert recognised is not None and recognised.layout.name == "woocommerce-products"


def test_variations_find_a_parent_that_stands_behind_them(tools: dict[str, Product]) -> None:
    assert list(tools) == ["811", "903", "904", "905", "906", "907"]
    drill = tools["811"]
    assert [(v.id, v.options, v.stock, v.current_availability()) for v in drill.variants] == [
        ("DRL/18-BODY", {"Voltage": "18 V", "Set": "Body only"}, 4, "in_stock"),
        ("DRL/18-KIT", {"Voltage": "18 V", "Set": "With 2 batteries"}, 7, "in_stock"),
        ("DRL/12-KIT", {"Voltage": "12 V"}, 0, "backorder"),
    ]
    # What varies is an option and not a line of the table.
    assert drill.attributes == {
        "Chuck": "keyless, metal, 13 mm", "Weight": "1.3 kg", "Length": "18 cm", "Width": "7.5 cm", "Height": "20 cm",
    }  # fmt: skip
    assert (drill.brand, drill.gtin, drill.sku) == ("Hartwin", "4006381333931", "DRL-18")
    assert drill.description.startswith("Drill and driver with 60 Nm.\n\nTwo gears")
    assert [picture.url.rpartition("/")[2] for picture in drill.pictures] == [
        "drill.jpg", "drill-side.jpg", "drill-body.jpg", "drill-kit.jpg", "drill-case.jpg",
    ]  # fmt: skip


def test_paths_tags_and_the_products_that_it_names(tools: dict[str, Product]) -> None:
    drill = tools["811"]
    # "Power tools" alone is the beginning of another path.
    assert drill.category_paths == (("Power tools", "Drills"), ("Offers",)) and drill.category == "Drills"
    assert tools["903"].category_paths == (("Accessories", "Bits, nuts & sockets"),)
    assert drill.related == {"complements": ("903",), "substitutes": ("905",)}
    assert tools["906"].related == {"complements": ("903", "811")}
    assert drill.texts == {"warranty_note": "3 years with registration"}


def test_a_sale_ends_with_its_last_day(tools: dict[str, Product]) -> None:
    body = tools["811"].variants[0]
    amounts = {
        day: price.amount
        for day in ("2026-04-30", "2026-05-31", "2026-06-01")
        if (price := body.price_at(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)))
    }
    assert amounts == {"2026-04-30": Decimal(119), "2026-05-31": Decimal(99), "2026-06-01": Decimal(119)}


def test_states_and_links(tools: dict[str, Product]) -> None:
    assert [tools[name].publication for name in ("811", "904", "905", "906")] == [
        "published", "hidden", "hidden", "draft",
    ]  # fmt: skip
    assert tools["905"].link == "https://maker.example.test/guide"


def test_what_cannot_be_used_is_named() -> None:
    readings = list(WooCommerceProducts().read(lambda: read_rows(TOOLS), Shop("EUR")))
    (bad,) = [r for r in readings if isinstance(r, BadRow)]
    assert (bad.line, bad.problem.message) == (10, "the variation's parent 'id:777' is not in the file")
    left_out = {p.field for r in readings if isinstance(r, Reading) for _, p in r.problems}
    assert left_out == {"pictures", "price", "gtin"}
    assert all(not r.unused for r in readings if isinstance(r, Reading))


def test_availability_that_the_export_made_of_the_stock_follows_it(tools: dict[str, Product]) -> None:
    drill = tools["811"]
    assert [v.availability for v in drill.variants] == [None, None, "backorder"]
    for code in ("DRL/18-BODY", "DRL/18-KIT"):
        drill = patch_offer(drill, code, {"stock": 0})
    assert [v.current_availability() for v in drill.variants] == ["out_of_stock", "out_of_stock", "backorder"]
    assert drill.is_in_stock() is True
    drill = patch_offer(drill, "DRL/12-KIT", {"stock": 0, "availability": None})
    assert (drill.is_in_stock(), drill.current_availability()) == (False, "out_of_stock")
