from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from kms.errors import NotFoundError
from kms.ontology import Ontology, load_ontology


def test_attributes_are_inherited_before_own_ones_and_never_twice(ontology: Ontology) -> None:
    ids = [attribute.id for attribute in ontology.attributes_of("over_ear_headphones")]
    assert ids[0] == "colour"
    assert "battery_life" in ids
    assert "noise_cancelling" in ids
    assert len(ids) == len(set(ids))
    root = [attribute.id for attribute in ontology.attributes_of("product")]
    assert ids[: len(root)] == root


def test_an_unknown_class_has_no_attributes(ontology: Ontology) -> None:
    with pytest.raises(NotFoundError, match="spaceship"):
        ontology.attributes_of("spaceship")


def test_values_of_enums_only(ontology: Ontology) -> None:
    assert "stainless_steel" in ontology.values_of("material")
    assert ontology.values_of("weight") == {}
    assert ontology.values_of("no_such_attribute") == {}


def test_names_begin_with_the_label(ontology: Ontology) -> None:
    grey = ontology.vocabularies["colours"].values["grey"]
    assert grey.names("en")[0] == "grey"
    assert "gray" in grey.names("en")
    assert grey.names("zh")[0] == "灰色"


def test_concepts_know_their_kind(ontology: Ontology) -> None:
    assert {concept.kind for concept in ontology.concepts()} == {"use", "audience", "aspect"}
    assert ontology.terms["use"]["travel"].kind == "use"


def test_the_ontology_cannot_be_changed(folder: Path) -> None:
    small = load_ontology(folder)
    with pytest.raises(ValidationError):
        small.release.version = "9.9.9"
    assert small.hierarchy is small.hierarchy
