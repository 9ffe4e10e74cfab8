"""Embedded graph store: SQLite tables on disk, adjacency in memory, no server.

One process writes at a time (others wait), any number read meanwhile (write-ahead log). Every ``apply`` is
one transaction: a process killed in the middle leaves the graph as it was before. Walks (neighbourhood, path)
use a :class:`~kms.graph.view.GraphView`, loaded at the first walk; each write records which nodes it touched,
so that every process brings its view up to date by reading those alone.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import Pool, QueuePool

from kms.db.wal import use_write_ahead_log
from kms.errors import StoreError, StoreUnavailable
from kms.graph.models import REJECTED, Edge, GraphChanges, Node, Subgraph
from kms.graph.port import Direction
from kms.graph.traversal import (
    SEPARATOR,
    Step,
    collect_nearest,
    display_name,
    read_step,
    refuse_unknown,
    search_text,
)

if TYPE_CHECKING:
    from kms.graph.view import GraphView

SCHEMA_VERSION = 1
LOGGED_NODES = 5_000
"""A write that touches more nodes makes readers load the view again."""
LOGGED_REVISIONS = 1_000
POOL_SIZE = 8
"""Connections of one process; a thread that finds none free waits for one."""

_SCHEMA = """
CREATE TABLE nodes (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, key TEXT NOT NULL,
    label_en TEXT NOT NULL, label_zh TEXT NOT NULL,
    properties TEXT NOT NULL, search TEXT NOT NULL, name_length INTEGER NOT NULL
);
CREATE INDEX nodes_by_type ON nodes (type, id);
CREATE TABLE edges (
    source TEXT NOT NULL, relation TEXT NOT NULL, attribute TEXT NOT NULL, target TEXT NOT NULL,
    confidence REAL NOT NULL, support INTEGER NOT NULL,
    extractors TEXT NOT NULL, evidence TEXT NOT NULL, properties TEXT NOT NULL,
    UNIQUE (source, relation, attribute, target)
);
CREATE INDEX edges_by_target ON edges (target, source);
CREATE INDEX edges_by_relation ON edges (relation);
CREATE TABLE revisions (current INTEGER NOT NULL, logged_since INTEGER NOT NULL);
INSERT INTO revisions VALUES (0, 0);
CREATE TABLE touched (revision INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (revision, id)) WITHOUT ROWID;
"""
_NODE = "id, type, key, label_en, label_zh, properties"
_EDGE = "source, relation, attribute, target, confidence, support, extractors, evidence, properties"
_WRITE_NODE = f"""
INSERT INTO nodes ({_NODE}, search, name_length) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET type = excluded.type, key = excluded.key, label_en = excluded.label_en,
    label_zh = excluded.label_zh, properties = excluded.properties, search = excluded.search,
    name_length = excluded.name_length
WHERE (type, key, label_en, label_zh, properties)
    IS NOT (excluded.type, excluded.key, excluded.label_en, excluded.label_zh, excluded.properties)
"""
_WRITE_EDGE = f"""
INSERT INTO edges ({_EDGE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, relation, attribute, target) DO UPDATE SET confidence = excluded.confidence,
    support = excluded.support, extractors = excluded.extractors, evidence = excluded.evidence,
    properties = excluded.properties
WHERE (confidence, support, extractors, evidence, properties) IS NOT
    (excluded.confidence, excluded.support, excluded.extractors, excluded.evidence, excluded.properties)
"""
_TOUCHES = "source = :node OR target = :node"
_HOLDS = f"relation <> '{REJECTED}'"
_LISTED = "(SELECT value FROM json_each(?))"


class EmbeddedGraphStore:
    """:class:`~kms.graph.port.GraphStore` in one SQLite file; safe to share between threads.

    Args:
        path: The file; its folder is made when missing. Nothing is opened before the first call.
        busy_timeout_s: How long a writer waits for another process that writes.
    """

    def __init__(self, path: Path | str, *, busy_timeout_s: float = 30.0, pool_size: int = POOL_SIZE) -> None:
        self.path = Path(path)
        self._busy_timeout_s = busy_timeout_s
        # LIFO: a quiet server goes on with the connection whose pages are still cached.
        self._pool: Pool = QueuePool(
            cast(Any, self._connect),
            pool_size=POOL_SIZE,
            max_overflow=0,
            timeout=busy_timeout_s,
            use_lifo=True,
            reset_on_return=None,
        )
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._view: GraphView | None = None

    def prepare(self) -> None:
        """Create the file and its tables."""
        with self._reading():
            pass

    def open_connections(self) -> None:
        """Open the connections that the pool keeps, so that a server has its files open from the start."""
        with self._translating(), ExitStack() as opened:
            for _ in range(POOL_SIZE):
                opened.enter_context(self._connection())

    def apply(self, changes: GraphChanges) -> None:
        """Write one step in one transaction."""
        step = read_step(changes)
        with self._writing() as db:
            before = db.total_changes
            touched = {*step.nodes, *step.removed_nodes}
            touched.update(end for key in (*step.edges, *step.removed_edges) for end in (key[0], key[3]))
            db.executemany(_WRITE_NODE, [_node_row(node) for node in step.nodes.values()])
            touched.update(_remove(db, step))
            if missing := db.execute(
                "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM nodes)",
                (json.dumps(step.endpoints_to_check),),
            ).fetchall():
                refuse_unknown([row[0] for row in missing])
            db.executemany(_WRITE_EDGE, [_edge_row(edge) for edge in step.edges.values()])
            if db.total_changes != before:
                _record(db, touched)

    def nodes(self, ids: Sequence[str]) -> list[Node]:
        """The nodes of ``ids`` that exist, in the order of ``ids``."""
        with self._reading() as db:
            return _read_nodes(db, ids)

    def edges_of(
        self,
        node_id: str,
        *,
        relations: Sequence[str] = (),
        direction: Direction = "both",
        limit: int = 1_000,
    ) -> list[Edge]:
        """Edges at a node, strongest first."""
        ends = {"out": "source = :node", "in": "target = :node", "both": f"({_TOUCHES})"}[direction]
        sql = f"""SELECT {_EDGE} FROM edges WHERE {ends}
            AND (:relations = '[]' AND {_HOLDS} OR relation IN (SELECT value FROM json_each(:relations)))
            ORDER BY confidence DESC, support DESC, source, relation, attribute, target LIMIT :limit"""
        values = {"node": node_id, "relations": json.dumps(list(relations)), "limit": max(limit, 0)}
        with self._reading() as db:
            rows = db.execute(sql, values)
            return [_edge(row) for row in rows]

    def neighbourhood(self, node_id: str, *, depth: int = 1, limit: int = 200) -> Subgraph:
        """Neighbourhood within ``depth`` steps; of one layer the strongest edges first."""
        with self._walking() as (db, view):
            if node_id not in view or limit < 1:
                return Subgraph(nodes=(), edges=())
            ids, truncated = collect_nearest(node_id, view.expand, depth=depth, limit=limit)
            return _read_subgraph(db, ids, truncated=truncated)

    def shortest_path(self, source: str, target: str, *, max_length: int = 4) -> Subgraph | None:
        """The shortest path; of equally short ones the first in order of its ids."""
        with self._walking() as (db, view):
            ids = view.find_path(source, target, max_length=max_length)
            return None if ids is None else _read_subgraph(db, ids)

    def search_nodes(self, text: str, *, types: Sequence[str] = (), limit: int = 20) -> list[Node]:
        """Nodes whose key or label contains ``text``, nearest first; see ``GraphStore.search_nodes``."""
        if SEPARATOR in text:
            return []
        sql = f"""SELECT {_NODE} FROM nodes WHERE instr(search, :text) > 0
            AND (:types = '[]' OR type IN (SELECT value FROM json_each(:types)))
            ORDER BY CASE
                WHEN instr(search || :sep, :sep || :text || :sep) > 0 THEN 0
                WHEN instr(search, :sep || :text) > 0 THEN 1
                WHEN instr(substr(search, instr(search, :sep)), :text) > 0 THEN 2
                ELSE 3 END, name_length, id LIMIT :limit"""
        values = {
            "text": text.casefold(),
            "sep": SEPARATOR,
            "types": json.dumps(list(types)),
            "limit": max(limit, 0),
        }
        with self._reading() as db:
            rows = db.execute(sql, values)
            return [_node(row) for row in rows]

    def iter_nodes(self, types: Sequence[str] = ()) -> Iterator[Node]:
        """All nodes ordered by id, as they were when the iteration began."""
        chosen = f"WHERE type IN {_LISTED}" if types else ""
        for row in self._stream(f"SELECT {_NODE} FROM nodes {chosen} ORDER BY id", types):
            yield _node(row)

    def iter_edges(self, relations: Sequence[str] = ()) -> Iterator[Edge]:
        """All edges ordered by key, as they were when the iteration began."""
        chosen = f"WHERE relation IN {_LISTED}" if relations else f"WHERE {_HOLDS}"
        order = "ORDER BY source, relation, attribute, target"
        for row in self._stream(f"SELECT {_EDGE} FROM edges {chosen} {order}", relations):
            yield _edge(row)

    def counts(self) -> dict[str, int]:
        """Number of nodes by type and edges by relation."""
        with self._reading() as db:
            nodes = db.execute(
                "SELECT 'node:' || type, count(*) FROM nodes GROUP BY type ORDER BY type"
            ).fetchall()
            edges = db.execute(
                "SELECT 'edge:' || relation, count(*) FROM edges GROUP BY relation ORDER BY relation"
            ).fetchall()
        return dict(sorted([*nodes, *edges]))

    def revision(self) -> str:
        """Number of the last write that changed something."""
        with self._reading() as db:
            return str(db.execute("SELECT current FROM revisions").fetchone()[0])

    def remove_orphans(self, types: Iterable[str]) -> int:
        """Delete nodes of these types that no edge touches."""
        sql = f"""DELETE FROM nodes WHERE type IN {_LISTED}
            AND NOT EXISTS (SELECT 1 FROM edges WHERE source = nodes.id)
            AND NOT EXISTS (SELECT 1 FROM edges WHERE target = nodes.id) RETURNING id"""
        with self._writing() as db:
            removed = {row[0] for row in db.execute(sql, (json.dumps(list(types)),)).fetchall()}
            if removed:
                _record(db, removed)
        return len(removed)

    def clear(self) -> None:
        """Delete everything."""
        with self._writing() as db:
            db.execute("DELETE FROM edges")
            db.execute("DELETE FROM nodes")
            _record(db, None)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            self._pool.dispose()
            self._pool = self._pool.recreate()
            self._view = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose statements see one state of the graph."""
        with self._translating(), self._connection() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translating(), self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _walking(self) -> Iterator[tuple[sqlite3.Connection, GraphView]]:
        """A connection and a view that show the same state."""
        with self._lock, self._reading() as db:
            view = self._view = _refresh(db, self._view)
            yield db, view

    def _stream(self, sql: str, listed: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Rows over a connection of their own, so that a slow reader keeps its snapshot and blocks nobody."""
        with self._translating():
            db = self._connect()
            try:
                yield from db.execute(sql, (json.dumps(list(listed)),) if listed else ())
            finally:
                db.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of the pool, for the length of the block."""
        if self._pid != os.getpid():  # a forked child must not use its parent's connections
            with self._lock:
                if self._pid != os.getpid():
                    self._pool = self._pool.recreate()
                    self._pid = os.getpid()
        lent = self._pool.connect()
        try:
            connection = lent.driver_connection
            assert isinstance(connection, sqlite3.Connection)
            yield connection
        finally:
            lent.close()

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(
            self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            use_write_ahead_log(db, timeout_s=self._busy_timeout_s)
            db.execute("PRAGMA synchronous = NORMAL")
            _create(db, self.path)
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, PoolTimeout) as error:
            raise StoreUnavailable(f"graph file {self.path} does not answer: {error}") from error
        except sqlite3.Error as error:
            raise StoreError(
                f"graph file {self.path}: {error}; rebuild it with `kms graph rebuild`"
            ) from error
        except OSError as error:
            raise StoreUnavailable(f"graph file {self.path} cannot be opened: {error}") from error


def _create(db: sqlite3.Connection, path: Path) -> None:
    def version() -> int:
        return int(db.execute("PRAGMA user_version").fetchone()[0])

    if version() == 0:
        db.execute("BEGIN IMMEDIATE")
        try:
            if version() == 0:
                for statement in _SCHEMA.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
    if (version_of_file := version()) != SCHEMA_VERSION:
        raise StoreError(
            f"graph file {path} has format {version_of_file} and this program reads {SCHEMA_VERSION}; "
            "rebuild it with `kms graph rebuild`"
        )


def _remove(db: sqlite3.Connection, step: Step) -> set[str]:
    """Carry out deletions; returns the nodes that lost an edge because the other end went."""
    db.executemany(
        "DELETE FROM edges WHERE source = ? AND relation = ? AND attribute = ? AND target = ?",
        step.removed_edges,
    )
    bereft: set[str] = set()
    for node_id in step.removed_nodes:
        for source, target in db.execute(
            f"DELETE FROM edges WHERE {_TOUCHES} RETURNING source, target", {"node": node_id}
        ).fetchall():
            bereft.update((source, target))
        db.execute("DELETE FROM nodes WHERE id = ?", (node_id,))
    return bereft


def _record(db: sqlite3.Connection, touched: set[str] | None) -> None:
    """Begin a new revision; ``None``: everything may have changed."""
    (revision,) = db.execute("UPDATE revisions SET current = current + 1 RETURNING current").fetchone()
    if touched is None or len(touched) > LOGGED_NODES:
        db.execute("DELETE FROM touched")
        db.execute("UPDATE revisions SET logged_since = current")
        return
    db.executemany("INSERT INTO touched VALUES (?, ?)", [(revision, node_id) for node_id in sorted(touched)])
    oldest = revision - LOGGED_REVISIONS
    db.execute("DELETE FROM touched WHERE revision <= ?", (oldest,))
    db.execute("UPDATE revisions SET logged_since = max(logged_since, ?)", (oldest,))


def _refresh(db: sqlite3.Connection, view: GraphView | None) -> GraphView:
    from kms.graph.view import GraphView

    strengths = f"SELECT source, target, confidence, support FROM edges WHERE {_HOLDS}"
    current, logged_since = db.execute("SELECT current, logged_since FROM revisions").fetchone()
    if view is None or view.revision < logged_since or view.revision > current or view.is_worn:
        ids = (row[0] for row in db.execute("SELECT id FROM nodes"))
        return GraphView(current, ids, db.execute(strengths))
    if view.revision == current:
        return view
    sql = """SELECT DISTINCT touched.id, nodes.id IS NOT NULL
        FROM touched LEFT JOIN nodes USING (id) WHERE revision > ?"""
    touched = db.execute(sql, (view.revision,)).fetchall()
    for node_id, exists in touched:
        if exists:
            view.add(node_id)
        else:
            view.remove(node_id)
    for node_id, exists in touched:
        if exists:
            view.replace(node_id, db.execute(f"{strengths} AND ({_TOUCHES})", {"node": node_id}).fetchall())
    view.revision = current
    return view


def _read_nodes(db: sqlite3.Connection, ids: Sequence[str]) -> list[Node]:
    rows = db.execute(f"SELECT {_NODE} FROM nodes WHERE id IN {_LISTED}", (json.dumps(list(ids)),))
    by_id = {row[0]: _node(row) for row in rows}
    return [by_id[node_id] for node_id in ids if node_id in by_id]


def _read_subgraph(db: sqlite3.Connection, ids: Sequence[str], *, truncated: bool = False) -> Subgraph:
    sql = f"""SELECT {_EDGE} FROM edges WHERE source IN (SELECT value FROM json_each(:ids))
        AND +target IN (SELECT value FROM json_each(:ids)) AND {_HOLDS}
        ORDER BY source, relation, attribute, target"""
    edges = tuple(_edge(row) for row in db.execute(sql, {"ids": json.dumps(list(ids))}))
    return Subgraph(nodes=tuple(_read_nodes(db, ids)), edges=edges, truncated=truncated)


def _node_row(node: Node) -> tuple[Any, ...]:
    properties = json.dumps(node.properties, sort_keys=True, ensure_ascii=False)
    name = display_name(node)
    return (
        node.id, node.type, node.key, node.label_en, node.label_zh, properties, search_text(node), len(name),
    )  # fmt: skip


def _edge_row(edge: Edge) -> tuple[Any, ...]:
    return (
        edge.source, edge.relation, edge.attribute, edge.target, edge.confidence, edge.support,
        json.dumps(edge.extractors), json.dumps(edge.evidence),
        json.dumps(edge.properties, sort_keys=True, ensure_ascii=False),
    )  # fmt: skip


def _node(row: tuple[Any, ...]) -> Node:
    node_id, kind, key, label_en, label_zh, properties = row
    return Node.model_construct(
        id=node_id,
        type=kind,
        key=key,
        label_en=label_en,
        label_zh=label_zh,
        properties=json.loads(properties),
    )


def _edge(row: tuple[Any, ...]) -> Edge:
    source, relation, attribute, target, confidence, support, extractors, evidence, properties = row
    return Edge.model_construct(
        source=source, relation=relation, target=target, attribute=attribute, confidence=confidence,
        support=support, extractors=tuple(json.loads(extractors)), evidence=tuple(json.loads(evidence)),
        properties=json.loads(properties),
    )  # fmt: skip
