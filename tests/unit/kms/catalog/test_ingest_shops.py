"""Whole files of shops: what layout they are read by, what goes in, what a feed's missing rows do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.catalog.ingest import ingest_events, ingest_products, ingest_reviews
from kms.catalog.layouts.base import Shop
from kms.catalog.layouts.explain import explain_rows, write_as_mapping
from kms.catalog.layouts.recognise import all_layouts, layout_named, recognise
from kms.catalog.layouts.shopify import ShopifyProducts
from kms.catalog.readers import read_rows
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.errors import CatalogError, ConfigurationError
from tests.shops import SHOPS

PETS, TOOLS = SHOPS / "shopify-pets.csv", SHOPS / "woocommerce-tools.csv"


def test_a_shops_file_needs_no_mapping_and_twice_changes_nothing(
    sqlite_database: Database, tmp_path: Path
) -> None:
    report = ingest_products(sqlite_database, PETS, currency="EUR", rejects_dir=tmp_path)
    assert report.layout.startswith("Shopify product CSV: columns Handle, Title")
    assert (report.read, report.rows, report.new, report.rejected) == (6, 13, 5, 1)
    assert report.left_out == {"pictures": 1, "variants.gtin": 1, "variants.sku": 1}
    assert any("shopify-pets.csv:6: variants.gtin '4006381333932'" in line for line in report.first_left_out)
    rejects = (tmp_path / "shopify-pets.csv.rejects.jsonl").read_text("utf-8").splitlines()
    assert sum('"is_row_kept":true' in line for line in rejects) == 3 and len(rejects) == 4
    again = ingest_products(sqlite_database, PETS, currency="EUR")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 5)


def test_options_are_lines_of_the_products_table(sqlite_database: Database) -> None:
    ingest_products(sqlite_database, PETS, currency="EUR")
    table = next(
        d for d in CatalogStore(sqlite_database).documents_of("burrow-dog-bed") if d.field == "table"
    )
    assert "Size: Small, Large" in table.text and "Colour: Moss, Rust" in table.text


def test_reviews_name_products_by_handle_or_by_the_code_of_a_variant(sqlite_database: Database) -> None:
    ingest_products(sqlite_database, PETS, currency="EUR")
    ingest_products(sqlite_database, TOOLS, currency="EUR")
    catalog = CatalogStore(sqlite_database)
    report = ingest_reviews(sqlite_database, SHOPS / "judgeme-reviews.csv")
    assert report.layout.startswith("mapping judgeme-reviews")
    assert (report.new, report.rejects) == (3, {"unknown_product": 1})
    assert [review.rating for review in catalog.reviews_of("burrow-dog-bed")] == [2.0, 5.0]
    assert ingest_reviews(sqlite_database, SHOPS / "judgeme-reviews.csv").unchanged == 3
    drills = ingest_reviews(sqlite_database, SHOPS / "google-product-reviews.xml")
    assert (drills.new, drills.rejected) == (2, 0)
    assert [review.text for review in catalog.reviews_of("811")] == [
        "The clutch is precise and the battery lasts a day."
    ]
    assert [review.rating for review in catalog.reviews_of("903")] == [2.0]


def test_events_name_products_by_the_code_of_a_variant(sqlite_database: Database, tmp_path: Path) -> None:
    ingest_products(sqlite_database, TOOLS, currency="EUR")
    clicks = tmp_path / "events.csv"
    clicks.write_text(
        "id,type,shopper_id,timestamp,product_id\n"
        "e1,view,s1,2026-01-02T00:00:00Z,drl_18-body\n"
        "e2,view,s1,2026-01-02T00:00:00Z,4006381333931\n"
        "e3,view,s1,2026-01-02T00:00:00Z,nobody\n",
        "utf-8",
    )
    report = ingest_events(sqlite_database, clicks)
    assert (report.new, report.rejects) == (1, {"unknown_product": 2})


def test_codes_of_several_products_name_none(sqlite_database: Database, tmp_path: Path) -> None:
    twins = tmp_path / "twins.csv"
    twins.write_text("id,title,sku,gtin\nA,Saw,S/1,4006381333931\nB,Saw,S/2,4006381333931\n", "utf-8")
    mapping = tmp_path / "twins.yaml"
    mapping.write_text("kind: product\nfields: {id: id, title: title, sku: sku, gtin: gtin}\n", "utf-8")
    ingest_products(sqlite_database, twins, mapping)
    catalog = CatalogStore(sqlite_database)
    assert catalog.ids_by_code(["s/2", "4006381333931", "S/9"]) == {"s/2": "B"}
    catalog.delete_products(["A"])
    assert catalog.ids_by_code(["04006381333931"]) == {"04006381333931": "B"}


def test_ids_may_be_made_of_skus(sqlite_database: Database, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("sku,title\nA/B-12,Saw\n", "utf-8")
    mapping = tmp_path / "t.yaml"
    mapping.write_text("kind: product\nfields: {id: sku, title: title, sku: sku}\n", "utf-8")
    with pytest.raises(CatalogError, match="say `code: true` in the mapping"):
        ingest_products(sqlite_database, table, mapping)
    mapping.write_text(
        "kind: product\nfields: {id: {column: sku, code: true}, title: title, sku: sku}\n", "utf-8"
    )
    ingest_products(sqlite_database, table, mapping)
    (product,) = CatalogStore(sqlite_database).iter_products()
    assert product.sku == "A/B-12" and product.id.startswith("A_B-12~")


def lamps(path: Path, numbers: range) -> Path:
    path.write_text("id,title\n" + "".join(f"L{n},Lamp {n}\n" for n in numbers), "utf-8")
    return path


def test_more_than_a_fifth_of_a_feed_is_not_deleted_unless_told(
    sqlite_database: Database, tmp_path: Path
) -> None:
    catalog = CatalogStore(sqlite_database)
    ingest_products(sqlite_database, lamps(tmp_path / "a.csv", range(10)), feed="lamps")
    ingest_products(sqlite_database, lamps(tmp_path / "b.csv", range(100, 140)), feed="others")
    fewer = lamps(tmp_path / "c.csv", range(7))
    with pytest.raises(
        CatalogError, match=r"3 of the 10 products of the feed 'lamps' are missing.*--delete-many"
    ):
        ingest_products(sqlite_database, fewer, feed="lamps", delete_missing=True)
    assert catalog.counts()["products"] == 50
    dry = ingest_products(
        sqlite_database, fewer, feed="lamps", delete_missing=True, delete_many=True, dry_run=True
    )
    assert (dry.is_dry, dry.missing, dry.deleted, dry.unchanged) == (True, 3, 0, 7)
    assert "would be deleted" in dry.note and "L7, L8, L9" in dry.note
    done = ingest_products(sqlite_database, fewer, feed="lamps", delete_missing=True, delete_many=True)
    assert (done.missing, done.deleted, catalog.counts()["products"]) == (3, 3, 47)
    one_less = lamps(tmp_path / "d.csv", range(6))
    assert ingest_products(sqlite_database, one_less, feed="lamps", delete_missing=True).deleted == 1


def test_a_dry_run_writes_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    report = ingest_products(
        sqlite_database, PETS, currency="EUR", dry_run=True, rejects_dir=tmp_path / "rejects"
    )
    assert (report.new, report.is_dry, report.rejects_file) == (5, True, None)
    assert CatalogStore(sqlite_database).counts()["products"] == 0 and not (tmp_path / "rejects").exists()


def test_a_file_of_no_known_layout_is_asked_for_its_columns(
    sqlite_database: Database, tmp_path: Path
) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("ident,titel,preis\nA-1,Lampe,3\nA-2,Stuhl,4\n", "utf-8")
    with pytest.raises(CatalogError) as error:
        ingest_products(sqlite_database, table)
    assert str(error.value) == (
        "odd.csv: which column is the product number? Candidates by their values: ident. Rename it to SKU or id; "
        "which column is the product's name? Candidates by their values: titel. Rename it to title, or write a mapping "
        "(docs/layouts.md)."
    )


def test_rows_of_which_none_can_be_read_are_refused(sqlite_database: Database, tmp_path: Path) -> None:
    table = tmp_path / "none.csv"
    table.write_text("Handle,Title,Variant Price,Option1 Name\nx,,1,\ny,,2,\n", "utf-8")
    with pytest.raises(
        CatalogError, match=r"(?s)none of its rows can be used.*Its columns are: Handle, Title"
    ):
        ingest_products(sqlite_database, table)
    assert CatalogStore(sqlite_database).counts()["products"] == 0


def test_explanation_says_for_each_column_what_became_of_it() -> None:
    rows = explain_rows(ShopifyProducts(), lambda: read_rows(PETS), Shop("EUR"), limit=2)
    assert [(row.id, row.rows) for row in rows] == [("burrow-dog-bed", 6), ("salmon-oil-500", 1)]
    became = {cell.column: (cell.value, cell.field) for cell in rows[0].cells}
    assert became["Variant SKU"] == ("BED/S-MO", "variants.sku")
    assert became["Variant Taxable"] == ("true", "left out: how the shop handles it")
    assert rows[0].problems == (
        "line 6: variants.gtin '4006381333932' is no GTIN (EAN, UPC, ISBN): its check digit is wrong; left out",
    )


def test_grouped_layouts_say_why_they_are_no_mapping() -> None:
    with pytest.raises(CatalogError, match="rows of the same handle are one product"):
        write_as_mapping(ShopifyProducts(), lambda: read_rows(PETS), Shop())


@pytest.mark.parametrize("layout", [each.name for each in all_layouts()])
def test_every_layout_has_a_name_and_refuses_another_shops_file(layout: str) -> None:
    assert layout_named(layout).title
    recognised = recognise(TOOLS)
    assert recognised is not None
    assert (recognised.layout.name == layout) == (layout == "woocommerce-products")


def test_unknown_layouts_are_named() -> None:
    with pytest.raises(ConfigurationError, match="known are shopify-products, woocommerce-products"):
        layout_named("no-such")


def test_a_layout_that_does_not_fit_is_taken_at_its_word_and_doubted(
    sqlite_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "feed.tsv"
    columns, cells = ("id", "title", "link", "image_link", "price"), ("T1", "Elm Tray", "", "", "12 EUR")
    file.write_text("\t".join(columns) + "\n" + "\t".join(cells) + "\n", "utf-8")
    report = ingest_products(sqlite_database, file, layout_named("shopify-products"), dry_run=True)
    assert report.new == 1 and "does not look like shopify-products" in report.note
    assert "--layout google-merchant-products" in report.note
    fitting = ingest_products(sqlite_database, TOOLS, layout_named("woocommerce-products"), dry_run=True)
    assert fitting.new and "does not look like" not in fitting.note


def test_a_refused_file_without_columns_names_none(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text("[{,}]\n", "utf-8")
    with pytest.raises(CatalogError) as refused:
        ingest_products(sqlite_database, file)
    assert "Its columns are" not in str(refused.value) and str(refused.value).strip() == str(refused.value)
