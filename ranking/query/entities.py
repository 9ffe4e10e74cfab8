"""Entities of a query: what a reading of a label means as a node, a field and a value."""

from __future__ import annotations

from kms.facts.linking import boolean_node
from kms.ontology.implications import concept_field
from kms.ontology.labels import Reading
from kms.ontology.model import Labels, Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD, CATEGORY_FIELD
from ranking.models import Entity, EntityKind


def entity_of(text: str, start: int, end: int, reading: Reading, ontology: Ontology) -> Entity:
    """The entity that a place in a query names."""
    kind: EntityKind
    match reading.kind:
        case "class":
            kind, field, value, term = (
                "class",
                CATEGORY_FIELD,
                reading.id,
                ontology.classes[reading.id].label,
            )
        case "value":
            assert reading.attribute is not None and reading.vocabulary is not None
            kind, field, value = "value", f"{ATTRIBUTE_FIELD}{reading.attribute}", reading.id
            term = ontology.vocabularies[reading.vocabulary].values[reading.id].label
        case "attribute":
            kind, field = "value", f"{ATTRIBUTE_FIELD}{reading.id}"
            value = "false" if reading.opposite else "true"
            shown = boolean_node(ontology.attributes[reading.id], value=not reading.opposite)
            term = Labels(en=shown.label_en, zh=shown.label_zh)
        case _:
            kind, field, value = reading.kind, concept_field(reading.kind, ontology), reading.id
            term = ontology.terms[reading.kind][reading.id].label
    return Entity(
        start=start, end=end, surface=text[start:end], kind=kind, node=reading.node, field=field,
        value=value, label_en=term.en, label_zh=term.zh,
    )  # fmt: skip
