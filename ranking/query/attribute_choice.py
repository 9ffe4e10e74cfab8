"""Choice of an attribute: what a quantity in a query most likely measures."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from kms.facts.keys import quantity_key
from kms.ontology.model import LANGUAGES, Attribute, Ontology
from kms.quantities.mentions import QuantityMention
from kms.quantities.unit_words import is_of_liquid
from kms.quantities.values import Quantity, QuantityError, can_measure, dimensions_of, quantity_of, unit_for
from kms.text.plurals import singular_of
from ranking.query.number_names import NumberNames

_MEANT = {"year": "warranty", "month": "warranty", "hour": "battery_life"}
"""What a shopper means by a bound in a unit that several attributes are measured in."""
_NUMBER_BEFORE = re.compile(r"\d[^\s,;]*\s?(?:[A-Za-z]{1,12}\s)?$")
_REACH = 24
_MOST_GENERAL = 3
"""What so many times more classes have than the most specific one is not meant: a monitor's 24 inches are no length."""


class _Name(NamedTuple):
    """Where the name of an attribute stands in a query.

    Attributes:
        length: Of the name.
        number: Where a number stands that has the name right behind it, as "8 gb" in "8 gb ram".
    """

    length: int
    number: int | None


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
        # One look for a name of any attribute spares most numbers one look for each.
        self._any_name = NumberNames(
            name for a in ontology.attributes.values() for language in LANGUAGES for name in a.names(language)
        )
        self._labels = [
            (a.id, name.casefold())
            for a in ontology.attributes.values()
            for language in LANGUAGES
            for name in a.names(language)
        ]
        self._usage = _usage(ontology)
        self._remember()

    def with_products(self, products_of: Mapping[str, int]) -> AttributeChooser:
        """The same by other numbers of products."""
        other = copy.copy(self)
        other._products_of = products_of
        other._remember()
        return other

    def _remember(self) -> None:
        # A query has many numbers, and each is asked for in several steps.
        self._measured = lru_cache(maxsize=1_000)(self._find_measured)
        self._named_in = lru_cache(maxsize=64)(self._find_names)
        self._choose = lru_cache(maxsize=1_000)(self._choose_anew)

    def names_class(self, noun: str) -> bool:
        """Whether a noun is a name of a class, in the singular or as it is."""
        lookup = self._ontology.labels.lookup
        return any(r.kind == "class" for name in (noun, singular_of(noun)) for r in lookup(name))

    def choose(self, quantity: QuantityMention, query: str, class_ids: Sequence[str]) -> Attribute | None:
        """The attribute that a quantity in a query most likely measures.

        Where the query names a class, only attributes of it and of its subclasses come into question. The one whose name
        stands beside the number comes first, then one whose name the query has elsewhere and beside no other number, then
        the one of which most products have this very number.
        """
        return self._choose(quantity, query, tuple(dict.fromkeys(class_ids)))

    def _choose_anew(
        self, quantity: QuantityMention, query: str, class_ids: tuple[str, ...]
    ) -> Attribute | None:
        own, candidates = self._candidates(quantity, class_ids)
        span = (quantity.start, quantity.end)
        beside = self._any_name.widen(query, span, ()) != span
        widened = {a.id: self._names[a.id].widen(query, span, ()) if beside else span for a in candidates}
        if behind := [a for a in candidates if widened[a.id][1] > span[1]]:
            return self._named(behind, query, quantity) or behind[0]
        if before := [
            a
            for a in candidates
            if (start := widened[a.id][0]) < span[0]
            and not _is_other_number(_number_before(query, start), quantity)
        ]:
            return self._named(before, query, quantity) or before[0]
        if named := self._named(candidates, query, quantity):
            return named
        candidates = _by_dimension(quantity, candidates, query, self._ontology, class_ids)
        if meant := [a for a in candidates if a.id == _MEANT.get(quantity.unit)]:
            return meant[0]
        if not candidates:
            return None
        usage = self._usage
        # Of a class's own attributes the most specific comes first: it is what that class is bought by.
        if own:
            least = min(usage[a.id] for a in candidates)
            candidates = [a for a in candidates if usage[a.id] <= _MOST_GENERAL * least]
        products = self._count_products(candidates, quantity)
        return min(
            candidates,
            key=lambda a: (
                -products[a.id],
                usage[a.id] if own else -usage[a.id],
                a.id != a.dimension,  # of length, width and height the length
                a.id == "warranty",
                a.id,
            ),
        )

    def _candidates(
        self, quantity: QuantityMention, class_ids: tuple[str, ...]
    ) -> tuple[list[Attribute], list[Attribute]]:
        """Attributes of the classes that a quantity can measure, and all that come into question."""
        own = _measuring(quantity, self._measured(quantity.unit, class_ids))
        if class_ids and not own:
            descendants = self._ontology.hierarchy.descendants
            below = tuple(sorted({d for c in class_ids for d in descendants(c)}))
            own = _measuring(quantity, self._measured(quantity.unit, below))
        if class_ids:
            return own, own
        return own, _measuring(quantity, self._measured(quantity.unit, None))

    def _find_measured(self, unit: str, class_ids: tuple[str, ...] | None) -> tuple[Attribute, ...]:
        """Attributes of classes, or of all, that a form of a unit may measure."""
        ontology = self._ontology
        attributes = (
            ontology.attributes.values()
            if class_ids is None
            else (a for c in class_ids for a in ontology.attributes_of(c))
        )
        dimensions = frozenset(dimensions_of(unit))
        return tuple({a.id: a for a in attributes if a.dimension in dimensions}.values())

    def _find_names(self, query: str) -> dict[str, list[_Name]]:
        """The names of attributes that a query has, by attribute."""
        folded = query.casefold()
        names: dict[str, list[_Name]] = {}
        for attribute_id, name in self._labels:
            if name in folded:
                numbers = _numbers_before(folded, name) if name.isascii() else [None]
                names.setdefault(attribute_id, []).extend(_Name(len(name), number) for number in numbers)
        return names

    def _named(
        self, attributes: Sequence[Attribute], query: str, quantity: QuantityMention
    ) -> Attribute | None:
        """The attribute whose name the query has, beside no other number; of several the one with the longest name."""
        names = self._named_in(query)
        lengths = (
            (name.length, -place)
            for place, attribute in enumerate(attributes)
            for name in names.get(attribute.id, ())
            if not _is_other_number(name.number, quantity)
        )
        best = max(lengths, default=None)
        return attributes[-best[1]] if best else None

    def _count_products(self, attributes: Sequence[Attribute], quantity: QuantityMention) -> dict[str, int]:
        """How many products have a quantity, for each attribute by id."""
        measured: dict[str, Quantity] = {}
        for dimension in {a.dimension for a in attributes if a.dimension}:
            with suppress(QuantityError):
                measured[dimension] = quantity_of(quantity, dimension)
        return {
            a.id: self._products_of.get(f"value:{quantity_key(a.id, measured[a.dimension])}", 0)
            if a.dimension in measured
            else 0
            for a in attributes
        }


def _measuring(quantity: QuantityMention, attributes: Iterable[Attribute]) -> list[Attribute]:
    return [a for a in attributes if a.dimension and can_measure(quantity, a.dimension)]


def _numbers_before(text: str, word: str) -> list[int | None]:
    """For each place of a whole word, where the number begins that it stands right behind, or ``None``."""
    places = re.finditer(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text)
    return list(dict.fromkeys(_number_before(text, place.start()) for place in places))


def _number_before(text: str, start: int) -> int | None:
    number = _NUMBER_BEFORE.search(text, max(0, start - _REACH), start)
    return number.start() if number else None


def _is_other_number(start: int | None, quantity: QuantityMention) -> bool:
    """Whether a name belongs to a number that is not the quantity: the "ram" of "8 gb ram 256 gb" is of the 8 GB."""
    return start is not None and not quantity.start <= start < quantity.end


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
    own: list[Attribute] = []
    other: list[Attribute] = []
    for attribute in attributes:
        is_own = unit_for(quantity.unit, attribute.dimension or "") == quantity.unit
        (own if is_own else other).append(attribute)
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
