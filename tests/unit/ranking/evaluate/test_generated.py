from __future__ import annotations

import numpy as np

from ranking.behaviour.item_knn import ItemKnn
from ranking.behaviour.popularity import Popularity
from ranking.evaluate.generated import LONGEST_HISTORY, generate_shop
from ranking.evaluate.recommendations import ndcg_of_users
from ranking.evaluate.split import holdout


def test_the_same_seed_gives_the_same_shop() -> None:
    first, again, other = generate_shop(400, 3), generate_shop(400, 3), generate_shop(400, 4)
    assert (first.interactions.matrix != again.interactions.matrix).nnz == 0
    assert first.edges == again.edges
    assert (first.interactions.matrix != other.interactions.matrix).nnz > 0


def test_popularity_has_a_long_tail() -> None:
    matrix = generate_shop(2_000, 0).interactions.matrix
    counts = np.sort(np.asarray(matrix.sum(axis=0)).ravel())[::-1]
    assert counts[:400].sum() > 0.5 * counts.sum()
    assert np.diff(matrix.indptr).max() <= LONGEST_HISTORY


def test_tastes_are_clustered() -> None:
    train, test = holdout(generate_shop(1_000, 0).interactions, 0.2, 0)
    users = np.flatnonzero(np.diff(test.matrix.indptr) > 0)[:500]
    personal = ndcg_of_users(ItemKnn().fit(train), train, test, users).mean()
    same_for_all = ndcg_of_users(Popularity().fit(train), train, test, users).mean()
    assert personal > 1.5 * same_for_all


def test_every_product_has_its_facts() -> None:
    shop = generate_shop(300, 1)
    by_relation: dict[str, set[str]] = {}
    for product, relation, _, weight in shop.edges:
        assert weight == 1.0
        by_relation.setdefault(relation, set()).add(product)
    assert set(by_relation) == {"made_by", "line", "in_category", "colour", "material"}
    assert all(len(products) == 300 for products in by_relation.values())
