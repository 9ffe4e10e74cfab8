"""Rows of the catalogue's tables: what models become in the store, and back."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from kms.catalog.models import Product, Review
from kms.catalog.offers import SalePrice
from kms.currency import Price
from kms.db.tables import ProductRow, ReviewRow

_COLUMNS = (
    "id", "title", "description", "brand", "category", "price", "language", "attributes", "related", "image_url"
)  # fmt: skip
"""Fields of a product that have columns of their own, in the order in which the first release hashed them."""


def hash_of(row: Product | Review) -> str:
    """Hash of all that a row says: equal rows, equal hash."""
    values = row.model_dump(mode="json")
    if isinstance(row, Product):
        # Later fields count where they say something, so that rows from before them keep their hash.
        values = {name: values[name] for name in _COLUMNS}
        values.update(row.model_dump(mode="json", exclude=set(_COLUMNS), exclude_defaults=True))
    state = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(state.encode(), digest_size=12).hexdigest()


def product_row(product: Product, row_hash: str, now: datetime) -> dict[str, Any]:
    """The columns of a product."""
    values = product.model_dump(include=set(_COLUMNS) - {"price"})
    details = product.model_dump(mode="json", exclude=set(_COLUMNS), exclude_defaults=True)
    values["variants"] = details.pop("variants", None)
    values["details"] = details or None
    values["related"] = {role: list(others) for role, others in product.related.items()}
    values["price_amount"] = str(product.price.amount) if product.price else None
    values["price_currency"] = product.price.currency if product.price else None
    return {**values, "row_hash": row_hash, "updated_at": now}


def review_row(review: Review, row_hash: str, now: datetime) -> dict[str, Any]:
    """The columns of a review."""
    return {**review.model_dump(), "row_hash": row_hash, "updated_at": now}


def to_price(amount: str | None, currency: str | None) -> Price | None:
    """The price of a row; ``None`` where it has none."""
    if amount is None or currency is None:
        return None
    return Price.model_construct(amount=Decimal(amount), currency=currency)


def to_sale(details: str | dict[str, Any] | None) -> SalePrice | None:
    """The sale of a row's details, which SQLite's driver gives as text."""
    if not details:
        return None
    stored = json.loads(details) if isinstance(details, str) else details
    return SalePrice.model_validate(stored["sale"]) if "sale" in stored else None


def to_product(row: ProductRow) -> Product:
    """The product of a row; what is in the store was checked when it was written."""
    values: dict[str, Any] = {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "brand": row.brand,
        "category": row.category,
        "price": to_price(row.price_amount, row.price_currency),
        "language": row.language,
        "attributes": row.attributes,
        "related": {role: tuple(others) for role, others in row.related.items()},
        "image_url": row.image_url,
    }
    if row.variants is None and row.details is None:
        return Product.model_construct(**values)
    return Product.model_validate({**values, **(row.details or {}), "variants": row.variants or ()})


def to_review(row: ReviewRow) -> Review:
    """The review of a row."""
    return Review.model_construct(
        id=row.id,
        product_id=row.product_id,
        rating=row.rating,
        title=row.title,
        text=row.text,
        language=row.language,
        created_at=row.created_at,
        shopper_id=row.shopper_id,
    )
