"""Class gating: a value of an attribute that the product's class does not have is no fact of the product."""

from __future__ import annotations

from collections.abc import Sequence

from kms.facts.models import Fact, RejectionReason
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_VALUE

_NAMING_EXTRACTORS = frozenset({"table", "shop"})
"""Extractors that read a value only beside its attribute's name."""


def gate(
    facts: Sequence[Fact], class_id: str | None, ontology: Ontology
) -> tuple[list[Fact], list[tuple[Fact, RejectionReason]]]:
    """Facts that the product's class allows, and the others with the reason.

    What a person accepted is allowed. A product without a class can have the attributes of the root class, and others
    where a table line names them.
    """
    known = class_id if class_id in ontology.classes else None
    allowed = {attribute.id for attribute in ontology.attributes_of(known or ROOT_CLASS)}
    kept: list[Fact] = []
    rejected: list[tuple[Fact, RejectionReason]] = []
    for fact in facts:
        is_named = known is None and fact.evidence.extractor in _NAMING_EXTRACTORS
        is_decided = fact.decision is not None
        if fact.relation != HAS_VALUE or fact.attribute in allowed or is_named or is_decided:
            kept.append(fact)
        else:
            reason = RejectionReason.CLASS_UNKNOWN if known is None else RejectionReason.NOT_OF_CLASS
            rejected.append((fact, reason))
    return kept, rejected
