"""Names of things beyond the shop's own ontology."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.errors import ConfigurationError
from kms.indexing.glossary import load_names, make_glossary, read_glossary, write_glossary
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


def test_names_of_a_thing_lead_to_each_other_in_either_language() -> None:
    own = KNOWN.model_copy(update={"classes": {ROOT_CLASS: KNOWN.classes[ROOT_CLASS]}})
    glossary = make_glossary(KNOWN, own, [["nappy", "diaper", "尿布"], ["black", "黑"]])
    assert glossary["diaper"] == ("nappy", "尿布")
    assert glossary["尿 布"] == ("nappy", "diaper")
    assert "black" not in glossary


def test_the_names_that_come_with_the_program_are_of_both_languages() -> None:
    names = load_names()
    assert ["soy sauce", "酱油", "生抽"] in names
    assert all(
        any(name.isascii() for name in same) and not all(name.isascii() for name in same) for same in names
    )


@pytest.mark.parametrize(
    "text", ["- mop | 拖把", "kitchen: [mop]", "kitchen: [[mop, 拖把]]", "kitchen: ['mop | ']"]
)
def test_a_file_that_is_no_list_of_names_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "things.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=r"things\.yaml"):
        load_names(tmp_path)
