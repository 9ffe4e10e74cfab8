"""Evidence of each edge, stored as a part of an index version.

So reasons open to their sentences without the graph store, also when that is away.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from kms.graph.scan import GraphReader
from kms.indexing.changes import ProductFacts

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
        self._changed: Mapping[str, ProductFacts] = {}

    def with_facts(self, facts: Mapping[str, ProductFacts]) -> EdgeEvidence:
        """The same with other edges of some products, by product id; the file is shared."""
        other = EdgeEvidence.__new__(EdgeEvidence)
        other._lock, other._connection = self._lock, self._connection
        other._changed = {**self._changed, **{f"product:{each}": value for each, value in facts.items()}}
        return other

    def find(self, edges: Iterable[EdgeName]) -> dict[EdgeName, tuple[str, ...]]:
        """Evidence ids of those edges that have any, strongest first.

        A product is in all classes above its own: evidence of ``in_category`` is found at the class it states.
        """
        result: dict[EdgeName, tuple[str, ...]] = {}
        edges = list(edges)
        for edge in edges:
            if edge[0] in self._changed and (ids := _evidence_in(self._changed[edge[0]], edge)):
                result[edge] = ids
        edges = [edge for edge in edges if edge[0] not in self._changed]
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


def _evidence_in(facts: ProductFacts, name: EdgeName) -> tuple[str, ...]:
    same = [edge for edge in facts.edges if edge.relation == name[1] and edge.evidence]
    exact = [edge for edge in same if edge.target == name[2]]
    own_class = sorted(same, key=lambda edge: edge.target) if name[1] == "in_category" else []
    return next((edge.evidence[:MOST] for edge in (*exact, *own_class)), ())
