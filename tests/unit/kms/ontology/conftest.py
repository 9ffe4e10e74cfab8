from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from kms.ontology import Ontology, OntologyReport, check_ontology, default_folder, load_ontology

CORE = """
classes:
  product: {label: {en: product, zh: 商品}}
  lamp: {parent: product, label: {en: lamp, zh: 灯}, attributes: [colour]}
attributes:
  colour: {type: enum, vocabulary: colours, label: {en: colour, zh: 颜色}}
vocabularies:
  colours:
    label: {en: colours, zh: 颜色}
    values:
      red: {label: {en: red, zh: 红色}}
      dark_blue: {label: {en: dark blue, zh: 深蓝色}, alt: {en: [navy], zh: [藏青]}}
"""

Check = Callable[[str], OntologyReport]


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The ontology of this repository."""
    return load_ontology()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small ontology without problems."""
    (tmp_path / "core").mkdir()
    (tmp_path / "families").mkdir()
    (tmp_path / "release.yaml").write_text("version: 1.2.3\ndate: 2026-11-21\nnote: small\n")
    for name in ("entities.yaml", "relations.yaml"):
        shutil.copy(default_folder() / "core" / name, tmp_path / "core" / name)
    (tmp_path / "core" / "core.yaml").write_text(CORE.lstrip(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def check(folder: Path) -> Check:
    """Check the small ontology together with one more file, ``families/more.yaml``."""

    def check_with(more: str) -> OntologyReport:
        (folder / "families" / "more.yaml").write_text(dedent(more).lstrip(), encoding="utf-8")
        return check_ontology(folder)

    return check_with
