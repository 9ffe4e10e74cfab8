"""``kms ontology induce`` writes a folder that loads, and never over one that exists."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from kms.catalog.store import CatalogStore
from kms.db.session import open_database
from kms.ontology.load import load_ontology
from kms.settings import get_settings
from tests.unit.kms.induction.shops import garden_products


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KMS_STATE_DIR", str(tmp_path / "state"))
    get_settings.cache_clear()
    database = open_database(get_settings().resolved_database_url)
    CatalogStore(database).put_products(list(garden_products()))
    database.close()
    return tmp_path


def induce(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["ontology", "induce", *arguments])
    return result.exit_code, result.output


def test_folder_is_written_once_and_proposed_again(shop: Path) -> None:
    folder = shop / "mine"
    code, text = induce("--output", str(folder))
    assert code == 0, text
    assert "hedge_trimmers" in load_ontology(folder).classes
    classes = folder / "families" / "classes.yaml"
    text = classes.read_text("utf-8").replace("label: {en: Hoses}", "label: {en: Garden hoses}")
    kept = [block for block in text.split("  # ") if "\n  rakes:" not in block]
    classes.write_text("  # ".join(kept), "utf-8")
    before = classes.read_text("utf-8")
    assert induce("--output", str(folder))[0] == 2
    code, text = induce("--output", str(folder), "--again")
    assert code == 0, text
    assert classes.read_text("utf-8") == before
    merged = load_ontology(shop / "mine.new")
    assert merged.version == "1.0.1"
    assert merged.classes["hoses"].label.en == "Garden hoses"
    assert "rakes" not in merged.classes
    assert "stay removed, as people removed them: rakes" in text


def test_dry_run_writes_nothing(shop: Path) -> None:
    before = sorted(shop.iterdir())
    code, text = induce("--dry-run")
    assert code == 0, text
    assert "of 40 products have one (100.0 %)" in text
    assert "Nothing was written" in text
    assert sorted(shop.iterdir()) == before
