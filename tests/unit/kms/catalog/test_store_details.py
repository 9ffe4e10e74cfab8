"""What a product row has beyond its first columns is stored exactly, and old states take it on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import create_engine, text

from kms.catalog.models import Product, Publication
from kms.catalog.offers import Picture, SalePrice, Shipping, Translation, Variant
from kms.catalog.store import CatalogStore
from kms.catalog.stored_rows import hash_of
from kms.catalog.taking import FeedTaker
from kms.currency import Price
from kms.db.migrate import upgrade
from kms.db.session import Database, open_database

HASH_OF_BEFORE = "ecf9ddb00f8b92303166190e"
"""What the release before these fields wrote for a lamp of 1.2 kg."""

words = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x00"), min_size=1, max_size=12
)
moments = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=5, minutes=30))]),
)  # fmt: skip
prices = st.builds(
    Price,
    amount=st.decimals(min_value=Decimal(0), max_value=Decimal(100_000), places=2, allow_nan=False),
    currency=st.sampled_from(["EUR", "CNY", "KWD"]),
)
sales = st.builds(SalePrice, price=prices, starts_at=st.none() | moments, ends_at=st.none() | moments)
gtins = st.none() | st.sampled_from(["4006381333931", "73513537", "036000291452", "10614141543219"])
states = st.none() | st.sampled_from(["in_stock", "out_of_stock", "preorder", "backorder", "discontinued"])
offers = {
    "sku": st.none() | words, "gtin": gtins, "mpn": st.none() | words, "price": st.none() | prices,
    "sale": st.none() | sales, "availability": states, "stock": st.none() | st.integers(-5, 10**6),
    "condition": st.none() | st.sampled_from(["new", "refurbished", "used"]),
    "link": st.none() | st.just("https://shop.test/p?id=1&x=%20"),
}  # fmt: skip
variants = st.builds(
    Variant, id=words, options=st.dictionaries(words, words, max_size=3), title=words, **offers
)
pictures = st.builds(
    Picture, url=st.just("https://cdn.test/a.jpg"), alt=words, width=st.none() | st.integers(1, 9_000)
)
shippings = st.builds(Shipping, country=st.sampled_from(["", "DE"]), service=words, price=st.none() | prices)
translations = st.builds(Translation, title=words, description=words)
publications: st.SearchStrategy[Publication] = st.sampled_from(["published", "hidden", "draft", "archived"])
products = st.builds(
    Product,
    id=st.just("P1"),
    title=words,
    description=st.just("Soft."),
    variants=st.lists(variants, max_size=4, unique_by=lambda variant: variant.id).map(tuple),
    category_paths=st.lists(st.lists(words, min_size=1, max_size=4).map(tuple), max_size=3).map(tuple),
    tags=st.lists(words, max_size=3).map(tuple),
    pictures=st.lists(pictures, max_size=3).map(tuple),
    seller=st.none() | words,
    shipping=st.lists(shippings, max_size=2).map(tuple),
    numbers=st.dictionaries(words, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    texts=st.dictionaries(words, words, max_size=3),
    publication=publications,
    published_at=st.none() | moments,
    unpublished_at=st.none() | moments,
    translations=st.dictionaries(st.sampled_from(["de", "zh-Hant"]), translations, max_size=2),
    **offers,
)


@given(product=products)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_product_comes_back_as_it_went_in(sqlite_database: Database, product: Product) -> None:
    catalog = CatalogStore(sqlite_database)
    catalog.delete_products(["P1"])
    assert catalog.put_products([product]).new == ["P1"]
    stored = catalog.product("P1")
    assert stored == product
    assert catalog.put_products([stored]).unchanged == ["P1"]
    assert FeedTaker(sqlite_database, "f", is_dry=True).take_products([product]).unchanged == 1


def test_a_state_from_before_keeps_its_products_and_their_hashes(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(engine, "0005")
    row = {"hash": HASH_OF_BEFORE, "table": '{"Weight": "1.2 kg"}'}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO products (id, title, description, language, attributes, related, row_hash, updated_at) "
                "VALUES ('L1', 'Lamp', '', 'en', :table, '{}', :hash, '2026-01-01 00:00:00')"
            ),
            row,
        )
    engine.dispose()
    database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    catalog = CatalogStore(database)
    lamp = Product(id="L1", title="Lamp", attributes={"Weight": "1.2 kg"})
    assert catalog.product("L1") == lamp
    assert catalog.put_products([lamp]).unchanged == ["L1"]
    database.close()


def test_new_fields_that_say_nothing_leave_thehash_of_a_row_as_it_was() -> None:
    assert hash_of(Product(id="L1", title="Lamp", attributes={"Weight": "1.2 kg"})) == HASH_OF_BEFORE
    assert (
        hash_of(Product(id="L1", title="Lamp", attributes={"Weight": "1.2 kg"}, sku="A/B")) != HASH_OF_BEFORE
    )


def test_prices_and_publication_depend_on_the_moment() -> None:
    def euros(amount: str) -> Price:
        return Price(amount=Decimal(amount), currency="EUR")

    january = SalePrice(
        price=euros("8.00"),
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=datetime(2026, 1, 31, tzinfo=UTC),
    )
    rope = Product(
        id="R",
        title="Rope",
        variants=(Variant(id="s", price=euros("10.00"), sale=january), Variant(id="l", price=euros("12.00"))),
        publication="published",
        published_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    winter, spring = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    on_sale, after = rope.price_range_at(winter), rope.price_range_at(spring)
    assert on_sale is not None and after is not None
    assert (on_sale.low, on_sale.high, on_sale.usual) == (euros("8.00"), euros("12.00"), euros("10.00"))
    assert (after.low, after.high, after.usual) == (euros("10.00"), euros("12.00"), None)
    assert not rope.is_public_at(datetime(2026, 1, 2, tzinfo=UTC)) and rope.is_public_at(winter)
    assert not rope.model_copy(update={"publication": "draft"}).is_public_at(winter)


@pytest.mark.parametrize(
    "field", [{"gtin": "4006381333932"}, {"gtin": "12"}, {"link": "javascript:alert(1)"}]
)
def test_wrong_codes_and_links_make_no_product(field: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Product.model_validate({"id": "P", "title": "Rope", **field})


def test_variants_have_distinct_ids_within_their_product() -> None:
    with pytest.raises(ValidationError, match="same id"):
        Product(id="P", title="Rope", variants=(Variant(id="A/B-12"), Variant(id="A/B-12")))
