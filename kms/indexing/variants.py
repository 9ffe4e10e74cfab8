"""Variants as the indexes see them: the values that their options mean, and their prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from kms.catalog.models import Product
from kms.currency import Exchange
from kms.lexical.models import IndexedVariant
from kms.ontology.implications import Claim
from kms.ontology.labels import normalise
from kms.ontology.model import Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD


def index_variants(
    rows: Sequence[Product],
    facets: Mapping[str, Sequence[str]],
    ontology: Ontology,
    exchange: Exchange,
    moment: datetime,
) -> Iterator[IndexedVariant]:
    """The variants of a product's rows, where there are several.

    Args:
        rows: Of the product.
        facets: The product's own, field to values; an option means such a value or nothing that can be searched for.
        ontology: Names of values.
        exchange: How prices are compared.
        moment: Whose prices are meant.
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
        yield IndexedVariant(
            facets={field: tuple(values) for field, values in own.items()},
            options=tuple(map(normalise, variant.options.values())),
            numbers=dict(exchange.numbers(price)) if price is not None else {},
        )


def _meant(option: str, facets: Mapping[str, Sequence[str]], ontology: Ontology) -> Iterator[Claim]:
    """What an option's value means of all that the product has, with what follows from it."""
    for reading in ontology.labels.lookup(option):
        field = f"{ATTRIBUTE_FIELD}{reading.attribute}"
        if reading.kind == "value" and reading.id in facets.get(field, ()):
            for claim in ontology.implications.closure([Claim(field, reading.id)]):
                if claim.field == field:
                    yield claim
