"""Versions of the indexes: made when what they are made of changed, and only then; no surprise replaces a good one."""

from __future__ import annotations

import shutil
import sys
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, update

from api.jobs import build_index, run_batch
from api.wiring import INDEX, Platform
from kms.db.tables import EventRow
from kms.disk import DiskFullError
from kms.errors import CatalogError
from kms.indexing.build import read_manifest
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


def live(platform: Platform) -> int:
    version = platform.artifacts.current(INDEX)
    assert version is not None
    return version.number


def is_rebuilt(platform: Platform) -> bool:
    before = platform.artifacts.newest(INDEX)
    return (
        build_index(platform, only_if_changed=True) is not None and platform.artifacts.newest(INDEX) != before
    )


def test_a_batch_with_nothing_new_makes_no_version_and_loads_no_model(platform: Platform) -> None:
    run_batch(platform, [])  # the copied state may lie behind this program's format
    loaded = {name for name in ("torch", "transformers", "spacy") if name in sys.modules}
    before = live(platform)
    report = run_batch(platform, [])
    assert (report.documents, report.built, report.embedded, report.is_index_new) == (0, 0, 0, False)
    assert live(platform) == before
    assert {name for name in ("torch", "transformers", "spacy") if name in sys.modules} == loaded
    assert "_session" not in vars(platform.encoder)


def test_a_version_knows_what_it_was_made_of(platform: Platform) -> None:
    version = platform.artifacts.current(INDEX)
    assert version is not None
    made_of = read_manifest(version)["made_of"]
    assert made_of["journal"] == platform.journal.revision() > 0
    assert made_of["ontology"] == platform.ontology.graph_version
    assert made_of["encoder"] == platform.encoder.version
    assert set(made_of) >= {"graph", "exchange_rates", "currency", "format"}


def test_a_changed_and_a_deleted_event_lead_to_a_new_version(platform: Platform) -> None:
    event = next(platform.journal.interactions())
    mine = EventRow.shopper_id == event.shopper_id
    for statement in (update(EventRow).where(mine).values(type="purchase"), delete(EventRow).where(mine)):
        assert not is_rebuilt(platform)
        with platform.database.write() as session:
            session.execute(statement)
        assert is_rebuilt(platform)


def test_what_was_rolled_back_is_not_made_again_until_something_changes(platform: Platform) -> None:
    build_index(platform)
    bad = live(platform)
    good = platform.artifacts.roll_back(INDEX).number
    assert not is_rebuilt(platform)
    assert live(platform) == good
    with platform.database.write() as session:
        first = next(platform.journal.interactions())
        session.execute(delete(EventRow).where(EventRow.shopper_id == first.shopper_id))
    assert is_rebuilt(platform)
    assert live(platform) > bad
    assert platform.artifacts.roll_back(INDEX).number == good


def test_a_full_disk_is_told_before_anything_is_written(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted((platform.settings.state_dir / "artifacts" / INDEX).iterdir())
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, used=10**9, free=1_000_000)
    )
    with pytest.raises(DiskFullError, match="1 MB are free"):
        build_index(platform)
    assert sorted((platform.settings.state_dir / "artifacts" / INDEX).iterdir()) == before
    failed = platform.runs.latest(command="index build", limit=1)[0]
    assert failed.status == "failed"
    assert "DiskFullError" in failed.report["error"]


def test_runs_tell_how_long_they_took_and_nothing_internal(platform: Platform) -> None:
    run_batch(platform, [])
    runs = platform.runs.latest(limit=100)
    batch = next(run for run in runs if run.command == "batch")
    assert batch.seconds is not None
    assert batch.seconds >= sum(batch.report["seconds"].values()) * 0.99
    assert {run.command for run in runs} <= {"batch", "extract", "graph build", "index build"}


def test_an_empty_catalogue_replaces_no_index_without_being_told(platform: Platform) -> None:
    before = live(platform)
    platform.catalog.delete_products(platform.catalog.product_ids())
    for only_if_changed in (True, False):
        with pytest.raises(CatalogError, match="--allow-empty"):
            build_index(platform, only_if_changed=only_if_changed)
    assert live(platform) == before
    report = build_index(platform, allow_empty=True)
    assert report is not None
    assert (report.products, live(platform)) == (0, report.version)
