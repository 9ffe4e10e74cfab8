"""Recommendations on amazon-beauty as the server gives them.

    python scripts/benchmark_recommendations.py --state FOLDER --validate
    python scripts/benchmark_recommendations.py --state FOLDER --write docs/results

The data set is loaded into an installation (products, graph, purchases), a version of the indexes is made by the code
that makes every version, and each shopper asks the code that answers every shopper. With ``--validate`` a tenth of
each shopper's train products is held out and settings are tried on it; without, the defaults are measured on test.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api.beauty import NOW, open_beauty, purchases
from api.held_out import held_out_index
from api.measure import measure_served
from api.wiring import Platform
from kms.journal.events import Interaction
from kms.progress import rich_progress
from ranking.behaviour.base import BehaviourModel, top_positions
from ranking.behaviour.ease import Ease, EaseConfig
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import RP3beta, RP3betaConfig
from ranking.evaluate import metrics
from ranking.evaluate.beauty import CO_PURCHASE, Beauty, read_beauty
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.split import holdout
from ranking.serving.recommend import LONGEST_HISTORY, Recommender
from ranking.serving.signals import history_of
from ranking.serving.weights import RecommendationWeights

TITLE = "# Recommendations on amazon-beauty, as served"
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "with": ("With the co-purchase lists", ()),
    "without": ("Without also_bought and bought_together", CO_PURCHASE),
}
"""Parts of the page by name: title, and the relations that the version does not know."""
GRID = [
    RecommendationWeights(graph=graph, vector=vector)
    for graph in (0.0, 0.1, 0.2, 0.3, 0.5)
    for vector in (0.0, 0.1, 0.3)
]


def validate(platform: Platform, data: Beauty, seed: int, shoppers: int) -> None:
    """Tries weights of the fusion on a tenth of each shopper's train products.

    The parts of each shopper's scores are computed once, and every point of the grid is a sum of them.
    """
    train, valid = holdout(data.train, 0.1, seed)
    events = purchases(train, data.sequences.__getitem__)
    users = np.flatnonzero(np.diff(valid.matrix.indptr) > 0)
    users = np.sort(np.random.default_rng(seed).choice(users, min(shoppers, len(users)), replace=False))
    by_shopper: dict[str, list[Interaction]] = defaultdict(list)
    for event in events:
        by_shopper[event.shopper_id].append(event)
    values: dict[RecommendationWeights, list[float]] = {weights: [] for weights in GRID}
    with held_out_index(platform, events, now=NOW) as index:
        recommender = Recommender(index, RecommendationWeights(behaviour=1, graph=1, vector=1, popularity=1))
        for user in users:
            history = history_of(by_shopper[train.user_ids[user]], now=NOW)[:LONGEST_HISTORY]
            positions = [index.positions[item.product_id] for item in history]
            heaviest = max(item.weight for item in history)
            parts = recommender.parts(positions, [item.weight / heaviest for item in history])
            wanted = {index.positions[valid.item_ids[item]]: 1.0 for item in valid.history(int(user))[0]}
            for weights, found in values.items():
                total = sum(getattr(weights, name) * part for name, part in parts.items())
                scores = np.array(total, dtype=np.float32)
                scores[positions] = -np.inf
                found.append(metrics.ndcg(top_positions(scores[None, :], 10)[0].tolist(), wanted, 10))
    print(f"NDCG@10 in percent of {len(users):,} shoppers on validation, seed {seed}")
    for weights, found in sorted(values.items(), key=lambda item: -np.mean(item[1])):
        mark = "  (default)" if weights == RecommendationWeights() else ""
        print(f"{100 * np.mean(found):.2f}  graph {weights.graph:g}, vector {weights.vector:g}{mark}")


def tuned_baselines() -> list[BehaviourModel]:
    """Models without the graph, with the settings that were best on validation."""
    return [
        ItemKnn(ItemKnnConfig(neighbours=1_000, shrinkage=100.0)),
        RP3beta(RP3betaConfig(neighbours=1_000, alpha=0.4, beta=0.1)),
        Ease(EaseConfig(regularisation=200.0)),
    ]


def measure_test(
    platform: Platform,
    data: Beauty,
    shoppers: int | None = None,
    *,
    seed: int = 0,
    without_relations: Collection[str] = (),
) -> EvaluationReport:
    """What is served with the default settings, on test."""
    events = purchases(data.train, data.sequences.__getitem__)
    about = {"data": "amazon-beauty", "split": "its own test"}
    return measure_served(
        platform, events, data.train, data.test, about=about, most_shoppers=shoppers, seed=seed,
        without_relations=without_relations, beside=tuned_baselines(),
    )  # fmt: skip


def section(report: EvaluationReport, measured: str) -> str:
    """One part of the page."""
    lines = [
        measured,
        "",
        report.markdown("served"),
        "",
        "| served against | points | 95 % interval | p |",
        "|---|---:|---:|---:|",
    ]
    for name, outcome in report.against("served").items():
        interval = f"{100 * outcome.low:.2f} to {100 * outcome.high:.2f}"
        lines.append(f"| {name} | {100 * outcome.difference:.2f} | {interval} | {outcome.p_value:.2g} |")
    return "\n".join(lines)


def write_page(page: Path, sections: dict[str, str]) -> None:
    """Puts sections into a page; its text before the first section and its other sections stay as they are."""
    written = page.read_text(encoding="utf-8") if page.is_file() else f"{TITLE}\n"
    head, *parts = written.split("\n## ")
    kept = {title: body.strip() for title, _, body in (part.partition("\n") for part in parts)}
    kept |= sections
    text = "\n\n".join([head.strip(), *(f"## {title}\n\n{body}" for title, body in kept.items())])
    page.write_text(text + "\n", encoding="utf-8")


def write_results(folder: Path, title: str, report: EvaluationReport, measured: str) -> None:
    """Puts one part into recommendations.md and recommendations.json."""
    write_page(folder / "recommendations.md", {title: section(report, measured)})
    path = folder / "recommendations.json"
    content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    content[title] = json.loads(report.to_json("served"))
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder amazon-beauty (default: below KMS_DATASETS)")
    parser.add_argument("--state", type=Path, required=True, help="where the installation is made and kept")
    parser.add_argument("--seed", type=int, default=0, help="of the validation split and of samples")
    parser.add_argument(
        "--shoppers", type=int, help="measure a random sample; default: all, validation 2,000"
    )
    parser.add_argument(
        "--validate", action="store_true", help="try settings on validation; test stays unread"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="default: both")
    parser.add_argument("--write", type=Path, help="folder for recommendations.md and recommendations.json")
    given = parser.parse_args()
    data = read_beauty(given.data)
    platform = open_beauty(given.state, data, progress=rich_progress)
    if given.validate:
        validate(platform, data, given.seed, given.shoppers or 2_000)
        return
    for name in given.parts:
        title, without = PARTS[name]
        started = datetime.now(UTC)
        report = measure_test(platform, data, given.shoppers, seed=given.seed, without_relations=without)
        print(f"{title}\n\n{report.markdown('served')}\n", flush=True)
        if given.write:
            measured = (
                f"{len(report.cases):,} shoppers, seed {given.seed}, started {started:%Y-%m-%d %H:%M} UTC."
            )
            write_results(given.write, title, report, measured)
    platform.close()


if __name__ == "__main__":
    main()
