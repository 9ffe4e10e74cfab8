"""Texts of the ontology's classes and uses, whose vectors questions about a need are compared with."""

from __future__ import annotations

from kms.ontology.model import ROOT_CLASS, Ontology, Term

USE = "use"
_MOST_NAMES = 3
"""Names that make a text, the first ones: the vector of many is near to none of them (chosen on the validation half)."""


def concept_texts(ontology: Ontology) -> dict[tuple[str, str], str]:
    """The first English names of every class and use, by filter field and id; the root class has none."""
    texts = {
        ("category", each.id): _names(each) for each in ontology.classes.values() if each.id != ROOT_CLASS
    }
    return texts | {(USE, each.id): _names(each) for each in ontology.concepts() if each.kind == USE}


def _names(term: Term) -> str:
    return ", ".join(term.names("en")[:_MOST_NAMES])
