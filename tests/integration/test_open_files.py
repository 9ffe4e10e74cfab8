"""Open files: bursts of requests on many threads leave as many open as before."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.wiring import Platform
from kms.db.session import POOL_SIZE, Database
from kms.graph import embedded
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import GraphChanges, Node
from tests.integration.api_client import open_client
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts in /proc")

BURSTS = 10
REQUESTS = 60
PATHS = (
    "/v1/search?q=headphones&explain=true",
    "/v1/graph/nodes/product:AUD-001/neighbourhood",
    "/v1/graph/path?source=product:AUD-001&target=product:AUD-002",
    "/v1/products/AUD-001",
    "/v1/shoppers/s1/recommendations",
    "/v1/trending",
)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def burst(client: TestClient) -> set[int]:
    """Statuses of requests that come all at once, each in a new thread."""
    with ThreadPoolExecutor(REQUESTS) as pool:
        asked = [pool.submit(client.get, PATHS[n % len(PATHS)]) for n in range(REQUESTS)]
        return {future.result().status_code for future in asked}


def test_bursts_of_requests_leave_as_many_open_files_as_before(client: TestClient) -> None:
    before = open_files()
    for _ in range(BURSTS):
        assert burst(client) == {200}
    assert open_files() <= before


def test_the_embedded_graph_keeps_a_bounded_number_of_connections(tmp_path: Path) -> None:
    store = EmbeddedGraphStore(tmp_path / "graph.db")
    store.prepare()
    store.apply(GraphChanges(nodes=(Node(id="use:a", type="use", key="a"),)))
    before = open_files()
    for _ in range(BURSTS):
        with ThreadPoolExecutor(REQUESTS) as pool:
            found = list(pool.map(lambda _: store.nodes(["use:a"]), range(REQUESTS)))
        assert all(len(nodes) == 1 for nodes in found)
    # A connection in WAL mode holds the database and its log.
    assert open_files() <= before + 2 * embedded.POOL_SIZE
    store.close()
    assert open_files() < before


def test_a_thread_that_finds_no_connection_waits_for_one(sqlite_database: Database) -> None:
    many = 4 * POOL_SIZE
    with ThreadPoolExecutor(many) as pool:
        assert list(pool.map(lambda _: sqlite_database.ping(), range(many))) == [None] * many
