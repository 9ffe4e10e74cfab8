"""Sparse EASE on public data beside item-kNN and RP3beta whose settings are chosen on validation.

    python scripts/benchmark_behaviour_real.py --seed 0

Data: lastfm-kg (a random fifth of each listener's items is test) and amazon-beauty (its own test). Settings of the two
baselines are chosen on a tenth of train; sparse EASE has the settings that the planner of the server gives it.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.choice import DAMPING
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import RP3beta, RP3betaConfig
from ranking.behaviour.rows import EntityRows, entity_rows
from ranking.behaviour.sparse_ease import SparseEase, SparseEaseConfig
from ranking.evaluate.beauty import default_folder, read_beauty
from ranking.evaluate.recommendations import ndcg_of_users
from ranking.evaluate.significance import compare
from ranking.evaluate.split import holdout

KNN_GRID = [{"neighbours": 500, "shrinkage": s} for s in (10.0, 30.0, 100.0, 300.0)]
RP3BETA_GRID = [
    {"neighbours": 500, "alpha": a, "beta": b}
    for a, b in ((0.4, 0.0), (0.4, 0.1), (0.6, 0.0), (0.6, 0.1), (0.8, 0.0), (0.8, 0.2))
]
BEAUTY_WEIGHTS = {
    "also_bought": 0.5,
    "also_viewed": 2.0,
    "bought_together": 1.0,
    "brand": 1.0,
    "categories": 0.0,
}


@dataclass(frozen=True)
class Data:
    """One data set: its split, and the rows of its graph with their weights."""

    name: str
    train: Interactions
    test: Interactions
    entities: list[EntityRows]
    weights: dict[str, float]


def read_lastfm(folder: Path, seed: int) -> Data:
    """The lastfm-kg files: listeners' items, and the facts about the items."""
    ratings = [line.split() for line in _lines(folder / "ratings_final.tsv.gz")]
    items = sorted({item for _, item, _ in ratings}, key=int)
    liked = ((user, item, 1.0, None) for user, item, value in ratings if value == "1")
    train, test = holdout(Interactions.from_rows(liked, item_ids=items), 0.2, seed)
    facts = (line.split() for line in _lines(folder / "kg_final.tsv.gz"))
    edges = ((head, f"relation {relation}", f"entity:{tail}", 1.0) for head, relation, tail in facts)
    entities = entity_rows(edges, items)
    return Data("lastfm-kg", train, test, entities, {rows.relation: 1.0 for rows in entities})


def read_amazon(folder: Path) -> Data:
    """amazon-beauty with its product lists and brands."""
    beauty = read_beauty(folder)
    entities = entity_rows(beauty.edges, beauty.train.item_ids)
    return Data("amazon-beauty", beauty.train, beauty.test, entities, BEAUTY_WEIGHTS)


def race(data: Data, seed: int, shoppers: int) -> list[str]:
    """Rows of the table for one data set."""
    inner, valid = holdout(data.train, 0.1, seed)
    tuned_on, measured_on = _some(valid, shoppers // 2, seed), _some(data.test, shoppers, seed)

    def best(model: type[BehaviourModel], grid: list[dict[str, Any]]) -> dict[str, Any]:
        trials = [
            ndcg_of_users(model(model.Config(**settings)).fit(inner), inner, valid, tuned_on).mean()
            for settings in grid
        ]
        return grid[int(np.argmax(trials))]

    knn, rp3beta = best(ItemKnn, KNN_GRID), best(RP3beta, RP3BETA_GRID)
    config = SparseEaseConfig(relation_weights=data.weights, default_weight=0.0, damping=DAMPING)
    systems: dict[str, BehaviourModel] = {
        "sparse EASE, graph rows": SparseEase(config, data.entities),
        "sparse EASE, shoppers alone": SparseEase(SparseEaseConfig()),
        f"sparse EASE, graph rows, no dropout, {config.neighbours} neighbours": SparseEase(
            config.model_copy(update={"dropout": 0.0, "unsolved": 0.0}), data.entities
        ),
        f"item-kNN {knn}": ItemKnn(ItemKnnConfig(**knn)),
        f"RP3beta {rp3beta}": RP3beta(RP3betaConfig(**rp3beta)),
    }
    values = {
        name: ndcg_of_users(model.fit(data.train), data.train, data.test, measured_on)
        for name, model in systems.items()
    }
    first, *_ = values.values()
    rows = []
    for name, found in values.items():
        outcome = compare(first, found) if found is not first else None
        against = (
            f"{100 * outcome.difference:+.2f} ({100 * outcome.low:.2f} to {100 * outcome.high:.2f})"
            if outcome
            else ""
        )
        rows.append(f"| {data.name} | {name} | {100 * found.mean():.2f} | {against} |")
    return rows


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return stream.read().splitlines()


def _some(part: Interactions, most: int, seed: int) -> np.ndarray:
    users = np.flatnonzero(np.diff(part.matrix.indptr) > 0)
    if len(users) <= most:
        return users
    return np.sort(np.random.default_rng(seed).choice(users, most, replace=False))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--datasets", type=Path, default=default_folder().parent, help="default: KMS_DATASETS"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shoppers", type=int, default=6_000, help="test shoppers that are measured")
    given = parser.parse_args()
    print(
        "| data | model | NDCG@10, percent | first row minus this, points (95 % interval) |\n|---|---|---:|---:|"
    )
    for data in (
        read_lastfm(given.datasets / "lastfm-kg", given.seed), read_amazon(given.datasets / "amazon-beauty"),
    ):  # fmt: skip
        print("\n".join(race(data, given.seed, given.shoppers)), flush=True)


if __name__ == "__main__":
    main()
