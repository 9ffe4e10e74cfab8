"""Personalised PageRank by forward push.

Andersen, Chung and Lang, "Local Graph Partitioning using PageRank Vectors" (FOCS 2006): every node holds an
estimate and a residual; pushing a node keeps ``restart`` of its residual and hands the rest to its
neighbours, and only what is near the seeds is ever touched. Two things differ from the paper: the walk is not
lazy, so that the result is the usual PageRank, and all nodes above the bound are pushed in one sweep (the
invariant does not depend on the order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from ranking.paths.index import PathsError


@dataclass(frozen=True)
class PageRank:
    """Result of a forward push.

    Attributes:
        scores: float64, (n_nodes,), a lower bound of each node's PageRank; they add up to 1 - ``missing``.
        missing: Probability that was not handed out, Σ of the residuals, 0 to 1.
        pushes: Number of nodes pushed.
        truncated: Whether ``max_pushes`` ended the search before the bound was met.
    """

    scores: np.ndarray
    missing: float
    pushes: int
    truncated: bool


class ForwardPush:
    """A graph made ready for many personalised PageRanks.

    Args:
        adjacency: CSR (n, n), weights of 0 or more; ``GraphIndex.adjacency()`` gives an undirected one.
    """

    def __init__(self, adjacency: sparse.csr_matrix) -> None:
        if adjacency.shape[0] != adjacency.shape[1]:
            raise PathsError(f"an adjacency matrix is square, this one is {adjacency.shape}")
        if adjacency.nnz and adjacency.data.min() < 0:
            raise PathsError("an adjacency matrix has no negative weights")
        totals = np.asarray(adjacency.sum(axis=1), dtype=np.float64).reshape(-1)
        self._dangling = totals <= 0
        inverse = np.where(self._dangling, 0.0, 1.0 / np.maximum(totals, 1e-300))
        self._walk = sparse.csr_matrix(sparse.diags(inverse) @ adjacency.astype(np.float64))
        self._degree = np.maximum(np.diff(self._walk.indptr), 1).astype(np.float64)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return int(self._walk.shape[0])

    def run(
        self,
        seeds: Sequence[int],
        weights: Sequence[float] | None = None,
        restart: float = 0.15,
        epsilon: float = 1e-5,
        max_pushes: int = 1_000_000,
    ) -> PageRank:
        """PageRank of walkers that return to the seeds with chance ``restart`` at each step.

        Args:
            seeds: Node positions; without any, all scores are 0.
            weights: One positive weight a seed, default equal; they are normalised to 1.
            restart: 0 < restart <= 1; 0.15 is networkx's ``alpha=0.85``.
            epsilon: A node is pushed while its residual exceeds ``epsilon`` × its number of neighbours, so
                the error of a node in an undirected unweighted graph is at most ``epsilon`` × its degree.
            max_pushes: Bound on the work; see ``PageRank.truncated``.

        Raises:
            PathsError: A seed, weight or setting is out of range.
        """
        if not 0 < restart <= 1 or epsilon <= 0:
            raise PathsError(f"restart {restart} must lie in (0, 1] and epsilon {epsilon} above 0")
        scores = np.zeros(self.n_nodes)
        start = np.zeros(self.n_nodes)
        values = np.ones(len(seeds)) if weights is None else np.asarray(weights, dtype=np.float64)
        if len(values) != len(seeds) or (values < 0).any():
            raise PathsError("seeds need one weight of 0 or more each")
        if any(not 0 <= seed < self.n_nodes for seed in seeds):
            raise PathsError(f"a seed is out of range; the graph has {self.n_nodes} nodes")
        if values.sum() <= 0:
            return PageRank(scores=scores, missing=0.0, pushes=0, truncated=False)
        np.add.at(start, np.asarray(seeds, dtype=np.int64), values / values.sum())
        residual = start.copy()
        pushes = 0
        active = np.flatnonzero(residual > epsilon * self._degree)
        while len(active) and pushes < max_pushes:
            mass = residual[active]
            residual[active] = 0.0
            scores[active] += restart * mass
            onward = (1.0 - restart) * mass
            rows = sparse.csr_matrix(
                (onward, (np.zeros(len(active), dtype=np.int64), active)), shape=(1, self.n_nodes)
            )
            spread = rows @ self._walk
            residual[spread.indices] += spread.data
            # A walker at a node without edges goes back to the seeds, as networkx does.
            stuck = float(onward[self._dangling[active]].sum())
            if stuck:
                residual += stuck * start
            pushes += len(active)
            active = np.flatnonzero(residual > epsilon * self._degree)
        return PageRank(
            scores=scores, missing=float(residual.sum()), pushes=pushes, truncated=bool(len(active))
        )
