from __future__ import annotations

import pytest

from ranking.behaviour.choice import (
    DENSE_PRODUCTS,
    BehaviourChoice,
    choose_model,
    dense_seconds,
    make_model,
    sparse_seconds,
)
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.rows import entity_rows
from ranking.behaviour.setting import Budget
from tests.unit.ranking.behaviour.checkerboard import checkerboard

SMALL = (1_000, 2_000, 9_000)
LARGE = (840_000, 300_000, 5_000_000)


def test_a_small_catalogue_gets_the_closed_form_with_the_estimates() -> None:
    choice = choose_model(*SMALL, [])
    assert choice.name == "collective_ease"
    assert 0 < choice.memory_gb < Budget().memory_gb
    assert "2,000 products" in choice.reason and "GB" in choice.reason and "minutes" in choice.reason


def test_a_large_catalogue_gets_the_sparse_form_within_the_budget() -> None:
    choice = choose_model(*LARGE, [])
    assert choice.name == "sparse_ease"
    assert choice.memory_gb < 6
    assert choice.minutes < 10
    assert "sparse form" in choice.reason


@pytest.mark.parametrize("budget", [Budget(memory_gb=0.02), Budget(minutes=0.001)])
def test_either_part_of_the_budget_decides(budget: Budget) -> None:
    assert choose_model(*SMALL, [], budget=budget).name == "sparse_ease"


def test_there_is_no_size_at_which_nothing_fits() -> None:
    names = [
        choose_model(3 * n, n, 20 * n, []).name for n in (1, 100, 5_000, 12_101, 25_000, 100_000, 1_000_000)
    ]
    assert names == sorted(names)
    assert set(names) == {"collective_ease", "sparse_ease"}


@pytest.mark.parametrize("model", ["collective_ease", "sparse_ease", "rp3beta", "item_knn"])
def test_a_named_model_is_taken(model: str) -> None:
    choice = choose_model(*SMALL, [], model=model)
    assert (choice.name, choice.reason) == (model, "KMS_BEHAVIOUR names it")
    assert make_model(choice, []).name == model


def test_a_named_model_that_does_not_fit_is_refused_with_the_way_out() -> None:
    with pytest.raises(
        BehaviourError, match=r"KMS_BEHAVIOUR=collective_ease needs about .* KMS_BEHAVIOUR_MEMORY_GB"
    ):
        choose_model(*LARGE, [], model="collective_ease")


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(BehaviourError, match="auto, collective_ease"):
        choose_model(*SMALL, [], model="oracle")


def test_estimates_grow_with_the_data() -> None:
    assert dense_seconds(20_000) == pytest.approx(8 * dense_seconds(10_000))
    edges = [(f"i{i}", "brand", "b", 1.0) for i in range(12)]
    rows = entity_rows(edges, [f"i{i}" for i in range(12)])
    assert sparse_seconds(12, 10, 100, rows, 1_000) > sparse_seconds(12, 10, 100, [], 1_000)
    assert sparse_seconds(12, 10, 100, rows, 5) == sparse_seconds(12, 10, 100, [], 5)


def test_a_choice_survives_json_and_fits() -> None:
    board = checkerboard()
    choice = choose_model(
        len(board.user_ids), len(board.item_ids), int(board.matrix.nnz), [], relation_weights={"made_by": 0.2}
    )
    again = BehaviourChoice.model_validate_json(choice.model_dump_json())
    assert again == choice
    assert make_model(again, []).fit(board).item_ids == board.item_ids


def test_a_choice_tells_all_settings_and_those_left_at_their_default() -> None:
    settings = choose_model(*LARGE, [], relation_weights={"made_by": 0.2}).settings
    assert settings["relation_weights"] == {"made_by": 0.2}
    assert {"regularisation", "dropout", "unsolved", "neighbours", "gram_neighbours", "damping"} <= set(
        settings
    )


def test_above_a_size_the_sparse_form_is_taken_although_the_closed_form_fits() -> None:
    wide = Budget(memory_gb=64, minutes=600)
    least, most = (choose_model(n, n, 5 * n, [], budget=wide) for n in (DENSE_PRODUCTS, DENSE_PRODUCTS + 1))
    assert (least.name, most.name) == ("collective_ease", "sparse_ease")
    assert "15,000 products" in most.reason
