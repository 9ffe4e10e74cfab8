"""One suite that every behaviour model passes; a new model is added to ``CASES``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from ranking.behaviour.base import BehaviourConfig, BehaviourModel
from ranking.behaviour.collective_ease import CollectiveEase, CollectiveEaseConfig
from ranking.behaviour.ease import Ease, EaseConfig
from ranking.behaviour.errors import BehaviourError, FitTooLargeError
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import P3alpha, P3alphaConfig, RP3beta, RP3betaConfig
from ranking.behaviour.popularity import Popularity, PopularityConfig
from ranking.behaviour.registry import MODELS, load_model
from ranking.behaviour.rows import EntityRows, entity_rows
from ranking.behaviour.sparse_ease import SparseEase, SparseEaseConfig
from tests.unit.ranking.behaviour.checkerboard import checkerboard, left_out, random_interactions


@dataclass(frozen=True)
class Case:
    """A way to make a model, and whether it uses the history."""

    make: Callable[[], BehaviourModel]
    personal: bool = True


def shades() -> list[EntityRows]:
    edges = [(f"i{item}", "shade", f"s{item % 2}", 1.0) for item in range(12)]
    return entity_rows(edges, [f"i{item}" for item in range(12)])


def collective() -> CollectiveEase:
    return CollectiveEase(CollectiveEaseConfig(regularisation=1.0), shades())


CASES = {
    "popularity": Case(lambda: Popularity(PopularityConfig(half_life_days=30.0)), personal=False),
    "item_knn": Case(lambda: ItemKnn(ItemKnnConfig(neighbours=50))),
    "p3alpha": Case(lambda: P3alpha(P3alphaConfig(alpha=0.9))),
    "rp3beta": Case(lambda: RP3beta(RP3betaConfig(beta=0.3))),
    "ease": Case(lambda: Ease(EaseConfig(regularisation=1.0))),
    "ease_pruned": Case(lambda: Ease(EaseConfig(regularisation=1.0, neighbours=8))),
    "collective_ease": Case(collective),
    "collective_ease_pruned": Case(
        lambda: CollectiveEase(CollectiveEaseConfig(regularisation=1.0, neighbours=8), shades())
    ),
    "sparse_ease": Case(lambda: SparseEase(SparseEaseConfig(regularisation=1.0), shades())),
    "sparse_ease_narrow": Case(
        lambda: SparseEase(SparseEaseConfig(regularisation=1.0, neighbours=4, gram_neighbours=6))
    ),
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def board() -> Interactions:
    return checkerboard()


def test_every_registered_model_is_in_this_suite() -> None:
    assert set(MODELS) <= set(CASES)
    assert all(name == model.name for name, model in MODELS.items())


def test_fit_returns_the_model(case: Case, board: Interactions) -> None:
    model = case.make()
    assert model.fit(board) is model
    assert model.item_ids == board.item_ids


def test_an_unfitted_model_says_so(case: Case) -> None:
    with pytest.raises(BehaviourError, match=r"not fitted; call fit\(\)"):
        case.make().score([0])


def test_checkerboard_answer(case: Case, board: Interactions) -> None:
    if not case.personal:
        pytest.skip("popularity gives everybody the same order")
    model = case.make().fit(board)
    for user in range(6):
        history, _ = board.history(user)
        assert model.recommend(history, n=1)[0].item == left_out(user)
        scores = model.score(history)
        other = scores[1 - user % 2 :: 2]
        assert scores[left_out(user)] > other.max() + 1e-6


def test_shapes(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    assert model.score([0, 2]).shape == (12,)
    assert model.score([0, 2]).dtype == np.float32
    assert model.score_many(board.matrix[:5]).shape == (5, 12)
    assert model.score_many(sparse.csr_matrix((0, 12), dtype=np.float32)).shape == (0, 12)


def test_many_and_one_agree(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    many = model.score_many(board.matrix[:7])
    for user in range(7):
        history, weights = board.history(user)
        np.testing.assert_allclose(model.score(history, weights), many[user], atol=1e-6)


def test_n_too_large_gives_what_there_is(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    history = [0, 2, 4]
    found = model.recommend(history, n=10_000)
    assert 0 < len(found) <= 9
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert model.recommend(history, n=0) == []
    assert model.recommend(history, n=-3) == []
    assert len(model.similar(0, n=10_000)) <= 11


def test_seen_products_are_masked(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    history, _ = board.history(3)
    assert not {item.item for item in model.recommend(history, n=12)} & set(history.tolist())
    with_seen = {item.item for item in model.recommend(history, n=12, exclude_seen=False)}
    assert with_seen & set(history.tolist())


def test_cold_shopper(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    scores = model.score([])
    assert np.isfinite(scores).all()
    if case.personal:
        assert not scores.any()
        assert model.recommend([], n=5) == []
    else:
        assert len(model.recommend([], n=5)) == 5


def test_a_product_that_nobody_touched(case: Case) -> None:
    rows = [(f"u{user}", f"i{item}", 1.0, 1.0) for user in range(5) for item in range(3)]
    interactions = Interactions.from_rows(rows, item_ids=[f"i{item}" for item in range(12)])
    model = case.make().fit(interactions)
    assert np.isfinite(model.score([11])).all()
    assert np.isfinite(model.score([0, 11])).all()


def test_no_interactions_at_all(case: Case) -> None:
    empty = Interactions(
        sparse.csr_matrix((3, 12), dtype=np.float32),
        tuple(f"i{i}" for i in range(12)),
        ("a", "b", "c"),
        np.zeros(0),
    )
    scores = case.make().fit(empty).score([0])
    assert np.isfinite(scores).all()


def test_the_same_twice(case: Case, board: Interactions) -> None:
    first = case.make().fit(board).score_many(board.matrix)
    second = case.make().fit(board).score_many(board.matrix)
    np.testing.assert_array_equal(first, second)


def test_a_second_fit_forgets_the_first(case: Case, board: Interactions) -> None:
    fresh = case.make().fit(board).score_many(board.matrix)
    used = case.make().fit(random_interactions(n_items=12)).fit(board).score_many(board.matrix)
    np.testing.assert_array_equal(fresh, used)


def test_fit_leaves_the_interactions_alone(case: Case, board: Interactions) -> None:
    before = board.matrix.toarray().copy()
    case.make().fit(board)
    np.testing.assert_array_equal(board.matrix.toarray(), before)


def test_explain_is_what_scored(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    history, weights = [0, 2, 4], [1.0, 2.0, 0.5]
    found = model.explain(history, 6, weights)
    if not case.personal:
        assert found == []
        return
    assert {part.item for part in found} <= set(history)
    assert sum(abs(part.share) for part in found) == pytest.approx(1.0)
    assert [abs(part.share) for part in found] == sorted((abs(part.share) for part in found), reverse=True)
    # Removing a history item takes exactly its share away.
    total = float(model.score(history, weights)[6])
    whole = sum(
        abs(float(model.score([item], [weight])[6])) for item, weight in zip(history, weights, strict=True)
    )
    for part in found:
        rest = [(item, weight) for item, weight in zip(history, weights, strict=True) if item != part.item]
        without = float(model.score([item for item, _ in rest], [weight for _, weight in rest])[6])
        assert total - without == pytest.approx(part.share * whole, abs=1e-5)


def test_explain_nothing_for_an_empty_history(case: Case, board: Interactions) -> None:
    assert case.make().fit(board).explain([], 3) == []


def test_similar_leaves_the_product_out(case: Case, board: Interactions) -> None:
    found = case.make().fit(board).similar(4, n=5)
    assert 4 not in {item.item for item in found}
    if case.personal:
        assert {item.item % 2 for item in found} == {0}


def test_weights_scale_the_score(case: Case, board: Interactions) -> None:
    model = case.make().fit(board)
    if case.personal:
        np.testing.assert_allclose(
            model.score([0, 2], [2.0, 2.0]), 2 * model.score([0, 2]), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("history", [[12], [-1], [0, 99]])
def test_positions_out_of_range_are_refused(case: Case, board: Interactions, history: list[int]) -> None:
    model = case.make().fit(board)
    with pytest.raises(BehaviourError, match="positions go from 0 to 11"):
        model.score(history)
    with pytest.raises(BehaviourError, match="out of range"):
        model.similar(12)
    with pytest.raises(BehaviourError, match="out of range"):
        model.explain([0], 12)


def test_weights_must_match_the_history(case: Case, board: Interactions) -> None:
    with pytest.raises(BehaviourError, match="2 history items came with 1 weights"):
        case.make().fit(board).score([0, 1], [1.0])


def test_save_and_load(case: Case, board: Interactions, tmp_path: Path) -> None:
    model = case.make().fit(board)
    path = tmp_path / "model.npz"
    model.save(path)
    for loaded in (type(model).load(path), load_model(path)):
        assert type(loaded) is type(model)
        assert loaded.config == model.config
        assert loaded.item_ids == model.item_ids
        np.testing.assert_array_equal(loaded.score([0, 2]), model.score([0, 2]))
        assert loaded.explain([0, 2], 4) == model.explain([0, 2], 4)
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]


def test_a_broken_or_foreign_file_is_refused(case: Case, board: Interactions, tmp_path: Path) -> None:
    model = case.make()
    with pytest.raises(BehaviourError, match="not a saved behaviour model"):
        type(model).load(tmp_path / "missing.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"no archive")
    with pytest.raises(BehaviourError, match="not a saved behaviour model"):
        load_model(broken)
    other = tmp_path / "other.npz"
    foreign = Popularity() if case.personal else Ease()
    foreign.fit(board).save(other)
    with pytest.raises(BehaviourError, match="expected"):
        type(model).load(other)


def test_an_estimate_grows_and_is_enforced(case: Case, board: Interactions) -> None:
    model = case.make()
    small, large = (
        model.estimated_memory_bytes(10, 10, 50),
        model.estimated_memory_bytes(10_000, 10_000, 500_000),
    )
    assert 0 < small < large
    tight = type(model)(model.config.model_copy(update={"max_memory_bytes": 10}))
    with pytest.raises(FitTooLargeError, match="max_memory_bytes"):
        tight.fit(board)


def test_a_foreign_config_is_refused(case: Case) -> None:
    class Other(BehaviourConfig):
        """Some other settings."""

    with pytest.raises(BehaviourError, match="takes a"):
        type(case.make())(Other())
