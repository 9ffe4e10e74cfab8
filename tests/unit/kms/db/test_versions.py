from __future__ import annotations

from datetime import UTC, datetime

from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.db.tables import ProductVersionRow
from kms.db.versions import DELETED, fingerprints_of, in_chunks, refresh_versions, upsert


def versions(database: Database) -> dict[str, tuple[int, str]]:
    with database.read() as session:
        return {row.product_id: (row.revision, row.fingerprint) for row in session.query(ProductVersionRow)}


def test_chunks() -> None:
    assert list(in_chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(in_chunks([], 2)) == []


def test_fingerprint_follows_rows_and_comes_back_with_them(sqlite_database: Database) -> None:
    catalog = CatalogStore(sqlite_database)
    lamp = Product(id="a", title="Lamp")
    review = Review(id="r", product_id="a", rating=4, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    catalog.put_products([lamp])
    first = versions(sqlite_database)["a"]
    catalog.put_reviews([review])
    second = versions(sqlite_database)["a"]
    assert second[0] == first[0] + 1
    assert second[1] != first[1]
    catalog.put_reviews([review.model_copy(update={"rating": 5.0})])
    assert versions(sqlite_database)["a"][1] != second[1]
    catalog.delete_reviews(["r"])
    assert versions(sqlite_database)["a"] == (4, first[1])
    catalog.delete_products(["a"])
    assert versions(sqlite_database)["a"] == (5, DELETED)


def test_refreshing_what_did_not_change_is_silent(sqlite_database: Database) -> None:
    CatalogStore(sqlite_database).put_products([Product(id="a", title="Lamp")])
    before = versions(sqlite_database)
    with sqlite_database.write() as session:
        assert refresh_versions(session, ["a", "a"]) == set()
        assert refresh_versions(session, []) == set()
        assert fingerprints_of(session, ["nobody"]) == {"nobody": DELETED}
    assert versions(sqlite_database) == before


def test_upsert_can_leave_rows_that_exist(sqlite_database: Database) -> None:
    row = {"product_id": "a", "revision": 1, "fingerprint": "f", "is_deleted": False}
    with sqlite_database.write() as session:
        upsert(session, ProductVersionRow, [row], key=("product_id",))
        upsert(session, ProductVersionRow, [{**row, "revision": 9}], key=("product_id",), update=())
        upsert(session, ProductVersionRow, [], key=("product_id",))
    assert versions(sqlite_database) == {"a": (1, "f")}
    with sqlite_database.write() as session:
        upsert(session, ProductVersionRow, [{**row, "revision": 9}], key=("product_id",))
    assert versions(sqlite_database) == {"a": (9, "f")}
