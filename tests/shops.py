"""Files in the layouts of shop systems, of our own writing, and how tests read them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from kms.catalog.layouts.base import Layout, Reading, Shop
from kms.catalog.models import Product
from kms.catalog.readers import read_rows
from kms.currency import Price

SHOPS = Path(__file__).parent / "data" / "shops"


def read_products(layout: Layout, path: Path, currency: str | None = "EUR") -> dict[str, Product]:
    """Products of a file by id, in its order."""
    readings = layout.read(lambda: read_rows(path), Shop(currency))
    models = [reading.model for reading in readings if isinstance(reading, Reading)]
    return {model.id: model for model in models if isinstance(model, Product)}


def euros(amount: str) -> Price:
    """A price in euros."""
    return Price(amount=Decimal(amount), currency="EUR")
