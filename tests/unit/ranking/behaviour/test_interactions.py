"""Building the matrix of what shoppers did."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.interactions import Interactions


def test_weights_add_up_and_the_latest_time_stays() -> None:
    found = Interactions.from_rows(
        [("a", "x", 1, 5.0), ("b", "y", 3, 1.0), ("a", "x", 2, 9.0), ("a", "y", 1, 2.0)]
    )
    assert found.matrix.toarray().tolist() == [[3, 1], [0, 3]]
    assert found.timestamps is not None
    assert found.timestamps.tolist() == [9.0, 2.0, 1.0]
    assert found.user_positions == {"a": 0, "b": 1}
    assert found.item_positions == {"x": 0, "y": 1}


def test_history_of_a_row() -> None:
    found = Interactions.from_rows([("a", "x", 1, None), ("a", "z", 2, None)], item_ids=["x", "y", "z"])
    columns, weights = found.history(0)
    assert columns.tolist() == [0, 2]
    assert weights.tolist() == [1, 2]


def test_no_rows_make_an_empty_matrix() -> None:
    assert Interactions.from_rows([], item_ids=["x"]).matrix.shape == (0, 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", "q", 1, None)], "unknown product 'q'"),
        ([("q", "x", 1, None)], "unknown shopper 'q'"),
        ([("a", "x", 1, None), ("a", "y", 1, 3.0)], "all or none"),
        ([("a", "x", float("nan"), None)], "not a finite number"),
    ],
)
def test_bad_rows_are_refused(rows: list[tuple[str, str, float, float | None]], message: str) -> None:
    with pytest.raises(BehaviourError, match=message):
        Interactions.from_rows(rows, item_ids=["x", "y"], user_ids=["a"])


def test_shapes_must_agree() -> None:
    matrix = sparse.csr_matrix(np.ones((1, 2), dtype=np.float32))
    with pytest.raises(BehaviourError, match="one id a row"):
        Interactions(matrix, ("x",), ("a",))
    with pytest.raises(BehaviourError, match="1 timestamps for 2"):
        Interactions(matrix, ("x", "y"), ("a",), np.zeros(1))


def test_products_in_another_order_are_the_same_interactions() -> None:
    found = Interactions.from_rows([("a", "x", 1, 5.0), ("a", "y", 2, 6.0), ("b", "y", 3, 7.0)])
    other = found.with_items(["new", "y", "x"])
    assert other.item_ids == ("new", "y", "x")
    assert other.matrix.toarray().tolist() == [[0, 2, 1], [0, 3, 0]]
    assert other.matrix.has_sorted_indices
    assert other.timestamps is not None and other.timestamps.tolist() == [6.0, 5.0, 7.0]
    assert other.history(0)[0].tolist() == [1, 2]
    with pytest.raises(BehaviourError, match=r"1 products .* 'y'"):
        found.with_items(["x"])
