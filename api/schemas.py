"""Response schemas of the API. Request schemas stand beside their routes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kms.catalog.offers import Availability, Condition
from kms.evidence.models import Polarity
from kms.graph.models import Scalar
from kms.types import Language
from ranking.models import FacetCount, Matching, Note, Source, Suggestion, Understanding


class Answer(BaseModel):
    """Base of everything that is answered."""

    model_config = ConfigDict(frozen=True)


class PriceOut(Answer):
    """An amount in one currency (ISO 4217 code)."""

    amount: float
    currency: str


class SaleOut(Answer):
    """A lower price for a time."""

    price: PriceOut
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class OfferOut(Answer):
    """What is sold under one code: the product, or one of its variants.

    Attributes:
        price: The usual price; ``sale`` is a lower one for a time.
        stock: Pieces.
    """

    sku: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    price: PriceOut | None = None
    sale: SaleOut | None = None
    availability: Availability | None = None
    stock: int | None = None
    condition: Condition | None = None
    image_url: str | None = None
    link: str | None = None


class VariantOut(OfferOut):
    """One choice of a product, such as a size in a colour."""

    id: str
    title: str = ""
    options: dict[str, str] = Field(default_factory=dict)


class ProductCard(Answer):
    """A product in a list.

    Attributes:
        price: What it costs now; of several variants the cheapest.
        price_high: What the dearest variant costs, where that is more.
        usual_price: What it costs outside of the sale that goes on.
        rating: Mean of the reviews' ratings, 1 to 5.
        availability: Whether it can be bought now, with variants one of them; null where the shop says nothing of it.
        variant: Of search hits, the variant that the query asked for by its code, or by a size, a colour or another option.
    """

    id: str
    title: str
    brand: str | None = None
    price: PriceOut | None = None
    price_high: PriceOut | None = None
    usual_price: PriceOut | None = None
    image_url: str | None = None
    language: Language = "en"
    rating: float | None = None
    availability: Literal["in_stock", "out_of_stock"] | None = None
    variant: VariantOut | None = None


class Span(Answer):
    """Characters from ``start`` up to but not including ``end``."""

    start: int
    end: int


class EvidenceOut(Answer):
    """Source of a fact: the sentence it was read from.

    Attributes:
        start: Offset of the mention in the document; ``end`` is behind its last character.
        sentence: The sentence around it, as text.
        sentence_start: Offset of the sentence in the document.
        highlight: The mention within the sentence.
        opinion: The judging words within the sentence, of opinions.
        is_current: Whether it still stands; evidence of a text that changed since the last build does not.
    """

    id: str
    document_id: str
    field: str
    review_id: str | None = None
    language: Language
    surface: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    highlight: Span
    opinion: Span | None = None
    polarity: Polarity | None = None
    negated: bool = False
    confidence: float
    extractor: str
    extractor_version: str
    ontology_release: str
    is_current: bool = True


class StepOut(Answer):
    """One edge of a reason, with the sentences it was read from; ``attribute`` where it ends at a value.

    ``name_en`` and ``name_zh`` say what the edge says: the attribute's name, else the relation's. Of an edge that a rule
    infers, ``inferred_by`` is the rule, ``inferred_from`` what it rests on; ``from_en`` and ``from_zh`` say that in words.
    """

    source: str
    source_label: str
    relation: str
    attribute: str = ""
    name_en: str = ""
    name_zh: str = ""
    target: str
    target_label: str
    confidence: float
    inferred_by: str = ""
    inferred_from: tuple[str, ...] = ()
    from_en: str = ""
    from_zh: str = ""
    evidence: tuple[EvidenceOut, ...] = ()


class Named(Answer):
    """A product by id and title."""

    id: str
    title: str


class ReasonOut(Answer):
    """Something that contributed to a score; ``share`` is its part of the whole, 0 to 1."""

    source: Source
    share: float
    text_en: str
    text_zh: str
    terms: tuple[str, ...] = ()
    path: tuple[StepOut, ...] = ()
    because_of: tuple[Named, ...] = ()


class HitOut(Answer):
    """A ranked product. ``sources`` holds each scorer's part of the score; ``position`` begins at 1."""

    position: int
    product: ProductCard
    score: float
    sources: dict[Source, float] = Field(default_factory=dict)
    reasons: tuple[ReasonOut, ...] = ()


class Ranked(Answer):
    """Fields that all ranked answers have.

    Attributes:
        query_id: Send it back with events, so that they can be joined to this answer.
        degraded: Parts that did not answer and were left out: ``graph``, ``catalog``, ``evidence``,
            ``journal``.
        index_version: The version of the indexes that answered.
        took_ms: Time in the server.
    """

    query_id: str
    hits: tuple[HitOut, ...]
    degraded: tuple[str, ...] = ()
    index_version: int
    took_ms: float


class SearchOut(Ranked):
    """A page of search results.

    Attributes:
        hits: The products of the page; all of them match.
        total: How many products match; ``facets`` count the same products.
        matching: By which rule products were matched, and what was given up.
        related: Products that do not match but are alike, on the first page where it has room; not counted.
        alternatives: Where nothing matches, products that satisfy the request but for ``matching.given_up``; not counted.
        notes: Values of the filter that no product of this catalogue has.
        next_cursor: Asks for the next page; there is none behind the last.
    """

    total: int
    understanding: Understanding
    matching: Matching
    related: tuple[HitOut, ...] = ()
    alternatives: tuple[HitOut, ...] = ()
    notes: tuple[Note, ...] = ()
    facets: dict[str, tuple[FacetCount, ...]] = Field(default_factory=dict)
    next_cursor: str | None = None


class RecommendationsOut(Ranked):
    """Products for a shopper or beside a product."""

    kind: Literal["personal", "cold", "similar", "complements", "trending", "selection"]


class SuggestionsOut(Answer):
    """Completions of what is being typed."""

    suggestions: tuple[Suggestion, ...]


class NodeOut(Answer):
    """An entity of the graph."""

    id: str
    type: str
    key: str
    label_en: str
    label_zh: str
    properties: dict[str, Scalar] = Field(default_factory=dict)


class EdgeOut(Answer):
    """A relation between two entities."""

    source: str
    relation: str
    target: str
    attribute: str = ""
    confidence: float
    support: int
    extractors: tuple[str, ...] = ()
    properties: dict[str, Scalar] = Field(default_factory=dict)


class NodesOut(Answer):
    """Entities that were found."""

    nodes: tuple[NodeOut, ...]


class SubgraphOut(Answer):
    """Some entities and the edges between them; ``truncated`` when a limit cut it."""

    nodes: tuple[NodeOut, ...]
    edges: tuple[EdgeOut, ...]
    truncated: bool = False


class CategoryRef(Answer):
    """A category of the shop.

    Attributes:
        id: Filter by it: ``shop_category:<id>``; it stands in the address of its page.
        class_id: The class of the ontology that is the same thing; ``category:<class_id>`` filters by it.
    """

    id: str
    label_en: str
    label_zh: str
    class_id: str | None = None


class CategoryOut(CategoryRef):
    """A category with the number of its products, those below it included, and the categories below it."""

    count: int
    children: tuple[CategoryOut, ...] = ()


class CategoriesOut(Answer):
    """The shop's categories.

    Attributes:
        products: Of the shop; those without a category are in no count.
    """

    categories: tuple[CategoryOut, ...]
    products: int
    index_version: int


class CategoryPlaceOut(Answer):
    """One category with its place: ``path`` goes from the root to it, itself last."""

    category: CategoryOut
    path: tuple[CategoryRef, ...]
    index_version: int


class RefusedEvent(Answer):
    """An event that was not stored: its place in the request, and why."""

    index: int
    event_id: str | None = None
    code: str
    message: str


class EventsOut(Answer):
    """Result of storing a batch of events; ``known`` counts those stored before."""

    stored: int
    known: int
    refused: tuple[RefusedEvent, ...] = ()


class HealthOut(Answer):
    """Liveness of the process."""

    status: Literal["ok"] = "ok"


class ReadyOut(Answer):
    """Whether requests are answered. ``degraded``: yes, but without some parts; ``checks`` says what is wrong."""

    status: Literal["ready", "degraded", "unavailable"]
    index_version: int | None = None
    products: int = 0
    checks: dict[str, str] = Field(default_factory=dict)


class FieldProblem(Answer):
    """One thing that was wrong with a request."""

    field: str
    message: str


class Problem(Answer):
    """An error (RFC 9457). ``code`` is stable; ``detail`` is for people."""

    type: Annotated[str, Field(examples=["urn:kms:problem:not_found"])]
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str
    errors: tuple[FieldProblem, ...] = ()
