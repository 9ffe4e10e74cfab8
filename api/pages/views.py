"""What the pages show, as plain values; made from rows, graph and evidence, without any drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.pages.highlight import Span
from api.pages.i18n import TEXTS
from api.schemas import EvidenceOut, HitOut, PriceOut
from kms.catalog.models import Product, Review
from kms.evidence.models import Document, Evidence
from kms.graph.models import Edge, Node
from kms.ontology.model import Ontology

Label = tuple[str, str]
"""English and Chinese."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "group_kind": ("in_category", "made_by"),
    "group_attributes": ("has_value",),
    "group_suited": ("suited_for", "for_audience"),
    "group_related": ("compatible_with", "complements", "substitutes", "variant_of", "mentions"),
}
_SENTENCES_EACH = 3


@dataclass(frozen=True)
class Card:
    """A product as lists show it. ``kind`` is its class's label; ``family`` the class below the root."""

    id: str
    title: str
    brand: str | None
    price: PriceOut | None
    rating: float | None
    ratings: int
    kind: Label
    family: str


@dataclass(frozen=True)
class Result:
    """A ranked product with its reasons; ``labels`` names the entities of their paths, by node id."""

    card: Card
    hit: HitOut
    labels: Mapping[str, Label] = field(default_factory=dict)


@dataclass(frozen=True)
class FactRow:
    """One fact of a product.

    Attributes:
        key: Short id on the page, which the marks in the texts carry as well.
        target: Node id.
        is_conflict: Sources give values that cannot hold together.
        is_used: This is the reading that search and filters use.
    """

    key: str
    group: str
    name: Label
    value: Label
    target: str
    confidence: float
    support: int
    extractors: tuple[str, ...]
    is_conflict: bool = False
    is_used: bool = True
    denied_by: int = 0


@dataclass(frozen=True)
class AspectRow:
    """What reviews say on one aspect; counts are opinions."""

    key: str
    name: Label
    positive: int
    negative: int
    neutral: int
    sentences: tuple[EvidenceOut, ...]


@dataclass(frozen=True)
class MarkedText:
    """A text of the product with the spans of its facts."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class ReviewView:
    """A review with its marked texts."""

    review: Review
    title: MarkedText
    text: MarkedText


@dataclass(frozen=True)
class ProductView:
    """Everything that a product page shows besides the rankings; ``has_graph`` is false while it is away."""

    card: Card
    product: Product
    texts: Mapping[str, MarkedText]
    facts: tuple[FactRow, ...]
    aspects: tuple[AspectRow, ...]
    reviews: tuple[ReviewView, ...]
    more_reviews: int
    has_graph: bool


def read_facts(
    edges: Sequence[Edge], nodes: Mapping[str, Node], ontology: Ontology
) -> list[tuple[FactRow, Edge]]:
    """The rows of the facts table, in the order of the groups, the surest first; aspects are left out."""
    group_of = {relation: group for group, relations in GROUPS.items() for relation in relations}
    rows: list[tuple[FactRow, Edge]] = []
    for edge in edges:
        if edge.relation not in group_of:
            continue
        group = group_of[edge.relation]
        row = FactRow(
            key=f"f{len(rows)}",
            group=group,
            name=_name_of(edge, ontology),
            value=value_label(edge, nodes.get(edge.target)),
            target=edge.target,
            confidence=edge.confidence,
            support=edge.support,
            extractors=edge.extractors,
            is_conflict=edge.properties.get("conflict") is True,
            is_used=edge.properties.get("preferred", True) is not False,
            denied_by=int(edge.properties.get("denied_by", 0)),
        )
        rows.append((row, edge))
    order = list(GROUPS)
    best: dict[tuple[str, Label], float] = {}
    for row, _ in rows:
        name = (row.group, row.name)
        best[name] = max(best.get(name, 0.0), row.confidence)
    return sorted(
        rows,
        key=lambda pair: (
            order.index(pair[0].group),
            -best[(pair[0].group, pair[0].name)],
            pair[0].name,
            not pair[0].is_used,
            -pair[0].confidence,
            pair[0].target,
        ),
    )


def read_aspects(
    edges: Sequence[Edge], nodes: Mapping[str, Node], resolved: Mapping[str, EvidenceOut]
) -> list[tuple[AspectRow, Edge]]:
    """The aspects that reviews judge, most discussed first; each with sentences of either polarity.

    Args:
        edges: Outgoing edges of the product.
        nodes: Their targets by id.
        resolved: Evidence by id.
    """
    rows: list[tuple[AspectRow, Edge]] = []
    for edge in edges:
        if edge.relation != "has_aspect":
            continue
        counts = {name: int(edge.properties.get(name, 0)) for name in ("positive", "negative", "neutral")}
        node = nodes.get(edge.target)
        found: dict[str, dict[str, EvidenceOut]] = {name: {} for name in counts}
        for item in (resolved[i] for i in edge.evidence if i in resolved):
            here = found.get(item.polarity or "")
            if here is not None and item.is_current and len(here) < _SENTENCES_EACH:
                here.setdefault(item.sentence, item)
        row = AspectRow(
            key=f"a{len(rows)}",
            name=(node.label_en, node.label_zh) if node else (edge.target, edge.target),
            sentences=tuple(item for group in found.values() for item in group.values()),
            **counts,
        )
        rows.append((row, edge))
    return sorted(rows, key=lambda p: (-(p[0].positive + p[0].negative + p[0].neutral), p[0].name))


def mark_texts(
    keyed: Iterable[tuple[str, Edge]], evidence: Mapping[str, Evidence], documents: Mapping[str, Document]
) -> dict[str, list[Span]]:
    """Spans by document id: each mention under its fact's key, and the sentence around it."""
    spans: dict[str, dict[Span, None]] = {}
    for key, edge in keyed:
        for identifier in edge.evidence:
            item = evidence.get(identifier)
            document = documents.get(item.document_id) if item else None
            if item is None or document is None or document.content_hash != item.document_hash:
                continue
            here = spans.setdefault(item.document_id, {})
            here[Span(item.start, item.end, key)] = None
            if item.opinion:
                here[Span(*item.opinion, key)] = None
            here[Span(*item.sentence, key, is_mention=False)] = None
    return {name: list(found) for name, found in spans.items()}


def value_label(edge: Edge, node: Node | None) -> Label:
    """The object of a fact in both languages; quantities as they were written."""
    written = edge.properties.get("written")
    if isinstance(written, str) and written:
        return written, written
    if node is None:
        return edge.target, edge.target
    if node.key.endswith(("/true", "/false")):
        return ("yes", "是") if node.key.endswith("/true") else ("no", "否")
    return node.label_en or node.key, node.label_zh or node.label_en or node.key


def _name_of(edge: Edge, ontology: Ontology) -> Label:
    attribute = ontology.attributes.get(edge.attribute)
    if edge.relation == "has_value" and attribute is not None:
        return attribute.label.en, attribute.label.zh
    return TEXTS.get(f"rel_{edge.relation}", (edge.relation, edge.relation))
