"""What a shop knows: products, reviews and what shoppers did."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "zh"]
EventType = Literal["view", "click", "cart", "purchase", "rating", "search"]
ProductRole = Literal["compatible_with", "complements", "substitutes", "variant_of"]

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\s/#?\x00-\x1f]+$")]


class Frozen(BaseModel):
    """Base of data that crosses a border: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(Frozen):
    """An amount in one currency (ISO 4217 code)."""

    amount: Annotated[Decimal, Field(ge=0, le=Decimal("1e9"))]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


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


class Event(Frozen):
    """Something a shopper did. ``value`` is the rating (1 to 5) or the quantity; ``query`` is of searches."""

    id: Identifier
    type: EventType
    shopper_id: Identifier
    timestamp: datetime
    product_id: Identifier | None = None
    session_id: Annotated[str, Field(max_length=128)] | None = None
    query: Annotated[str, Field(max_length=1_000)] | None = None
    query_id: Annotated[str, Field(max_length=128)] | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    value: Annotated[float, Field(ge=0, le=1e6)] | None = None
