"""One suite for the log of changes and for leases on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from kms.db.leases import Lease
from kms.db.session import Database
from kms.graph.models import Edge, Node
from kms.indexing.change_log import (
    MOST_ATTEMPTS,
    ChangeLog,
    NewChange,
    Pending,
    append_changes,
    clear_pending,
    mark_pending,
)
from kms.indexing.changes import ProductFacts
from kms.lexical.models import IndexedProduct

FACTS = ProductFacts(
    edges=(Edge(source="product:L-1", relation="made_by", target="brand:halden"),),
    nodes=(Node(id="brand:halden", type="brand", key="halden", label_en="Halden"),),
)


@pytest.fixture
def log(database: Database) -> ChangeLog:
    return ChangeLog(database)


def document(product_id: str, title: str = "Lamp", **numbers: float) -> IndexedProduct:
    return IndexedProduct(id=product_id, title=title, numbers=numbers)


def append(database: Database, *changes: NewChange, waiting: Sequence[str] = ()) -> int:
    with database.write(in_turn=True) as session:
        sequence = append_changes(session, changes)
        mark_pending(session, waiting, sequence)
        return sequence


def test_changes_come_back_in_order_and_whole(database: Database, log: ChangeLog) -> None:
    assert log.head() == (0, 0)
    vector = bytes(range(8))
    append(database, NewChange("L-1", document("L-1"), FACTS, vector), NewChange("L-2", document("L-2")))
    append(database, NewChange("L-3", None))
    changes = log.since(0)
    assert [(each.sequence, each.product_id) for each in changes] == [(1, "L-1"), (2, "L-2"), (3, "L-3")]
    assert (changes[0].facts, changes[0].vector, changes[0].document) == (FACTS, vector, document("L-1"))
    assert changes[2].document is None
    assert [each.sequence for each in log.since(1, limit=1)] == [2]
    assert log.head() == (3, 0)


def test_of_a_product_the_newest_change_is_kept_with_facts_and_vector(
    database: Database, log: ChangeLog
) -> None:
    append(database, NewChange("L-1", document("L-1"), FACTS, b"1234"))
    append(database, NewChange("L-1", document("L-1", price=5.0)))
    append(database, NewChange("L-1", None))
    append(database, NewChange("L-1", document("L-1", price=6.0)))
    (change,) = log.since(0)
    assert (change.sequence, change.facts, change.vector) == (4, FACTS, b"1234")
    assert change.document == document("L-1", price=6.0)
    append(database, NewChange("L-1", None, ProductFacts()))
    append(database, NewChange("L-1", document("L-1")))
    assert log.since(0)[0].facts == ProductFacts()


def test_a_transaction_that_fails_leaves_neither_change_nor_number(
    database: Database, log: ChangeLog
) -> None:
    def append_and_fail() -> None:
        with database.write(in_turn=True) as session:
            append_changes(session, [NewChange("L-1", document("L-1"))])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        append_and_fail()
    assert log.head().sequence == 0
    assert append(database, NewChange("L-2", document("L-2"))) == 1


def test_trimmed_entries_go_and_numbers_are_not_given_again(database: Database, log: ChangeLog) -> None:
    append(database, NewChange("L-1", document("L-1")), NewChange("L-2", document("L-2")))
    assert log.trim(1) == 1
    assert log.head() == (2, 1)
    assert log.trim(2) == 1
    assert log.trim(1) == 0
    assert log.head() == (2, 2)
    assert append(database, NewChange("L-3", document("L-3"))) == 3


def test_products_wait_until_the_change_that_was_read_is_their_last(
    database: Database, log: ChangeLog
) -> None:
    append(database, NewChange("L-1", document("L-1")), waiting=["L-1"])
    append(database, NewChange("L-2", document("L-2")), waiting=["L-2"])
    first = log.pending()
    assert first == [Pending("L-1", 1), Pending("L-2", 2)]
    append(database, NewChange("L-1", document("L-1", "Lamp 2")), waiting=["L-1"])
    with database.write() as session:
        clear_pending(session, first)
    assert log.pending() == [Pending("L-1", 3)]


def test_names_of_changes_that_wait_are_joined(database: Database, log: ChangeLog) -> None:
    with database.write() as session:
        mark_pending(session, ["L-1"], 1, {"L-1": ["Old lamp"]})
        mark_pending(session, ["L-1", "L-2"], 2, {"L-1": ["Newer lamp", "Old lamp"]})
    assert log.pending() == [Pending("L-1", 2, ("Old lamp", "Newer lamp")), Pending("L-2", 2)]


def test_what_cannot_be_read_comes_last_and_is_set_aside_at_the_end(
    database: Database, log: ChangeLog
) -> None:
    append(database, NewChange("L-1", document("L-1")), waiting=["L-1"])
    append(database, NewChange("L-2", document("L-2")), waiting=["L-2"])
    bad = log.pending()[0]
    log.fail(bad, "ValueError: no")
    assert [each.product_id for each in log.pending()] == ["L-2", "L-1"]
    for _ in range(MOST_ATTEMPTS):
        log.fail(bad, "ValueError: no")
    assert [each.product_id for each in log.pending()] == ["L-2"]
    assert log.failed() == {"L-1": "ValueError: no"}
    append(database, NewChange("L-1", document("L-1")), waiting=["L-1"])
    assert log.count_pending() == 2
    assert log.failed() == {}


def test_a_reader_that_follows_several_writers_misses_none(database: Database, log: ChangeLog) -> None:
    """Numbers become visible in their order: whoever has seen one has seen all below it."""
    writers = 4
    each_writes = 15

    def write(writer: int) -> None:
        for number in range(each_writes):
            append(database, NewChange(f"W{writer}-{number}", document(f"W{writer}-{number}")))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while len(seen) < writers * each_writes:
        seen += [change.sequence for change in log.since(seen[-1] if seen else 0)]
        if not any(thread.is_alive() for thread in threads):
            seen += [change.sequence for change in log.since(seen[-1] if seen else 0)]
            break
    for thread in threads:
        thread.join()
    assert seen == list(range(1, writers * each_writes + 1))


def test_a_lease_is_of_one_holder_until_it_ends(database: Database) -> None:
    first, second = Lease(database, "work", seconds=60), Lease(database, "work", seconds=60)
    assert first.take()
    assert first.take()
    assert not second.take()
    first.give_back()
    assert second.take()
    assert not first.take()
    second.give_back()
    dead = Lease(database, "work", seconds=-1)
    assert dead.take()
    assert first.take()


HOLDER = """
import sys
from kms.db.leases import Lease
from kms.db.session import open_database
print(Lease(open_database(sys.argv[1], migrate=False), "work").take(), flush=True)
sys.stdin.read()
"""


def test_a_lease_of_a_process_that_was_killed_is_free_at_once(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "True\n"
    lease = Lease(database, "work")
    assert not lease.take()
    holder.kill()
    holder.wait()
    assert lease.take() or not Path("/proc/self/ns/pid").exists()
    holder.stdin.close()
    holder.stdout.close()


def test_a_lease_of_another_machine_ends_when_it_is_not_renewed(database: Database) -> None:
    elsewhere = Lease(database, "work")
    host, _, _, number = elsewhere.owner.split(":")
    elsewhere.owner = f"{host}:another-start:999999999:{number}"
    assert elsewhere.take()
    assert not Lease(database, "work").take()


def test_a_block_learns_whether_it_holds_the_lease(database: Database) -> None:
    lease, other = Lease(database, "work"), Lease(database, "work")
    with lease.held() as is_mine:
        assert is_mine
        with other.held() as is_others:
            assert not is_others
    with other.held(wait_s=None) as is_mine:
        assert is_mine
