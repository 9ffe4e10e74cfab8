"""Forward push against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from ranking.paths.index import GraphIndex, PathsError
from ranking.paths.pagerank import ForwardPush


def reference(adjacency: sparse.csr_matrix, seeds: dict[int, float], restart: float) -> np.ndarray:
    graph = nx.from_scipy_sparse_array(adjacency, create_using=nx.DiGraph)
    found = nx.pagerank(graph, alpha=1 - restart, personalization=seeds, tol=1e-12, max_iter=1000)
    return np.array([found[node] for node in range(adjacency.shape[0])])


@pytest.mark.parametrize("restart", [0.15, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_networkx_on_weighted_undirected_graphs(seed: int, restart: float) -> None:
    rng = np.random.default_rng(seed)
    matrix = sparse.random(40, 40, density=0.08, random_state=rng, dtype=np.float64)
    adjacency = sparse.csr_matrix(matrix + matrix.T)
    seeds = {0: 1.0, 7: 3.0}
    found = ForwardPush(adjacency).run(list(seeds), list(seeds.values()), restart=restart, epsilon=1e-10)
    np.testing.assert_allclose(found.scores, reference(adjacency, seeds, restart), atol=1e-7)
    assert not found.truncated


def test_agrees_with_networkx_on_a_directed_graph_with_dead_ends() -> None:
    adjacency = sparse.csr_matrix(
        np.array([[0, 1, 2, 0], [0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]], dtype=float)
    )
    found = ForwardPush(adjacency).run([0], epsilon=1e-12)
    np.testing.assert_allclose(found.scores, reference(adjacency, {0: 1.0}, 0.15), atol=1e-8)


def test_a_coarse_bound_is_a_lower_bound_within_epsilon_times_degree() -> None:
    rng = np.random.default_rng(3)
    matrix = sparse.random(200, 200, density=0.03, random_state=rng)
    adjacency = sparse.csr_matrix(((matrix + matrix.T) > 0).astype(float))
    epsilon = 1e-3
    found = ForwardPush(adjacency).run([5], epsilon=epsilon)
    exact = reference(adjacency, {5: 1.0}, 0.15)
    degree = np.maximum(np.diff(adjacency.indptr), 1)
    assert (found.scores <= exact + 1e-9).all()
    assert (exact - found.scores <= epsilon * degree + 1e-9).all()
    assert found.scores.sum() + found.missing == pytest.approx(1.0)


def test_what_is_far_away_is_never_touched() -> None:
    index = GraphIndex.build([(f"n{i}", "R", f"n{i + 1}", 1.0) for i in range(1000)])
    found = ForwardPush(index.adjacency()).run([0], epsilon=1e-4)
    assert 0 < np.count_nonzero(found.scores) < 100


def test_no_seeds_no_scores() -> None:
    push = ForwardPush(sparse.csr_matrix(np.ones((2, 2))))
    assert not push.run([]).scores.any()
    assert not push.run([0], [0.0]).scores.any()


def test_a_seed_without_edges_keeps_everything() -> None:
    found = ForwardPush(sparse.csr_matrix((3, 3))).run([1], epsilon=1e-9)
    np.testing.assert_allclose(found.scores, [0, 1, 0], atol=1e-8)


def test_the_work_is_bounded() -> None:
    found = ForwardPush(sparse.csr_matrix(np.ones((50, 50)))).run([0], epsilon=1e-12, max_pushes=60)
    assert found.truncated
    assert found.pushes <= 110


def test_bad_arguments() -> None:
    push = ForwardPush(sparse.csr_matrix(np.ones((2, 2))))
    with pytest.raises(PathsError, match="must lie in"):
        push.run([0], restart=0.0)
    with pytest.raises(PathsError, match="out of range"):
        push.run([2])
    with pytest.raises(PathsError, match="one weight"):
        push.run([0], [-1.0])
    with pytest.raises(PathsError, match="square"):
        ForwardPush(sparse.csr_matrix(np.ones((2, 3))))
    with pytest.raises(PathsError, match="no negative"):
        ForwardPush(sparse.csr_matrix(-np.ones((2, 2))))
