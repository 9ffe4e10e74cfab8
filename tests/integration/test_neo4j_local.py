"""A real Neo4j, started, used, stopped and started again."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.errors import StoreUnavailable
from kms.graph.models import GraphChanges, Node
from kms.graph.neo4j import Neo4jGraphStore
from kms.graph.neo4j_local import LocalNeo4j, find_free_port, is_free
from tests.neo4j_fixture import skip_without_java

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalNeo4j]:
    monkeypatch.delenv("KMS_NEO4J_PASSWORD", raising=False)
    made = LocalNeo4j(
        tmp_path / "neo4j",
        bolt_port=find_free_port(),
        http_port=find_free_port(),
        heap_mb=256,
        pagecache_mb=32,
    )
    skip_without_java(made)
    yield made
    made.stop(timeout_s=1)


def test_start_use_stop_start(server: LocalNeo4j) -> None:
    address = server.start(timeout_s=240)
    assert server.is_running
    with urllib.request.urlopen(f"http://127.0.0.1:{address.http_port}/browser/") as page:
        assert b"Neo4j Browser" in page.read()

    store = Neo4jGraphStore(address.bolt, address.user, address.password, cooldown_s=0)
    store.prepare()
    brand = Node(id="brand:orrin", type="brand", key="orrin")
    store.apply(GraphChanges(nodes=(brand,)))

    wrong = Neo4jGraphStore(address.bolt, address.user, "not the password")
    with pytest.raises(StoreUnavailable, match="check its password"):
        wrong.counts()
    wrong.close()

    # Whoever starts a server that runs gets its address.
    assert LocalNeo4j(server.home).start() == address

    assert server.stop() is True
    assert (server.is_running, is_free(address.bolt_port)) == (False, True)
    with pytest.raises(StoreUnavailable):
        store.nodes([brand.id])

    # The same store goes on with the server that came back, and its data.
    assert server.start(timeout_s=240) == address
    assert store.nodes([brand.id]) == [brand]
    store.close()


def test_a_server_that_does_not_come_up_shows_its_log(
    server: LocalNeo4j, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kms.graph.neo4j_local._OPENED_PACKAGES", ("no/such/package",))
    monkeypatch.setattr(LocalNeo4j, "_java", lambda self, java, main, heap_mb: [java, "-cp", "nowhere", main])
    (server.home / "data" / "databases" / "system").mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="CommunityEntryPoint"):
        server.start(timeout_s=60)
    assert not server.is_running
