"""The shop's own statements: its attribute table, its brand and category, its related products."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from extraction.documents import Text
from extraction.rules.mention import Mention
from extraction.rules.quantities import find_axes
from kms.catalog.documents import SHOP_BRAND, SHOP_CATEGORY
from kms.facts.quantities import QuantityError, find_quantities, parse_quantity
from kms.ontology.labels import normalise, singular
from kms.ontology.model import LANGUAGES, Attribute, Ontology, RelationType
from kms.ontology.structure import HAS_VALUE, IN_CATEGORY, MADE_BY
from kms.text.negation import find_cue

_NAME_CUTOFF = 92.0
_LONGEST_NAME = 4
"""Words of a list's part up to which it is taken for one name."""
_NOTHING = frozenset({"", "no", "none", "n / a", "-", "无", "否", "没 有"})
_SIZES = ("dimensions", "product dimensions", "measurements", "尺寸", "产品尺寸", "外形尺寸")
_RESPONSES = ("frequency response", "frequency range", "频响", "频率响应", "频响范围")
_DIMENSIONS = frozenset(singular(name) for name in _SIZES)
_RANGES = frozenset(singular(name) for name in _RESPONSES)
_PART = re.compile(r"[^\s,;/+&、，；|](?:[^,;/+&、，；|]*[^\s,;/+&、，；|])?")
_HAN = re.compile(r"[\u3400-\u9fff]")


def read_shop(text: Text, ontology: Ontology) -> Iterator[Mention]:
    """Lines ``brand: X``, ``category: X``, ``<relation>: <product id>``."""
    roles = ontology.product_relations
    for name, value, start, end in _lines(text.document.text):
        if name == SHOP_BRAND:
            yield Mention(start, end, MADE_BY)
        elif name == SHOP_CATEGORY:
            yield Mention(start, end, IN_CATEGORY, value=value)
        elif name in roles:
            yield Mention(start, end, name, value=value)


class TableReader:
    """Reads ``name: value`` lines by the names of the class's attributes, and of relations that tables state."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        # A catalogue repeats its lines' names in every table, and folding all names of a class is slow.
        self._attribute_of = lru_cache(maxsize=50_000)(self._find_attribute)
        self._names_of = lru_cache(maxsize=1_000)(self._read_names)
        self._relation_names = {
            singular(name): relation
            for relation in ontology.relations.values()
            if relation.linking.table == "named" and relation.range in ontology.terms
            for language in LANGUAGES
            for name in relation.names(language)
        }

    def read(self, text: Text, class_id: str | None) -> Iterator[Mention]:
        """One or more mentions a line; lines whose name nothing matches are left out."""
        for name, value, start, end in _lines(text.document.text):
            several = self._read_several(name, class_id, value, start)
            relation = self._relation_names.get(singular(name))
            attribute = None if relation else self._attribute_of(name, class_id)
            if several:
                yield from several
            elif relation is not None:
                yield from self._read_terms(relation, value, start)
            elif attribute is not None:
                yield from self._read_value(attribute, value, start, end)

    def _read_terms(self, relation: RelationType, value: str, start: int) -> Iterator[Mention]:
        """The entities that a line lists; what the ontology does not know is left to curation."""
        for part in _PART.finditer(value):
            surface = part.group()
            if normalise(surface) in _NOTHING:
                continue
            known = [r.id for r in self._ontology.labels.lookup(surface) if r.kind == relation.range]
            place = (start + part.start(), start + part.end())
            if known or len(surface.split()) <= _LONGEST_NAME:
                yield Mention(*place, relation.id, value=known[0] if known else "")
                continue
            for match in self._ontology.labels.find(surface, frozenset({relation.range})):
                first, last = start + part.start() + match.start, start + part.start() + match.end
                yield Mention(first, last, relation.id, value=match.readings[0].id)

    def _find_attribute(self, name: str, class_id: str | None) -> Attribute | None:
        own = _find(name, self._names_of(class_id or "product"))
        return own or (_find(name, self._names_of("")) if class_id is None else None)

    def _read_names(self, class_id: str) -> dict[str, Attribute]:
        if class_id:
            return _names(self._ontology.attributes_of(class_id))
        return _names(tuple(self._ontology.attributes.values()))

    def _read_value(self, attribute: Attribute, value: str, start: int, end: int) -> Iterator[Mention]:
        if attribute.type == "quantity":
            try:
                quantity = parse_quantity(value, attribute.dimension or "count")
            except QuantityError:
                # Left to curation: the surface says what the shop wrote.
                yield Mention(start, end, HAS_VALUE, attribute=attribute.id)
                return
            written = f"{quantity.magnitude:g} {quantity.unit}"
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id, value=written)
        elif attribute.type == "enum":
            yield from self._read_enum(attribute, value, start, end)
        else:
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id, value=value)

    def _read_enum(self, attribute: Attribute, value: str, start: int, end: int) -> Iterator[Mention]:
        """One value, or several ("cotton / elastane"); what no vocabulary knows is left to curation."""
        whole = self._lookup(attribute, value)
        if whole is not None:
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id, value=whole)
            return
        unknown = []
        found = False
        for part in _PART.finditer(value):
            mentions = list(self._read_part(attribute, part.group(), start + part.start()))
            yield from mentions
            found = found or bool(mentions)
            if not mentions:
                unknown.append(part)
        if not found:
            if normalise(value) not in _NOTHING:
                yield Mention(start, end, HAS_VALUE, attribute=attribute.id)
            return
        for part in unknown:
            if normalise(part.group()) not in _NOTHING:
                yield Mention(start + part.start(), start + part.end(), HAS_VALUE, attribute=attribute.id)

    def _read_part(self, attribute: Attribute, part: str, start: int) -> Iterator[Mention]:
        single = self._lookup(attribute, part)
        if single is not None:
            yield Mention(start, start + len(part), HAS_VALUE, attribute=attribute.id, value=single)
            return
        for match in self._ontology.labels.find(part, frozenset({"value"})):
            ids = [r.id for r in match.readings if r.attribute == attribute.id]
            if not ids:
                continue
            cue = find_cue(part, (0, len(part)), match.start, "zh" if _HAN.search(part) else "en")
            yield Mention(
                start + match.start, start + match.end, HAS_VALUE, attribute=attribute.id, value=ids[0],
                negated=cue is not None, cue=None if cue is None else (start + cue[0], start + cue[1]),
            )  # fmt: skip

    def _lookup(self, attribute: Attribute, surface: str) -> str | None:
        for reading in self._ontology.labels.lookup(surface):
            if reading.kind == "value" and reading.attribute == attribute.id:
                return reading.id
        return None

    def _read_several(self, name: str, class_id: str | None, value: str, start: int) -> list[Mention]:
        """Lines that hold several attributes by custom: dimensions, a frequency response."""
        folded = singular(name)
        if folded in _DIMENSIONS:
            return list(self._read_dimensions(class_id, value, start))
        if folded in _RANGES:
            return list(self._read_range(class_id, value, start))
        return []

    def _read_dimensions(self, class_id: str | None, value: str, start: int) -> Iterator[Mention]:
        own = {a.id for a in self._ontology.attributes_of(class_id or "product")}
        for first, last, axis, number, unit in find_axes(value):
            if axis in own:
                written = f"{number:g} {unit}"
                yield Mention(start + first, start + last, HAS_VALUE, attribute=axis, value=written)

    def _read_range(self, class_id: str | None, value: str, start: int) -> Iterator[Mention]:
        own = {a.id for a in self._ontology.attributes_of(class_id or "product")}
        ends = list(find_quantities(value))
        if len(ends) == 2 and {"lower_frequency", "upper_frequency"} <= own:
            for attribute, each in zip(("lower_frequency", "upper_frequency"), ends, strict=True):
                written = f"{each.magnitude:g} {each.unit}"
                place = (start + each.start, start + each.end)
                yield Mention(*place, HAS_VALUE, attribute=attribute, value=written)


def _names(attributes: tuple[Attribute, ...]) -> dict[str, Attribute]:
    names: dict[str, Attribute] = {}
    for attribute in attributes:
        for language in LANGUAGES:
            for name in attribute.names(language):
                names.setdefault(singular(name), attribute)
        names.setdefault(singular(attribute.id.replace("_", " ")), attribute)
    return names


def _find(name: str, names: dict[str, Attribute]) -> Attribute | None:
    folded = singular(name)
    if folded in names:
        return names[folded]
    best = process.extractOne(folded, names.keys(), scorer=fuzz.ratio, score_cutoff=_NAME_CUTOFF)
    return names[best[0]] if best and len(folded) >= 5 else None


def _lines(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Name, value and the value's span of each ``name: value`` line."""
    position = 0
    for line in text.splitlines(keepends=True):
        name, separator, value = line.partition(": ")
        stripped = value.strip()
        if separator and stripped:
            start = position + len(name) + len(separator) + (len(value) - len(value.lstrip()))
            yield name.strip(), stripped, start, start + len(stripped)
        position += len(line)
