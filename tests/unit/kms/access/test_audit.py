"""The audit log: what is written stays, and whatever is done to it otherwise is noticed."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kms.access.audit import FIRST_HASH, AuditLog, append
from kms.db.session import Database, open_database
from kms.errors import StoreError


def write_some(database: Database, count: int) -> AuditLog:
    log = AuditLog(database)
    for number in range(count):
        log.record("user:anna", "key.create", f"k{number}", {"n": number, "name": "Läden 商店"})
    return log


def tamper(database: Database, *statements: str) -> None:
    """Change the table as somebody may who owns the database: without the triggers."""
    with database.write() as session:
        if database.is_sqlite:
            for verb in ("update", "delete", "replace"):
                session.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{verb}"))
        else:
            session.execute(text("DROP TRIGGER IF EXISTS audit_no_change ON audit"))
        for statement in statements:
            session.execute(text(statement))


def test_an_empty_log_is_whole(database: Database) -> None:
    report = AuditLog(database).verify()
    assert (report.entries, report.problem, report.head) == (0, None, f"0:{FIRST_HASH}")


def test_entries_are_listed_newest_first(database: Database) -> None:
    log = write_some(database, 3)
    log.record("-", "sign-in.refused", "eve\x00\ud800")
    assert [entry.number for entry in log.latest()] == [4, 3, 2, 1]
    assert [entry.target for entry in log.latest(action="key.", limit=2)] == ["k2", "k1"]
    assert log.latest()[0].target == "eve\ufffd?"
    assert log.verify().problem is None


def test_an_entry_goes_with_the_change_that_it_tells_of(database: Database) -> None:
    log = AuditLog(database)

    def change_that_fails() -> None:
        with database.write() as session:
            append(session, "cli", "key.create", "k1")
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        change_that_fails()
    assert log.verify().entries == 0


@pytest.mark.parametrize("statement", ["UPDATE audit SET target = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_changes(database: Database, statement: str) -> None:
    log = write_some(database, 2)
    with pytest.raises(StoreError, match="append-only"), database.write() as session:
        session.execute(text(statement))
    assert log.verify().entries == 2


def test_an_entry_is_not_replaced(sqlite_database: Database) -> None:
    log = write_some(sqlite_database, 2)
    again = (
        "INSERT OR REPLACE INTO audit SELECT number, at, 'eve', action, target, detail, 'x', hash FROM audit"
    )
    with pytest.raises(StoreError, match="append-only"), sqlite_database.write() as session:
        session.execute(text(f"{again} WHERE number = 2"))
    assert (log.verify().entries, log.verify().problem) == (2, None)


CHANGES: list[tuple[str, list[str], str]] = [
    ("a field", ["UPDATE audit SET target = 'k9' WHERE number = 2"], "entry 2 was changed"),
    ("the detail", ["UPDATE audit SET detail = '{}' WHERE number = 3"], "entry 3 was changed"),
    ("a deletion", ["DELETE FROM audit WHERE number = 2"], "entry 2 is missing"),
    ("the first", ["DELETE FROM audit WHERE number = 1"], "entry 1 is missing"),
    ("the end", ["DELETE FROM audit WHERE number = 4"], "entry 4 was the last"),
    ("all of it", ["DELETE FROM audit"], "ends with entry 0"),
    ("the end and its head", ["DELETE FROM audit WHERE number = 4", "DELETE FROM audit_head"], "ends with entry 3"),
    (
        "a closed gap",
        ["DELETE FROM audit WHERE number = 2", "UPDATE audit SET number = number - 1 WHERE number > 2"],
        "entry 2 does not follow",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "problem"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_what_was_done_to_it_is_named(database: Database, statements: list[str], problem: str) -> None:
    log = write_some(database, 4)
    tamper(database, *statements)
    assert problem in (log.verify().problem or "")


def test_an_old_head_shows_that_the_whole_log_was_written_anew(database: Database) -> None:
    log = write_some(database, 3)
    kept = log.verify().head
    log.record("cli", "user.create", "bert")
    assert log.verify(head=kept).problem is None
    tamper(database, "DELETE FROM audit", "DELETE FROM audit_head")
    write_some(database, 4)
    assert log.verify().problem is None
    assert "rewritten" in (log.verify(head=kept).problem or "")
    assert "cannot hold" in (log.verify(head=f"9:{FIRST_HASH}").problem or "")
    assert "rewritten" in (log.verify(head=f"0001:{'f' * 64}").problem or "")
    for nonsense in ("9:abc", "nonsense", "²:" + "f" * 64, "1:"):
        assert "is no NUMBER:HASH" in (log.verify(head=nonsense).problem or "")


def test_many_writers_make_one_chain(database: Database) -> None:
    log = AuditLog(database)
    errors: list[BaseException] = []

    def work(writer: int) -> None:
        try:
            for number in range(10):
                log.record(f"user:{writer}", "key.create", str(number))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    report = log.verify()
    assert (report.entries, report.problem) == (60, None)


Change = Callable[[list[dict[str, object]], int, int], None]


def _edit(field: str, value: object) -> Change:
    def change(rows: list[dict[str, object]], first: int, _second: int) -> None:
        rows[first][field] = value

    return change


def _delete(rows: list[dict[str, object]], first: int, _second: int) -> None:
    del rows[first]


def _swap(rows: list[dict[str, object]], first: int, second: int) -> None:
    for field in ("at", "actor", "action", "target", "detail", "hash", "previous_hash"):
        rows[first][field], rows[second][field] = rows[second][field], rows[first][field]


def _repeat(rows: list[dict[str, object]], first: int, _second: int) -> None:
    rows.append({**rows[first], "number": len(rows) + 1, "previous_hash": rows[-1]["hash"]})


CHANGE = st.one_of(
    st.builds(
        _edit, st.sampled_from(["actor", "action", "target"]), st.text("xyzäß", min_size=1, max_size=5)
    ),
    st.builds(_edit, st.just("detail"), st.sampled_from(["{}", '{"n": 99}', " "])),
    st.builds(_edit, st.just("hash"), st.text("0123456789abcdef", min_size=64, max_size=64)),
    st.sampled_from([_delete, _swap, _repeat]),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store with eight entries."""
    path = tmp_path_factory.mktemp("audit") / "kms.db"
    database = open_database(f"sqlite:///{path}")
    write_some(database, 8)
    database.close()
    return path


@settings(max_examples=40)
@given(change=CHANGE, first=st.integers(0, 7), second=st.integers(0, 7))
def test_every_change_is_found(written: Path, change: Change, first: int, second: int) -> None:
    if change is _swap and first == second:
        second = (first + 1) % 8
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{shutil.copy(written, folder)}")
        try:
            log = AuditLog(database)
            with database.read() as session:
                rows = [
                    dict(row)
                    for row in session.execute(text("SELECT * FROM audit ORDER BY number")).mappings()
                ]
            before = [dict(row) for row in rows]
            change(rows, first, second)
            tamper(database, "DELETE FROM audit")
            with database.write() as session:
                # The unique hash would stop some of these on the way.
                session.execute(text("CREATE TABLE copy AS SELECT * FROM audit"))
                session.execute(text("DROP TABLE audit"))
                session.execute(text("ALTER TABLE copy RENAME TO audit"))
                for row in rows:
                    names = ", ".join(row)
                    values = ", ".join(f":{name}" for name in row)
                    session.execute(text(f"INSERT INTO audit ({names}) VALUES ({values})"), row)
            assert (log.verify().problem is not None) == (rows != before)
        finally:
            database.close()


def test_the_chain_is_the_same_on_both_databases(database: Database) -> None:
    log = write_some(database, 3)
    hashes = [entry.hash for entry in log.latest()] + [FIRST_HASH]
    assert [entry.previous_hash for entry in log.latest()] == hashes[1:]
    assert len(set(itertools.chain(hashes))) == 4
