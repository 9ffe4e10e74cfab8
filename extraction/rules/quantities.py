"""Numbers with units, and which attribute of the class they measure."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.documents import Text
from extraction.rules.mention import Mention
from kms.text.negation import find_cue
from kms.facts.quantities import QuantityMention, dimensions_of, find_quantities
from kms.ontology.model import Attribute, Ontology

NEAR = 45
"""Characters around a quantity in which its attribute's name counts."""
CONFIDENCE_NAMED = 0.85
CONFIDENCE_ONLY = 0.65
_UNIT_HINTS = {
    "year": ("warranty",),
    "month": ("warranty",),
    "dots_per_inch": ("sensor_resolution", "dpi"),
}


def find_measures(text: Text, ontology: Ontology, class_id: str | None) -> Iterator[Mention]:
    """Quantities whose attribute can be told: by its name nearby, or because the class has just one that fits."""
    attributes = [a for a in ontology.attributes_of(class_id or "product") if a.type == "quantity"]
    body = text.document.text
    for quantity in find_quantities(body):
        found = _attribute_of(quantity, text, attributes)
        if found is None:
            continue
        attribute, confidence = found
        cue = find_cue(body, text.sentence_at(quantity.start), quantity.start, text.document.language)
        yield Mention(
            quantity.start,
            quantity.end,
            "has_value",
            attribute=attribute.id,
            value=f"{quantity.magnitude:g} {quantity.unit}",
            negated=cue is not None,
            cue=cue,
            confidence=confidence,
        )


def _attribute_of(
    quantity: QuantityMention, text: Text, attributes: list[Attribute]
) -> tuple[Attribute, float] | None:
    dimensions = dimensions_of(quantity.unit)
    fitting = [a for a in attributes if a.dimension in dimensions]
    if not fitting:
        return None
    start, end = text.sentence_at(quantity.start)
    body = text.document.text.casefold()
    before = body[max(start, quantity.start - NEAR) : quantity.start]
    after = body[quantity.end : min(end, quantity.end + NEAR)]
    best: tuple[float, Attribute] | None = None
    for attribute in fitting:
        names = (n.casefold() for language in ("en", "zh") for n in attribute.names(language))  # type: ignore[arg-type]
        for name in names:
            left, right = before.rfind(name), after.find(name)
            distances = [len(before) - left - len(name)] if left >= 0 else []
            # What follows names the quantity only when it follows at once: "30 hours of battery life".
            distances += [right] if 0 <= right <= 12 else []
            for distance in distances:
                if best is None or distance < best[0]:
                    best = (distance, attribute)
    if best is not None:
        return best[1], CONFIDENCE_NAMED
    hinted = [a for a in fitting if a.id in _UNIT_HINTS.get(quantity.unit, ())]
    if hinted:
        return hinted[0], CONFIDENCE_ONLY
    if len(fitting) == 1 and fitting[0].dimension not in {"count", "length", "time"}:
        return fitting[0], CONFIDENCE_ONLY
    return None
