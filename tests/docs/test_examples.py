"""The YAML that the pages show can be used as it stands."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from kms.catalog.mapping_files import load_mapping
from kms.ontology.check import check_ontology
from tests.docs.commands import PAGES, ROOT, Block, blocks

EXAMPLES = [block for page in PAGES for block in blocks(page) if block.language == "yaml"]


def _id(block: Block) -> str:
    return f"{block.page.name}:{block.line}"


@pytest.mark.parametrize("block", [b for b in EXAMPLES if "kind:" in b.content], ids=_id)
def test_mappings_can_be_used(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(block.content, encoding="utf-8")
    assert load_mapping(path).kind == "product"


def test_changes_of_the_ontology_are_sound(tmp_path: Path) -> None:
    """All examples of the catalogue team's page, made in a copy of the ontology one after the other."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    changes = [yaml.safe_load(b.content) for b in EXAMPLES if b.page.name == "catalogue-team.md"]
    assert len(changes) == 6
    for change in changes:
        for section, entries in change.items():
            for name, entry in entries.items():
                _change(tmp_path / "ontology", section, name, entry)
    assert [str(problem) for problem in check_ontology(tmp_path / "ontology").problems] == []


def _change(folder: Path, section: str, name: str, entry: dict[str, Any]) -> None:
    for path in sorted(folder.rglob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if name in content.get(section, {}):
            _merge(content[section][name], entry)
            break
    else:
        path = folder / "families" / "audio.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content.setdefault(section, {})[name] = entry
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def _merge(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Add what is new: lists grow by what they lack, mappings are merged, anything else is replaced."""
    for key, value in new.items():
        if isinstance(value, list):
            known = old.get(key, [])
            old[key] = [*known, *(item for item in value if item not in known)]
        elif isinstance(value, dict) and isinstance(old.get(key), dict):
            _merge(old[key], value)
        else:
            old[key] = value
