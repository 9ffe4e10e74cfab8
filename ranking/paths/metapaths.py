"""Meta-path scores: how well a kind of path connects the seeds with each node, and by which paths.

A meta-path is a row of steps (Sun et al., "PathSim", VLDB 2011). Here its score is the chance of a walker
that starts at the seeds and takes these steps, with two exponents as in RP3beta: ``alpha`` flattens each
step's probabilities, ``beta`` discounts nodes that many paths reach. Both change a walk's score by factors
only, so that a node's score is the sum over its single paths and can be explained by them exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from pydantic import Field
from scipy import sparse

from kms.types import Frozen
from ranking.paths.index import INVERSE, GraphIndex, PathsError

MAX_INSTANCES = 1_000_000


class MetaPath(Frozen):
    """A kind of path from product to product."""

    name: str
    """Name in scores and reasons, e.g. ``same_brand``."""
    steps: tuple[str, ...] = Field(min_length=1, max_length=6)
    """Relations in walking order; ``~`` walks from tail to head: ``("MADE_BY", "~MADE_BY")``."""
    weight: float = Field(default=1.0, ge=0)
    """Factor of this path's score in the sum."""
    alpha: float = Field(default=1.0, gt=0)
    """Exponent of each step's transition probabilities."""
    beta: float = Field(default=0.0, ge=0)
    """Exponent of the discount by the end node's incoming weight on the last step."""


class PathInstance(NamedTuple):
    """One path through the graph that made part of a score."""

    path: str
    """Name of the meta-path."""
    nodes: tuple[int, ...]
    """Node positions from seed to target."""
    share: float
    """Part of the target's whole score, 0 to 1; all instances of a target add up to 1."""


@dataclass(frozen=True)
class PathScores:
    """Scores of the targets.

    Attributes:
        total: float32, (targets,), the weighted sum.
        by_path: Each meta-path's weighted part of it.
    """

    total: np.ndarray
    by_path: Mapping[str, np.ndarray]

    def shares(self, node: int) -> dict[str, float]:
        """Share of each meta-path in a node's score, largest first; empty where the score is 0."""
        total = float(self.total[node])
        if total <= 0:
            return {}
        parts = {
            name: float(scores[node]) / total for name, scores in self.by_path.items() if scores[node] > 0
        }
        return dict(sorted(parts.items(), key=lambda part: -part[1]))


class MetaPathScorer:
    """Scores nodes by several meta-paths.

    Args:
        index: The graph.
        paths: The meta-paths; names are unique.
        targets: Only the first so many nodes are scored and explained, for instance the products of a catalogue, whose
            entities are many times as many; default: all.

    Raises:
        PathsError: A step names no relation, or two paths have the same name.
    """

    def __init__(self, index: GraphIndex, paths: Sequence[MetaPath], targets: int | None = None) -> None:
        names = [path.name for path in paths]
        if len(set(names)) != len(names):
            raise PathsError(f"two meta-paths have the same name among {', '.join(names)}")
        self.index = index
        self.paths = tuple(paths)
        self.n_targets = index.n_nodes if targets is None else min(targets, index.n_nodes)
        self._steps = {path.name: self._matrices(path) for path in paths}
        self._last = {name: _sorted_columns(steps[-1]) for name, steps in self._steps.items()}

    def steps_of(self, name: str) -> tuple[str, ...]:
        """The steps of a meta-path by its name."""
        return next(path.steps for path in self.paths if path.name == name)

    def matrices_of(
        self, name: str, number: int
    ) -> tuple[sparse.csr_matrix | None, sparse.csc_matrix | None]:
        """The matrix of a step of a meta-path, and for the last step by columns as well; ``None``: no such path."""
        steps = self._steps.get(name)
        if steps is None:
            return None, None
        return steps[number], self._last[name] if number == len(steps) - 1 else None

    def score(self, seeds: Sequence[int], weights: Sequence[float] | None = None) -> PathScores:
        """Scores of the targets for seeds (node positions, default weight 1). Seeds are scored too."""
        start = start_at(seeds, weights, self.index.n_nodes)
        by_path = {}
        for path in self.paths:
            reached = start
            for matrix in self._steps[path.name]:
                reached = reached @ matrix
            by_path[path.name] = path.weight * reached.toarray().reshape(-1).astype(np.float32)
        total = sum(by_path.values(), np.zeros(self.n_targets, dtype=np.float32))
        return PathScores(total=total, by_path=by_path)

    def score_many(self, seeds: sparse.csr_matrix) -> dict[str, sparse.csr_matrix]:
        """Each meta-path's weighted scores for many seed rows (n, n_nodes): (n, targets), kept sparse."""
        result = {}
        for path in self.paths:
            reached = sparse.csr_matrix(seeds, dtype=np.float32)
            for matrix in self._steps[path.name]:
                reached = sparse.csr_matrix(reached @ matrix)
            result[path.name] = path.weight * reached
        return result

    def explain(
        self, seeds: Sequence[int], target: int, weights: Sequence[float] | None = None, n: int = 5
    ) -> list[PathInstance]:
        """The single paths that made most of the target's score, largest share first.

        Raises:
            PathsError: A seed is out of range, or more than ``MAX_INSTANCES`` walks begin at the seeds.
        """
        return self.explain_many(seeds, [target], weights, n)[0]

    def explain_many(
        self,
        seeds: Sequence[int],
        targets: Sequence[int],
        weights: Sequence[float] | None = None,
        n: int = 5,
    ) -> list[list[PathInstance]]:
        """As ``explain``, for each of ``targets``; what leads away from the seeds is walked once for all.

        Raises:
            PathsError: As ``explain``.
        """
        start = start_at(seeds, weights, self.index.n_nodes)
        found: list[list[tuple[str, Walks]]] = [[] for _ in targets]
        for path in self.paths:
            *before, _ = self._steps[path.name]
            walks = Walks(
                start.indices[:, None].astype(np.int64), path.weight * start.data.astype(np.float64)
            )
            for matrix in before:
                walks = walks.step(matrix, path.name)
            last = self._last[path.name]
            for number, target in enumerate(targets):
                begin, end = last.indptr[target], last.indptr[target + 1]
                arrived = walks.arrive(last.indices[begin:end], last.data[begin:end], target)
                if len(arrived.mass):
                    found[number].append((path.name, arrived))
        return [strongest(of_target, n) for of_target in found]

    def _matrices(self, path: MetaPath) -> list[sparse.csr_matrix]:
        matrices = [self.index.transition(step, path.alpha) for step in path.steps]
        if path.beta > 0:
            incoming = np.asarray(self.index.matrix(path.steps[-1]).sum(axis=0)).reshape(-1)
            discount = np.where(incoming > 0, np.maximum(incoming, 1e-12) ** -path.beta, 0.0)
            matrices[-1] = sparse.csr_matrix(matrices[-1] @ sparse.diags(discount.astype(np.float32)))
        if self.n_targets < self.index.n_nodes:
            matrices[-1] = sparse.csr_matrix(matrices[-1][:, : self.n_targets])
        return matrices


def start_at(seeds: Sequence[int], weights: Sequence[float] | None, n_nodes: int) -> sparse.csr_matrix:
    """Seeds as one row (1, n_nodes).

    Raises:
        PathsError: A seed is out of range, or there are not as many weights as seeds.
    """
    values = [1.0] * len(seeds) if weights is None else list(weights)
    if len(values) != len(seeds):
        raise PathsError(f"{len(seeds)} seeds came with {len(values)} weights; give one each")
    if any(not 0 <= seed < n_nodes for seed in seeds):
        raise PathsError(f"a seed is out of range; the graph has {n_nodes} nodes")
    rows = np.zeros(len(seeds), dtype=np.int64)
    return sparse.csr_matrix(
        (np.asarray(values, dtype=np.float32), (rows, np.asarray(seeds, dtype=np.int64))), shape=(1, n_nodes)
    )


@dataclass(frozen=True)
class Walks:
    """Walks with their chances: ``nodes`` (n, steps + 1) and ``mass`` (n,)."""

    nodes: np.ndarray
    mass: np.ndarray

    def step(self, matrix: sparse.csr_matrix, path: str) -> Walks:
        """All ways to go on by one step."""
        heads = self.nodes[:, -1]
        begins = matrix.indptr[heads]
        counts = matrix.indptr[heads + 1] - begins
        many = int(counts.sum())
        if many > MAX_INSTANCES:
            raise PathsError(
                f"more than {MAX_INSTANCES:,} walks of {path!r} begin at the seeds; use fewer seeds"
            )
        rows = np.repeat(np.arange(len(heads)), counts)
        within = np.arange(many) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(begins, counts) + within
        return Walks(
            np.column_stack((self.nodes[rows], matrix.indices[places])), self.mass[rows] * matrix.data[places]
        )

    def arrive(self, sources: np.ndarray, chances: np.ndarray, target: int) -> Walks:
        """Those that the last step takes to a target, from ``sources`` in ascending order with these chances."""
        if not len(sources) or not len(self.mass):
            return Walks(self.nodes[:0], self.mass[:0])
        heads = self.nodes[:, -1]
        places = np.minimum(np.searchsorted(sources, heads), len(sources) - 1)
        kept = np.flatnonzero((sources[places] == heads) & (self.mass > 0) & (chances[places] > 0))
        ends = np.full((len(kept), 1), target, dtype=np.int64)
        return Walks(np.hstack((self.nodes[kept], ends)), self.mass[kept] * chances[places[kept]])


def strongest(found: Sequence[tuple[str, Walks]], n: int) -> list[PathInstance]:
    """The ``n`` walks of most mass, with their shares of all; ties by path and nodes."""
    if not found or n <= 0:
        return []
    mass = np.concatenate([walks.mass for _, walks in found])
    total = float(mass.sum())
    least = float(np.partition(mass, len(mass) - n)[len(mass) - n]) if n < len(mass) else 0.0
    candidates = [
        (-float(walks.mass[row]), name, tuple(walks.nodes[row].tolist()))
        for name, walks in found
        for row in np.flatnonzero(walks.mass >= least)
    ]
    return [PathInstance(name, nodes, -negative / total) for negative, name, nodes in sorted(candidates)[:n]]


def _sorted_columns(matrix: sparse.csr_matrix) -> sparse.csc_matrix:
    columns = sparse.csc_matrix(matrix)
    columns.sort_indices()
    return columns


def inverse(step: str) -> str:
    """The same step walked the other way."""
    return step.removeprefix(INVERSE) if step.startswith(INVERSE) else INVERSE + step
