from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database, make_engine, open_database
from kms.db.tables import ProductRow
from kms.errors import ConfigurationError, StoreError, StoreUnavailable


def put_some(url: str, worker: int) -> None:
    catalog = CatalogStore(open_database(url))
    for number in range(20):
        catalog.put_products([Product(id=f"w{worker}-{number}", title="Lamp")])


def test_sqlite_is_set_up_for_several_processes(sqlite_database: Database) -> None:
    with sqlite_database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA busy_timeout")) == 30_000
    sqlite_database.ping()


def test_processes_that_start_at_once_all_get_their_rows_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'kms.db'}"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=put_some, args=(url, number)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    with closing(open_database(url)) as database:
        assert CatalogStore(database).counts()["products"] == 40


def test_reader_is_not_held_up_by_a_writer(sqlite_database: Database) -> None:
    catalog = CatalogStore(sqlite_database)
    catalog.put_products([Product(id="a", title="Lamp")])
    with sqlite_database.write() as session:
        session.execute(text("DELETE FROM products"))
        assert catalog.counts()["products"] == 1
    assert catalog.counts()["products"] == 0


@pytest.mark.parametrize("url", ["not a url", "", "sqlite"])
def test_url_that_cannot_be_read(url: str) -> None:
    with pytest.raises(ConfigurationError, match="KMS_DATABASE_URL"):
        make_engine(url)


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match="folder of the database"):
        make_engine(f"sqlite:///{tmp_path / 'file' / 'deep' / 'kms.db'}")


def test_postgresql_takes_the_driver_that_is_installed() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        assert make_engine(f"{scheme}://u:p@127.0.0.1:1/n").dialect.driver == "psycopg"


def test_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable, match="does not answer"):
        open_database("postgresql://u:p@127.0.0.1:1/n")


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "kms.db").write_text("this is a letter, not a database" * 100)
    with pytest.raises(StoreError):
        open_database(f"sqlite:///{tmp_path / 'kms.db'}")


def test_locked_store_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kms.db.session.BUSY_TIMEOUT_MS", 50)
    database = open_database(f"sqlite:///{tmp_path / 'kms.db'}")
    blocker = sqlite3.connect(tmp_path / "kms.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        CatalogStore(database).put_products([Product(id="a", title="Lamp")])
    blocker.execute("ROLLBACK")
    blocker.close()
    CatalogStore(database).put_products([Product(id="a", title="Lamp")])
    database.close()


def test_plain_rows_of_a_table_that_is_gone_are_refused(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'kms.db'}")
    CatalogStore(database).put_products([Product(id="a", title="Lamp")])
    assert database.rows_by_key([ProductRow.id, ProductRow.title], ["b", "a"]) == [("a", "Lamp")]
    with database.write() as session:
        session.execute(text("DROP TABLE products"))
    with pytest.raises(StoreUnavailable, match="no such table: products"):
        database.rows_by_key([ProductRow.id, ProductRow.title], ["a"])
    database.close()
