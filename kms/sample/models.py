"""The sample catalogue in memory: products and reviews whose texts carry their gold annotation."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kms.catalog.models import Product, Review
from kms.currency import Price
from kms.sample.markup import GoldText
from kms.types import Language, ProductRole

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class SampleReview:
    """One review with annotation; ``id`` is the product's id and the review's number in the file, from 1."""

    id: str
    product_id: str
    rating: int
    date: datetime.date
    language: Language
    title: GoldText
    text: GoldText

    def to_review(self) -> Review:
        """The review as a shop would deliver it, without annotation."""
        midnight = datetime.time(tzinfo=datetime.UTC)
        return Review(
            id=self.id,
            product_id=self.product_id,
            rating=self.rating,
            title=self.title.text,
            text=self.text.text,
            language=self.language,
            created_at=datetime.datetime.combine(self.date, midnight),
        )


@dataclass(frozen=True)
class SampleProduct:
    """One product with annotation.

    Attributes:
        file: The file it was read from, and ``line`` where it begins there.
        class_id: Class of the ontology.
        table: The shop's attribute table as written.
        related: What the shop itself states, by role.
    """

    id: str
    file: str
    line: int
    class_id: str
    brand: str
    split: Split
    language: Language
    price: Price | None
    image: str | None
    title: GoldText
    description: GoldText
    table: dict[str, str] = field(default_factory=dict)
    related: dict[ProductRole, tuple[str, ...]] = field(default_factory=dict)
    reviews: tuple[SampleReview, ...] = ()

    def to_product(self) -> Product:
        """The row as a shop would deliver it, without annotation."""
        return Product(
            id=self.id,
            title=self.title.text,
            description=self.description.text,
            brand=self.brand,
            category=self.class_id,
            price=self.price,
            language=self.language,
            attributes=dict(self.table),
            related={role: ids for role, ids in self.related.items() if ids},
            image_url=self.image,
        )

    def texts(self) -> Iterator[tuple[str, Language, GoldText]]:
        """Every annotated text: its place (``title``, ``reviews[2].text``, from 1), language, text."""
        yield "title", self.language, self.title
        yield "description", self.language, self.description
        for number, review in enumerate(self.reviews, start=1):
            yield f"reviews[{number}].title", review.language, review.title
            yield f"reviews[{number}].text", review.language, review.text


@dataclass(frozen=True)
class SampleCatalog:
    """All products, in the files' order."""

    products: tuple[SampleProduct, ...]

    def split(self, name: Split) -> SampleCatalog:
        """The products of one split."""
        return SampleCatalog(tuple(product for product in self.products if product.split == name))

    def reviews(self) -> Iterator[SampleReview]:
        """The reviews of all products."""
        for product in self.products:
            yield from product.reviews
