"""Answers of the API about one product: facts, texts, reviews, pictures, offers."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas import Answer, CategoryRef, EvidenceOut, NodeOut, OfferOut, PriceOut, VariantOut
from kms.graph.models import Scalar
from kms.types import Language


class FactOut(Answer):
    """A fact about a product: an edge with its confidence and its evidence.

    Attributes:
        attribute_label_en: Of ``has_value`` facts, the attribute's name; ``attribute_label_zh`` in Chinese.
        name_en: What the fact is about: the attribute's name, else the relation's; ``name_zh`` in Chinese.
        value_en: What it says: a label, a number as it was written, yes or no; ``value_zh`` in Chinese.
        support: How many mentions speak for it; ``evidence`` holds the strongest.
        is_used: Whether search and filters use it: believed enough, and the winner of its conflict.
        implied_by: The node that it follows from, where no text states it.
        inferred_by: The rule that infers it, where no text states it.
        inferred_from: The facts of the product that it was inferred from: attribute or relation, colon, node id.
    """

    relation: str
    attribute: str = ""
    attribute_label_en: str = ""
    attribute_label_zh: str = ""
    name_en: str = ""
    name_zh: str = ""
    value_en: str = ""
    value_zh: str = ""
    target: NodeOut
    confidence: float
    support: int
    extractors: tuple[str, ...] = ()
    properties: dict[str, Scalar] = Field(default_factory=dict)
    is_used: bool = True
    implied_by: str = ""
    inferred_by: str = ""
    inferred_from: tuple[str, ...] = ()
    evidence: tuple[EvidenceOut, ...] = ()


class AspectOut(Answer):
    """Reviewers' opinion on one aspect; counts are reviews and texts, ``polarity`` is from -1 to 1."""

    id: str
    label_en: str
    label_zh: str
    positive: int
    negative: int
    neutral: int
    polarity: float
    evidence: tuple[EvidenceOut, ...] = ()


class ReviewsSummary(Answer):
    """The reviews of a product in numbers."""

    count: int
    ratings: int
    mean_rating: float | None = None
    aspects: tuple[AspectOut, ...] = ()


class ReviewOut(Answer):
    """One review."""

    id: str
    rating: float | None = None
    title: str = ""
    text: str = ""
    language: Language
    created_at: datetime | None = None


class MarkOut(Answer):
    """A mention in a document and what it speaks for: ``fact`` counts in ``facts`` followed by the aspects."""

    start: int
    end: int
    evidence_id: str
    relation: str
    target: str
    fact: int


class DocumentOut(Answer):
    """A text that was read, with the mentions in it, ordered by place."""

    id: str
    field: str
    text: str
    language: Language
    review_id: str | None = None
    marks: tuple[MarkOut, ...] = ()


class PictureOut(Answer):
    """A picture by its address; its size in pixels, where the shop says it."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None


class ShippingOut(Answer):
    """What sending costs, to a country (ISO 3166)."""

    country: str = ""
    region: str = ""
    service: str = ""
    price: PriceOut | None = None


class TranslationOut(Answer):
    """Title and description in a further language."""

    title: str = ""
    description: str = ""


class PriceRangeOut(Answer):
    """What the variants cost now."""

    low: PriceOut
    high: PriceOut


class SourceOut(OfferOut):
    """One of several rows that describe a product: what it is called there, and its offer.

    Attributes:
        feeds: Names of the feeds that the row comes from.
    """

    id: str
    title: str
    brand: str | None = None
    seller: str | None = None
    feeds: tuple[str, ...] = ()
    price_range: PriceRangeOut | None = None
    variants: tuple[VariantOut, ...] = ()


class ProductOut(OfferOut):
    """A product: its row, what is held about it, and what reviewers say.

    Attributes:
        places: Where it stands in the shop's categories, each from the root to the leaf.
    """

    id: str
    title: str
    description: str
    brand: str | None
    category: str | None
    category_path: tuple[NodeOut, ...] = ()
    places: tuple[tuple[CategoryRef, ...], ...] = ()
    price_range: PriceRangeOut | None = None
    language: Language
    attributes: dict[str, str]
    related: dict[str, tuple[str, ...]]
    variants: tuple[VariantOut, ...] = ()
    category_paths: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    pictures: tuple[PictureOut, ...] = ()
    seller: str | None = None
    shipping: tuple[ShippingOut, ...] = ()
    published_at: datetime | None = None
    translations: dict[str, TranslationOut] = Field(default_factory=dict)
    sources: tuple[SourceOut, ...] = ()
    facts: tuple[FactOut, ...] = ()
    reviews: ReviewsSummary
    documents: tuple[DocumentOut, ...] = ()
    degraded: tuple[str, ...] = ()
