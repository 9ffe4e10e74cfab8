"""The sample catalogue as training data: typed spans, opinions, negation, other products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from extraction.documents import analyse
from extraction.model.config import Label, RelationLabel
from extraction.model.context import describe_context
from extraction.model.examples import DOCUMENT, Relation, Span, SpanExample
from extraction.train.augmentation import collect_values
from extraction.train.data import DataSet, Schema
from kms.evidence.models import Document, DocumentField
from kms.ontology import load_ontology
from kms.ontology.model import Ontology, Term
from kms.sample.load import load_sample
from kms.sample.markup import GoldText
from kms.sample.models import SampleProduct
from kms.text.normalise import clean_text
from kms.types import Language

BASE_LABELS = {
    "brand": "brand name",
    "class": "kind of product",
    "product": "another product named in passing",
    "use": "use, occasion or activity it is suited for",
    "audience": "audience, whom it is suited for",
    "aspect": "aspect of the product that a reviewer judges",
    "opinion": "opinion words, how good or bad it is",
    "negation": "negation words such as not, without, lacks",
}
ROLES = ("compatible_with", "complements", "substitutes", "variant_of")
NOT_SWAPPED = ("aspect", "opinion", "negation", "product")
OPINIONS = ("opinion_positive", "opinion_negative", "opinion_neutral")


def read_sample(folder: Path | None = None, languages: tuple[Language, ...] = ("en",)) -> DataSet:
    """Read the catalogue's splits.

    Args:
        folder: Of the catalogue's files; default: the one in the repository.
        languages: Texts of other languages are left out; an English base encoder does not know Chinese characters.
    """
    catalog = load_sample(folder, clean=clean_text)
    ontology = load_ontology()

    def part(name: str) -> tuple[SpanExample, ...]:
        products = [product for product in catalog.products if product.split == name]
        return tuple(e for e in make_examples(products) if e.language in languages)

    train = part("train")
    pool = extend_values(collect_values(train, NOT_SWAPPED), ontology, languages[0])
    schema = make_schema(train, ontology)
    test = part("test")
    tests = {"test": test}
    if len(languages) > 1:
        tests |= {f"test, {each}": tuple(e for e in test if e.language == each) for each in languages}
    return DataSet(train, part("validation"), tests, schema, pool)


def make_examples(products: Iterable[SampleProduct]) -> list[SpanExample]:
    """All annotated texts of products, with the sentences that the pipeline sees."""
    examples = []
    for product in products:
        for place, language, gold in product.texts():
            if not gold.text:
                continue
            field = _field(place)
            examples.append(to_example(gold, f"{product.id}:{place}", field, language, product.class_id))
    return examples


def _field(place: str) -> DocumentField:
    if place == "title":
        return "title"
    if place == "description":
        return "description"
    return "review_title" if place.endswith(".title") else "review_text"


def to_example(
    gold: GoldText, name: str, field: DocumentField, language: Language, class_id: str | None
) -> SpanExample:
    """One annotated text."""
    example = SpanExample(
        gold.text,
        describe_context(field, class_id),
        tuple(Span(mention.start, mention.end, mention.type) for mention in gold.mentions),
        tuple(Relation(relation.head, relation.tail, relation.type) for relation in gold.relations),
        id=name,
        language=language,
    )
    return replace(example, sentences=analyse(document_of(example)).sentences)


def document_of(example: SpanExample) -> Document:
    """The document that an example of the catalogue is."""
    product, _, place = example.id.partition(":")
    return Document(
        id=example.id,
        product_id=product,
        field=_field(place),
        text=example.text,
        language="zh" if example.language == "zh" else "en",
    )


def make_schema(examples: Iterable[SpanExample], ontology: Ontology) -> Schema:
    """Labels of the types that occur; relations with the ends that the annotation's grammar allows."""
    seen = {span.type for example in examples for span in example.spans}
    attributes = [name for name in ontology.attributes if name in seen]
    labels = [Label(name=name, text=text) for name, text in BASE_LABELS.items()]
    labels += [Label(name=name, text=ontology.attributes[name].label.en) for name in attributes]
    values = tuple(attributes)
    relations = [
        RelationLabel(name=name, heads=(DOCUMENT, "aspect"), tails=("opinion",)) for name in OPINIONS
    ]
    relations += [
        RelationLabel(name="negates", heads=("negation",), tails=(*values, "use", "audience")),
        RelationLabel(name="value_of", heads=("product",), tails=values),
    ]
    relations += [RelationLabel(name=name, heads=(DOCUMENT,), tails=("product",)) for name in ROLES]
    return Schema(tuple(labels), {}, tuple(relations))


def extend_values(
    values: dict[str, list[str]], ontology: Ontology, language: Language = "en"
) -> dict[str, list[str]]:
    """Add the ontology's own words of a language to the values that augmentation swaps in."""
    extended = {kind: set(words) for kind, words in values.items()}
    for kind in extended:
        for value in ontology.values_of(kind).values() if kind in ontology.attributes else ():
            extended[kind].update(value.names(language))
    sources: dict[str, Mapping[str, Term]] = {"class": ontology.classes, **ontology.terms}
    for kind, terms in sources.items():
        if kind in extended:
            extended[kind].update(name for term in terms.values() for name in term.names(language))
    return {kind: sorted(words) for kind, words in extended.items()}
