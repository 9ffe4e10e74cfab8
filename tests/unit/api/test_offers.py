"""Offers as the API shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from api.offers import range_of_rows, show_details, show_range_of
from api.pages.components import format_range
from api.product_schemas import ProductOut, ReviewsSummary
from api.schemas import PriceOut
from kms.catalog.models import Product
from kms.catalog.offers import SalePrice, Shipping, Translation, Variant
from kms.currency import Price
from tests.shops import euros

NOW = datetime(2026, 5, 2, tzinfo=UTC)


HOSE = Product(
    id="HOSE",
    title="Garden hose",
    price=euros("24.90"),
    variants=(
        Variant(
            id="HOSE/15", sku="HOSE/15", options={"Length": "15 m"}, price=euros("24.90"),
            sale=SalePrice(price=euros("19.90"), ends_at=NOW + timedelta(days=1)), stock=3,
        ),
        Variant(id="HOSE/30", options={"Length": "30 m"}, price=euros("39.90"), availability="out_of_stock"),
    ),
    numbers={"cost of goods sold": 7.5},
    texts={"custom label 0": "push"},
    shipping=(Shipping(country="DE", price=euros("3.90")),),
    translations={"de": Translation(title="Gartenschlauch")},
    category_paths=(("Garden", "Watering"),),
)  # fmt: skip


def test_variants_and_their_range_are_shown_and_the_shops_own_numbers_are_not() -> None:
    shown = show_details(HOSE, NOW)
    answer = ProductOut(
        id=HOSE.id, title=HOSE.title, description="", brand=None, category=None, language="en", attributes={},
        related={}, reviews=ReviewsSummary(count=0, ratings=0, mean_rating=None), **shown,
    ).model_dump(mode="json")  # fmt: skip
    assert answer["price_range"] == {
        "low": {"amount": 19.9, "currency": "EUR"}, "high": {"amount": 39.9, "currency": "EUR"},
    }  # fmt: skip
    assert [v["options"] for v in answer["variants"]] == [{"Length": "15 m"}, {"Length": "30 m"}]
    assert answer["variants"][0]["sale"]["ends_at"] == "2026-05-03T00:00:00Z"
    assert answer["shipping"][0]["price"] == {"amount": 3.9, "currency": "EUR"}
    assert answer["translations"]["de"]["title"] == "Gartenschlauch"
    assert "7.5" not in str(answer) and "push" not in str(answer)


def test_a_range_of_prices_in_words() -> None:
    low, high = PriceOut(amount=19.9, currency="EUR"), PriceOut(amount=39.9, currency="EUR")
    assert format_range(low, high) == "€19.90 – €39.90"


def test_a_merged_product_costs_from_its_cheapest_row_to_its_dearest() -> None:
    def row(name: str, amount: str, currency: str = "EUR") -> Product:
        return Product(id=name, title=name, price=Price(amount=Decimal(amount), currency=currency))

    rows = [row("a", "29.90"), row("b", "28.90"), row("c", "5", "USD")]
    prices = range_of_rows(rows, datetime.now(UTC))
    assert prices is not None
    assert (prices.low.amount, prices.high.amount) == (Decimal("28.90"), Decimal("29.90"))
    shown = show_range_of(prices)
    assert shown is not None
    assert (shown.low.amount, shown.high.amount) == (28.9, 29.9)
    assert range_of_rows([Product(id="d", title="d")], datetime.now(UTC)) is None
