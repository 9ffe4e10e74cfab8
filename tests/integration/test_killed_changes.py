"""Whoever writes, reads or merges changes is killed at each of the places that matter and started again.

Nothing that was acknowledged is lost, and the end is that of an undisturbed run and of a rebuild from truth.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from api.wiring import INDEX, Platform
from kms.lexical.models import IndexedProduct
from tests.integration.changing_job import COLUMN_IS_WRONG, Point, run
from tests.platform_fixture import copy_state, platform_state, settings_for
from tests.random_changes import Shown, assert_equal_to_rebuild, assert_same

__all__ = ["platform_state"]

DECISIONS = "kms.indexing.live_decisions:"
WRITES = "kms.indexing.live_writes:"
READER = "api.change_reader:"
GRAPH = "kms.graph.embedded:EmbeddedGraphStore.apply"
BUILT = "kms.evidence.store:EvidenceStore.mark_built"
POINTS = (
    Point("put", f"{WRITES}append_changes", "after"),
    Point("put", f"{WRITES}LiveWriter._follow_up"),
    Point("read new", "extraction.batch.run:extract_products", "after"),
    Point("read new", GRAPH, "after", 2),
    Point("read new", BUILT),
    Point("read new", f"{READER}append_changes", "after"),
    Point("decide", f"{DECISIONS}append_decisions", "after"),
    Point("decide", f"{DECISIONS}LiveDecisions.decide", "after"),
    Point("read decided", GRAPH, "after"),
    Point("read decided", f"{READER}append_changes", "after"),
    Point("undo", f"{DECISIONS}mark_pending", "after"),
    Point("read undone", BUILT),
    Point("offer", GRAPH),
    Point("sale", BUILT, "after"),
    Point("clock", "kms.indexing.due_changes:mark_pending"),
    Point("read others", "kms.indexing.category_state:CategoryState.save", "after"),
    Point("graph", GRAPH, "after"),
    Point("offer of unread", f"{WRITES}LiveWriter._follow_up"),
    Point("index", "kms.artifacts:ArtifactStore.publish"),
    Point("index", "api.jobs:trim_changes"),
    Point("read gone", f"{READER}clear_pending"),
)


def work(state: Path, point: Point | None) -> int | None:
    """Work in a process of its own; returns its exit code."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.integration.changing_job", "kms.encoder.embeddings"])
    process = context.Process(target=run, args=(state, point))
    process.start()
    process.join(120)
    return process.exitcode


@pytest.fixture(scope="module")
def undisturbed(platform_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    state = copy_state(platform_state, tmp_path_factory.mktemp("whole") / "state")
    assert work(state, None) == 0
    platform = Platform(settings_for(state))
    yield Shown(platform)
    platform.close()


def undated(documents: dict[str, IndexedProduct]) -> dict[str, IndexedProduct]:
    """Documents without the day on which their row came."""
    return {
        each: document.model_copy(
            update={"numbers": {k: v for k, v in document.numbers.items() if k != "added"}}
        )
        for each, document in documents.items()
    }


def test_killed_changes_end_like_undisturbed_ones(
    platform_state: Path, undisturbed: Shown, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = copy_state(platform_state, tmp_path_factory.mktemp("killed") / "state")
    for point in POINTS:
        assert work(state, point) == -signal.SIGKILL, str(point)
    assert work(state, None) == 0
    platform = Platform(settings_for(state))
    try:
        assert platform.change_log.count_pending() == 0
        shown = Shown(platform)
        assert_same(undated(undisturbed.documents), undated(shown.documents))
        assert_same(undisturbed.edges, shown.edges)
        assert_same(undisturbed.nodes, shown.nodes)
        assert {"NEW-2", "NEW-3", "TENT"} <= shown.documents.keys()
        assert "waterproof" in shown.documents["TENT"].facets["attr.water_resistance"]
        assert [each.id for each in platform.decisions.history("TENT") if not each.undoes] == [
            COLUMN_IS_WRONG
        ]
        (red,) = [
            e for e in shown.edges.values() if e.source == "product:NEW-2" and e.target == "value:colours/red"
        ]
        assert (red.confidence, red.properties["status"]) == (1.0, "accepted")
        assert not {"NEW-1", "AUD-003"} & shown.documents.keys()
        assert platform.artifacts.current(INDEX) is not None
        assert_equal_to_rebuild(platform)
    finally:
        platform.close()
