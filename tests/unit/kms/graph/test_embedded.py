"""What only the embedded store promises: many processes, sudden ends, damaged files, threads."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kms.errors import StoreError, StoreUnavailable
from kms.graph import embedded
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import Edge, GraphChanges, Node

ROOT = Path(__file__).resolve().parents[4]

# Writes steps of one hub and ten spokes for ever; each step is whole or absent.
WRITER = """
import sys
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import Edge, GraphChanges, Node

store = EmbeddedGraphStore(sys.argv[1])
for step in range(int(sys.argv[2]), int(sys.argv[3])):
    hub = f"category:{step:06}"
    spokes = [f"product:{step:06}-{spoke}" for spoke in range(10)]
    store.apply(GraphChanges(
        nodes=(
            Node(id=hub, type="category", key=hub.split(":")[1]),
            *(Node(id=spoke, type="product", key=spoke.split(":")[1]) for spoke in spokes),
        ),
        edges=tuple(Edge(source=spoke, relation="in_category", target=hub) for spoke in spokes),
    ))
    print(step, flush=True)
"""


def start_writer(path: Path, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def check_whole(store: EmbeddedGraphStore) -> int:
    """Every hub has its ten spokes; returns the number of hubs."""
    counts = store.counts()
    hubs = counts.get("node:category", 0)
    assert counts.get("node:product", 0) == counts.get("edge:in_category", 0) == 10 * hubs
    return hubs


def product(name: str) -> Node:
    return Node(id=f"product:{name}", type="product", key=name)


def link(a: str, b: str) -> Edge:
    return Edge(source=f"product:{a}", relation="complements", target=f"product:{b}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "graph.db"


def test_two_processes_read_while_one_writes(path: Path) -> None:
    reader, other = EmbeddedGraphStore(path), EmbeddedGraphStore(path)
    reader.prepare()
    writer = start_writer(path, 0, 60)
    assert writer.stdout is not None
    for line in writer.stdout:
        hub = f"category:{int(line):06}"
        for store in (reader, other):
            assert len(store.neighbourhood(hub).nodes) == 11
            check_whole(store)
    assert writer.wait() == 0
    writer.stdout.close()
    assert check_whole(other) == 60
    reader.close()
    other.close()


def test_two_processes_write(path: Path) -> None:
    writers = [start_writer(path, 0, 40), start_writer(path, 40, 80)]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0]
    store = EmbeddedGraphStore(path)
    assert check_whole(store) == 80
    store.close()


@pytest.mark.parametrize("after", [1, 7, 23])
def test_killed_writer_loses_no_finished_step(path: Path, after: int) -> None:
    writer = start_writer(path, 0, 100_000)
    assert writer.stdout is not None
    acknowledged = 0
    for line in writer.stdout:
        acknowledged = int(line) + 1
        if acknowledged >= after:
            writer.send_signal(signal.SIGKILL)
            break
    acknowledged += sum(1 for line in writer.stdout.read().splitlines() if line.isdigit())
    writer.wait()
    writer.stdout.close()
    store = EmbeddedGraphStore(path)
    assert check_whole(store) >= acknowledged
    again = start_writer(path, 0, after)
    again.communicate()
    assert again.returncode == 0
    assert check_whole(store) >= acknowledged
    store.close()


def test_iteration_keeps_its_snapshot(path: Path) -> None:
    store = EmbeddedGraphStore(path)
    store.apply(GraphChanges(nodes=(product("a"), product("b"))))
    nodes = store.iter_nodes()
    assert next(nodes).id == "product:a"
    store.apply(GraphChanges(nodes=(product("c"),), removed_nodes=("product:b",)))
    assert [node.id for node in nodes] == ["product:b"]
    assert [node.id for node in store.iter_nodes()] == ["product:a", "product:c"]
    store.close()


def test_view_follows_another_store_step_by_step(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = EmbeddedGraphStore(path), EmbeddedGraphStore(path)
    writer.apply(GraphChanges(nodes=tuple(product(name) for name in "abcd"), edges=(link("a", "b"),)))
    assert len(reader.neighbourhood("product:a", depth=9).nodes) == 2
    view = reader._view
    writer.apply(GraphChanges(edges=(link("b", "c"), link("c", "d"))))
    writer.apply(GraphChanges(removed_nodes=("product:c",)))
    writer.apply(GraphChanges(nodes=(product("e"),), edges=(link("d", "e"), link("e", "b"))))
    found = reader.shortest_path("product:a", "product:d")
    assert found is not None
    assert [node.id for node in found.nodes] == ["product:a", "product:b", "product:e", "product:d"]
    assert reader._view is view, "it was loaded again instead of brought up to date"
    # A write too large for the log makes it load again.
    monkeypatch.setattr(embedded, "LOGGED_NODES", 1)
    writer.apply(GraphChanges(edges=(link("a", "d"),)))
    assert len(reader.neighbourhood("product:a").nodes) == 3
    assert reader._view is not view
    writer.close()
    reader.close()


def test_view_is_loaded_again_when_the_log_is_too_short(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LOGGED_REVISIONS", 2)
    writer, reader = EmbeddedGraphStore(path), EmbeddedGraphStore(path)
    writer.apply(GraphChanges(nodes=(product("hub"),)))
    assert len(reader.neighbourhood("product:hub").nodes) == 1
    for number in range(6):
        name = f"spoke{number}"
        writer.apply(GraphChanges(nodes=(product(name),), edges=(link("hub", name),)))
    assert len(reader.neighbourhood("product:hub").nodes) == 7
    writer.close()
    reader.close()


def test_a_step_that_changes_nothing_is_no_revision(path: Path) -> None:
    store = EmbeddedGraphStore(path)
    step = GraphChanges(nodes=(product("a"), product("b")), edges=(link("a", "b"),))
    store.apply(step)
    before = revision(path)
    store.apply(step)
    assert revision(path) == before
    store.close()


def revision(path: Path) -> int:
    connection = sqlite3.connect(path)
    found: int = connection.execute("SELECT current FROM revisions").fetchone()[0]
    connection.close()
    return found


def test_threads_share_one_store(path: Path) -> None:
    store = EmbeddedGraphStore(path)
    store.apply(GraphChanges(nodes=(product("hub"),)))
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(15):
                name = f"t{thread}-{number}"
                store.apply(GraphChanges(nodes=(product(name),), edges=(link("hub", name),)))
                assert store.shortest_path(f"product:{name}", "product:hub") is not None
                assert len(store.edges_of(f"product:{name}")) == 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.neighbourhood("product:hub", limit=1_000).nodes) == 91
    store.close()


def test_a_file_that_is_no_graph_says_what_to_do(tmp_path: Path) -> None:
    broken = tmp_path / "graph.db"
    broken.write_bytes(b"this is not a database, however long it is made " * 100)
    store = EmbeddedGraphStore(broken)
    with pytest.raises(StoreError, match="kms graph rebuild"):
        store.prepare()
    store.close()


def test_another_format_is_refused(path: Path) -> None:
    store = EmbeddedGraphStore(path)
    store.prepare()
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="format 99"):
        store.counts()
    store.close()


def test_a_writer_that_waits_too_long_is_told(path: Path) -> None:
    store = EmbeddedGraphStore(path, busy_timeout_s=0.05)
    store.apply(GraphChanges(nodes=(product("a"),)))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        store.apply(GraphChanges(nodes=(product("b"),)))
    assert [node.id for node in store.iter_nodes()] == ["product:a"]
    other.execute("ROLLBACK")
    other.close()
    store.apply(GraphChanges(nodes=(product("b"),)))
    store.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        EmbeddedGraphStore(tmp_path / "file" / "graph.db").counts()


def test_closed_store_opens_again(path: Path) -> None:
    store = EmbeddedGraphStore(path)
    store.apply(GraphChanges(nodes=(product("a"),)))
    store.close()
    assert store.counts() == {"node:product": 1}
    store.close()
