"""A new file is opened by several at once, and each of them gets its write-ahead log."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.db.session import open_database
from kms.db.wal import use_write_ahead_log
from kms.graph.embedded import EmbeddedGraphStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new.db"


@pytest.fixture
def holder(path: Path) -> Iterator[sqlite3.Connection]:
    """Another opener of the new file, in the middle of its first write."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE other (id)")
    yield connection
    connection.close()


@pytest.fixture
def released(holder: sqlite3.Connection) -> Iterator[None]:
    """The holder commits a moment after the test began."""
    timer = threading.Timer(0.2, holder.execute, ["COMMIT"])
    timer.start()
    yield
    timer.join()


def test_sqlite_does_not_wait_by_itself(path: Path, holder: sqlite3.Connection) -> None:
    connection = sqlite3.connect(path, timeout=60)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


@pytest.mark.usefixtures("released")
def test_it_waits_for_the_other(path: Path) -> None:
    connection = sqlite3.connect(path)
    use_write_ahead_log(connection, timeout_s=60)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.usefixtures("holder")
def test_it_does_not_wait_for_ever(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        use_write_ahead_log(connection, timeout_s=0.05)
    connection.close()


def test_another_fault_is_told_at_once(path: Path) -> None:
    path.write_text("this is a letter, not a database" * 100)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        use_write_ahead_log(connection, timeout_s=60)
    connection.close()


@pytest.mark.usefixtures("released")
def test_the_graph_waits_for_its_first_opener(path: Path) -> None:
    store = EmbeddedGraphStore(path)
    store.prepare()
    assert store.counts() == {}
    store.close()


@pytest.mark.usefixtures("released")
def test_the_operational_store_waits_for_its_first_opener(path: Path) -> None:
    open_database(f"sqlite:///{path}").close()
