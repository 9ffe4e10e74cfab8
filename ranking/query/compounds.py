"""Compound class names: what the modifier of a name such as 羽绒服 ("down jacket") or "gaming mouse" asks for.

The ontology gives a class such names as alternative labels. A product of the class need not be what the modifier says,
so the modifier is read as a value, a use or an audience of its own where it names one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from kms.ontology.implications import Claim, concept_field
from kms.ontology.labels import Reading
from kms.ontology.model import Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD, CATEGORY_FIELD
from kms.text.chinese import contains_chinese

_MODIFYING = frozenset({"use", "audience"})
_MOST_CLASSES = 6
"""Classes that have an attribute, for it to be peculiar to them."""
_WORD_END = re.compile(r"[\s-]+")


class Modifier(NamedTuple):
    """The first part of a class's name: ``name[:end]``, with what it means, and the head ``name[head:]``.

    Attributes:
        reading: ``None`` where the ontology does not know the modifier.
        has_head: The rest of the name is by itself a name of the class.
        wider: The rest of the name is by itself a name of this class, which the class is a kind of.
    """

    end: int
    head: int
    reading: Reading | None
    has_head: bool
    wider: Reading | None = None


class CompoundReader:
    """Takes class names apart under one ontology."""

    def __init__(self, ontology: Ontology, products_of: Mapping[str, int]) -> None:
        """Read labels and classes of ``ontology``; of several meanings the one is taken that most products have."""
        self._products_of = products_of
        self._ontology = ontology
        self._usage = Counter(a.id for c in ontology.classes for a in ontology.attributes_of(c))
        self.modifier_of = lru_cache(maxsize=5_000)(self._modifier_of)

    def _modifier_of(self, class_id: str, name: str) -> Modifier | None:
        """The modifier of a class's name as written; ``None`` where the name is no compound.

        A class whose own label is the compound has the modifier's meaning by itself.
        """
        readings = self._ontology.labels.lookup(name)
        if any(r.kind == "class" and r.id == class_id and r.preferred for r in readings):
            return None
        unknown = None
        for end, head in _cuts(name):
            rest = name[head:]
            has_head = any(r.kind == "class" and r.id == class_id for r in self._ontology.labels.lookup(rest))
            is_short = len(rest) == 1 and contains_chinese(rest)
            is_word = rest.isascii() and rest.isalpha()
            if not has_head and not is_short and not is_word:
                continue
            reading = self._meaning(class_id, name[:end], has_head=has_head, is_specific=is_word)
            if reading is not None:
                return Modifier(
                    end, head, reading, has_head, None if has_head else self._wider(class_id, rest)
                )
            if has_head and unknown is None:
                unknown = Modifier(end, head, None, has_head)
        return unknown

    def _wider(self, class_id: str, name: str) -> Reading | None:
        above = self._ontology.hierarchy.ancestors(class_id)
        readings = self._ontology.labels.lookup(name)
        return next((r for r in readings if r.kind == "class" and r.id in above), None)

    def _meaning(self, class_id: str, modifier: str, *, has_head: bool, is_specific: bool) -> Reading | None:
        """What a modifier says of the class; before a head that names no class only what is peculiar to it.

        An espresso machine makes espresso, a Dutch oven is not from the Netherlands.
        """
        fitting = []
        own = {
            a.id
            for a in self._ontology.attributes_of(class_id)
            if has_head or not is_specific or self._usage[a.id] <= _MOST_CLASSES
        }
        for reading in self._ontology.labels.lookup(modifier):
            match reading.kind:
                case "value" if reading.attribute in own:
                    claim = Claim(f"{ATTRIBUTE_FIELD}{reading.attribute}", reading.id)
                case "attribute" if reading.id in own and self._ontology.says_value(reading):
                    claim = Claim(f"{ATTRIBUTE_FIELD}{reading.id}", "false" if reading.opposite else "true")
                case kind if kind in _MODIFYING and has_head:
                    claim = Claim(concept_field(kind, self._ontology), reading.id)
                case _:
                    continue
            if not self._ontology.implications.follows(claim, Claim(CATEGORY_FIELD, class_id)):
                fitting.append(reading)
        return max(fitting, key=lambda reading: self._products_of.get(reading.node, 0), default=None)


def _cuts(name: str) -> Iterator[tuple[int, int]]:
    """Where a name may be cut: the modifier's end and the head's start, the longest modifier first."""
    if contains_chinese(name):
        for at in range(len(name) - 1, 0, -1):
            yield at, at
        return
    for blank in reversed(list(_WORD_END.finditer(name))):
        if blank.start():
            yield blank.span()
