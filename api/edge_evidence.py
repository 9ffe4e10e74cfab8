"""Evidence of each edge, stored as a part of an index version.

So reasons open to their sentences without the graph store, also when that is away.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kms.facts.models import SOURCES_SEPARATOR
from kms.graph.models import Edge
from kms.graph.scan import GraphReader
from kms.indexing.changes import ProductFacts

FILE = "edge_evidence.db"
MOST = 3
EdgeName = tuple[str, str, str]
"""Source, relation, target."""
Inference = tuple[str, tuple[str, ...]]
"""A rule, and the keys of the facts that it went from."""


def write_edge_evidence(folder: Path, graph: GraphReader) -> None:
    """Write the strongest evidence ids of every edge into a version's folder."""
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "CREATE TABLE edges (source TEXT, relation TEXT, target TEXT, evidence TEXT, "
            "PRIMARY KEY (source, relation, target)) WITHOUT ROWID"
        )
        connection.execute(
            "CREATE TABLE inferred (source TEXT, relation TEXT, target TEXT, rule TEXT, sources TEXT, "
            "PRIMARY KEY (source, relation, target)) WITHOUT ROWID"
        )
        inferred: list[Edge] = []
        connection.executemany(
            "INSERT OR IGNORE INTO edges VALUES (?, ?, ?, ?)", _rows(graph.iter_edges(), inferred)
        )
        connection.executemany(
            "INSERT OR IGNORE INTO inferred VALUES (?, ?, ?, ?, ?)",
            ((*_name(edge), *map(str, _marks(edge))) for edge in inferred),
        )
    connection.close()


def _rows(edges: Iterable[Edge], inferred: list[Edge]) -> Iterator[tuple[str, str, str, str]]:
    """Edges with their evidence; those that rules infer are put aside."""
    for edge in edges:
        if "inferred_by" in edge.properties:
            inferred.append(edge)
        if edge.evidence:
            yield *_name(edge), json.dumps(edge.evidence[:MOST])


def _name(edge: Edge) -> EdgeName:
    return edge.source, edge.relation, edge.target


def _marks(edge: Edge) -> tuple[str, str]:
    return str(edge.properties["inferred_by"]), str(edge.properties["inferred_from"])


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
        self._has_rules = False
        if self._connection is not None:  # versions before rules have no such table
            statement = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'inferred')"
            self._has_rules = bool(self._connection.execute(statement).fetchone()[0])

    def with_facts(self, facts: Mapping[str, ProductFacts]) -> EdgeEvidence:
        """The same with other edges of some products, by product id; the file is shared."""
        other = EdgeEvidence.__new__(EdgeEvidence)
        other._lock, other._connection, other._has_rules = self._lock, self._connection, self._has_rules
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

    def inferences(self, edges: Iterable[EdgeName]) -> dict[EdgeName, Inference]:
        """Of those edges that rules infer: the rule, and the keys of the facts that they rest on."""
        found: dict[EdgeName, tuple[str, str]] = {}
        rest: list[EdgeName] = []
        for name in edges:
            if name[0] in self._changed:
                own = [each for each in self._changed[name[0]].edges if _name(each) == name]
                found.update((name, _marks(each)) for each in own if "inferred_by" in each.properties)
            else:
                rest.append(name)
        if self._connection is not None and self._has_rules:
            with self._lock:
                for name in rest:
                    row = self._connection.execute(
                        "SELECT rule, sources FROM inferred WHERE source = ? AND relation = ? AND target = ?",
                        name,
                    ).fetchone()
                    if row is not None:
                        found[name] = (row[0], row[1])
        return {name: (rule, tuple(said.split(SOURCES_SEPARATOR))) for name, (rule, said) in found.items()}

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()


def _evidence_in(facts: ProductFacts, name: EdgeName) -> tuple[str, ...]:
    same = [edge for edge in facts.edges if edge.relation == name[1] and edge.evidence]
    exact = [edge for edge in same if edge.target == name[2]]
    own_class = sorted(same, key=lambda edge: edge.target) if name[1] == "in_category" else []
    return next((edge.evidence[:MOST] for edge in (*exact, *own_class)), ())
