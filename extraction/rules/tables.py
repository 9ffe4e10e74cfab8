"""The shop's own statements: its attribute table, its brand and category, its related products."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from extraction.documents import Text
from extraction.rules.features import FeatureRows
from extraction.rules.mention import Mention
from extraction.rules.quantities import side_attribute
from extraction.rules.sizes import find_trouser_sizes
from kms.catalog.documents import SHOP_BRAND, SHOP_CATEGORY
from kms.ontology.labels import singular
from kms.ontology.lacking import lacking_values
from kms.ontology.model import LANGUAGES, Attribute, Ontology, RelationType
from kms.ontology.structure import HAS_VALUE, IN_CATEGORY, MADE_BY
from kms.quantities.columns import ColumnName, own_name, read_column_name
from kms.quantities.mentions import find_quantities
from kms.quantities.values import QuantityError, canonical, parse_quantity, write_quantity
from kms.text.answers import is_bare_no, is_placeholder, read_answer, says_none
from kms.text.chinese import contains_chinese
from kms.text.negation import find_cue

_NAME_CUTOFF = 92.0
_LONGEST_NAME = 4
"""Words of a list's part up to which it is taken for one name."""
_SIZES = (
    "dimensions", "product dimensions", "item dimensions", "overall dimensions", "measurements", "size", "product size",
    "尺寸", "产品尺寸", "外形尺寸", "规格尺寸", "外观尺寸", "规格", "产品规格", "大小", "产品大小",
)  # fmt: skip
_GARMENT_SIZE = "clothing_size"
_RESPONSES = ("frequency response", "frequency range", "频响", "频率响应", "频响范围")
_DIMENSIONS = frozenset(singular(name) for name in _SIZES)
_RANGES = frozenset(singular(name) for name in _RESPONSES)
_CONTENTS = {"mass": "capacity", "volume": "weight"}
"""What tells the contents of goods whose cell has the other dimension: a column of kilograms and litres."""
_PART = re.compile(r"[^\s,;/+&、，；|](?:[^,;/+&、，；|]*[^\s,;/+&、，；|])?")


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
        self._features = FeatureRows(ontology, self._own)
        # A catalogue repeats its lines' names in every table, and folding all names of a class is slow.
        self._attribute_of = lru_cache(maxsize=50_000)(self._find_attribute)
        self._names_of = lru_cache(maxsize=1_000)(self._read_names)
        self._lacking = lru_cache(maxsize=10_000)(
            lambda each: lacking_values(ontology.attributes[each], ontology)
        )
        self._relation_names = {
            singular(name): relation
            for relation in ontology.relations.values()
            if relation.linking.table == "named" and relation.range in ontology.terms
            for language in LANGUAGES
            for name in relation.names(language)
        }

    def find_mentions(self, text: Text, class_id: str | None) -> Iterator[Mention]:
        """One or more mentions a line; lines whose name nothing matches are left out."""
        for name, value, start, end in _lines(text.document.text):
            if is_placeholder(value):
                continue
            column = read_column_name(name)
            several = self._read_several(column, class_id, value, start)
            relation = self._relation_names.get(singular(name))
            attribute, unit = (None, None) if relation else self._column_attribute(name, column, class_id)
            if attribute is None and not several and singular(column.name) in _DIMENSIONS:
                attribute = self._garment_size(value, class_id)
            if several:
                yield from several
            elif relation is None and self._is_feature(attribute, name, value, class_id):
                yield from self._features.find_mentions(name, value, class_id, start, end)
            elif relation is not None:
                yield from self._read_terms(relation, value, start)
            elif attribute is not None:
                yield from self._read_value(attribute, value, start, end, unit, class_id)

    def attribute_of(self, name: str, class_id: str | None) -> Attribute | None:
        """The attribute that a column's name stands for in tables of a class; ``None``: the ontology knows none."""
        return self._column_attribute(name, read_column_name(name), class_id)[0]

    def _garment_size(self, value: str, class_id: str | None) -> Attribute | None:
        """The attribute of a size that is no measure: "Size: XL" of a garment."""
        attribute = self._ontology.attributes.get(_GARMENT_SIZE)
        if attribute is None or class_id is None or _GARMENT_SIZE not in self._own(class_id):
            return None
        return attribute if any(self._lookup(attribute, p.group()) for p in _PART.finditer(value)) else None

    def _is_feature(self, attribute: Attribute | None, name: str, value: str, class_id: str | None) -> bool:
        """Whether a line is one of features: "noise cancelling: no" speaks of the value, not of all its attribute."""
        if attribute is None:
            return True
        return attribute.type == "enum" and self._features.names_value(name, value, class_id)

    def _read_terms(self, relation: RelationType, value: str, start: int) -> Iterator[Mention]:
        """The entities that a line lists; what the ontology does not know is left to curation."""
        for part in _PART.finditer(value):
            surface = part.group()
            if is_placeholder(surface) or says_none(surface):
                continue
            known = [r.id for r in self._ontology.labels.lookup(surface) if r.kind == relation.range]
            place = (start + part.start(), start + part.end())
            if known or len(surface.split()) <= _LONGEST_NAME:
                yield Mention(*place, relation.id, value=known[0] if known else "")
                continue
            for match in self._ontology.labels.find(surface, frozenset({relation.range})):
                first, last = start + part.start() + match.start, start + part.start() + match.end
                yield Mention(first, last, relation.id, value=match.readings[0].id)

    def _column_attribute(
        self, name: str, column: ColumnName, class_id: str | None
    ) -> tuple[Attribute | None, str | None]:
        """The attribute of a line, and the unit that its name gives to bare numbers."""
        attribute = self._attribute_of(name, class_id)
        if attribute is None or (column.unit is not None and attribute.type == "quantity"):
            return self._attribute_of(column.name, class_id) or attribute, column.unit
        return attribute, None

    def _find_attribute(self, name: str, class_id: str | None) -> Attribute | None:
        names = self._names_of(class_id or "product")
        own = _find(name, names) or _find(own_name(name), names)
        if own is not None or class_id is not None:
            return own
        other = _find(name, self._names_of(""))
        return None if other is None or _is_short_form(name, other) else other

    def _read_names(self, class_id: str) -> dict[str, Attribute]:
        if class_id:
            return _names(self._ontology.attributes_of(class_id))
        return _names(tuple(self._ontology.attributes.values()))

    def _read_value(
        self, attribute: Attribute, value: str, start: int, end: int, unit: str | None, class_id: str | None
    ) -> Iterator[Mention]:
        if attribute.type == "enum" and not self._knows(attribute, value):
            # A class may call a measure by the same name: "waterproof rating: 5,000 mm".
            attribute = self._measure_called(attribute, value, class_id) or attribute
        if attribute.type == "quantity":
            yield from self._read_quantity(attribute, value, start, end, unit, class_id)
        elif attribute.type == "enum":
            yield from self._read_enum(attribute, value, start, end)
        else:
            answer = read_answer(value) if attribute.type == "boolean" else None
            written = value if answer is None else str(answer).casefold()
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id, value=written)

    def _knows(self, attribute: Attribute, value: str) -> bool:
        """Whether an attribute's vocabulary has any word of a cell."""
        matches = self._ontology.labels.find(value, frozenset({"value"}), in_table=True)
        return any(r.attribute == attribute.id for match in matches for r in match.readings)

    def _measure_called(self, attribute: Attribute, value: str, class_id: str | None) -> Attribute | None:
        """A quantity of the class that shares a name with an attribute and whose dimension a cell has."""
        names = {singular(name) for language in LANGUAGES for name in attribute.names(language)}
        for each in self._ontology.attributes_of(class_id) if class_id else ():
            own = {singular(name) for language in LANGUAGES for name in each.names(language)}
            if each.type == "quantity" and names & own and any(find_quantities(value, each.dimension)):
                return each
        return None

    def _contents_called(self, attribute: Attribute, value: str, class_id: str | None) -> Attribute | None:
        """The measure of the class for a cell in kilograms of a column of litres, or the other way round."""
        other = self._ontology.attributes.get(_CONTENTS.get(attribute.dimension or "", ""))
        if other is None or other.id not in self._own(class_id) or attribute.type != "quantity":
            return None
        try:
            parse_quantity(value, other.dimension or "")
        except QuantityError:
            return None
        return other if any(find_quantities(value, other.dimension)) else None

    def _read_quantity(
        self, attribute: Attribute, value: str, start: int, end: int, unit: str | None, class_id: str | None
    ) -> Iterator[Mention]:
        dimension = attribute.dimension or "count"
        if dimension == "count" and says_none(value):
            value = "0"
        try:
            quantity = parse_quantity(value, dimension, unit=unit)
        except QuantityError:
            other = self._contents_called(attribute, value, class_id)
            if other is not None:
                yield from self._read_quantity(other, value, start, end, None, class_id)
                return
            # Left to curation: the surface says what the shop wrote.
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id)
            return
        written = write_quantity(quantity.low, quantity.high, quantity.unit)
        if attribute.id == "package_quantity":
            # "Pack size: 6 x 1 l" counts six.
            packs = next((m.pieces for m in find_quantities(value) if m.pieces > 1), 0)
            written = write_quantity(packs, packs, "count") if packs else written
        yield Mention(start, end, HAS_VALUE, attribute=attribute.id, value=written)
        own = self._own(class_id)
        pieces = next((m.pieces for m in find_quantities(value, dimension) if m.pieces > 1), 1)
        if (
            pieces > 1
            and dimension != "data_size"
            and "package_quantity" in own
            and attribute.id != "package_quantity"
        ):
            count = write_quantity(pieces, pieces, "count")
            yield Mention(start, end, HAS_VALUE, attribute="package_quantity", value=count)

    def _read_enum(self, attribute: Attribute, value: str, start: int, end: int) -> Iterator[Mention]:
        """One value, or several ("cotton / elastane"); what no vocabulary knows is left to curation."""
        whole = self._lookup(attribute, value)
        if whole is not None:
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id, value=whole)
            return
        if says_none(value):
            # "Caffeine: none" is the vocabulary's own word for it; without one it is left to curation. A bare "no" may
            # answer another question: "Colour: no" of a printer.
            lacking = self._lacking(attribute.id)
            if lacking or not is_bare_no(value):
                yield Mention(
                    start, end, HAS_VALUE, attribute=attribute.id, value=lacking[0] if lacking else ""
                )
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
            yield Mention(start, end, HAS_VALUE, attribute=attribute.id)
            return
        for part in unknown:
            if not (is_placeholder(part.group()) or says_none(part.group())):
                yield Mention(start + part.start(), start + part.end(), HAS_VALUE, attribute=attribute.id)

    def _read_part(self, attribute: Attribute, part: str, start: int) -> Iterator[Mention]:
        single = self._lookup(attribute, part)
        if single is not None:
            yield Mention(start, start + len(part), HAS_VALUE, attribute=attribute.id, value=single)
            return
        for match in self._ontology.labels.find(part, frozenset({"value"}), in_table=True):
            ids = [r.id for r in match.readings if r.attribute == attribute.id]
            if not ids:
                continue
            cue = find_cue(part, (0, len(part)), match.start, "zh" if contains_chinese(part) else "en")
            yield Mention(
                start + match.start, start + match.end, HAS_VALUE, attribute=attribute.id, value=ids[0],
                negated=cue is not None, cue=None if cue is None else (start + cue[0], start + cue[1]),
            )  # fmt: skip

    def _lookup(self, attribute: Attribute, surface: str) -> str | None:
        for reading in self._ontology.labels.lookup(surface):
            if reading.kind == "value" and reading.attribute == attribute.id:
                return reading.id
        return None

    def _read_several(
        self, column: ColumnName, class_id: str | None, value: str, start: int
    ) -> list[Mention]:
        """Lines that hold several attributes by custom: dimensions, a size of trousers, a frequency response."""
        folded = singular(column.name)
        if folded in _DIMENSIONS:
            return list(self._read_dimensions(class_id, column, value, start))
        if folded in _RANGES:
            return list(self._read_range(class_id, value, start))
        return []

    def _read_dimensions(
        self, class_id: str | None, column: ColumnName, value: str, start: int
    ) -> Iterator[Mention]:
        own = self._own(class_id)
        for size in find_trouser_sizes(value):
            if size.attribute in own:
                written = write_quantity(size.inches, size.inches, "inch")
                yield Mention(
                    start + size.start, start + size.end, HAS_VALUE, attribute=size.attribute, value=written
                )
        sides = [
            s for s in find_quantities(value, "length", unit=column.unit) if s.axis and s.axis != "diameter"
        ]
        if len(column.sides) == len(sides):
            sides = [replace(side, axis=axis) for side, axis in zip(sides, column.sides, strict=True)]
        axes = {side.axis for side in sides}
        for side in sides:
            attribute = side_attribute(side.axis, axes, own)
            if attribute is not None:
                yield Mention(
                    start + side.start,
                    start + side.end,
                    HAS_VALUE,
                    attribute=attribute,
                    value=canonical(side),
                )

    def _own(self, class_id: str | None) -> frozenset[str]:
        """Attributes that a product of the class can have; of an unknown class all."""
        if class_id is None:
            return frozenset(self._ontology.attributes)
        return frozenset(attribute.id for attribute in self._ontology.attributes_of(class_id))

    def _read_range(self, class_id: str | None, value: str, start: int) -> Iterator[Mention]:
        own = self._own(class_id)
        ends = [end for mention in find_quantities(value) for end in mention.ends or (mention,)]
        if len(ends) == 2 and {"lower_frequency", "upper_frequency"} <= own:
            for attribute, each in zip(("lower_frequency", "upper_frequency"), ends, strict=True):
                place = (start + each.start, start + each.end)
                yield Mention(*place, HAS_VALUE, attribute=attribute, value=canonical(each))


def _names(attributes: tuple[Attribute, ...]) -> dict[str, Attribute]:
    """Attributes by their names; the label of a class's own one comes before names that it inherits."""
    names: dict[str, Attribute] = {}
    for attribute in attributes:
        for language in LANGUAGES:
            for name in attribute.names(language):
                names.setdefault(singular(name), attribute)
    for attribute in attributes:
        names.update({singular(attribute.label.of(language)): attribute for language in LANGUAGES})
    for attribute in attributes:
        names.setdefault(singular(attribute.id.replace("_", " ")), attribute)
    return names


def _find(name: str, names: dict[str, Attribute]) -> Attribute | None:
    folded = singular(name)
    if folded in names:
        return names[folded]
    best = process.extractOne(folded, names.keys(), scorer=fuzz.ratio, score_cutoff=_NAME_CUTOFF)
    return names[best[0]] if best and len(folded) >= 5 else None


def _is_short_form(name: str, attribute: Attribute) -> bool:
    """Whether a name says less than the attribute is, so that only its class makes it clear: "shape" of a sleeping bag's."""
    words, full = set(singular(name).split()), set(singular(attribute.id.replace("_", " ")).split())
    return words < full


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
