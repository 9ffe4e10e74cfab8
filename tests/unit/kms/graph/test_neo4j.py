"""A Neo4j that is away, silent or refuses: the store says so, and quickly stops asking."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kms.errors import ConfigurationError, StoreError, StoreUnavailable
from kms.graph.models import Edge, GraphChanges, Node
from kms.graph.neo4j import Neo4jGraphStore
from kms.graph.neo4j_local import find_free_port


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    server = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                taken.append(server.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
    for connection in taken:
        connection.close()


def make_store(port: int, **settings: Any) -> Neo4jGraphStore:
    return Neo4jGraphStore(
        f"bolt://127.0.0.1:{port}",
        "neo4j",
        "password",
        connection_timeout_s=0.3,
        write_retry_s=0.1,
        **settings,
    )


STEP = GraphChanges(nodes=(Node(id="brand:x", type="brand", key="x"),))


def test_nobody_listens() -> None:
    store = make_store(find_free_port())
    with pytest.raises(StoreUnavailable, match="does not answer"):
        store.counts()
    with pytest.raises(StoreUnavailable, match="a moment ago"):
        store.counts()
    with pytest.raises(StoreUnavailable):
        store.apply(STEP)
    with pytest.raises(StoreUnavailable):
        store.prepare()
    store.close()


def test_it_is_asked_again_after_the_cooldown() -> None:
    store = make_store(find_free_port(), cooldown_s=0)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="does not answer"):
            store.nodes(["brand:x"])
    store.close()


def test_somebody_listens_and_is_silent(silent_port: int) -> None:
    store = make_store(silent_port)
    with pytest.raises(StoreUnavailable):
        list(store.iter_nodes())
    store.close()


@pytest.mark.parametrize("address", ["", "127.0.0.1:7687", "http://127.0.0.1", "bolt://"])
def test_an_address_that_is_none(address: str) -> None:
    store = Neo4jGraphStore(address, "neo4j", "password", connection_timeout_s=0.1)
    with pytest.raises((ConfigurationError, StoreUnavailable)):
        store.counts()
    store.close()


def test_what_is_wrong_in_itself_is_refused_without_a_server() -> None:
    store = make_store(find_free_port())
    with pytest.raises(StoreError, match="brand:x"):
        store.apply(
            GraphChanges(
                edges=(Edge(source="brand:x", relation="complements", target="brand:x"),),
                removed_nodes=("brand:x",),
            )
        )
    with pytest.raises(StoreError, match="relation"):
        store.apply(GraphChanges(edges=(Edge(source="a", relation="Not A Name", target="b"),)))
    store.apply(GraphChanges())
    assert store.search_nodes("\x1f") == []
    assert store.shortest_path("a", "b", max_length=0) is None
    store.close()
    store.close()
