"""Meta-path scores on a graph with replaced rows.

A step of the version's scorer is a matrix of chances. With some products' rows replaced, the matrix of now is

    diag(of_rows) · matrix of the version · diag(of_columns) + further entries

where the two diagonals leave out what was replaced and correct the chances of nodes whose edges became more or fewer, and
the further entries are those of the replaced products. So nothing of the version's size is multiplied anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ranking.paths.index import INVERSE
from ranking.paths.metapaths import (
    MetaPath,
    MetaPathScorer,
    PathInstance,
    PathScores,
    Walks,
    start_at,
    strongest,
)
from ranking.serving.changed.graph import ChangedGraph

_LEAST = 1e-6
"""Sums of weights below this are of no edge: what a difference of sums leaves."""
Factors = NDArray[np.float64]


@dataclass(frozen=True)
class _Step:
    """One step of a path.

    Attributes:
        matrix: Of the version, CSR (nodes of the version, ends).
        of_rows: Factor of each of its rows.
        of_columns: Factor of each of its columns.
        further: The further entries, CSR (n_nodes, ends).
        by_column: ``matrix`` by its columns; made where it is not given.
    """

    matrix: sparse.csr_matrix
    of_rows: Factors
    of_columns: Factors
    further: sparse.csr_matrix
    by_column: sparse.csc_matrix | None = None

    def go(self, nodes: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where chances at nodes lead to; an end may come twice."""
        known = nodes < self.matrix.shape[0]
        ends = (
            _row(nodes[known], mass[known] * self.of_rows[nodes[known]], self.matrix.shape[0]) @ self.matrix
        )
        more = _row(nodes, mass, self.further.shape[0]) @ self.further
        return (
            np.concatenate([ends.indices, more.indices]),
            np.concatenate([ends.data * self.of_columns[ends.indices], more.data]),
        )

    def walk(self, walks: Walks, path: str) -> Walks:
        """All ways to go on by this step."""
        heads = walks.nodes[:, -1]
        known = np.flatnonzero(heads < self.matrix.shape[0])
        mass = walks.mass[known] * self.of_rows[heads[known]]
        kept = known[mass > 0]
        old = Walks(walks.nodes[kept], mass[mass > 0]).step(self.matrix, path)
        mass = old.mass * self.of_columns[old.nodes[:, -1]]
        new = walks.step(self.further, path)
        return Walks(
            np.concatenate([old.nodes[mass > 0], new.nodes]), np.concatenate([mass[mass > 0], new.mass])
        )

    def arrive(self, walks: Walks, target: int) -> Walks:
        """Those that this step, the last one, takes to a target."""
        old, new = self._column(self._by_column, target), self._column(self._further_by_column, target)
        chances = old[1] * self.of_rows[old[0]] * self.of_columns[target]
        sources = np.concatenate([old[0][chances > 0], new[0]])
        order = np.argsort(sources, kind="stable")
        chances = np.concatenate([chances[chances > 0], new[1]])
        return walks.arrive(sources[order], chances[order], target)

    @staticmethod
    def _column(columns: sparse.csc_matrix, target: int) -> tuple[np.ndarray, np.ndarray]:
        entries = slice(*columns.indptr[target : target + 2])
        return columns.indices[entries], columns.data[entries]

    @cached_property
    def _by_column(self) -> sparse.csc_matrix:
        return self.by_column if self.by_column is not None else sparse.csc_matrix(self.matrix)

    @cached_property
    def _further_by_column(self) -> sparse.csc_matrix:
        return sparse.csc_matrix(self.further)


class ChangedScorer:
    """Scores products by meta-paths as ``MetaPathScorer`` does."""

    def __init__(self, base: MetaPathScorer, graph: ChangedGraph, paths: Sequence[MetaPath]) -> None:
        """Score by ``paths`` on ``graph``; ``base`` does so on the version's, as far as its relations go."""
        self.paths = tuple(paths)
        self._base = base
        self._graph = graph
        self._steps: dict[str, list[_Step]] = {}

    def steps_of(self, name: str) -> tuple[str, ...]:
        """The steps of a meta-path by its name."""
        return next(path.steps for path in self.paths if path.name == name)

    def score(self, seeds: Sequence[int], weights: Sequence[float] | None = None) -> PathScores:
        """See ``MetaPathScorer.score``."""
        start = start_at(seeds, weights, self._graph.n_nodes)
        n = self._base.n_targets
        by_path = {}
        for path in self.paths:
            nodes, mass = start.indices, start.data
            for step in self._steps_of(path):
                nodes, mass = step.go(nodes, mass)
            by_path[path.name] = (path.weight * np.bincount(nodes, mass, n)).astype(np.float32)
        return PathScores(total=sum(by_path.values(), np.zeros(n, dtype=np.float32)), by_path=by_path)

    def explain_many(
        self, seeds: Sequence[int], targets: Sequence[int], weights: Sequence[float] | None = None, n: int = 5
    ) -> list[list[PathInstance]]:
        """See ``MetaPathScorer.explain_many``."""
        start = start_at(seeds, weights, self._graph.n_nodes)
        found: list[list[tuple[str, Walks]]] = [[] for _ in targets]
        for path in self.paths:
            *before, last = self._steps_of(path)
            mass = path.weight * start.data.astype(np.float64)
            walks = Walks(start.indices[:, None].astype(np.int64), mass)
            for step in before:
                walks = step.walk(walks, path.name)
            for number, target in enumerate(targets):
                arrived = last.arrive(walks, target)
                if len(arrived.mass):
                    found[number].append((path.name, arrived))
        return [strongest(of_target, n) for of_target in found]

    def _steps_of(self, path: MetaPath) -> list[_Step]:
        found = self._steps.get(path.name)
        if found is None:
            last = len(path.steps) - 1
            found = [self._step(path, number, is_last=number == last) for number in range(last + 1)]
            self._steps[path.name] = found
        return found

    def _step(self, path: MetaPath, number: int, *, is_last: bool) -> _Step:
        step, relation = path.steps[number], path.steps[number].removeprefix(INVERSE)
        beta = path.beta if is_last else 0.0
        ends = self._base.n_targets if is_last else self._graph.n_nodes
        matrix, by_column = self._base.matrices_of(path.name, number)
        if matrix is None:
            size = self._graph.entities.graph.n_nodes
            matrix = sparse.csr_matrix((size, min(ends, size)), dtype=np.float32)
        make = self._backward if step.startswith(INVERSE) else self._forward
        of_rows, of_columns, further = make(relation, path.alpha, beta)
        further = sparse.csr_matrix(further[:, :ends])
        return _Step(matrix, of_rows, of_columns, further, by_column if is_last else None)

    def _forward(
        self, relation: str, alpha: float, beta: float
    ) -> tuple[Factors, Factors, sparse.csr_matrix]:
        """From products to what they have: replaced products have rows of their own."""
        graph = self._graph
        products, now, before = graph.rows_of(relation)
        size = graph.entities.graph.n_nodes
        of_rows = np.ones(size)
        of_rows[products] = 0.0
        chances = _scaled_rows(now, _inverse(_sums(now, 1)), alpha)
        of_columns = np.ones(size)
        if beta > 0:
            ended = graph.entities.sums(relation)[1]
            ends_now = _widened(ended, graph.n_nodes) - _sums(before, 0) + _sums(now, 0)
            changed = np.flatnonzero((_sums(before, 0) != 0) | (_sums(now, 0) != 0))
            own = changed[changed < size]
            of_columns[own] = _discount(ends_now[own], beta) / np.maximum(_discount(ended[own], beta), 1e-30)
            chances = sparse.csr_matrix(chances @ sparse.diags(_discount(ends_now, beta)))
        return of_rows, of_columns, _placed(chances, products, graph.n_nodes)

    def _backward(
        self, relation: str, alpha: float, beta: float
    ) -> tuple[Factors, Factors, sparse.csr_matrix]:
        """From what products have to the products: replaced products have columns of their own."""
        graph = self._graph
        products, now, before = graph.rows_of(relation)
        size = graph.entities.graph.n_nodes
        ended = graph.entities.sums(relation)[1]
        ends_now = _widened(ended, graph.n_nodes) - _sums(before, 0) + _sums(now, 0)
        changed = np.flatnonzero((_sums(before, 0) != 0) | (_sums(now, 0) != 0))
        own = changed[changed < size]
        of_rows = np.ones(size)
        of_rows[own] = (ended[own] * _inverse(ends_now[own])) ** alpha
        of_columns = np.ones(size)
        of_columns[products] = 0.0
        chances = sparse.csr_matrix(now @ sparse.diags(_inverse(ends_now)))
        chances.data = chances.data**alpha
        if beta > 0:
            chances = sparse.csr_matrix(sparse.diags(_discount(_sums(now, 1), beta)) @ chances)
        return of_rows, of_columns, sparse.csr_matrix(_placed(chances, products, graph.n_nodes).T)


def _row(nodes: np.ndarray, mass: np.ndarray, size: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((mass, (np.zeros(len(nodes), dtype=np.int64), nodes)), shape=(1, size))


def _sums(matrix: sparse.csr_matrix, axis: int) -> Factors:
    return np.asarray(matrix.sum(axis=axis, dtype=np.float64)).reshape(-1)


def _widened(values: Factors, size: int) -> Factors:
    return np.concatenate([values, np.zeros(size - len(values))])


def _inverse(sums: Factors) -> Factors:
    return np.where(sums > _LEAST, 1.0 / np.maximum(sums, _LEAST), 0.0)


def _discount(sums: Factors, beta: float) -> Factors:
    return np.where(sums > _LEAST, np.maximum(sums, _LEAST) ** -beta, 0.0)


def _scaled_rows(matrix: sparse.csr_matrix, factors: Factors, alpha: float) -> sparse.csr_matrix:
    scaled = sparse.csr_matrix(sparse.diags(factors) @ matrix)
    scaled.data = scaled.data**alpha
    return scaled


def _placed(rows: sparse.csr_matrix, products: NDArray[np.int64], size: int) -> sparse.csr_matrix:
    """Rows at the positions of their products among ``size`` nodes."""
    counts = np.zeros(size + 1, dtype=np.int64)
    counts[products + 1] = np.diff(rows.indptr)
    return sparse.csr_matrix((rows.data, rows.indices, np.cumsum(counts)), shape=(size, rows.shape[1]))
