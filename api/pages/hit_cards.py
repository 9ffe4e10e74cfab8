"""Cards of hits: a product's card with the price, state and variant that the hit has."""

from __future__ import annotations

import dataclasses
from typing import TypeGuard

from api.pages.views import Card
from api.schemas import HitOut
from kms.catalog.offers import Picture


def with_offer(card: Card | None, hit: HitOut) -> Card:
    """The card with the hit's price and state, which are those of all rows of a merged product."""
    shown = hit.product
    card = card or _bare_card(hit)
    if shown.availability is not None and card.is_sold_out != (shown.availability == "out_of_stock"):
        card = dataclasses.replace(card, availability=shown.availability)
    if shown.price is None:
        return card
    return dataclasses.replace(
        card, price=shown.price, price_high=shown.price_high, usual_price=shown.usual_price
    )


def _bare_card(hit: HitOut) -> Card:
    shown = hit.product
    named = (shown.id, shown.title, shown.brand, shown.price, shown.rating)
    return Card(*named, 0, ("", ""), "", language=shown.language)


def with_variant(card: Card, hit: HitOut) -> Card:
    """The card with the variant that the query asked for, and its picture where it has one."""
    variant = hit.product.variant
    if variant is None:
        return card
    picture = Picture(url=variant.image_url) if _is_address(variant.image_url) else card.picture
    return dataclasses.replace(card, variant=variant, picture=picture)


def _is_address(url: str | None) -> TypeGuard[str]:
    return url is not None and url.lower().startswith(("https://", "http://", "/static/")) and " " not in url
