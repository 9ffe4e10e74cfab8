"""Cleaned products and reviews as a shop's files state them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kms.currency import Price
from kms.types import Frozen, Identifier, Language, ProductRole


class Product(Frozen):
    """One row of the catalogue, cleaned: Unicode normalised, no HTML, language known.

    Attributes:
        attributes: The shop's own table, name to value as written, in the shop's order.
        category: The shop's category: an ontology class id where it is one, else the shop's words.
        related: What the shop itself states about other products, by role.
    """

    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=2_000)]
    description: Annotated[str, Field(max_length=50_000)] = ""
    brand: Annotated[str, Field(max_length=200)] | None = None
    category: Annotated[str, Field(max_length=500)] | None = None
    price: Price | None = None
    language: Language = "en"
    attributes: dict[str, str] = Field(default_factory=dict)
    related: dict[ProductRole, tuple[str, ...]] = Field(default_factory=dict)
    image_url: Annotated[str, Field(max_length=2_000)] | None = None


class Review(Frozen):
    """A shopper's words on a product; ``rating`` is 1 to 5."""

    id: Identifier
    product_id: Identifier
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    title: Annotated[str, Field(max_length=1_000)] = ""
    text: Annotated[str, Field(max_length=50_000)] = ""
    language: Language = "en"
    created_at: datetime | None = None
    shopper_id: Annotated[str, Field(max_length=128)] | None = None
