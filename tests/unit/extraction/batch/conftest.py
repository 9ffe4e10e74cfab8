"""Shops with a few real products of the sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.db.session import Database, open_database
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.sample.source import sample_products, sample_reviews
from tests.unit.extraction.batch.batch_shop import COUNT, OpenShop, Recorder, Shop


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def open_shop(tmp_path: Path, ontology: Ontology) -> Iterator[OpenShop]:
    """Opens shops that hold the same and share nothing."""
    products = list(sample_products())[:COUNT]
    ids = {product.id for product in products}
    reviews = [review for review in sample_reviews() if review.product_id in ids]
    opened: list[Database] = []

    def open_one() -> Shop:
        opened.append(open_database(f"sqlite:///{tmp_path / f'kms-{len(opened)}.db'}"))
        return Shop(opened[-1], ontology, products, reviews, Recorder(ontology))

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop()
