"""Product cards for lists, made from the rows of the store, or from the index while the store cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from api.schemas import PriceOut, ProductCard
from kms.catalog.store import CatalogStore
from kms.currency import Price
from kms.errors import StoreError
from ranking.serving.index import ServingIndex


def make_cards(
    catalog: CatalogStore, index: ServingIndex, product_ids: Sequence[str]
) -> tuple[dict[str, ProductCard], bool]:
    """Cards of those products that still exist, by id, and whether the rows could be read."""
    try:
        rows = catalog.summaries(product_ids)
    except StoreError:
        return {i: _card_from_index(index, i) for i in product_ids}, False
    cards = {}
    for row in rows:
        at = index.positions.get(row.id)
        cards[row.id] = ProductCard.model_construct(  # what is in the store was checked when it was written
            id=row.id,
            title=row.title,
            brand=row.brand,
            price=show_price(row.price),
            image_url=row.image_url,
            language=row.language,
            rating=index.documents[at].numbers.get("rating") if at is not None else None,
        )
    return cards, True


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
    )
