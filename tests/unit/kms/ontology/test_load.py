from __future__ import annotations

from pathlib import Path

import pytest

from kms.errors import ConfigurationError, InputError
from kms.ontology import Ontology, OntologyError, check_ontology, default_folder, load_ontology


def test_the_default_folder_holds_the_release() -> None:
    assert (default_folder() / "release.yaml").is_file()


def test_the_repository_has_the_ontology_it_promises(ontology: Ontology) -> None:
    counts = check_ontology(default_folder()).counts
    assert counts["families"] >= 6
    assert counts["classes"] >= 60
    assert counts["attributes"] >= 40
    assert counts["vocabularies"] >= 25
    assert counts["values"] >= 400
    assert counts["uses"] >= 35
    assert counts["audiences"] >= 20
    assert counts["aspects"] >= 40
    assert ontology.version == "1.9.0"


def test_every_vocabulary_is_used_and_every_attribute_belongs_to_a_class(ontology: Ontology) -> None:
    used = {attribute.vocabulary for attribute in ontology.attributes.values()}
    assert set(ontology.vocabularies) <= used
    owned = {attribute for each in ontology.classes.values() for attribute in each.attributes}
    assert set(ontology.attributes) <= owned


def test_the_relations_are_those_that_evidence_may_hold(ontology: Ontology) -> None:
    assert {"in_category", "made_by", "has_value", "suited_for", "for_audience", "has_aspect"} <= set(
        ontology.relations
    )
    assert {"compatible_with", "complements", "substitutes", "variant_of"} <= set(ontology.relations)


def test_problems_raise_with_all_of_them_in_the_message(folder: Path) -> None:
    (folder / "families" / "bad.yaml").write_text("uses: {x: {}}\nplanets: {}\n")
    with pytest.raises(OntologyError) as caught:
        load_ontology(folder)
    assert isinstance(caught.value, InputError)
    assert len(caught.value.problems) == 2
    assert "families/bad.yaml:1: 'x': missing 'label'" in str(caught.value)
    assert "families/bad.yaml:2: unknown section" in str(caught.value)


def test_a_folder_that_is_not_there_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no ontology folder"):
        load_ontology(tmp_path / "none")


def test_an_installed_package_brings_its_own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kms.ontology.load.__file__", str(tmp_path / "kms" / "ontology" / "load.py"))
    with pytest.raises(ConfigurationError, match="install the package again"):
        default_folder()
    copy = tmp_path / "kms" / "_ontology"
    copy.mkdir(parents=True)
    (copy / "release.yaml").write_text("version: 1.0.0\n")
    assert default_folder() == copy


def test_everything_has_alternative_labels_in_both_languages(ontology: Ontology) -> None:
    values = [value for each in ontology.vocabularies.values() for value in each.values.values()]
    sections = (ontology.classes, ontology.attributes, ontology.relations)
    terms = [*(term for section in sections for term in section.values()), *ontology.concepts(), *values]
    assert [term.id for term in terms if not term.alt.en or not term.alt.zh] == []
