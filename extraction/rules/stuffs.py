"""Stuffs: of goods that are sold by mass or volume no text tells a colour or a material, unless it names the attribute.

A soap has a scent of lavender, a jar of glass and goat milk in it, and none of these is what the product looks like or is
made of. Classes of such goods are marked when they are induced (``kms.induction.contents``). Where the class itself has the
attribute, because the shop's tables state it, its texts are read as those of any other class.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from extraction.documents import Text
from extraction.rules.explicit import ExplicitNames
from kms.evidence.models import Evidence
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_VALUE

_SHOP, _TABLE = "shop", "table"


class StuffReader:
    """Leaves out looks of ingredients, packaging and what a stuff is used on."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._explicit = ExplicitNames(ontology)
        self._looks = frozenset(a.id for a in ontology.attributes_of(ROOT_CLASS) if a.type == "enum")
        self._unstated = lru_cache(maxsize=1_000)(self._read_unstated)

    def keep(self, text: Text, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Evidence of a text without such values."""
        items = list(evidence)
        class_id = text.context.class_id
        if class_id is None or text.document.field == _SHOP:
            return items
        unstated = self._unstated(class_id)
        if not unstated:
            return items
        return [item for item in items if item.attribute not in unstated or self._is_named(text, item)]

    def _is_named(self, text: Text, item: Evidence) -> bool:
        """Whether the attribute's name leads to the value: "colour: amber"."""
        if item.relation != HAS_VALUE:
            return True
        body = text.document.text
        if text.document.field == _TABLE:
            # Of "tags: black tea" no colour is stated.
            line = body[body.rfind("\n", 0, item.start) + 1 : item.start]
            return self._explicit.stands_near(
                line, (0, len(line)), line.find(":"), line.find(":"), item.attribute
            )
        return self._explicit.leads_to(body, item.sentence, item.start, item.attribute)

    def _read_unstated(self, class_id: str) -> frozenset[str]:
        """Attributes that the class has from the root alone, where it is one of stuffs."""
        own = self._ontology.classes.get(class_id)
        if own is None or own.sold_by != "measure":
            return frozenset()
        line = (class_id, *self._ontology.hierarchy.ancestors(class_id))
        stated = {a for each in line if each != ROOT_CLASS for a in self._ontology.classes[each].attributes}
        return self._looks - stated
