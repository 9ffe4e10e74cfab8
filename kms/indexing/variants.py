"""Variants as the indexes see them: the values and quantities that their options mean, and their prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from kms.catalog.models import Product
from kms.currency import Exchange
from kms.lexical.models import IndexedVariant
from kms.ontology.implications import Claim
from kms.ontology.labels import normalise, singular
from kms.ontology.model import LANGUAGES, Attribute, Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD
from kms.quantities.columns import read_column_name
from kms.quantities.values import Quantity, QuantityError, parse_quantity


def index_variants(
    rows: Sequence[Product],
    facets: Mapping[str, Sequence[str]],
    ontology: Ontology,
    exchange: Exchange,
    moment: datetime,
    measures: Mapping[str, str] | None = None,
) -> Iterator[IndexedVariant]:
    """The variants of a product's rows, where there are several.

    Args:
        rows: Of the product.
        facets: The product's own, field to values; an option means such a value or nothing that can be searched for.
        ontology: Names of values.
        exchange: How prices are compared.
        moment: Whose prices are meant.
        measures: Of options that are quantities the attribute, by the option's name.
    """
    variants = [variant for row in rows for variant in row.variants]
    if len(variants) < 2:
        return
    for variant in variants:
        own: dict[str, dict[str, None]] = {}
        for option in variant.options.values():
            for claim in _meant(option, facets, ontology):
                own.setdefault(claim.field, {})[claim.value] = None
        price = variant.price_at(moment)
        numbers: dict[str, float] = dict(exchange.numbers(price)) if price is not None else {}
        highs: dict[str, float] = {}
        for field, quantity in option_quantities(variant.options, measures or {}, ontology):
            numbers[field] = min(quantity.si_low, numbers.get(field, quantity.si_low))
            highs[field] = max(quantity.si_high, highs.get(field, quantity.si_high))
        yield IndexedVariant(
            facets={field: tuple(values) for field, values in own.items()},
            options=tuple(map(normalise, variant.options.values())),
            numbers=numbers,
            highs={field: high for field, high in highs.items() if high != numbers[field]},
        )


def measured_options(
    rows: Sequence[Product], written: Mapping[str, str], ontology: Ontology
) -> dict[str, str]:
    """The attribute of each option of a product that is a quantity, by the option's name.

    Args:
        rows: Of the product.
        written: What the product's known quantities were read from, by their attributes. The table has an option as one
            line of all its values, of which a quantity is the first.
        ontology: Names of attributes.
    """
    known = {id: ontology.attributes[id] for id in written if id in ontology.attributes}
    found: dict[str, str] = {}
    for name, values in ((name, values) for row in rows for name, values in row.options().items()):
        for id, attribute in known.items():
            if attribute.type == "quantity" and (
                ", ".join(values) == written[id] or _is_name_of(name, attribute)
            ):
                found.setdefault(name, id)
    return found


def option_quantities(
    options: Mapping[str, str], measures: Mapping[str, str], ontology: Ontology
) -> Iterator[tuple[str, Quantity]]:
    """Field and quantity of each of a variant's options that is one; what holds none of its attribute is left out."""
    for name, value in options.items():
        if (id := measures.get(name)) is None:
            continue
        try:
            quantity = parse_quantity(
                value, ontology.attributes[id].dimension or "count", unit=read_column_name(name).unit
            )
        except QuantityError:
            continue
        yield f"{ATTRIBUTE_FIELD}{id}", quantity


def _is_name_of(option: str, attribute: Attribute) -> bool:
    name = singular(read_column_name(option).name)
    return any(name == singular(each) for language in LANGUAGES for each in attribute.names(language))


def _meant(option: str, facets: Mapping[str, Sequence[str]], ontology: Ontology) -> Iterator[Claim]:
    """What an option's value means of all that the product has, with what follows from it."""
    for reading in ontology.labels.lookup(option):
        field = f"{ATTRIBUTE_FIELD}{reading.attribute}"
        if reading.kind == "value" and reading.id in facets.get(field, ()):
            for claim in ontology.implications.closure([Claim(field, reading.id)]):
                if claim.field == field:
                    yield claim
