"""Offers as the API shows them: codes, prices, stock and variants of a product's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.cards import show_price
from api.product_schemas import PictureOut, PriceRangeOut, ShippingOut, SourceOut, TranslationOut
from api.schemas import SaleOut, VariantOut
from kms.catalog.models import PriceRange, Product
from kms.catalog.offers import Offer, Variant


def show_offer(offer: Offer) -> dict[str, Any]:
    """The fields that products and variants share."""
    sale_price = show_price(offer.sale.price) if offer.sale else None
    return {
        "sku": offer.sku,
        "gtin": offer.gtin,
        "mpn": offer.mpn,
        "price": show_price(offer.price),
        "sale": SaleOut(price=sale_price, starts_at=offer.sale.starts_at, ends_at=offer.sale.ends_at)
        if offer.sale and sale_price
        else None,
        "availability": offer.current_availability(),
        "stock": offer.stock,
        "condition": offer.condition,
        "image_url": offer.image_url,
        "link": offer.link,
    }


def show_variant(variant: Variant) -> VariantOut:
    """One choice of a product."""
    return VariantOut(
        id=variant.id, title=variant.title, options=dict(variant.options), **show_offer(variant)
    )


def show_source(product: Product, now: datetime, feeds: Sequence[str]) -> SourceOut:
    """One row of a product that several rows describe."""
    return SourceOut(
        id=product.id,
        title=product.title,
        brand=product.brand,
        seller=product.seller,
        feeds=tuple(feeds),
        price_range=show_range(product, now),
        variants=_show_variants(product),
        **show_offer(product),
    )


def show_range(product: Product, now: datetime) -> PriceRangeOut | None:
    """What a row costs at a moment."""
    return show_range_of(product.price_range_at(now))


def show_range_of(prices: PriceRange | None) -> PriceRangeOut | None:
    """A range of prices as the API shows it."""
    low, high = (show_price(prices.low), show_price(prices.high)) if prices else (None, None)
    return PriceRangeOut(low=low, high=high) if low and high else None


def range_of_rows(rows: Sequence[Product], now: datetime) -> PriceRange | None:
    """What a product costs over all its rows, in the currency of the first that has a price."""
    ranges = [prices for row in rows if (prices := row.price_range_at(now)) is not None]
    same = [each for each in ranges if each.low.currency == ranges[0].low.currency]
    if not same:
        return None
    cheapest = min(same, key=lambda each: each.low.amount)
    return cheapest._replace(high=max((each.high for each in same), key=lambda high: high.amount))


def _show_variants(product: Product) -> tuple[VariantOut, ...]:
    return tuple(show_variant(each) for each in product.variants)


def show_details(product: Product, now: datetime) -> dict[str, Any]:
    """What a row has beside texts and tables; its own numbers and texts, such as margins, are not shown."""
    return {
        **show_offer(product),
        "price_range": show_range(product, now),
        "variants": _show_variants(product),
        "category_paths": product.category_paths,
        "tags": product.tags,
        "pictures": tuple(
            PictureOut(url=each.url, alt=each.alt, width=each.width, height=each.height)
            for each in product.pictures
        ),
        "seller": product.seller,
        "shipping": tuple(
            ShippingOut(
                country=each.country, region=each.region, service=each.service, price=show_price(each.price)
            )
            for each in product.shipping
        ),
        "published_at": product.published_at,
        "translations": {
            language: TranslationOut(title=each.title, description=each.description)
            for language, each in product.translations.items()
        },
    }
