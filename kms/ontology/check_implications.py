"""Checks of ``broader``, ``implies`` and ``excludes``: references exist, nothing is above or against itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kms.ontology.implications import Claim, attribute_claim, concept_field, read_reference
from kms.ontology.model import Concept, Ontology, OntologyClass, Vocabulary
from kms.ontology.source import Entry, Problem

Place = tuple[str | int, ...]


def broader_problems(
    owners: Sequence[tuple[Entry, Place, str, tuple[str, ...]]], where: str
) -> Iterator[Problem]:
    """Problems of the ``broader`` lists of one group of terms.

    Args:
        owners: Entry, path of the term in it, its id, and its ``broader`` ids.
        where: What the group is called in messages.
    """
    known = {term_id for _, _, term_id, _ in owners}
    above = {term_id: broader for _, _, term_id, broader in owners}
    for entry, path, term_id, broader in owners:
        for index, name in enumerate(broader):
            place = (*path, "broader", index)
            if name not in known:
                yield entry.problem(f"{term_id!r}: broader {name!r} is none of {where}", *place)
            elif name in broader[:index]:
                yield entry.problem(f"{term_id!r}: broader {name!r} twice", *place)
            elif term_id in _reachable(name, above):
                yield entry.problem(f"{term_id!r}: broader {name!r} leads back to {term_id!r}", *place)


def vocabulary_owners(
    entry: Entry, vocabulary: Vocabulary
) -> list[tuple[Entry, Place, str, tuple[str, ...]]]:
    """The values of a vocabulary as ``broader_problems`` takes them."""
    return [(entry, ("values", value.id), value.id, value.broader) for value in vocabulary.values.values()]


def implication_problems(
    ontology: Ontology,
    classes: Sequence[tuple[Entry, OntologyClass]],
    vocabularies: Sequence[tuple[Entry, Vocabulary]],
    concepts: Mapping[str, Sequence[tuple[Entry, Concept]]],
) -> Iterator[Problem]:
    """Problems of ``implies``; the ontology must be sound otherwise."""
    for entry, each in classes:
        allowed = {attribute.id for attribute in ontology.attributes_of(each.id)}
        for index, name in enumerate(each.implies):
            claim = read_reference(name, ontology)
            if claim is None:
                yield _unknown(entry, each.id, name, ("implies", index))
            elif claim.attribute and claim.attribute not in allowed:
                message = f"{each.id!r}: implies {name!r}, but the class has no attribute {claim.attribute!r}"
                yield entry.problem(message, "implies", index)
        yield from _contradictions(ontology, entry, Claim("category", each.id), each.id, ("implies",))
    for entry, vocabulary in vocabularies:
        users = [a.id for a in ontology.attributes.values() if a.vocabulary == vocabulary.id]
        for value in vocabulary.values.values():
            path = ("values", value.id, "implies")
            for index, name in enumerate(value.implies):
                if read_reference(name, ontology) is None:
                    yield _unknown(entry, value.id, name, (*path, index))
            for user in users:
                yield from _contradictions(ontology, entry, attribute_claim(user, value.id), value.id, path)
    for terms in concepts.values():
        for entry, concept in terms:
            for index, name in enumerate(concept.implies):
                if read_reference(name, ontology) is None:
                    yield _unknown(entry, concept.id, name, ("implies", index))
            for index, name in enumerate(concept.excludes):
                if name == concept.id or name not in {other.id for _, other in terms}:
                    message = f"{concept.id!r}: excludes {name!r}, which is no other concept of its kind"
                    yield entry.problem(message, "excludes", index)
            claim = Claim(concept_field(concept.kind, ontology), concept.id)
            yield from _contradictions(ontology, entry, claim, concept.id, ("implies",))


def _unknown(entry: Entry, term_id: str, name: str, place: Place) -> Problem:
    message = f"{term_id!r}: implies {name!r}, which is nothing of the ontology; write attribute/value, or relation/id"
    return entry.problem(message, *place)


def _contradictions(
    ontology: Ontology, entry: Entry, claim: Claim, term_id: str, place: Place
) -> Iterator[Problem]:
    said: dict[str, str] = {}
    for each in ontology.implications.implied(claim):
        if each.value in ("true", "false") and said.setdefault(each.field, each.value) != each.value:
            yield entry.problem(f"{term_id!r}: implies yes and no of {each.attribute!r}", *place)


def _reachable(start: str, above: Mapping[str, tuple[str, ...]]) -> set[str]:
    seen = {start}
    waiting = [start]
    while waiting:
        for name in above.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen
