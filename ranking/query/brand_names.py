"""Brands in queries: finds the names of the catalogue's brands, the longest first."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from kms.ontology.labels import normalise
from kms.ontology.structure import BRAND_FIELD
from ranking.models import Entity

_LONGEST = 5
"""Words of a brand's name."""
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
Span = tuple[int, int]
_normalise = lru_cache(maxsize=10_000)(normalise)


class BrandNames:
    """The brands of one version of the indexes."""

    def __init__(self, brands: Mapping[str, tuple[str, str]]) -> None:
        """Prepare; ``brands`` gives node id and written form by normalised name."""
        self._brands = brands
        self._beginnings = frozenset(name.partition(" ")[0] for name in brands)

    def with_more(self, brands: Mapping[str, tuple[str, str]]) -> BrandNames:
        """These and others."""
        if not brands:
            return self
        other = copy.copy(self)
        other._brands = {**self._brands, **brands}
        other._beginnings = self._beginnings.union(name.partition(" ")[0] for name in brands)
        return other

    def find(self, text: str, taken: Sequence[Span]) -> Iterator[Entity]:
        """The brands that a text names where no other entity stands, in order."""
        words = list(_WORDS.finditer(text))
        position = 0
        while position < len(words):
            stop = position + 1
            if _normalise(words[position].group()).partition(" ")[0] in self._beginnings:
                for last in range(min(len(words), position + _LONGEST), position, -1):
                    start, end = words[position].start(), words[last - 1].end()
                    brand = self._brands.get(_normalise(text[start:end]))
                    if brand and not any(start < e and s < end for s, e in taken):
                        yield _entity(text, start, end, *brand)
                        stop = last
                        break
            position = stop


def _entity(text: str, start: int, end: int, node: str, written: str) -> Entity:
    return Entity(
        start=start,
        end=end,
        surface=text[start:end],
        kind="brand",
        node=node,
        field=BRAND_FIELD,
        value=node.partition(":")[2],
        label_en=written,
        label_zh=written,
    )
