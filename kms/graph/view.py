"""Adjacency of a graph in memory, for walks that a database answers slowly.

Adjacency lies in compressed rows over integer positions (both directions), with single rows replaced as the
graph changes. It holds ids and strengths only: about 40 bytes an edge and 150 bytes a node.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Strengths = tuple[str, str, float, int]
"""Source, target, confidence and support of an edge."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NONE: Ints = np.empty(0, dtype=np.int64)


class GraphView:
    """Undirected adjacency of a graph at one revision."""

    def __init__(self, revision: int, ids: Iterable[str], edges: Iterable[Strengths]) -> None:
        self.revision = revision
        self.ids = list(ids)
        self.positions = {node_id: position for position, node_id in enumerate(self.ids)}
        self._replaced: dict[int, tuple[Ints, Floats, Ints]] = {}
        rows = list(edges)
        at = self.positions
        sources = np.fromiter((at[row[0]] for row in rows), dtype=np.int64, count=len(rows))
        targets = np.fromiter((at[row[1]] for row in rows), dtype=np.int64, count=len(rows))
        confidence = np.fromiter((row[2] for row in rows), dtype=np.float64, count=len(rows))
        support = np.fromiter((row[3] for row in rows), dtype=np.int64, count=len(rows))
        ends = np.concatenate([sources, targets])
        order = np.argsort(ends, kind="stable")
        self._others: Ints = np.concatenate([targets, sources])[order]
        self._confidence: Floats = np.concatenate([confidence, confidence])[order]
        self._support: Ints = np.concatenate([support, support])[order]
        self._starts: Ints = np.zeros(len(self.ids) + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=len(self.ids)), out=self._starts[1:])

    def __contains__(self, node_id: str) -> bool:
        return node_id in self.positions

    @property
    def is_worn(self) -> bool:
        """Whether so many rows were replaced that loading again is cheaper."""
        return len(self._replaced) > max(1_000, len(self.ids) // 10)

    def add(self, node_id: str) -> None:
        """Make room for a node; does nothing where it exists."""
        if node_id not in self.positions:
            self.positions[node_id] = len(self.ids)
            self._replaced[len(self.ids)] = (_NONE, np.empty(0), _NONE)
            self.ids.append(node_id)

    def remove(self, node_id: str) -> None:
        """Forget a node; rows of its neighbours are to be replaced as well."""
        position = self.positions.pop(node_id, None)
        if position is not None:
            self._replaced[position] = (_NONE, np.empty(0), _NONE)

    def replace(self, node_id: str, edges: Sequence[Strengths]) -> None:
        """Set all edges at a node; every other end must have been added."""
        others = [self.positions[target if source == node_id else source] for source, target, _, _ in edges]
        self._replaced[self.positions[node_id]] = (
            np.array(others, dtype=np.int64),
            np.array([row[2] for row in edges], dtype=np.float64),
            np.array([row[3] for row in edges], dtype=np.int64),
        )

    def expand(self, frontier: Sequence[str], seen: set[str], limit: int) -> list[str]:
        """Neighbours of ``frontier`` outside ``seen``: highest confidence, then support, then id first."""
        rows = [self._row(self.positions[node_id]) for node_id in frontier]
        others = np.concatenate([row[0] for row in rows])
        best, inverse = np.unique(others, return_inverse=True)
        confidence = np.zeros(len(best))
        support = np.zeros(len(best), dtype=np.int64)
        np.maximum.at(confidence, inverse, np.concatenate([row[1] for row in rows]))
        np.maximum.at(support, inverse, np.concatenate([row[2] for row in rows]))
        ranked = sorted(
            (-float(c), -int(s), self.ids[int(o)])
            for o, c, s in zip(best, confidence, support, strict=True)
            if self.ids[int(o)] not in seen
        )
        return [node_id for _, _, node_id in ranked[:limit]]

    def find_path(self, source: str, target: str, *, max_length: int) -> list[str] | None:
        """The shortest path of at most ``max_length`` edges; of equally short ones the first by ids."""
        if source not in self or target not in self:
            return None
        start, goal = self.positions[source], self.positions[target]
        distance = np.full(len(self.ids), -1, dtype=np.int64)
        distance[goal] = 0
        frontier: Ints = np.array([goal], dtype=np.int64)
        for length in range(1, max_length + 1):
            if distance[start] >= 0 or not len(frontier):
                break
            reached = np.unique(np.concatenate([self._row(int(position))[0] for position in frontier]))
            frontier = reached[distance[reached] < 0]
            distance[frontier] = length
        if distance[start] < 0:
            return None
        path = [start]
        while path[-1] != goal:
            nearer = [o for o in self._row(path[-1])[0].tolist() if distance[o] == distance[path[-1]] - 1]
            path.append(min(nearer, key=self.ids.__getitem__))
        return [self.ids[position] for position in path]

    def _row(self, position: int) -> tuple[Ints, Floats, Ints]:
        replaced = self._replaced.get(position)
        if replaced is not None:
            return replaced
        row = slice(int(self._starts[position]), int(self._starts[position + 1]))
        return self._others[row], self._confidence[row], self._support[row]
