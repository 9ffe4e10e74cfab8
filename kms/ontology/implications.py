"""Implications between claims: the claims about a product that follow from another one.

A claim is a filter field with a value, such as ``attr.connectivity`` with ``bluetooth_5_3``. It implies

* its broader values (``broader`` of a value or concept, the parents of a class), and
* what its entry lists under ``implies``: values of other attributes, or concepts of other relations.

Implication is transitive and runs one way: every speaker with Bluetooth 5.3 has Bluetooth, not the reverse. So a filter
by a claim also takes the products of the claims that imply it, and so does an exclusion.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kms.ontology.structure import ATTRIBUTE_FIELD, CATEGORY_FIELD

if TYPE_CHECKING:
    from kms.ontology.model import Ontology

_REFERENCE = "/"


class Claim(NamedTuple):
    """A filter field and one of its values."""

    field: str
    value: str

    @property
    def attribute(self) -> str:
        """The attribute that the claim speaks of; empty for classes and concepts."""
        return self.field.removeprefix(ATTRIBUTE_FIELD) if self.field.startswith(ATTRIBUTE_FIELD) else ""


class Implications:
    """The implications of one ontology, with their closure in both directions."""

    def __init__(self, ontology: Ontology) -> None:
        """Collect the direct implications of every class, value and concept."""
        self._direct: dict[Claim, tuple[Claim, ...]] = {}
        for claim, implied in _direct(ontology):
            self._direct[claim] = tuple(dict.fromkeys((*self._direct.get(claim, ()), *implied)))
        self._reverse: dict[Claim, list[Claim]] = defaultdict(list)
        for claim, implied in self._direct.items():
            for each in implied:
                self._reverse[each].append(claim)
        self._found: dict[Claim, dict[Claim, tuple[Claim, ...]]] = {}

    def implied(self, claim: Claim) -> tuple[Claim, ...]:
        """All claims that follow from one, nearest first, without itself."""
        return tuple(self._chains(claim))

    def implying(self, claim: Claim) -> frozenset[Claim]:
        """All claims that one follows from, without itself."""
        seen = {claim}
        queue = deque([claim])
        while queue:
            for each in self._reverse.get(queue.popleft(), ()):
                if each not in seen:
                    seen.add(each)
                    queue.append(each)
        return frozenset(seen - {claim})

    def chain(self, claim: Claim, implied: Claim) -> tuple[Claim, ...]:
        """The steps from a claim to one that follows from it, both included; empty where it does not follow."""
        if claim == implied:
            return (claim,)
        return self._chains(claim).get(implied, ())

    def follows(self, implied: Claim, claim: Claim) -> bool:
        """Whether ``implied`` is ``claim`` or follows from it."""
        return bool(self.chain(claim, implied))

    def closure(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """Claims with all that follows from them, each once: the claims first, in their order."""
        given = tuple(claims)
        return tuple(dict.fromkeys((*given, *(each for claim in given for each in self.implied(claim)))))

    def _chains(self, claim: Claim) -> dict[Claim, tuple[Claim, ...]]:
        """Each claim that follows, with the steps to it, nearest first."""
        chains = self._found.get(claim)
        if chains is None:
            chains = self._found[claim] = self._find_chains(claim)
        return chains

    def _find_chains(self, claim: Claim) -> dict[Claim, tuple[Claim, ...]]:
        chains: dict[Claim, tuple[Claim, ...]] = {claim: (claim,)}
        queue = deque([claim])
        while queue:
            current = queue.popleft()
            for each in self._direct.get(current, ()):
                if each not in chains:
                    chains[each] = (*chains[current], each)
                    queue.append(each)
        del chains[claim]
        return chains


def attribute_claim(attribute: str, value: str) -> Claim:
    """The claim that a product has a value of an attribute; ``true`` or ``false`` for a boolean."""
    return Claim(ATTRIBUTE_FIELD + attribute, value)


def read_reference(reference: str, ontology: Ontology) -> Claim | None:
    """The claim that an entry of ``implies`` names, or ``None`` where the ontology has no such thing.

    References are ``attribute/value`` (``attribute/true`` or ``attribute/false`` for booleans), or ``relation/id`` for a
    concept.
    """
    owner, separator, value = reference.partition(_REFERENCE)
    if not separator:
        return None
    attribute = ontology.attributes.get(owner)
    if attribute is not None:
        if attribute.type == "boolean":
            return attribute_claim(owner, value) if value in ("true", "false") else None
        return attribute_claim(owner, value) if value in ontology.values_of(owner) else None
    relation = ontology.relations.get(owner)
    if relation is not None and relation.facet and value in ontology.terms.get(relation.range, {}):
        return Claim(relation.facet, value)
    return None


def concept_field(kind: str, ontology: Ontology) -> str:
    """The filter field that holds concepts of a type; the type itself where none does."""
    relation = ontology.relation_to(kind)
    return relation.facet if relation is not None and relation.facet else kind


def _direct(ontology: Ontology) -> Iterator[tuple[Claim, tuple[Claim, ...]]]:
    for each in ontology.classes.values():
        parent = (Claim(CATEGORY_FIELD, each.parent),) if each.parent else ()
        yield Claim(CATEGORY_FIELD, each.id), (*parent, *_references(each.implies, ontology))
    for attribute in ontology.attributes.values():
        for value in ontology.values_of(attribute.id).values():
            broader = tuple(attribute_claim(attribute.id, name) for name in value.broader)
            yield attribute_claim(attribute.id, value.id), (*broader, *_references(value.implies, ontology))
    for concept in ontology.concepts():
        field = concept_field(concept.kind, ontology)
        broader = tuple(Claim(field, name) for name in concept.broader)
        yield Claim(field, concept.id), (*broader, *_references(concept.implies, ontology))


def _references(references: Iterable[str], ontology: Ontology) -> tuple[Claim, ...]:
    return tuple(claim for name in references if (claim := read_reference(name, ontology)) is not None)
