"""A shop's own catalogue as training data: table cells that stand in titles and descriptions teach where values stand.

A fifth of the cells is hidden from training. Half of the products that have hidden cells chooses the epoch and the
threshold, the other half measures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from extraction.attributes import StatedAttributes, describe_attribute
from extraction.model.config import Label
from extraction.model.context import describe_context
from extraction.model.examples import Span, SpanExample
from extraction.train.alignment import Cell, ChanceFilter, find_cell, fold_pair, is_telling
from extraction.train.data import Schema
from kms.catalog.models import Product
from kms.ontology.model import Ontology
from kms.quantities.columns import read_column_name
from kms.types import Language

COLUMN = "column:"
"""Begins the id of an attribute that the ontology does not have; the column's name follows."""
_FIELDS = ("title", "description")
_LONGEST_TEXT = 2_000
"""Characters of a description that are read; what comes after is seldom about the table's values."""
_COUNTER_EXAMPLES = 8
"""Attributes without a value in the text that each text asks for beside those with one."""

_OTHERS = 4
"""Attributes of other products that each text asks for, drawn by how many products have them: a cable has no page yield."""

LEAST_STATED = 0.2
"""Share of a class's products from which an attribute is asked for; chosen by reading (docs/results/extraction.md)."""
_ENOUGH_PRODUCTS = 10
"""Products of a class from which its tables tell what is commonly stated of it."""

AttributeOf = Callable[[str, str | None], str | None]
"""Attribute id of a column's name in tables of a class."""


@dataclass(frozen=True)
class CatalogText:
    """A text of a product, with the cells whose values stand in it and those that do not."""

    product_id: str
    field: str
    text: str
    class_id: str | None
    language: Language
    places: Mapping[str, tuple[tuple[int, int], ...]]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class CatalogData:
    """Training data of a catalogue.

    Attributes:
        train: Examples that never ask for a hidden cell.
        validation: Examples that ask for the hidden cells of their product, of half of the products.
        test: Those of the other half.
        hidden: The hidden cells by (product, attribute).
        schema: The attributes as open labels.
        cells: Number of all cells, of those that can be told in a text, and of those that stand in one.
        stated: What the tables commonly state of each class.
        unasked: Hidden cells of attributes that their product is not asked for, because they are not commonly stated.
        texts: All texts, for a pre-training.
    """

    train: tuple[SpanExample, ...]
    validation: tuple[SpanExample, ...]
    test: tuple[SpanExample, ...]
    hidden: Mapping[tuple[str, str], Cell]
    schema: Schema
    cells: tuple[int, int, int]
    stated: StatedAttributes
    unasked: frozenset[tuple[str, str]]
    texts: tuple[str, ...] = ()


def read_cells(
    products: Iterable[Product], attribute_of: AttributeOf, class_of: Mapping[str, str]
) -> list[Cell]:
    """The cells of products' tables; the first one where a product has several of an attribute."""
    cells: list[Cell] = []
    for product in products:
        own: dict[str, Cell] = {}
        for name, value in product.attributes.items():
            column = read_column_name(name)
            attribute = attribute_of(name, class_of.get(product.id)) or f"{COLUMN}{column.name}"
            own.setdefault(attribute, Cell(product.id, attribute, str(value), column.unit))
        cells += own.values()
    return cells


def align(
    products: Sequence[Product], cells: Sequence[Cell], class_of: Mapping[str, str]
) -> list[CatalogText]:
    """Texts of products with the places of their cells' values; what stands there by chance is left out."""
    own: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if is_telling(cell):
            own[cell.product_id].append(cell)
    texts = [
        (product, field, text[:_LONGEST_TEXT])
        for product in products
        if own[product.id]
        for field in _FIELDS
        if (text := str(getattr(product, field) or ""))
    ]
    found = [{cell: find_cell(text, cell) for cell in own[product.id]} for product, _, text in texts]
    aligned = {cell for places in found for cell, at in places.items() if at}
    chosen = ChanceFilter((product.id, text) for product, _, text in texts).chosen(aligned, cells)
    result = []
    for (product, field, text), places in zip(texts, found, strict=True):
        result.append(
            CatalogText(
                product_id=product.id,
                field=field,
                text=text,
                class_id=class_of.get(product.id),
                language=product.language,
                places={c.attribute: tuple(at) for c, at in places.items() if at and fold_pair(c) in chosen},
                absent=tuple(c.attribute for c, at in places.items() if not at),
            )
        )
    return result


def split_catalog(
    texts: Sequence[CatalogText],
    cells: Sequence[Cell],
    ontology: Ontology,
    class_of: Mapping[str, str],
    *,
    hidden_share: float = 0.2,
    most_texts: int | None = None,
    seed: int = 13,
) -> CatalogData:
    """Examples for training, validation and test.

    Args:
        texts: As ``align`` gives them.
        cells: All cells.
        ontology: Names of the attributes.
        class_of: Class of each product, where it is known.
        hidden_share: Share of the cells that can be told in a text which training does not see.
        most_texts: Train on a random sample of so many texts.
        seed: Of all that is drawn.
    """
    rng = np.random.default_rng(seed)
    telling = [cell for cell in cells if is_telling(cell)]
    draw = rng.random(len(telling)) < hidden_share
    hidden = {(c.product_id, c.attribute): c for c, is_hidden in zip(telling, draw, strict=True) if is_hidden}
    by_product: dict[str, set[str]] = defaultdict(set)
    for product_id, attribute in hidden:
        by_product[product_id].add(attribute)
    measured = sorted(by_product)
    for_validation = {measured[i] for i in rng.permutation(len(measured))[: len(measured) // 2]}
    drawn = sorted({cell.attribute for cell in telling})
    own = Counter(cell.attribute for cell in telling)
    weights = np.array([own[attribute] for attribute in drawn], dtype=np.float64)
    table: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        table[cell.product_id].add(cell.attribute)
    train = []
    parts: tuple[list[SpanExample], list[SpanExample]] = ([], [])
    for text in texts:
        secret = by_product.get(text.product_id, set())
        open_cells = {a: at for a, at in text.places.items() if a not in secret}
        absent = [a for a in text.absent if a not in secret]
        if open_cells:
            kept = [absent[i] for i in sorted(rng.permutation(len(absent))[:_COUNTER_EXAMPLES])]
            others = rng.choice(len(drawn), _OTHERS, p=weights / weights.sum())
            foreign = [drawn[i] for i in others if drawn[i] not in table[text.product_id]]
            train.append(_example(text, open_cells, (*open_cells, *kept, *foreign)))
        if secret := secret & (text.places.keys() | set(text.absent)):
            gold = {a: at for a, at in text.places.items() if a in secret}
            parts[text.product_id not in for_validation].append(_example(text, gold, tuple(sorted(secret))))
    if most_texts is not None and len(train) > most_texts:
        train = [train[i] for i in sorted(rng.permutation(len(train))[:most_texts])]
    asked = {name for part in (train, *parts) for example in part for name in example.asked or ()}
    standing = {(t.product_id, a) for t in texts for a in t.places}
    stated = count_stated(cells, class_of, ontology)
    return CatalogData(
        tuple(train),
        tuple(parts[0]),
        tuple(parts[1]),
        hidden,
        Schema(make_labels(asked, ontology), {}, ()),
        (len(cells), len(telling), len(standing)),
        stated,
        frozenset(
            (product_id, attribute)
            for product_id, attribute in hidden
            if not stated.asks(attribute, classes_of(class_of.get(product_id), ontology))
        ),
        tuple(text.text for text in texts),
    )


def classes_of(class_id: str | None, ontology: Ontology) -> tuple[str, ...]:
    """A class and those above it; none where it is not known."""
    return (class_id, *ontology.hierarchy.ancestors(class_id)) if class_id is not None else ()


def count_stated(
    cells: Iterable[Cell],
    class_of: Mapping[str, str],
    ontology: Ontology,
    *,
    least_share: float = LEAST_STATED,
) -> StatedAttributes:
    """What tables commonly state, by class; products of the classes below count for a class as well.

    Args:
        cells: All cells.
        class_of: Class of each product.
        ontology: The classes.
        least_share: Share of a class's products from which an attribute is commonly stated.
    """
    chains = {c: classes_of(c, ontology) for c in set(class_of.values())}
    products = Counter(each for class_id in class_of.values() for each in chains[class_id])
    cells = list(cells)
    own = Counter(
        (each, cell.attribute)
        for cell in cells
        if cell.product_id in class_of
        for each in chains[class_of[cell.product_id]]
    )
    common: dict[str, list[str]] = {
        each: [] for each, count in sorted(products.items()) if count >= _ENOUGH_PRODUCTS
    }
    for (each, attribute), count in sorted(own.items()):
        if each in common and count >= least_share * products[each]:
            common[each].append(attribute)
    known = sorted({cell.attribute for cell in cells} & ontology.attributes.keys())
    return StatedAttributes(
        in_tables=tuple(known),
        by_class={
            each: tuple(a for a in names if a in ontology.attributes) for each, names in common.items()
        },
    )


def make_labels(attributes: Iterable[str], ontology: Ontology) -> tuple[Label, ...]:
    """Attributes as labels that the encoder reads by their names in the languages there are."""
    return tuple(Label(name=attribute, text=_name(attribute, ontology)) for attribute in sorted(attributes))


def _name(attribute: str, ontology: Ontology) -> str:
    known = ontology.attributes.get(attribute)
    if known is None:
        return attribute.removeprefix(COLUMN).replace("_", " ")
    return describe_attribute(known)


def _example(
    text: CatalogText, places: Mapping[str, Sequence[tuple[int, int]]], asked: tuple[str, ...]
) -> SpanExample:
    spans = [Span(start, end, attribute) for attribute, found in places.items() for start, end in found]
    return SpanExample(
        text.text,
        describe_context(text.field, text.class_id),
        tuple(sorted(spans, key=lambda span: (span.start, span.end, span.type))),
        id=f"{text.product_id}:{text.field}",
        language=text.language,
        asked=asked,
    )
