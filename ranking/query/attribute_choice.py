"""Choice of an attribute: what a quantity in a query most likely measures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from kms.facts.keys import quantity_key
from kms.ontology.model import LANGUAGES, Attribute, Ontology
from kms.quantities.mentions import QuantityMention
from kms.quantities.unit_words import is_of_liquid
from kms.quantities.values import QuantityError, can_measure, quantity_of, unit_for
from ranking.query.number_names import NumberNames

_MEANT = {"year": "warranty", "month": "warranty", "hour": "battery_life"}
"""What a shopper means by a bound in a unit that several attributes are measured in."""
_NUMBER_BEFORE = re.compile(r"\d[^\s,;]*\s?(?:[A-Za-z]{1,12}\s)?$")
_REACH = 24
_MOST_GENERAL = 3
"""What so many times more classes have than the most specific one is not meant: a monitor's 24 inches are no length."""


class AttributeChooser:
    """Chooses among the attributes that are measured in a quantity's unit."""

    def __init__(self, ontology: Ontology, products_of: Mapping[str, int] | None = None) -> None:
        """Choose under ``ontology``.

        Args:
            ontology: Classes with their attributes.
            products_of: Node id to number of products: a tablet with 64 GB is one with so much storage.
        """
        self._ontology = ontology
        self._products_of = products_of or {}
        self._names = {a.id: NumberNames.of_attribute(a) for a in ontology.attributes.values()}
        self._usage = _usage(ontology)

    def choose(self, quantity: QuantityMention, query: str, class_ids: Sequence[str]) -> Attribute | None:
        """The attribute that a quantity in a query most likely measures.

        Where the query names a class, only attributes of it and of its subclasses come into question. The one whose name
        stands beside the number comes first, then one whose name the query has elsewhere and beside no other number, then
        the one of which most products have this very number.
        """
        ontology = self._ontology
        own = _measured(quantity, (a for c in class_ids for a in ontology.attributes_of(c)))
        if class_ids and not own:
            below = (d for c in class_ids for d in ontology.hierarchy.descendants(c))
            own = _measured(quantity, (a for d in below for a in ontology.attributes_of(d)))
        candidates = own if class_ids else _measured(quantity, ontology.attributes.values())
        span = (quantity.start, quantity.end)
        widened = {a.id: self._names[a.id].widen(query, span, ()) for a in candidates}
        if behind := [a for a in candidates if widened[a.id][1] > span[1]]:
            return _named(behind, query, quantity) or behind[0]
        if before := [
            a
            for a in candidates
            if (start := widened[a.id][0]) < span[0] and not _is_of_another_number(query, start, quantity)
        ]:
            return _named(before, query, quantity) or before[0]
        if named := _named(candidates, query, quantity):
            return named
        candidates = _by_dimension(quantity, candidates, query, ontology, class_ids)
        if meant := [a for a in candidates if a.id == _MEANT.get(quantity.unit)]:
            return meant[0]
        if not candidates:
            return None
        usage = self._usage
        # Of a class's own attributes the most specific comes first: it is what that class is bought by.
        if own:
            least = min(usage[a.id] for a in candidates)
            candidates = [a for a in candidates if usage[a.id] <= _MOST_GENERAL * least]
        return min(
            candidates,
            key=lambda a: (
                -self._count_products(a, quantity),
                usage[a.id] if own else -usage[a.id],
                a.id != a.dimension,  # of length, width and height the length
                a.id == "warranty",
                a.id,
            ),
        )

    def _count_products(self, attribute: Attribute, quantity: QuantityMention) -> int:
        try:
            key = quantity_key(attribute.id, quantity_of(quantity, attribute.dimension or ""))
        except QuantityError:
            return 0
        return self._products_of.get(f"value:{key}", 0)


def _measured(quantity: QuantityMention, attributes: Iterable[Attribute]) -> list[Attribute]:
    fitting = {a.id: a for a in attributes if a.dimension and can_measure(quantity, a.dimension)}
    return list(fitting.values())


def _named(attributes: Sequence[Attribute], query: str, quantity: QuantityMention) -> Attribute | None:
    """The attribute whose name the query has, beside no other number; of several the one with the longest name."""
    folded = query.casefold()
    names = (
        (len(name), -place, attribute)
        for place, attribute in enumerate(attributes)
        for language in LANGUAGES
        for name in attribute.names(language)
        if _has_word(folded, name.casefold(), quantity)
    )
    best = max(names, key=lambda item: item[:2], default=None)
    return best[2] if best else None


def _has_word(text: str, word: str, quantity: QuantityMention) -> bool:
    if not word.isascii():
        return word in text
    return any(
        not _is_of_another_number(text, found.start(), quantity)
        for found in re.finditer(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text)
    )


def _is_of_another_number(text: str, start: int, quantity: QuantityMention) -> bool:
    """Whether a name stands right behind a number that is not the quantity: the "ram" of "8 gb ram 256 gb"."""
    number = _NUMBER_BEFORE.search(text, max(0, start - _REACH), start)
    return number is not None and not quantity.start <= number.start() < quantity.end


def _by_dimension(
    quantity: QuantityMention,
    attributes: list[Attribute],
    query: str,
    ontology: Ontology,
    class_ids: Sequence[str],
) -> list[Attribute]:
    """Where the unit's form can mean several units, the attributes of the one that is meant here.

    Sizes of memory are meant by "128g" where the class has memory, fluid ounces where a vessel or a liquid is named.
    """
    own = [a for a in attributes if unit_for(quantity.unit, a.dimension or "") == quantity.unit]
    other = [a for a in attributes if a not in own]
    if quantity.unit == "ounce":
        names = (name for c in class_ids for name in ontology.classes[c].names("en"))
        return other or own if is_of_liquid(" ".join((query, *names))) else own
    data = [a for a in other if a.dimension == "data_size"]
    if data and class_ids:
        return data
    return own or ([] if quantity.unit in ("gram", "meter") else other)


def _usage(ontology: Ontology) -> dict[str, int]:
    counts = dict.fromkeys(ontology.attributes, 0)
    for class_id in ontology.classes:
        for attribute in ontology.attributes_of(class_id):
            counts[attribute.id] += 1
    return counts
