"""Evaluation of recommenders over the full catalogue."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import sparse

from kms.errors import InputError
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_knn import ItemKnn
from ranking.evaluate.recommendations import evaluate_recommendations, rank_lists
from ranking.evaluate.split import LeakageError, holdout
from tests.unit.ranking.behaviour.checkerboard import checkerboard, left_out


class Fixed:
    """Gives every shopper the same scores."""

    def __init__(self, scores: list[float]) -> None:
        self.scores = np.asarray(scores, dtype=np.float32)

    def score_many(self, histories: sparse.csr_matrix) -> np.ndarray:
        return np.tile(self.scores, (histories.shape[0], 1))


def tiny() -> tuple[Interactions, Interactions]:
    users, items = ["a", "b", "c"], ["w", "x", "y", "z"]
    train = Interactions.from_rows(
        [("a", "w", 1, None), ("b", "w", 1, None), ("c", "x", 1, None)], item_ids=items, user_ids=users
    )
    test = Interactions.from_rows([("a", "x", 1, None), ("b", "z", 1, None)], item_ids=items, user_ids=users)
    return train, test


def board() -> tuple[Interactions, Interactions]:
    train = checkerboard()
    test = Interactions.from_rows(
        [(f"u{user}", f"i{left_out(user)}", 1, None) for user in range(40)],
        item_ids=train.item_ids,
        user_ids=train.user_ids,
    )
    return train, test


def test_train_is_masked_and_shoppers_without_test_are_left_out() -> None:
    train, test = tiny()
    report = evaluate_recommendations({"fixed": Fixed([9, 3, 2, 1])}, train, test, k=2, baselines=False)
    assert report.cases == ("a", "b")
    # "w" is masked for both: lists are x, y. Shopper a hits at rank 1, b not at all.
    means = report.system("fixed").means
    assert means["ndcg"] == pytest.approx(0.5)
    assert means["recall"] == pytest.approx(0.5)
    assert means["precision"] == pytest.approx(0.25)
    assert means["mrr"] == pytest.approx(0.5)
    assert means["coverage"] == pytest.approx(0.5)


def test_slices() -> None:
    train, test = tiny()
    report = evaluate_recommendations({"fixed": Fixed([9, 3, 2, 1])}, train, test, k=2, baselines=False)
    assert report.slice_sizes == {"cold": 2, "warm": 0, "head": 0, "tail": 2}
    slices = report.system("fixed").slices
    assert slices["cold"] == pytest.approx(0.5)
    assert np.isnan(slices["warm"])
    assert slices["tail"] == pytest.approx(0.5)


def test_baselines_are_always_in_the_table() -> None:
    train, test = board()
    told: list[str] = []
    report = evaluate_recommendations({"mine": Fixed([0.0] * 12)}, train, test, on_system=told.append)
    assert told == ["popularity", "item_knn", "mine"]
    assert [result.name for result in report.systems] == ["popularity", "item_knn", "mine"]
    own = evaluate_recommendations({"item_knn": ItemKnn().fit(train)}, train, test)
    assert [result.name for result in own.systems] == ["popularity", "item_knn"]
    assert own.best() == "item_knn"
    assert own.system("item_knn").means["ndcg"] == 1.0
    assert own.against("item_knn")["popularity"].p_value < 0.01


def test_report_as_text_and_json() -> None:
    train, test = board()
    report = evaluate_recommendations({}, train, test, about={"data": "checkerboard"})
    document = json.loads(report.to_json())
    assert document["reference"] == "item_knn"
    assert document["about"] == {"data": "checkerboard"}
    assert document["systems"][1]["means"]["ndcg"] == 1.0
    assert document["tests"]["popularity"]["p_value"] < 0.01
    text = report.markdown()
    assert text.splitlines()[0].startswith("| system | NDCG@10 | recall@10 | hit rate@10")
    assert "| item_knn | 100.00 |" in text
    table = report.table()
    assert table.row_count == 2
    with pytest.raises(KeyError, match="measured are popularity, item_knn"):
        report.system("nobody")


def test_leaks_are_refused() -> None:
    train, _ = board()
    with pytest.raises(LeakageError, match="in train as well"):
        evaluate_recommendations({}, train, train)


def test_bad_scorers_are_refused() -> None:
    train, test = tiny()
    with pytest.raises(InputError, match="expected \\(2, 4\\)"):
        evaluate_recommendations({"short": Fixed([1.0])}, train, test, baselines=False)
    with pytest.raises(InputError, match="not a number"):
        evaluate_recommendations({"nan": Fixed([1, 2, 3, float("nan")])}, train, test, baselines=False)


def test_nothing_to_measure() -> None:
    train, test = tiny()
    nothing = Interactions(test.matrix * 0, test.item_ids, test.user_ids)
    nothing.matrix.eliminate_zeros()
    with pytest.raises(InputError, match="test has no interactions"):
        evaluate_recommendations({}, train, nothing)


def test_lists_do_not_depend_on_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    train, _ = holdout(checkerboard(), 0.2, seed=0)
    model = ItemKnn().fit(train)
    users = np.arange(40)
    whole = rank_lists(model, train, users, k=5)
    monkeypatch.setattr("ranking.evaluate.recommendations.CELLS", 70)
    np.testing.assert_array_equal(rank_lists(model, train, users, k=5), whole)
    assert rank_lists(model, train, users[:0], k=5).shape == (0, 5)


def test_a_model_that_numbers_the_products_otherwise_is_refused() -> None:
    train, test = board()
    turned = train.item_ids[::-1]
    model = ItemKnn().fit(train.with_items(turned))
    with pytest.raises(InputError, match="item_knn numbers the products in another order than train"):
        evaluate_recommendations({"item_knn": model}, train, test)
    same = evaluate_recommendations({"item_knn": model}, train.with_items(turned), test.with_items(turned))
    plain = evaluate_recommendations({"item_knn": ItemKnn().fit(train)}, train, test)
    assert same.system("item_knn").means["ndcg"] == pytest.approx(
        plain.system("item_knn").means["ndcg"], abs=0.05
    )
