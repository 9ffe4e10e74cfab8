"""Evidence of each edge, stored as a part of an index version.

So reasons open to their sentences without the graph store, also when that is away.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from kms.graph.scan import GraphReader

FILE = "edge_evidence.db"
MOST = 3
EdgeName = tuple[str, str, str]
"""Source, relation, target."""


def write_edge_evidence(folder: Path, graph: GraphReader) -> None:
    """Write the strongest evidence ids of every edge into a version's folder."""
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "CREATE TABLE edges (source TEXT, relation TEXT, target TEXT, evidence TEXT, "
            "PRIMARY KEY (source, relation, target)) WITHOUT ROWID"
        )
        connection.executemany(
            "INSERT OR IGNORE INTO edges VALUES (?, ?, ?, ?)",
            (
                (edge.source, edge.relation, edge.target, json.dumps(edge.evidence[:MOST]))
                for edge in graph.iter_edges()
                if edge.evidence
            ),
        )
    connection.close()


class EdgeEvidence:
    """Reads what ``write_edge_evidence`` wrote; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open the file of a version; a version without one has no evidence to show."""
        self._lock = threading.Lock()
        path = folder / FILE
        self._connection: sqlite3.Connection | None = None
        if path.is_file():
            self._connection = sqlite3.connect(
                f"file:{path.resolve()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )

    def find(self, edges: Iterable[EdgeName]) -> dict[EdgeName, tuple[str, ...]]:
        """Evidence ids of those edges that have any, strongest first.

        A product is in all classes above its own: evidence of ``in_category`` is found at the class it states.
        """
        result: dict[EdgeName, tuple[str, ...]] = {}
        if self._connection is None:
            return result
        statement = "SELECT evidence FROM edges WHERE source = ? AND relation = ? AND target = ?"
        own_class = "SELECT evidence FROM edges WHERE source = ? AND relation = ? ORDER BY target"
        with self._lock:
            for edge in edges:
                row = self._connection.execute(statement, edge).fetchone()
                if row is None and edge[1] == "in_category":
                    row = self._connection.execute(own_class, edge[:2]).fetchone()
                if row is not None:
                    result[edge] = tuple(json.loads(row[0]))
        return result

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
