"""Offers: what is sold under one code, with its price, stock and state; a product is one, and so is each variant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kms.currency import Price
from kms.types import Frozen, Moment

Availability = Literal["in_stock", "out_of_stock", "preorder", "backorder", "discontinued"]
Condition = Literal["new", "refurbished", "used"]
Code = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A shop's own code, such as a SKU: any signs on one line (``A/B-12``, ``Größe 4 #7``)."""
PictureUrl = Annotated[str, Field(max_length=2_000, pattern=r"^((?i:https?)://|/static/)\S+$")]
"""Of another host, or of this server's own files."""
Url = Annotated[str, Field(max_length=2_000, pattern=r"^(?i:https?)://\S+$")]


def check_gtin(written: str) -> str:
    """Refuse a GTIN whose length or check digit is wrong.

    Raises:
        ValueError: It is no GTIN-8, -12, -13 or -14.
    """
    from stdnum import ean

    if not ean.is_valid(written) or not written.isascii():
        raise ValueError(f"{written!r} is no GTIN: its length or check digit is wrong")
    return written


Gtin = Annotated[str, AfterValidator(check_gtin)]


def stated_beyond(stock: int | None, availability: Availability | None) -> Availability | None:
    """The availability of a shop system's export, but ``None`` where the system made it of the stock.

    What is made of the stock must not stay when the stock changes.
    """
    made = None if stock is None else "in_stock" if stock > 0 else "out_of_stock"
    return None if availability == made else availability


class SalePrice(Frozen):
    """A lower price for a time; without dates it holds until the shop says otherwise."""

    price: Price
    starts_at: Moment | None = None
    ends_at: Moment | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is the price at a moment."""
        has_begun = self.starts_at is None or self.starts_at <= moment
        return has_begun and (self.ends_at is None or moment <= self.ends_at)

    def moments(self) -> tuple[datetime, ...]:
        """When it begins, and the first moment at which it holds no more."""
        end = None if self.ends_at is None else self.ends_at + timedelta(microseconds=1)
        return tuple(each for each in (self.starts_at, end) if each is not None)


class Picture(Frozen):
    """A picture by its address; width and height are in pixels."""

    url: PictureUrl
    alt: Annotated[str, Field(max_length=1_000)] = ""
    width: Annotated[int, Field(ge=1, le=100_000)] | None = None
    height: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Shipping(Frozen):
    """What sending costs: to a country (ISO 3166) and region, by a service."""

    country: Annotated[str, Field(max_length=2)] = ""
    region: Annotated[str, Field(max_length=100)] = ""
    service: Annotated[str, Field(max_length=200)] = ""
    price: Price | None = None


class Translation(Frozen):
    """Title and description in a further language."""

    title: Annotated[str, Field(max_length=2_000)] = ""
    description: Annotated[str, Field(max_length=50_000)] = ""


class Offer(Frozen):
    """What is sold under one code.

    Attributes:
        sku: The shop's code.
        gtin: The number below the bar code (EAN, UPC, ISBN-13), whose check digit is right.
        mpn: The maker's number.
        price: The usual price.
        sale: A lower price, while it holds.
        availability: What the shop states beyond its stock; ``None`` where the stock alone says it. ``backorder`` with
            pieces left means that it is sold on when they are gone.
        stock: Pieces; negative where the shop sold more than it had.
        link: Its page in the shop.
    """

    sku: Code | None = None
    gtin: Gtin | None = None
    mpn: Code | None = None
    price: Price | None = None
    sale: SalePrice | None = None
    availability: Availability | None = None
    stock: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = None
    condition: Condition | None = None
    image_url: Annotated[str, Field(max_length=2_000)] | None = None
    link: Url | None = None

    def price_at(self, moment: datetime) -> Price | None:
        """What it costs at a moment."""
        return self.sale.price if self.sale is not None and self.sale.holds_at(moment) else self.price

    def can_be_bought(self) -> bool | None:
        """Whether it can be ordered now, by what the shop says of its availability, else of its stock; ``None``: nothing."""
        if self.availability is not None:
            return self.availability in ("in_stock", "preorder", "backorder")
        return None if self.stock is None else self.stock > 0

    def current_availability(self) -> Availability | None:
        """Its state now: what the shop states, else what follows from its stock; ``None``: it says nothing of either."""
        if self.stock is None or (self.availability is not None and self.availability != "backorder"):
            return self.availability
        return "in_stock" if self.stock > 0 else self.availability or "out_of_stock"

    def codes(self) -> tuple[str, ...]:
        """SKU, GTIN and MPN, as far as it has them."""
        return tuple(code for code in (self.sku, self.gtin, self.mpn) if code)


class Variant(Offer):
    """One choice of a product, such as a size in a colour.

    Attributes:
        id: Distinct within its product; the shop's SKU or number.
        title: Where it has one of its own.
        options: Name to value, such as ``Size: M``, in the shop's order.
    """

    id: Code
    title: Annotated[str, Field(max_length=2_000)] = ""
    options: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=1_000)]] = Field(
        default_factory=dict
    )
