"""The graph store on Neo4j 5 over Bolt.

A step of at most ``batch`` operations is one transaction. A larger one is written as several, each
idempotent, in the order nodes, deletions, edges; unknown endpoints are refused before the first of them, and
a step that was cut in the middle is made whole by applying it again. Walks send one statement a layer: they
are not one snapshot.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from kms.errors import ConfigurationError, KmsError, StoreError, StoreUnavailable
from kms.graph import cypher
from kms.graph.models import Edge, GraphChanges, Node, Subgraph
from kms.graph.port import Direction
from kms.graph.traversal import SEPARATOR, Step, collect_nearest, read_step, refuse_unknown

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Record

T = TypeVar("T")
Statement = tuple[str, dict[str, Any]]

PAGE = 2_000
MAX_PATH_LENGTH = 10
PATH_CANDIDATES = 10_000
"""Between well connected nodes there are millions of shortest paths; the first of this many is answered."""


class Neo4jGraphStore:
    """:class:`~kms.graph.port.GraphStore` in one database of a Neo4j server; safe to share between threads.

    Reads are tried twice at most and then refused for ``cooldown_s`` without asking the server, so that a
    stopped server costs a search next to nothing. Writes are managed transactions, repeated for
    ``write_retry_s``.

    Args:
        url: ``bolt://host:7687``, ``neo4j://…`` or their ``+s`` forms.
        user: User name.
        password: Its password.
        database: Database name; the Community edition has only ``neo4j``.
        connection_timeout_s: How long a connection may take.
        read_timeout_s: How long the server may work on one read.
        write_timeout_s: How long it may work on one write transaction.
        write_retry_s: How long a write is repeated while the server answers with a passing failure.
        cooldown_s: How long reads fail at once after the server did not answer.
        batch: Operations a transaction.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        database: str = "neo4j",
        connection_timeout_s: float = 2.5,
        read_timeout_s: float = 10.0,
        write_timeout_s: float = 300.0,
        write_retry_s: float = 15.0,
        cooldown_s: float = 2.0,
        batch: int = 10_000,
    ) -> None:
        self.url = url
        self._auth = (user, password)
        self._database = database
        self._connection_timeout_s = connection_timeout_s
        self._read_timeout_s = read_timeout_s
        self._write_timeout_s = write_timeout_s
        self._write_retry_s = write_retry_s
        self._cooldown_s = cooldown_s
        self._batch = batch
        self._opened: Driver | None = None
        self._lock = threading.Lock()
        self._down_until = 0.0

    def prepare(self) -> None:
        """Create the constraint and the index, and wait for them."""
        for statement in (*cypher.SCHEMA, cypher.AWAIT_SCHEMA):
            with self._translating(), self._driver.session(database=self._database) as session:
                session.run(statement).consume()

    def open_connections(self) -> None:
        """Nothing to do: the driver keeps its own bounded pool."""

    def apply(self, changes: GraphChanges) -> None:
        """Write one step; see the module's text for how large ones are cut."""
        step = read_step(changes)
        before_edges, edges = self._statements(step)
        ends = step.endpoints_to_check

        def write(transaction: ManagedTransaction) -> None:
            for statement, parameters in before_edges:
                transaction.run(statement, parameters)
            unknown = transaction.run(cypher.UNKNOWN_IDS, ids=ends)
            refuse_unknown([record["id"] for record in unknown])
            for statement, parameters in edges:
                transaction.run(statement, parameters)

        if step.size <= self._batch:
            if step.size:
                self._write(write)
            return
        refuse_unknown(
            [
                record["id"]
                for chunk in _chunks(ends, self._batch)
                for record in self._read(cypher.UNKNOWN_IDS, ids=chunk)
            ]
        )
        for statement in (*before_edges, *edges):
            self._write_one(statement)

    def nodes(self, ids: Sequence[str]) -> list[Node]:
        """The nodes of ``ids`` that exist, in the order of ``ids``."""
        by_id = {
            record["n"]["id"]: cypher.read_node(record["n"])
            for record in self._read(cypher.NODES, ids=list(ids))
        }
        return [by_id[node_id] for node_id in ids if node_id in by_id]

    def edges_of(
        self,
        node_id: str,
        *,
        relations: Sequence[str] = (),
        direction: Direction = "both",
        limit: int = 1_000,
    ) -> list[Edge]:
        """Edges at a node, strongest first."""
        types = [relation.upper() for relation in relations]
        rows = self._read(cypher.edges_of(direction), id=node_id, types=types, limit=max(limit, 0))
        return [cypher.read_edge(row) for row in rows]

    def neighbourhood(self, node_id: str, *, depth: int = 1, limit: int = 200) -> Subgraph:
        """Neighbourhood within ``depth`` steps; of one layer the strongest edges first."""
        if limit < 1 or not self.nodes([node_id]):
            return Subgraph(nodes=(), edges=())

        def expand(frontier: Sequence[str], seen: set[str], room: int) -> list[str]:
            rows = self._read(cypher.EXPAND, frontier=list(frontier), seen=list(seen), limit=room)
            return [row["id"] for row in rows]

        ids, truncated = collect_nearest(node_id, expand, depth=depth, limit=limit)
        return self._subgraph(ids, truncated=truncated)

    def shortest_path(self, source: str, target: str, *, max_length: int = 4) -> Subgraph | None:
        """The shortest path, at most 10 long; of equally short ones the first in order of its ids.

        Where more than 10,000 paths are equally short, the first of 10,000 of them.
        """
        if source == target:
            return self._subgraph([source]) if self.nodes([source]) else None
        if max_length < 1:
            return None
        statement = cypher.shortest_path(min(max_length, MAX_PATH_LENGTH))
        rows = self._read(statement, source=source, target=target, candidates=PATH_CANDIDATES)
        return self._subgraph(rows[0]["ids"]) if rows else None

    def search_nodes(self, text: str, *, types: Sequence[str] = (), limit: int = 20) -> list[Node]:
        """Nodes whose key or label contains ``text``, nearest first; see ``GraphStore.search_nodes``."""
        if SEPARATOR in text:
            return []
        rows = self._read(
            cypher.SEARCH, text=text.casefold(), sep=SEPARATOR, types=list(types), limit=max(limit, 0)
        )
        return [cypher.read_node(row["n"]) for row in rows]

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        """All nodes ordered by id, read in pages: changes meanwhile may or may not be seen."""
        after = ""
        while rows := self._read(cypher.NODE_PAGE, after=after, types=list(types), limit=PAGE):
            yield from (cypher.read_node(row["n"]) for row in rows)
            after = rows[-1]["n"]["id"]

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        """All edges ordered by key, read in pages: changes meanwhile may or may not be seen."""
        types = [relation.upper() for relation in relations]
        after = ""
        while page := [row["id"] for row in self._read(cypher.ID_PAGE, after=after, limit=PAGE)]:
            yield from (cypher.read_edge(row) for row in self._read(cypher.EDGES_FROM, ids=page, types=types))
            after = page[-1]

    def counts(self) -> dict[str, int]:
        """Number of nodes by type and edges by relation."""
        rows = [*self._read(cypher.COUNT_NODES), *self._read(cypher.COUNT_EDGES)]
        return dict(sorted((str(row["name"]), int(row["number"])) for row in rows))

    def revision(self) -> str:
        """Empty: other programs may write to this store; the batch job notes when it does so itself."""
        return ""

    def remove_orphans(self, types: Iterable[str]) -> int:
        """Delete nodes of these types that no edge touches, in batches."""
        return self._repeat(cypher.REMOVE_ORPHANS, types=list(types))

    def clear(self) -> None:
        """Delete everything, in batches; constraints stay."""
        self._repeat(cypher.CLEAR_EDGES)
        self._repeat(cypher.CLEAR_NODES)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @property
    def _driver(self) -> Driver:
        from neo4j import GraphDatabase

        with self._lock:
            if self._opened is None:
                try:
                    self._opened = GraphDatabase.driver(
                        self.url,
                        auth=self._auth,
                        connection_timeout=self._connection_timeout_s,
                        connection_acquisition_timeout=2 * self._connection_timeout_s,
                        max_transaction_retry_time=self._write_retry_s,
                        notifications_min_severity="OFF",
                    )
                except Exception as error:
                    raise ConfigurationError(f"Neo4j address {self.url!r} cannot be used: {error}") from error
            return self._opened

    def _read(self, statement: str, **parameters: Any) -> list[Record]:
        from neo4j import READ_ACCESS, Query
        from neo4j.exceptions import ServiceUnavailable, SessionExpired

        began = time.monotonic()
        if began < self._down_until:
            raise StoreUnavailable(
                f"Neo4j at {self.url} did not answer a moment ago; it is asked again shortly"
            )
        query = Query(statement, timeout=self._read_timeout_s)

        def ask() -> list[Record]:
            with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
                return list(session.run(query, parameters))

        with self._translating():
            try:
                return ask()
            except (ServiceUnavailable, SessionExpired):
                # A server that was restarted leaves dead connections in the pool: a fresh one may do.
                if time.monotonic() - began > 1:
                    raise
                return ask()

    def _write(self, work: Callable[[ManagedTransaction], T]) -> T:
        from neo4j import unit_of_work

        with self._translating(), self._driver.session(database=self._database) as session:
            return session.execute_write(unit_of_work(timeout=self._write_timeout_s)(work))

    def _write_one(self, statement: Statement) -> None:
        self._write(lambda transaction: transaction.run(statement[0], statement[1]).consume())

    def _repeat(self, statement: str, **parameters: Any) -> int:
        """Run a statement that does ``$limit`` at a time and returns ``number``, until it does nothing."""

        def once(transaction: ManagedTransaction) -> int:
            record = transaction.run(statement, parameters, limit=self._batch).single(strict=True)
            return int(record["number"])

        total = 0
        while number := self._write(once):
            total += number
        return total

    def _subgraph(self, ids: Sequence[str], *, truncated: bool = False) -> Subgraph:
        edges = tuple(cypher.read_edge(row) for row in self._read(cypher.EDGES_BETWEEN, ids=list(ids)))
        return Subgraph(nodes=tuple(self.nodes(ids)), edges=edges, truncated=truncated)

    def _statements(self, step: Step) -> tuple[list[Statement], list[Statement]]:
        """Statements to run before the edges (nodes, then deletions), and those of the edges; each at most one batch."""
        nodes: defaultdict[str, list[Any]] = defaultdict(list)
        for node in step.nodes.values():
            nodes[node.type].append(cypher.node_properties(node))
        removed: defaultdict[str, list[Any]] = defaultdict(list)
        for source, relation, attribute, target in step.removed_edges:
            removed[relation].append({"source": source, "attribute": attribute, "target": target})
        edges: defaultdict[str, list[Any]] = defaultdict(list)
        for edge in step.edges.values():
            edges[edge.relation].append(cypher.edge_row(edge))
        return [
            *self._batches(nodes, cypher.write_nodes),
            *self._batches(removed, cypher.remove_edges),
            *((cypher.REMOVE_NODES, {"ids": chunk}) for chunk in _chunks(step.removed_nodes, self._batch)),
        ], self._batches(edges, cypher.write_edges)

    def _batches(
        self, groups: Mapping[str, Sequence[Any]], statement: Callable[[str], str]
    ) -> list[Statement]:
        return [
            (statement(name), {"rows": chunk})
            for name, rows in sorted(groups.items())
            for chunk in _chunks(rows, self._batch)
        ]

    @contextmanager
    def _translating(self) -> Iterator[None]:
        from neo4j.exceptions import AuthError, DriverError, Neo4jError, TransientError

        try:
            yield
        except KmsError:
            raise
        except AuthError as error:
            self._down_until = time.monotonic() + self._cooldown_s
            raise StoreUnavailable(
                f"Neo4j at {self.url} refused user {self._auth[0]!r}: check its password ({error.message})"
            ) from error
        except DriverError as error:
            self._down_until = time.monotonic() + self._cooldown_s
            raise StoreUnavailable(f"Neo4j at {self.url} does not answer: {error}") from error
        except Neo4jError as error:
            if isinstance(error, TransientError) or "TimedOut" in str(error.code):
                raise StoreUnavailable(
                    f"Neo4j at {self.url} was too slow or busy: {error.message}"
                ) from error
            raise StoreError(f"Neo4j at {self.url} refused: {error.message}") from error
        except (OverflowError, UnicodeError) as error:
            raise StoreError(f"Neo4j cannot hold a value: {error}") from error


def _chunks(rows: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])
