"""Real catalogues through the ready mappings; ``KMS_DATASETS`` names the folder that holds them."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from kms.catalog.ingest import ingest_products, ingest_reviews
from kms.catalog.store import CatalogStore
from kms.db.session import Database

pytestmark = [pytest.mark.quality, pytest.mark.slow]

DATASETS = Path(os.environ.get("KMS_DATASETS", Path(__file__).parents[2].parent / "shared" / "datasets"))


def dataset(name: str) -> Path:
    path = DATASETS / name
    if not path.is_dir():
        pytest.skip(f"no {name} under {DATASETS}: set KMS_DATASETS to the folder of the data sets")
    return path


def test_icecat_products(sqlite_database: Database) -> None:
    path = dataset("chorus-search") / "products.jsonl.gz"
    report = ingest_products(sqlite_database, path, "icecat-products")
    assert (report.read, report.new, report.rejected) == (19_406, 19_406, 0)
    product = CatalogStore(sqlite_database).product("3920564")
    assert product.price is not None
    assert (product.price.amount, product.price.currency) == (Decimal("49.95"), "USD")
    assert product.brand == "Xerox"
    assert product.attributes["printing colours"] == "Black"
    again = ingest_products(sqlite_database, path, "icecat-products")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 19_406)


def test_amazon_products_with_reviews(sqlite_database: Database) -> None:
    folder = dataset("catalog-giftcards")
    products = ingest_products(
        sqlite_database, folder / "products.jsonl.gz", "amazon-2018-products", strict=True
    )
    reviews = ingest_reviews(sqlite_database, folder / "reviews.jsonl.gz", "amazon-2018-reviews", strict=True)
    assert (products.new, reviews.new) == (1_547, 2_972)
    catalog = CatalogStore(sqlite_database)
    assert len(catalog.ratings()) == 148
    # 362 rows have something in the price column, four of these blanks or style sheets
    assert sum(product.price is not None for product in catalog.iter_products()) == 358
