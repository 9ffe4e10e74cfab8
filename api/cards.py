"""Product cards for lists, made from the rows of the store, or from the index while the store cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from api.schemas import PriceOut, ProductCard
from kms.catalog.store import CatalogStore, ProductSummary
from kms.currency import Price
from kms.errors import StoreError
from kms.indexing.documents import IN_STOCK
from kms.lexical.models import IndexedProduct
from kms.ontology.structure import AVAILABILITY_FIELD
from ranking.serving.index import ServingIndex


def make_cards(
    catalog: CatalogStore, index: ServingIndex, product_ids: Sequence[str]
) -> tuple[dict[str, ProductCard], bool]:
    """Cards of those products that still exist, by id, and whether the rows could be read."""
    try:
        merged = [each for main in product_ids for each in index.merged.get(main, ())]
        rows = catalog.summaries([*product_ids, *merged])
    except StoreError:
        return {i: _card_from_index(index, i) for i in product_ids}, False
    cards = {}
    now = datetime.now(UTC)
    by_id = {row.id: row for row in rows}
    for product_id in product_ids:
        row = by_id.get(product_id)
        if row is None:
            continue
        at = index.positions.get(row.id)
        others = [by_id[each] for each in index.merged.get(row.id, ()) if each in by_id]
        price, is_on_sale = min(
            (_price_at(each, now) for each in (row, *others) if _is_comparable(each, row)),
            key=lambda pair: pair[0].amount if pair[0] else Decimal("Infinity"),
        )
        cards[row.id] = ProductCard.model_construct(  # what is in the store was checked when it was written
            id=row.id,
            title=row.title,
            # The index has what people decided, and else what the row says.
            brand=(index.documents[at].brand or None) if at is not None else row.brand,
            price=show_price(price),
            price_high=_price_high(index, at, price),
            usual_price=show_price(row.price) if is_on_sale else None,
            image_url=row.image_url,
            language=row.language,
            rating=index.documents[at].numbers.get("rating") if at is not None else None,
            availability=_state_of(index.documents[at]) if at is not None else None,
        )
    return cards, True


def _price_at(row: ProductSummary, now: datetime) -> tuple[Price | None, bool]:
    """What a row costs at a moment, and whether that is a sale's price."""
    is_on_sale = row.sale is not None and row.sale.holds_at(now)
    return (row.sale.price if row.sale is not None and is_on_sale else row.price), is_on_sale


def _is_comparable(row: ProductSummary, main: ProductSummary) -> bool:
    """Whether a row's price may stand for its main row's: that row itself, or one in the same currency."""
    has_same = row.price is not None and main.price is not None and row.price.currency == main.price.currency
    return row is main or has_same


def _price_high(index: ServingIndex, at: int | None, price: Price | None) -> PriceOut | None:
    """The dearest variant's price, which the index has beside the cheapest one's."""
    if at is None or price is None:
        return None
    high = index.documents[at].highs.get(f"price.{price.currency.lower()}")
    if high is None or high <= float(price.amount):
        return None
    return PriceOut.model_construct(amount=high, currency=price.currency)


def show_price(price: Price | None) -> PriceOut | None:
    """A price as a number and its currency."""
    return PriceOut.model_construct(amount=float(price.amount), currency=price.currency) if price else None


def _card_from_index(index: ServingIndex, product_id: str) -> ProductCard:
    document = index.documents[index.positions[product_id]]
    return ProductCard(
        id=product_id,
        title=document.title,
        brand=document.brand or None,
        language=document.language,
        rating=document.numbers.get("rating"),
        availability=_state_of(document),
    )


def _state_of(document: IndexedProduct) -> Literal["in_stock", "out_of_stock"] | None:
    said = document.facets.get(AVAILABILITY_FIELD, ())
    return None if not said else "in_stock" if IN_STOCK in said else "out_of_stock"
