"""The operational store's connection: SQLite (WAL) by default, PostgreSQL by URL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from kms.db.wal import use_write_ahead_log
from kms.errors import ConfigurationError, StoreError, StoreUnavailable

BUSY_TIMEOUT_MS = 30_000
POOL_SIZE = 8
"""Connections of one process; who finds none free waits for one. More would not help: SQLite and the interpreter
let few work side by side."""
POOL_TIMEOUT_S = 30.0

# Any constant but that of the migrations.
_WRITERS_LOCK = 7_250_312

_POOL: dict[str, Any] = {
    "pool_size": POOL_SIZE,
    "max_overflow": 0,
    "pool_timeout": POOL_TIMEOUT_S,
    "pool_use_lifo": True,
}


class Database:
    """Sessions on one engine; safe to share between threads.

    Reads see one snapshot. Writes take SQLite's write lock at their beginning, so that two processes wait for
    each other instead of failing halfway.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._driver: Any = engine.dialect.loaded_dbapi
        self._writer = engine.execution_options(kms_begin="BEGIN IMMEDIATE")

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite and not PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing written in it stays.

        Raises:
            StoreUnavailable: The store does not answer.
            StoreError: The store refused.
        """
        with _translated_errors(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def rows_by_key(self, columns: Sequence[InstrumentedAttribute[Any]], keys: Sequence[str]) -> list[Any]:
        """Plain rows of one table whose first column is one of ``keys``, in no order.

        The driver reads them, without the layers above it, which costs a sixth of what a session does; a list of
        products asks for its rows in each answer. So the values are the driver's own: text, and JSON as text on SQLite.

        Raises:
            StoreUnavailable: The store does not answer.
            StoreError: The store refused.
        """
        with _translated_errors(), self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            try:
                if self.is_sqlite:
                    cursor.execute(
                        _statement(tuple(columns), "IN (SELECT value FROM json_each(?))"), [json.dumps(keys)]
                    )
                else:
                    cursor.execute(_statement(tuple(columns), "= ANY(%s)"), [list(keys)])
                return list(cursor.fetchall())
            except self._driver.Error as error:
                raise DBAPIError.instance(None, None, error, self._driver.Error) from error
            finally:
                cursor.close()

    @contextmanager
    def write(self, *, in_turn: bool = False) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        Args:
            in_turn: Wait until no other transaction with this flag is open. For transactions that derive rows
                from what they read (documents, versions of products): side by side they would derive from halves.
                SQLite has one writer at a time anyway.

        Raises:
            StoreUnavailable: The store does not answer, or another process holds the lock for too long.
            StoreError: The store refused.
        """
        with (
            _translated_errors(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            if in_turn and not self.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS_LOCK})
            yield session

    def ping(self) -> None:
        """Ask the store for a sign of life.

        Raises:
            StoreUnavailable: It does not answer.
        """
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def open_connections(self) -> None:
        """Open the connections that the pool keeps, so that a server has its files open from the start.

        Raises:
            StoreUnavailable: The store does not answer.
        """
        with _translated_errors(), ExitStack() as opened:
            for _ in range(POOL_SIZE):
                opened.enter_context(self.engine.connect())

    def close(self) -> None:
        """Release all connections; the object can be used again and opens new ones."""
        self.engine.dispose()


@lru_cache
def _statement(columns: tuple[InstrumentedAttribute[Any], ...], condition: str) -> str:
    """A statement as the driver takes it; names come from the tables' definitions alone."""
    names = [column.key for column in columns]
    return f"SELECT {', '.join(names)} FROM {columns[0].class_.__tablename__} WHERE {names[0]} {condition}"


def open_database(url: str, *, migrate: bool = True) -> Database:
    """Connect to the store, making its tables or bringing them up to date.

    Args:
        url: ``sqlite:///file``, ``sqlite://`` (in memory) or ``postgresql://…``.
        migrate: Run the migrations that are due.

    Raises:
        ConfigurationError: The URL cannot be read, or its driver is not installed.
        StoreUnavailable: The store does not answer.
    """
    database = Database(make_engine(url))
    if migrate:
        from kms.db.migrate import upgrade

        try:
            with _translated_errors():
                upgrade(database.engine)
        except BaseException:
            database.close()
            raise
    return database


def make_engine(url: str) -> Engine:
    """An engine with this project's habits for either database.

    Raises:
        ConfigurationError: The URL cannot be read, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "KMS_DATABASE_URL cannot be read; expected sqlite:///file.db or postgresql://user:password@host/name"
        ) from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite(parsed)
    try:
        return create_engine(parsed, pool_pre_ping=True, **_POOL)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{parsed.drivername} needs the package {error.name}: pip install 'kms-commerce[postgres]'"
        ) from None


def _make_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"folder of the database {url.database}: {error.strerror}") from None
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, **_POOL)
    else:
        from sqlalchemy.pool import StaticPool

        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling is off: it would begin late and leave DDL outside of transactions.
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        use_write_ahead_log(connection, timeout_s=BUSY_TIMEOUT_MS / 1000)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.close()
    except BaseException:  # the pool does not know this connection yet
        connection.close()
        raise


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("kms_begin", "BEGIN"))


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise StoreUnavailable(f"operational store does not answer: {_first_line(error)}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"operational store refused: {_first_line(error)}") from error


def _first_line(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(error).__name__
