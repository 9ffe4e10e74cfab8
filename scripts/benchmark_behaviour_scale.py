"""Behaviour models in large catalogues: time and memory of a fit, and quality beside tuned item-kNN and RP3beta.

    python scripts/benchmark_behaviour_scale.py --products 25000 100000 300000 --seed 0

Each shop is generated from the seed. A fifth of each shopper's products is test; settings of item-kNN and RP3beta are
chosen on a tenth of the rest, the served model has its default settings. Every fit runs in a process of its own, whose
peak memory is told with what it takes to hold the data.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.choice import BehaviourChoice, choose_model, make_model
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import RP3beta, RP3betaConfig
from ranking.behaviour.rows import EntityRows, entity_rows
from ranking.evaluate.generated import generate_shop
from ranking.evaluate.recommendations import ndcg_of_users
from ranking.evaluate.report import p_text
from ranking.evaluate.significance import compare
from ranking.evaluate.split import holdout

MEMORY = 16 * 1024**3
KNN_GRID = [{"neighbours": 500, "shrinkage": s} for s in (30.0, 100.0, 300.0)]
RP3BETA_GRID = [
    {"neighbours": 500, "alpha": a, "beta": b} for a, b in ((0.4, 0.0), (0.6, 0.0), (0.8, 0.0), (0.6, 0.1))
]
Job = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Fit:
    """What a fit took."""

    seconds: float
    work: float
    peak_gb: float
    path: Path


def fit_apart(job: Job, data: Path, target: Path) -> Fit:
    """Fit in a process of its own, which saves the model."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        seconds, work, peak = pool.apply(_fit, (job, data, target))
    return Fit(seconds, work, peak, target)


def _fit(job: Job, data: Path, target: Path) -> tuple[float, float, float]:
    interactions, entities = pickle.loads(data.read_bytes())
    model = _model(job, entities)
    began, began_work = time.perf_counter(), time.process_time()
    model.fit(interactions)
    seconds, work = time.perf_counter() - began, time.process_time() - began_work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    model.save(target)
    return seconds, work, peak


def _model(job: Job, entities: list[EntityRows]) -> BehaviourModel:
    name, settings = job
    if name == "item_knn":
        return ItemKnn(ItemKnnConfig(max_memory_bytes=MEMORY, **settings))
    if name == "rp3beta":
        return RP3beta(RP3betaConfig(max_memory_bytes=MEMORY, **settings))
    return make_model(BehaviourChoice.model_validate(settings), entities)


def tune(
    name: str, grid: list[dict[str, Any]], train: Interactions, valid: Interactions, users: np.ndarray
) -> Job:
    """The settings of a baseline that are best on validation."""
    trials = []
    for settings in grid:
        model = _model((name, settings), []).fit(train)
        trials.append((float(ndcg_of_users(model, train, valid, users).mean()), settings))
        print(f"    {name} {settings}: NDCG@10 {100 * trials[-1][0]:.2f} on validation", flush=True)
    return name, max(trials, key=lambda trial: trial[0])[1]


def measure(n_products: int, seed: int, n_users: int, tuned_on: int, model: str) -> list[str]:
    """Rows of the table for one size."""
    shop = generate_shop(n_products, seed)
    entities = entity_rows(shop.edges, shop.interactions.item_ids, with_tail=False)
    train, test = holdout(shop.interactions, 0.2, seed)
    inner, valid = holdout(train, 0.1, seed)
    rng = np.random.default_rng(seed)

    def some(part: Interactions, most: int) -> np.ndarray:
        users = np.flatnonzero(np.diff(part.matrix.indptr) > 0)
        return np.sort(rng.choice(users, min(most, len(users)), replace=False))

    print(
        f"{n_products:,} products, {train.matrix.shape[0]:,} shoppers, {train.matrix.nnz:,} in train",
        flush=True,
    )
    valid_users, test_users = some(valid, tuned_on), some(test, n_users)
    jobs = [
        tune("item_knn", KNN_GRID, inner, valid, valid_users),
        tune("rp3beta", RP3BETA_GRID, inner, valid, valid_users),
    ]
    size = (train.matrix.shape[0], n_products, train.matrix.nnz)
    choice = choose_model(*size, entities, model=model)
    print(f"    served: {choice.name}, {choice.reason}", flush=True)
    jobs.append(("served", choice.model_dump(mode="json")))
    values, rows = {}, []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.pickle"
        data.write_bytes(pickle.dumps((train, entities)))
        for name, settings in jobs:
            fit = fit_apart((name, settings), data, Path(folder) / f"{name}.npz")
            from ranking.behaviour.registry import load_model

            loaded = load_model(fit.path)
            values[name] = ndcg_of_users(loaded, train, test, test_users)
            shown = f"{loaded.name} (served)" if name == "served" else f"{name} {settings}"
            rows.append((name, shown, fit))
    for name, other in (("item_knn", values["item_knn"]), ("rp3beta", values["rp3beta"])):
        outcome = compare(values["served"], other)
        print(
            f"    served against {name}: {100 * outcome.difference:+.2f} points "
            f"({100 * outcome.low:.2f} to {100 * outcome.high:.2f}), p {p_text(outcome.p_value)}"
        )
    return [
        f"| {n_products:,} | {shown} | {fit.seconds:.0f} s | {fit.work:.0f} s | {fit.peak_gb:.2f} GB "
        f"| {100 * values[name].mean():.2f} |"
        for name, shown, fit in rows
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=int, nargs="+", default=[25_000, 100_000, 300_000])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shoppers", type=int, default=12_000, help="test shoppers that are measured")
    parser.add_argument(
        "--tuned-on", type=int, default=2_000, help="validation shoppers that the baselines are tuned on"
    )
    parser.add_argument("--model", default="auto", help="as KMS_BEHAVIOUR")
    given = parser.parse_args()
    lines = [
        "| products | model | fit | processor time | peak memory | NDCG@10, percent |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for n_products in given.products:
        lines += measure(n_products, given.seed, given.shoppers, given.tuned_on, given.model)
        print("\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
