from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kms.journal.models import Event
from kms.ontology.load import load_ontology
from kms.sample.shoppers import PreferenceModel, draw_events, write_events
from kms.sample.source import clean_sample, sample_events, sample_products, sample_reviews
from kms.text.normalise import clean_text

SMALL = PreferenceModel(shoppers=40)


@pytest.fixture(scope="module")
def drawn() -> list[Event]:
    return draw_events(clean_sample(), load_ontology(), SMALL, seed=7)


def test_equal_seed_gives_equal_bytes(drawn: list[Event], tmp_path: Path) -> None:
    again = draw_events(clean_sample(), load_ontology(), SMALL, seed=7)
    assert again == drawn
    assert draw_events(clean_sample(), load_ontology(), SMALL, seed=8) != drawn
    write_events(drawn, tmp_path / "a.jsonl.gz")
    write_events(again, tmp_path / "b.jsonl.gz")
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
    assert list(sample_events(tmp_path / "a.jsonl.gz")) == drawn


def test_events_make_sense(drawn: list[Event]) -> None:
    assert [event.timestamp for event in drawn] == sorted(event.timestamp for event in drawn)
    assert len({event.id for event in drawn}) == len(drawn)
    carts = {(e.shopper_id, e.product_id) for e in drawn if e.type == "cart"}
    purchases = {(e.shopper_id, e.product_id) for e in drawn if e.type == "purchase"}
    reviewed = {(e.shopper_id, e.product_id) for e in drawn if e.id.startswith("review-")}
    assert purchases <= carts | reviewed
    for event in drawn:
        assert (event.product_id is None) == (event.type == "search") == (event.query is not None)
        if event.type == "rating":
            assert event.value in {1, 2, 3, 4, 5}
            assert (event.shopper_id, event.product_id) in purchases


def test_file_that_ships_fits_the_catalogue() -> None:
    events = list(sample_events())
    products = {product.id for product in sample_products()}
    shoppers = Counter(event.shopper_id for event in events)
    named = Counter(event.product_id for event in events if event.product_id)
    assert len(shoppers) >= 400
    assert min(shoppers.values()) == 1
    assert set(named) <= products
    assert products - set(named), "some products are cold"
    assert max(event.timestamp for event in events) < datetime(2026, 11, 21, tzinfo=UTC)
    types = Counter(event.type for event in events)
    assert types["view"] > types["cart"] > types["purchase"] > types["rating"] > 0
    assert any(event.query and not event.query.isascii() for event in events)


def test_products_and_reviews_come_clean_and_without_annotation() -> None:
    products = {product.id: product for product in sample_products()}
    reviews = list(sample_reviews())
    for product in products.values():
        assert clean_text(product.description) == product.description
        assert "](" not in product.title + product.description
    assert {review.product_id for review in reviews} <= set(products)
    given = {review.id: review.shopper_id for review in reviews if review.shopper_id}
    assert len(given) > len(reviews) / 2
    ratings = {
        event.id.removeprefix("review-"): event for event in sample_events() if event.id.startswith("review-")
    }
    for review in reviews:
        if review.id in ratings:
            assert ratings[review.id].product_id == review.product_id
