"""View models of the pages: plain values made from rows, graph and evidence, without any drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.facts import Label, describe_fact, name_of, value_label
from api.inferences import word_sources
from api.pages.highlight import Span
from api.product_schemas import PriceRangeOut
from api.schemas import EvidenceOut, HitOut, PriceOut, VariantOut
from kms.catalog.categories import Category
from kms.catalog.documents import SHOP_BRAND, SHOP_CATEGORY
from kms.catalog.models import Product, Review
from kms.catalog.offers import Availability, Picture
from kms.evidence.models import Document, Evidence
from kms.graph.models import Edge, Node
from kms.ontology.class_names import class_of_path
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_ASPECT, HAS_VALUE, IN_CATEGORY, IN_SHOP_CATEGORY, MADE_BY
from kms.types import Language

GROUPS = ("group_kind", "group_attributes", "group_suited", "group_related")
"""Groups of the facts table, in order."""
_SENTENCES_EACH = 3


@dataclass(frozen=True)
class Card:
    """A product as lists show it.

    Attributes:
        kind: Label of its class.
        family: The class below the root.
        price_high: What the dearest variant costs, where that is more.
        usual_price: What it costs outside of the sale that goes on.
        picture: Its first picture.
        variant: The one that the query asked for.
        availability: Whether it can be bought now; ``None`` where the shop does not say.
        language: Of its texts.
    """

    id: str
    title: str
    brand: str | None
    price: PriceOut | None
    rating: float | None
    ratings: int
    kind: Label
    family: str
    price_high: PriceOut | None = None
    usual_price: PriceOut | None = None
    picture: Picture | None = None
    variant: VariantOut | None = None
    availability: Availability | None = None
    language: Language = "en"

    @property
    def is_sold_out(self) -> bool:
        """Whether it cannot be bought in any variant."""
        return self.availability in ("out_of_stock", "discontinued")


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
        implied_by: Label of what it follows from, where no text states it.
        rule: Why it follows, where a rule infers it.
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
    implied_by: Label = ("", "")
    rule: str = ""


@dataclass(frozen=True)
class AspectRow:
    """Summary of the reviews' opinions on one aspect; counts are opinions."""

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
class Statement:
    """One line of the shop's statements on its product; ``keys`` are the facts read from it.

    Attributes:
        product_id: Of a related product; then ``value`` is its title.
        class_id: Of a category that the ontology knows; then ``value`` is its label.
    """

    name: Label
    value: Label
    keys: tuple[str, ...] = ()
    product_id: str = ""
    class_id: str = ""


@dataclass(frozen=True)
class ReviewView:
    """A review with its marked texts."""

    review: Review
    title: MarkedText
    text: MarkedText


@dataclass(frozen=True)
class SourceRow:
    """One of the rows that describe a product: its feeds, and what it costs now."""

    product: Product
    feeds: tuple[str, ...]
    prices: PriceRangeOut | None


@dataclass(frozen=True)
class ProductView:
    """Everything that a product page shows besides the rankings.

    Attributes:
        has_graph: False while it is away.
        places: Where it stands in the shop's categories, each from the root to the leaf.
    """

    card: Card
    product: Product
    texts: Mapping[str, MarkedText]
    facts: tuple[FactRow, ...]
    aspects: tuple[AspectRow, ...]
    reviews: tuple[ReviewView, ...]
    more_reviews: int
    has_graph: bool
    statements: tuple[Statement, ...] = ()
    places: tuple[tuple[Category, ...], ...] = ()
    sources: tuple[SourceRow, ...] = ()


def read_facts(
    edges: Sequence[Edge], nodes: Mapping[str, Node], ontology: Ontology
) -> list[tuple[FactRow, Edge]]:
    """The rows of the facts table, in the order of the groups, the surest first; aspects are left out."""
    rows: list[tuple[FactRow, Edge]] = []
    shown = {edge.target: value_label(edge, nodes.get(edge.target)) for edge in edges}

    def label_of(node_id: str) -> Label:
        """A value as the product's own fact has it."""
        return shown.get(node_id) or _label_of(node_id, nodes)

    for edge in edges:
        target = nodes.get(edge.target)
        if target is None or edge.relation == HAS_ASPECT:
            continue
        fact = describe_fact(edge, target, ontology, {})
        row = FactRow(
            key=f"f{len(rows)}",
            group=group_of(edge.relation, ontology),
            name=(fact.name_en, fact.name_zh),
            value=(fact.value_en, fact.value_zh),
            target=edge.target,
            confidence=fact.confidence,
            support=fact.support,
            extractors=fact.extractors,
            is_conflict=edge.properties.get("conflict") is True,
            is_used=fact.is_used,
            denied_by=int(edge.properties.get("denied_by", 0)),
            implied_by=word_sources(fact.inferred_from, ontology, label_of)
            if fact.inferred_by
            else _label_of(fact.implied_by, nodes),
            rule=ontology.rules[fact.inferred_by].note if fact.inferred_by in ontology.rules else "",
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
        if edge.relation != HAS_ASPECT:
            continue
        counts = {name: int(edge.properties.get(name, 0)) for name in ("positive", "negative", "neutral")}
        node = nodes.get(edge.target)
        by_polarity: dict[str, dict[str, EvidenceOut]] = {name: {} for name in counts}
        for item in (resolved[i] for i in edge.evidence if i in resolved):
            here = by_polarity.get(item.polarity or "")
            if here is not None and item.is_current and len(here) < _SENTENCES_EACH:
                here.setdefault(item.sentence, item)
        row = AspectRow(
            key=f"a{len(rows)}",
            name=(node.label_en, node.label_zh) if node else (edge.target, edge.target),
            sentences=tuple(item for group in by_polarity.values() for item in group.values()),
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
    return {name: list(its_spans) for name, its_spans in spans.items()}


def read_statements(
    marked: MarkedText, ontology: Ontology, titles: Mapping[str, str]
) -> tuple[Statement, ...]:
    """The shop's own statements with labels and titles instead of ids.

    Args:
        marked: The text of lines ``name: value`` that they are stored as, with the spans of facts.
        ontology: For classes and relations.
        titles: Of the products of the catalogue that it names, by id.
    """
    statements = []
    position = 0
    for line in marked.text.splitlines(keepends=True):
        name, _, value = line.strip().partition(": ")
        end = position + len(line)
        keys = dict.fromkeys(s.fact for s in marked.spans if position <= s.start < end and s.is_mention)
        class_id = class_of_path(value, ontology) if name == SHOP_CATEGORY else None
        label = ontology.classes[class_id].label if class_id else None
        relation = {SHOP_CATEGORY: IN_CATEGORY, SHOP_BRAND: MADE_BY}.get(name, name)
        shown = (label.en, label.zh) if label else (titles.get(value, value),) * 2
        if value:
            statements.append(
                Statement(
                    name=name_of(relation, "", ontology),
                    value=shown,
                    keys=tuple(keys),
                    product_id=value if value in titles else "",
                    class_id=class_id or "",
                )
            )
        position = end
    return tuple(statements)


def related_ids(text: str, ontology: Ontology) -> list[str]:
    """Ids of the products that the shop's statements name."""
    lines = (line.partition(": ") for line in text.splitlines())
    return [value.strip() for name, _, value in lines if name in ontology.product_relations]


def group_of(relation: str, ontology: Ontology) -> str:
    """The group of the facts table that a relation belongs to."""
    if relation in (IN_CATEGORY, IN_SHOP_CATEGORY, MADE_BY):
        return "group_kind"
    if relation == HAS_VALUE:
        return "group_attributes"
    return "group_related" if relation in ontology.product_relations else "group_suited"


def _label_of(node_id: str, nodes: Mapping[str, Node]) -> Label:
    node = nodes.get(node_id)
    return (node.label_en or node.key, node.label_zh or node.label_en or node.key) if node else ("", "")
