"""Extraction quality: compares evidence with the annotation of the sample catalogue.

Three measures, each by type and in sum:

- ``spans``: exact offsets and type (attribute, use, audience, class, brand, product, aspect, opinion);
- ``relations``: denied values, the own product's relation to others, and opinions (aspect span or none,
  opinion span, polarity), both ends exact;
- ``facts``: what reaches the graph, after linking, once per source: (review or product text, entity, denied),
  and for opinions (review, aspect, polarity), wherever in the text it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extraction.documents import ProductContext
from extraction.train.scores import Key, Score, count
from kms.catalog.documents import documents_of
from kms.evidence.models import Document, Evidence, Relation
from kms.facts.linking import Linker
from kms.facts.models import Fact
from kms.facts.products import ProductNames
from kms.ontology.model import Ontology
from kms.sample.markup import GoldMention, GoldText
from kms.sample.models import SampleCatalog, SampleProduct, Split

Table = dict[str, Score]
"""Scores by type; ``""`` holds the sum."""

# The annotation's grammar is a file format of its own (kms/sample/markup.py), so its types are named here.
_TYPES: dict[str, str] = {
    "suited_for": "use",
    "for_audience": "audience",
    "in_category": "class",
    "made_by": "brand",
}
_CONCEPTS: dict[str, Relation] = {"use": "suited_for", "audience": "for_audience"}
_ROLES: dict[str, Relation] = {
    "compatible_with": "compatible_with",
    "complements": "complements",
    "substitutes": "substitutes",
    "variant_of": "variant_of",
}
_OVERALL = "overall"


@dataclass(frozen=True)
class GoldDocument:
    """A document of the sample with its annotation as evidence.

    Attributes:
        context: What the shop states of its product.
        evidence: What a careful reader takes from the text.
    """

    document: Document
    context: ProductContext
    split: Split
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Quality:
    """The three tables of one comparison."""

    spans: Table
    relations: Table
    facts: Table

    def opinions(self) -> Score:
        """Exact opinions of all polarities."""
        return sum((s for name, s in self.relations.items() if name.startswith("opinion_")), Score())


def read_gold(catalog: SampleCatalog, ontology: Ontology) -> list[GoldDocument]:
    """All annotated documents of the sample, as ``kms.catalog`` derives them from its rows."""
    found = []
    for product in catalog.products:
        texts = dict(_texts(product))
        context = ProductContext(product.class_id, product.brand)
        for document in documents_of(product.to_product(), [r.to_review() for r in product.reviews]):
            gold = texts.get(document.id)
            if gold is None:
                continue
            if gold.text != document.text:
                raise ValueError(f"{document.id}: text and annotation differ; load with clean_text")
            evidence = tuple(_annotated(gold, document, ontology))
            found.append(GoldDocument(document, context, product.split, evidence))
    return found


def make_linker(catalog: SampleCatalog, ontology: Ontology) -> Linker:
    """The linker that the graph's build uses, with the sample's brands and titles."""
    names = ProductNames({product.id: product.title.text for product in catalog.products})
    return Linker(ontology, brands=[p.brand for p in catalog.products], products=names)


def compare(gold: Sequence[GoldDocument], found: Iterable[Evidence], linker: Linker) -> Quality:
    """Compare evidence with the annotation.

    Args:
        gold: Documents to look at.
        found: Evidence; that of other documents is left out.
        linker: Turns both sides into facts.
    """
    names = {item.document.id for item in gold}
    sources = {item.document.id: item.document.review_id or item.document.product_id for item in gold}
    expected = [evidence for item in gold for evidence in item.evidence]
    given = [evidence for evidence in found if evidence.document_id in names]
    return Quality(
        count(_spans(expected), _spans(given)),
        count(_relations(expected), _relations(given)),
        count(_facts(expected, linker, sources), _facts(given, linker, sources)),
    )


def type_of(evidence: Evidence) -> str:
    """The type of a mention's span, as the annotation names it."""
    if evidence.relation == "has_value":
        return evidence.attribute
    return _TYPES.get(evidence.relation, "product")


def _texts(product: SampleProduct) -> Iterator[tuple[str, GoldText]]:
    yield f"product:{product.id}#title", product.title
    yield f"product:{product.id}#description", product.description
    for review in product.reviews:
        yield f"review:{review.id}#title", review.title
        yield f"review:{review.id}#text", review.text


def _annotated(gold: GoldText, document: Document, ontology: Ontology) -> Iterator[Evidence]:
    denied = {r.tail for r in gold.relations if r.type == "negates"}
    foreign = {r.tail for r in gold.relations if r.type == "value_of"}
    roles = {r.tail: _ROLES[r.type] for r in gold.relations if r.type in _ROLES}
    is_review = document.review_id is not None
    for index, mention in enumerate(gold.mentions):
        if index in foreign:
            continue
        if mention.type in ontology.attributes:
            yield _make(document, mention, "has_value", mention.value, mention.type, index in denied)
        elif mention.type in _CONCEPTS:
            yield _make(document, mention, _CONCEPTS[mention.type], mention.value, negated=index in denied)
        elif mention.type == "class" and document.field == "title":
            yield _make(document, mention, "in_category", mention.value)
        elif mention.type == "brand" and not is_review:
            yield _make(document, mention, "made_by")
        elif mention.type == "product":
            value = "" if mention.value == "?" else mention.value
            yield _make(document, mention, roles.get(index, "mentions"), value)
    for relation in gold.relations:
        if relation.type.startswith("opinion_") and is_review:
            opinion = gold.mentions[relation.tail]
            aspect = opinion if relation.head is None else gold.mentions[relation.head]
            value = _OVERALL if relation.head is None else aspect.value
            yield _make(document, aspect, "has_aspect", value, opinion=opinion)


def _make(
    document: Document,
    mention: GoldMention,
    relation: Relation,
    value: str = "",
    attribute: str = "",
    negated: bool = False,
    opinion: GoldMention | None = None,
) -> Evidence:
    return Evidence.model_construct(
        document_id=document.id,
        document_hash="",
        product_id=document.product_id,
        field=document.field,
        language=document.language,
        start=mention.start,
        end=mention.end,
        surface=mention.surface,
        relation=relation,
        attribute=attribute,
        value=value,
        polarity=opinion.value if opinion else None,
        negated=negated,
        opinion=(opinion.start, opinion.end) if opinion else None,
        sentence=(0, len(document.text)),
        confidence=1.0,
        extractor="rules",
        extractor_version="gold",
        ontology_release="",
    )


def _spans(items: Iterable[Evidence]) -> Iterator[tuple[str, Key]]:
    for item in items:
        if item.relation != "has_aspect":
            yield type_of(item), (item.document_id, item.start, item.end)
            continue
        if item.opinion is not None:
            yield "opinion", (item.document_id, *item.opinion)
        if item.opinion != (item.start, item.end):
            yield "aspect", (item.document_id, item.start, item.end)


def _relations(items: Iterable[Evidence]) -> Iterator[tuple[str, Key]]:
    for item in items:
        place = (item.document_id, item.start, item.end)
        if item.relation == "has_aspect":
            head: Key = () if item.opinion == (item.start, item.end) else (item.start, item.end)
            yield f"opinion_{item.polarity}", (item.document_id, head, item.opinion)
        elif item.negated:
            yield "negates", (*place, type_of(item))
        elif item.relation in _ROLES:
            yield item.relation, place


def _facts(
    items: Iterable[Evidence], linker: Linker, sources: Mapping[str, str]
) -> Iterator[tuple[str, Key]]:
    for item in items:
        fact = linker.link(item)
        if not isinstance(fact, Fact):
            continue
        source = sources[item.document_id]
        if item.relation == "has_aspect":
            yield "aspect", (source, fact.target.id, item.polarity)
        else:
            kind = item.relation if item.relation in _ROLES else type_of(item)
            yield kind, (source, fact.target.id, fact.negated)


def micro(table: Mapping[str, Score], *, without: Iterable[str] = ()) -> Score:
    """The sum over the types, some left out."""
    left_out = {"", *without}
    return sum((score for name, score in table.items() if name not in left_out), Score())
