"""What a feed as a whole shows is told in the report of its ingest."""

from __future__ import annotations

from pathlib import Path

from kms.catalog.ingest import ingest_products
from kms.catalog.models import Product
from kms.db.session import Database

PICTURE = "http://p.example/a.jpg"


def test_columns_pictures_and_codes_are_told(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "id,title,sku,image_url,created_at\n"
        f"mug,Mug,A/1,{PICTURE},2024-01-01\nMUG,Mug,a/1,{PICTURE},2024-01-01\nbowl,Bowl,B,https://p.example/b.jpg,2024-01-01\n"
    )
    report = ingest_products(sqlite_database, path)
    assert report.new == 3
    columns, ids, codes, pictures = report.warnings
    assert columns == "columns not read: created_at"
    assert "'MUG' and 'mug'" in ids and "two products" in ids
    assert codes == "a code of several products: SKU 'a/1' of 'mug' and 'MUG'"
    assert pictures.startswith("2 pictures have http: addresses (of 2 products), which browsers block")


def test_an_id_that_differs_from_a_known_one_in_case_alone_is_told(sqlite_database: Database) -> None:
    first = ingest_products(sqlite_database, [Product(id="mug", title="Mug"), Product(id="cup", title="Cup")])
    assert first.warnings == ()
    (warning,) = ingest_products(sqlite_database, [Product(id="MUG", title="Mug")]).warnings
    assert "'MUG' and 'mug'" in warning
    assert ingest_products(sqlite_database, [Product(id="MUG", title="Mug")]).warnings == ()


def test_what_was_joined_and_what_was_not_is_told(sqlite_database: Database, tmp_path: Path) -> None:
    feed = tmp_path / "mixed.csv"
    feed.write_text(
        "sku,item_group_id,title,brand,colour,Group\n"
        "S1,S,Oak stool,Fell,red,Home\nS2,S,Oak stool,Fell,blue,Home\nT1,T,Tee,Dale,red,Wear\nT2,T,Tee,Dale,blue,Wear\n"
        "X1,0,Tin lantern,Moor,red,Home\nX2,0,Wool rug,Dale,blue,Home\n"
    )
    report = ingest_products(sqlite_database, feed, dry_run=True)
    assert (report.read, report.rows, report.new) == (4, 6, 4)
    assert report.warnings == (
        "column 'Group' looks like a group id but its rows are different products; read as the category",
        "4 rows were joined to 2 products by column 'item_group_id'",
        "rows with the same 'item_group_id' whose titles, brands or categories are unlike were not joined, each is a "
        "product: '0' (2 rows)",
    )
