"""A real Neo4j for tests: started once a session, emptied for each test that asks for a store.

``tests/conftest.py`` gives the fixtures to all tests; imported again elsewhere they start a second server.
With ``KMS_TEST_NEO4J_URI`` (and ``KMS_TEST_NEO4J_PASSWORD``) that server is used, and emptied, instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.graph.neo4j import Neo4jGraphStore
from kms.graph.neo4j_local import USER, Address, LocalNeo4j, find_free_port


def skip_without_java(server: LocalNeo4j | None = None) -> None:
    """Skip the test where Java, or Maven and the jars, are missing; with CI=true it runs, and fails."""
    needed = {"java": "openjdk-17-jre-headless"}
    if server is None or not server.is_installed:
        needed["mvn"] = "maven"
    missing = [package for program, package in needed.items() if shutil.which(program) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"Neo4j tests need: apt-get install {' '.join(missing)}")


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Address of a Neo4j that runs for this session."""
    if given := os.environ.get("KMS_TEST_NEO4J_URI"):
        host, _, port = given.removeprefix("bolt://").partition(":")
        assert host in ("127.0.0.1", "localhost"), "tests empty the server; only a local one is taken"
        yield Address(int(port or 7687), 0, USER, os.environ["KMS_TEST_NEO4J_PASSWORD"])
        return
    server = LocalNeo4j(
        Path(tmp_path_factory.mktemp("neo4j")),
        bolt_port=find_free_port(),
        http_port=find_free_port(),
        heap_mb=384,
        pagecache_mb=64,
    )
    skip_without_java(server)
    try:
        yield server.start(timeout_s=240)
    finally:
        server.stop(timeout_s=1)  # its data is not needed again


@pytest.fixture
def neo4j_store(neo4j_server: Address) -> Iterator[Neo4jGraphStore]:
    """An empty graph store on the session's Neo4j."""
    store = Neo4jGraphStore(neo4j_server.bolt, neo4j_server.user, neo4j_server.password, read_timeout_s=60)
    store.prepare()
    store.clear()
    yield store
    store.close()
