"""Names of things beyond the shop's own ontology."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.indexing.glossary import make_glossary, read_glossary, write_glossary
from kms.ontology import load_ontology
from kms.ontology.model import ROOT_CLASS, Ontology

KNOWN = load_ontology()


@pytest.fixture(scope="module")
def glossary() -> dict[str, tuple[str, ...]]:
    own: Ontology = KNOWN.model_copy(update={"classes": {ROOT_CLASS: KNOWN.classes[ROOT_CLASS]}})
    return make_glossary(KNOWN, own)


def test_a_name_leads_to_those_in_the_other_language_and_of_narrower_classes(
    glossary: dict[str, tuple[str, ...]],
) -> None:
    assert {"烧水壶", "电热水壶"} <= set(glossary["kettle"])
    assert "tea kettle" not in glossary["kettle"]


def test_a_class_that_lists_unlike_things_lends_no_names(glossary: dict[str, tuple[str, ...]]) -> None:
    assert "锅盖" not in glossary.get("cutting board", ())


def test_what_the_shops_own_ontology_names_needs_no_other_name(glossary: dict[str, tuple[str, ...]]) -> None:
    assert "black" not in glossary
    assert not make_glossary(KNOWN, KNOWN)


def test_a_glossary_is_read_as_it_was_written(tmp_path: Path, glossary: dict[str, tuple[str, ...]]) -> None:
    assert read_glossary(tmp_path) == {}
    write_glossary(tmp_path, glossary)
    assert read_glossary(tmp_path) == glossary
