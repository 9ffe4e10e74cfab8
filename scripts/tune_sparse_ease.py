"""Choice of sparse EASE's settings: NDCG@10 of several on validation, beside RP3beta; no test part is touched.

    python scripts/tune_sparse_ease.py --data 25000 --seed 1 --settings '[{"neighbours": 100}, {"shopper_damping": 0.5}]'
    python scripts/tune_sparse_ease.py --data lastfm-kg --settings '[{}, {"unsolved": 0.85}]'

``--data`` is a number of products of a generated shop, lastfm-kg or amazon-beauty. A fifth of a generated shop is test and
stays unseen; a tenth of the rest is validation. Each entry of ``--settings`` overrides defaults of ``SparseEaseConfig``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ranking.behaviour.choice import DAMPING
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.p3alpha import RP3beta, RP3betaConfig
from ranking.behaviour.rows import EntityRows, entity_rows
from ranking.behaviour.sparse_ease import SparseEase, SparseEaseConfig
from ranking.evaluate.beauty import default_folder
from ranking.evaluate.generated import generate_shop
from ranking.evaluate.recommendations import ndcg_of_users
from ranking.evaluate.split import holdout
from scripts.benchmark_behaviour_real import read_amazon, read_lastfm

RP3BETA: dict[str, Any] = {"neighbours": 500, "alpha": 0.6, "beta": 0.0}
"""What the benchmark of 25,000 products chose on validation."""


def read_train(data: str, seed: int, datasets: Path) -> tuple[Interactions, list[EntityRows], dict[str, Any]]:
    """The training part of a data set, the rows of its graph, and the settings that weight them."""
    if data.isdecimal():
        shop = generate_shop(int(data), seed)
        rows = entity_rows(shop.edges, shop.interactions.item_ids, with_tail=False)
        return holdout(shop.interactions, 0.2, seed)[0], rows, {"default_weight": 1.0}
    read = (
        read_lastfm(datasets / data, seed) if data == "lastfm-kg" else read_amazon(datasets / "amazon-beauty")
    )
    return read.train, read.entities, {"default_weight": 0.0, "relation_weights": read.weights}


def compare_settings(
    train: Interactions,
    entities: list[EntityRows],
    weights: dict[str, Any],
    settings: list[dict[str, Any]],
    *,
    seed: int,
    shoppers: int,
) -> list[str]:
    """Rows of the table: RP3beta, then each of the settings, with differences and their standard errors."""
    inner, valid = holdout(train, 0.1, seed)
    users = np.flatnonzero(np.diff(valid.matrix.indptr) > 0)
    if len(users) > shoppers:
        users = np.sort(np.random.default_rng(0).choice(users, shoppers, replace=False))
    baseline = 100 * ndcg_of_users(RP3beta(RP3betaConfig(**RP3BETA)).fit(inner), inner, valid, users)
    lines = [f"| RP3beta {RP3BETA} | {baseline.mean():.2f} | | |"]
    first = None
    for overrides in settings:
        config = SparseEaseConfig(**({"damping": DAMPING} | weights | overrides))
        values = 100 * ndcg_of_users(SparseEase(config, entities).fit(inner), inner, valid, users)
        first = values if first is None else first
        differences = (_difference(values, baseline), _difference(values, first))
        lines.append(f"| {json.dumps(overrides)} | {values.mean():.2f} | {' | '.join(differences)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


def _difference(values: np.ndarray, others: np.ndarray) -> str:
    each = values - others
    return f"{each.mean():+.2f} (± {each.std() / len(each) ** 0.5:.2f})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="number of products, lastfm-kg or amazon-beauty")
    parser.add_argument("--settings", type=json.loads, default=[{}], help="JSON list (default: the defaults)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--shoppers", type=int, default=15_000, help="validation shoppers (default: %(default)s)"
    )
    parser.add_argument(
        "--datasets", type=Path, default=default_folder().parent, help="default: KMS_DATASETS"
    )
    given = parser.parse_args()
    train, entities, weights = read_train(given.data, given.seed, given.datasets)
    print("| settings | NDCG@10, percent | minus RP3beta | minus the first settings |\n|---|---:|---:|---:|")
    lines = compare_settings(
        train, entities, weights, given.settings, seed=given.seed, shoppers=given.shoppers
    )
    print("\n".join(lines))


if __name__ == "__main__":
    main()
