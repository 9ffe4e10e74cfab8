"""Checked ontologies on disk: equal to what the files say, and never older than they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kms.ontology.cache import load_kept_ontology
from kms.ontology.check import OntologyError
from kms.ontology.load import default_folder, load_ontology


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "ontology"))


def kept(cache: Path) -> list[str]:
    return [path.name for path in cache.iterdir()]


def test_what_is_kept_equals_what_is_loaded(folder: Path, tmp_path: Path) -> None:
    first = load_kept_ontology(folder, tmp_path / "cache")
    again = load_kept_ontology(folder, tmp_path / "cache")
    assert first == again == load_ontology(folder)
    assert again.version == first.version
    assert again.labels.find("waterproof headphones") == first.labels.find("waterproof headphones")
    assert len(kept(tmp_path / "cache")) == 1


def test_files_that_changed_are_checked_again(folder: Path, tmp_path: Path) -> None:
    load_kept_ontology(folder, tmp_path / "cache")
    before = kept(tmp_path / "cache")
    (folder / "families" / "more.yaml").write_text(
        "classes: {wind_chime: {parent: product, label: {en: wind chime, zh: 风铃}}}\n", "utf-8"
    )
    assert "wind_chime" in load_kept_ontology(folder, tmp_path / "cache").classes
    assert kept(tmp_path / "cache") != before and len(before) == len(kept(tmp_path / "cache")) == 1
    (folder / "families" / "more.yaml").write_text("classes: [", "utf-8")
    with pytest.raises(OntologyError, match=r"more\.yaml"):
        load_kept_ontology(folder, tmp_path / "cache")


def test_a_damaged_file_is_made_again(folder: Path, tmp_path: Path) -> None:
    expected = load_kept_ontology(folder, tmp_path / "cache")
    [path] = (tmp_path / "cache").iterdir()
    path.write_text("{", "utf-8")
    assert load_kept_ontology(folder, tmp_path / "cache") == expected


def test_a_cache_that_cannot_be_written_costs_only_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder", "utf-8")
    assert load_kept_ontology(folder, tmp_path / "cache") == load_ontology(folder)
