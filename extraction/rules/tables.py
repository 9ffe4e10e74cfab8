"""The shop's own statements: its attribute table, its brand and category, its related products."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from extraction.documents import Text
from extraction.rules.mention import Mention
from kms.catalog.documents import SHOP_BRAND, SHOP_CATEGORY
from kms.facts.quantities import QuantityError, parse_quantity
from kms.ontology.labels import normalise, singular
from kms.ontology.model import Attribute, Ontology

_ROLES = {"compatible_with", "complements", "substitutes", "variant_of"}
_NAME_CUTOFF = 92.0


def read_shop(text: Text) -> Iterator[Mention]:
    """Lines ``brand: X``, ``category: X``, ``<role>: <product id>``."""
    for name, value, start, end in _lines(text.document.text):
        if name == SHOP_BRAND:
            yield Mention(start, end, "made_by")
        elif name == SHOP_CATEGORY:
            yield Mention(start, end, "in_category", value=value)
        elif name in _ROLES:
            yield Mention(start, end, name, value=value)


class TableReader:
    """Reads ``name: value`` lines by the names of the class's attributes."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        # A catalogue repeats its lines' names in every table, and folding all names of a class is slow.
        self._attribute_of = lru_cache(maxsize=50_000)(self._find_attribute)
        self._names_of = lru_cache(maxsize=1_000)(self._read_names)

    def read(self, text: Text, class_id: str | None) -> Iterator[Mention]:
        """One or more mentions a line; lines whose name nothing matches are read as running text."""
        for name, value, start, end in _lines(text.document.text):
            attribute = self._attribute_of(name, class_id)
            if attribute is not None:
                yield from self._read_value(text, attribute, value, start, end)

    def _find_attribute(self, name: str, class_id: str | None) -> Attribute | None:
        own = _find(name, self._names_of(class_id or "product"))
        return own or (_find(name, self._names_of("")) if class_id is None else None)

    def _read_names(self, class_id: str) -> dict[str, Attribute]:
        if class_id:
            return _names(self._ontology.attributes_of(class_id))
        return _names(tuple(self._ontology.attributes.values()))

    def _read_value(
        self, text: Text, attribute: Attribute, value: str, start: int, end: int
    ) -> Iterator[Mention]:
        if attribute.type == "quantity":
            try:
                quantity = parse_quantity(value, attribute.dimension or "count")
            except QuantityError:
                # Left to curation: the surface says what the shop wrote.
                yield Mention(start, end, "has_value", attribute=attribute.id)
                return
            written = f"{quantity.magnitude:g} {quantity.unit}"
            yield Mention(start, end, "has_value", attribute=attribute.id, value=written)
        elif attribute.type == "enum":
            yield from self._read_enum(text, attribute, value, start, end)
        else:
            yield Mention(start, end, "has_value", attribute=attribute.id, value=value)

    def _read_enum(
        self, text: Text, attribute: Attribute, value: str, start: int, end: int
    ) -> Iterator[Mention]:
        values = self._ontology.values_of(attribute.id)
        whole = [r for r in self._ontology.labels.lookup(value) if r.kind == "value" and r.id in values]
        if whole:
            yield Mention(start, end, "has_value", attribute=attribute.id, value=whole[0].id)
            return
        found = False
        for match in self._ontology.labels.find(value, frozenset({"value"})):
            ids = [r.id for r in match.readings if r.id in values and r.attribute == attribute.id]
            if ids:
                found = True
                at = (start + match.start, start + match.end)
                yield Mention(*at, "has_value", attribute=attribute.id, value=ids[0])
        if not found and normalise(value) not in {"", "no", "none", "无", "否"}:
            yield Mention(start, end, "has_value", attribute=attribute.id)


def _names(attributes: tuple[Attribute, ...]) -> dict[str, Attribute]:
    names: dict[str, Attribute] = {}
    for attribute in attributes:
        for language in ("en", "zh"):
            for name in attribute.names(language):  # type: ignore[arg-type]
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


