"""Extraction and graph build are killed at random moments and run again: nothing is lost, nothing is twice."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kms.db.session import open_database
from kms.evidence.store import EvidenceStore
from kms.graph.compare import compare
from kms.graph.embedded import EmbeddedGraphStore

SCRIPT = Path(__file__).with_name("main_job.py")
ROOT = Path(__file__).resolve().parents[2]
KILLS = 5


def start(state: Path, step: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", str(SCRIPT), str(state), step]
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": "/usr/bin:/bin",
        "OMP_NUM_THREADS": "1",
        "HOME": str(Path.home()),
    }
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def finish(state: Path, step: str) -> float:
    """Run a step to its end; returns the seconds from its start of work."""
    process = start(state, step)
    assert process.stdout is not None
    process.stdout.readline()
    began = time.monotonic()
    assert process.wait() == 0
    process.stdout.close()
    return time.monotonic() - began


def kill_once(state: Path, step: str, after_s: float) -> bool:
    """Start a step and kill it; returns whether it was still running."""
    process = start(state, step)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    finally:
        process.stdout.close()
    return False


def evidence_of(state: Path) -> dict[str, list[str]]:
    database = open_database(f"sqlite:///{state / 'kms.db'}")
    store = EvidenceStore(database)
    products = [c.product_id for c in store.changed_products("index")]
    found = {p: [e.id for e in items] for p, items in store.active_many(products).items()}
    database.close()
    return found


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, float, float]:
    """Two equal state folders, the first one run without interruption, with the times its steps took."""
    whole, broken = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("broken")
    finish(whole, "prepare")
    for path in whole.iterdir():
        shutil.copy(path, broken / path.name)
    return whole, broken, finish(whole, "extract"), finish(whole, "graph")


@pytest.mark.slow
def test_killed_runs_end_like_an_uninterrupted_one(states: tuple[Path, Path, float, float]) -> None:
    whole, broken, extract_s, graph_s = states
    draw = random.Random(20261121)  # the moments differ with the machine's speed; the outcome must not
    killed = 0
    for step, seconds in (("extract", extract_s), ("graph", graph_s)):
        for _ in range(KILLS):
            killed += kill_once(broken, step, draw.uniform(0.02, 0.7) * seconds)
        finish(broken, step)
    assert killed >= 2, "no run was killed in the middle"
    assert evidence_of(broken) == evidence_of(whole)
    one, other = EmbeddedGraphStore(whole / "graph.db"), EmbeddedGraphStore(broken / "graph.db")
    assert compare(one, other) == []
    assert one.counts()["node:product"] == 40
    one.close()
    other.close()


@pytest.mark.slow
def test_running_again_changes_nothing(states: tuple[Path, Path, float, float]) -> None:
    whole = states[0]
    before = evidence_of(whole)
    graph = EmbeddedGraphStore(whole / "graph.db")
    nodes, edges = list(graph.iter_nodes()), list(graph.iter_edges())
    finish(whole, "extract")
    finish(whole, "graph")
    assert evidence_of(whole) == before
    assert (list(graph.iter_nodes()), list(graph.iter_edges())) == (nodes, edges)
    graph.close()
