"""Facts that follow from facts: a mention of "Bluetooth 5.3" also speaks for Bluetooth, and for wireless.

An implied fact keeps the evidence of the fact that it follows from. Affirmations go up, from the narrower value to the
broader one; a denial goes down, from a value to the narrower values of the same attribute: a text that denies Bluetooth
speaks against Bluetooth 5.3 too, though with half the weight of one that denies it by name. A kind's name in a title
speaks for the uses and audiences in it: "running shoes" are for running.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kms.facts.linking import claim_node
from kms.facts.models import Fact
from kms.ontology.implications import Claim, attribute_claim
from kms.ontology.model import Ontology
from kms.ontology.structure import CATEGORY_FIELD, HAS_VALUE, IN_CATEGORY

CLASS_CERTAINTY = 0.85
"""How far what a class implies is believed: what a text says of the product itself outweighs what its kind mostly is."""

DENIAL_CERTAINTY = 0.5
"""How far the denial of a broader value is believed of a narrower one that a text states by name."""


def implied_facts(facts: Sequence[Fact], ontology: Ontology, class_id: str | None) -> Iterator[Fact]:
    """Facts that follow from those of one product.

    Args:
        facts: Of this product only.
        ontology: Where the implications are.
        class_id: The product's class; its attributes are the only ones that implied facts may have.
    """
    allowed = {attribute.id for attribute in ontology.attributes_of(class_id)} if class_id else None
    affirmed = [fact for fact in facts if not fact.negated]
    stated = {claim_of(fact, ontology) for fact in affirmed}
    for fact in affirmed:
        claim = claim_of(fact, ontology)
        if claim is None or (claim.field == CATEGORY_FIELD and claim.value != class_id):
            continue
        for implied in ontology.implications.implied(claim):
            if implied.field == CATEGORY_FIELD:
                continue
            if allowed is not None and implied.attribute and implied.attribute not in allowed:
                continue
            certainty = CLASS_CERTAINTY if claim.field == CATEGORY_FIELD else 1.0
            yield replace(_towards(fact, implied, ontology), confidence=fact.confidence * certainty)
    for fact in affirmed:
        if fact.relation == IN_CATEGORY and fact.evidence.field == "title":
            yield from _implied_by_name(fact, ontology)
    for fact in facts:
        denied = claim_of(fact, ontology) if fact.negated else None
        if denied is None:
            continue
        for narrower in sorted(ontology.implications.implying(denied)):
            if narrower.field == denied.field and narrower in stated:
                yield replace(
                    _towards(fact, narrower, ontology), confidence=fact.confidence * DENIAL_CERTAINTY
                )


def _implied_by_name(fact: Fact, ontology: Ontology) -> Iterator[Fact]:
    """Uses and audiences that the title's name of a kind holds and its label does not: of sneakers, "running shoes"."""
    name = fact.evidence.surface
    term = ontology.classes.get(fact.target.key)
    if term is None or " " not in name or not name.isascii():
        return
    for match in ontology.labels.find(name, frozenset(ontology.terms)):
        reading = match.readings[0]
        relation = ontology.relation_to(reading.kind)
        if relation is None or relation.facet is None or relation.linking.text != "named":
            continue
        if reading.surface.casefold() not in term.label.en.casefold():
            yield _towards(fact, Claim(relation.facet, reading.id), ontology)


def claim_of(fact: Fact, ontology: Ontology) -> Claim | None:
    """The claim that a fact makes; ``None`` for quantities, and for relations without a filter field."""
    if fact.quantity is not None:
        return None
    return edge_claim(fact.relation, fact.attribute, fact.target.key, ontology)


def edge_claim(relation: str, attribute: str, key: str, ontology: Ontology) -> Claim | None:
    """The claim of an edge to the node with a key; ``None`` where the relation has no filter field."""
    if relation == HAS_VALUE:
        return attribute_claim(attribute, key.partition("/")[2])
    known = ontology.relations.get(relation)
    return Claim(known.facet, key) if known is not None and known.facet else None


def _towards(fact: Fact, claim: Claim, ontology: Ontology) -> Fact:
    relation = ontology.relation_of_field(claim.field)
    assert relation is not None, claim
    return replace(
        fact,
        target=claim_node(claim, ontology),
        relation=relation.id,
        attribute=claim.attribute,
        method="implied",
        implied_by=fact.implied_by or f"{fact.attribute or fact.relation}:{fact.target.id}",
    )
