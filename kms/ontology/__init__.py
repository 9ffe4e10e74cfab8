"""The ontology: what a product can be, what can be said of it, and in which words."""

from __future__ import annotations

from kms.ontology.check import OntologyError, OntologyReport, check_ontology
from kms.ontology.implications import Claim, Implications, attribute_claim
from kms.ontology.labels import LabelIndex, Match, Reading, iterate_labels, normalise
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import (
    Attribute,
    Concept,
    EntityType,
    Ontology,
    OntologyClass,
    RelationType,
    Release,
    Vocabulary,
    VocabularyValue,
)
from kms.ontology.source import Problem

__all__ = [
    "Attribute",
    "Claim",
    "Concept",
    "EntityType",
    "Implications",
    "LabelIndex",
    "Match",
    "Ontology",
    "OntologyClass",
    "OntologyError",
    "OntologyReport",
    "Problem",
    "Reading",
    "RelationType",
    "Release",
    "Vocabulary",
    "VocabularyValue",
    "attribute_claim",
    "check_ontology",
    "default_folder",
    "iterate_labels",
    "load_ontology",
    "normalise",
]
