"""What cannot be read in a file that is read again: the value before stays, an empty cell clears it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kms.catalog.ingest import ingest_products
from kms.catalog.ingest_report import IngestReport
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.catalog.three_way import values_of
from kms.catalog.unread import Unread, complete
from kms.currency import Price
from kms.db.session import Database

SHOPIFY = """Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,\
Variant Inventory Policy,Variant Price,Variant Compare At Price
oak-stool,Oak Stool,Tarn,Colour,Black,OS-B,shopify,4,deny,34.00,42.00
oak-stool,,,,White,OS-W,shopify,0,deny,36.00,
elm-tray,Elm Tray,Tarn,Title,Default Title,ET,shopify,7,deny,12.00,
"""
GOOGLE = """id\ttitle\tlink\timage_link\tavailability\tprice\tsale_price\tquantity
T1\tElm Tray\thttps://a.example/1\thttps://a.example/1.jpg\tin_stock\t12.00 EUR\t9.00 EUR\t7
"""


class _Shop:
    def __init__(self, database: Database, file: Path, written: str) -> None:
        self._database, self._file, self._written = database, file, written
        self.catalog = CatalogStore(database)
        self.take()

    def take(self, *changes: tuple[str, str], overwrite: bool = False) -> IngestReport:
        written = self._written
        for before, after in changes:
            assert written.count(before) == 1
            written = written.replace(before, after)
        self._file.write_text(written, "utf-8")
        return ingest_products(self._database, self._file, currency="EUR", overwrite=overwrite)

    def product(self, product_id: str) -> Product:
        found = self.catalog.product(product_id)
        assert found is not None
        return found


@pytest.fixture
def shopify(sqlite_database: Database, tmp_path: Path) -> _Shop:
    return _Shop(sqlite_database, tmp_path / "products.csv", SHOPIFY)


@pytest.fixture
def google(sqlite_database: Database, tmp_path: Path) -> _Shop:
    return _Shop(sqlite_database, tmp_path / "feed.tsv", GOOGLE)


def _euros(written: str) -> Price:
    return Price(amount=Decimal(written), currency="EUR")


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_unreadable_price_keeps_the_one_before(shopify: _Shop, overwrite: bool) -> None:
    before = shopify.product("elm-tray")
    assert before.price == _euros("12.00")
    report = shopify.take((",12.00,", ",twelve,"), overwrite=overwrite)
    assert shopify.product("elm-tray") == before
    assert report.left_out == {"variants.price": 1}
    (said,) = report.first_left_out
    assert "'twelve'" in said and "elm-tray" in said
    assert report.changed == 0 and not report.divergences.counts


def test_it_is_no_conflict_when_the_file_is_read_again_or_mended(shopify: _Shop) -> None:
    shopify.take((",12.00,", ",twelve,"))
    again = shopify.take((",12.00,", ",twelve,"))
    mended = shopify.take((",12.00,", ",13.00,"))
    assert again.unchanged == 2 and mended.changed == 1
    assert not again.divergences.counts and not mended.divergences.counts
    assert shopify.product("elm-tray").price == _euros("13.00")


def test_an_empty_cell_clears_the_value(shopify: _Shop) -> None:
    shopify.take((",12.00,", ",,"))
    assert shopify.product("elm-tray").price is None


def test_the_variant_whose_cell_it_is_keeps_its_value_and_no_other(shopify: _Shop) -> None:
    shopify.take((",34.00,42.00", ",cheap,42.00"), (",36.00,", ",,"))
    black, white = shopify.product("oak-stool").variants
    assert (black.price, black.sale and black.sale.price) == (_euros("42.00"), _euros("34.00"))
    assert white.price is None


def test_unreadable_stock_sells_nothing_out(shopify: _Shop) -> None:
    shopify.take(("shopify,4,", "shopify,lots,"), ("shopify,7,", "shopify,plenty,"))
    assert shopify.product("oak-stool").variants[0].stock == 4
    assert shopify.product("oak-stool").is_in_stock() is True
    assert shopify.product("elm-tray").stock == 7


def test_what_a_person_changed_since_stays(google: _Shop) -> None:
    changed = google.product("T1").model_copy(update={"price": _euros("15.00"), "sale": None})
    google.catalog.put_products([changed])
    google.take(("12.00 EUR", "twelve"), ("9.00 EUR", ""))
    assert google.product("T1").price == _euros("15.00")


def test_a_usual_price_that_cannot_be_read_does_not_make_the_sale_usual(google: _Shop) -> None:
    before = google.product("T1")
    google.take(("12.00 EUR", "twelve"))
    assert google.product("T1") == before


def test_an_unreadable_sale_does_not_raise_the_price(google: _Shop) -> None:
    before = google.product("T1")
    google.take(("9.00 EUR", "soon"))
    assert google.product("T1") == before
    google.take(("12.00 EUR", "14.00 EUR"), ("9.00 EUR", "soon"))
    assert (google.product("T1").price, google.product("T1").sale) == (_euros("14.00"), None)


def test_other_fields_of_the_row_are_taken(google: _Shop) -> None:
    google.take(("\t7\n", "\tsome\n"), ("Elm Tray", "Elm Tray, large"), ("in_stock", "preorder"))
    product = google.product("T1")
    assert (product.title, product.stock, product.availability) == ("Elm Tray, large", 7, "preorder")


def test_nothing_is_made_up_where_nothing_was_said() -> None:
    product = Product(id="A", title="Elm Tray")
    assert complete(product, [Unread("", "price"), Unread("V", "stock")], {"id": "A"}) == product
    said = values_of(Product(id="A", title="Tray", stock=3))
    assert complete(product, [Unread("", "stock")], said).stock == 3
