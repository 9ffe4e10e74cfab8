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

PARTS: dict[str, tuple[str, ...]] = {
    "With the co-purchase lists": (),
    "Without also_bought and bought_together": CO_PURCHASE,
}
"""Parts of the page, with the relations that their versions do not know."""
REST = "## Behaviour models in large catalogues"
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


def document(reports: dict[str, EvaluationReport], about: dict[str, str]) -> str:
    """The page in docs/results."""
    lines = ["# Recommendations on amazon-beauty, as served", ""]
    lines += [f"- {key}: {value}" for key, value in about.items()]
    lines += [
        "- figures in percent, novelty in bits; slices are NDCG: `cold` and `warm` shoppers (fewer than 5 train products,",
        "  or more), `head` and `tail` test products (the most frequent fifth in train, or the others); p: paired t test",
        "",
    ]
    lines += [
        "`also_bought` and `bought_together` were gathered after the purchases and may hold some of the test's;",
        "`also_viewed` has the same doubt to a lesser degree. The second part leaves the first two out, with all other",
        "settings unchanged. item_knn, rp3beta and ease know the shoppers alone; their settings were best on validation.",
        "",
    ]
    for title, report in reports.items():
        lines += [
            f"## {title}",
            "",
            report.markdown("served"),
            "",
            "| served against | points | 95 % interval | p |",
            "|---|---:|---:|---:|",
        ]
        for name, outcome in report.against("served").items():
            interval = f"{100 * outcome.low:.2f} to {100 * outcome.high:.2f}"
            lines.append(f"| {name} | {100 * outcome.difference:.2f} | {interval} | {outcome.p_value:.2g} |")
        lines.append("")
    return "\n".join(lines)


def rest_of(page: Path) -> str:
    """The part of the page that this script does not write: from ``REST`` on."""
    _, heading, rest = page.read_text(encoding="utf-8").partition(REST) if page.is_file() else ("", "", "")
    return heading + rest


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
    parser.add_argument("--write", type=Path, help="folder for recommendations.md and recommendations.json")
    given = parser.parse_args()
    data = read_beauty(given.data)
    started = datetime.now(UTC)
    platform = open_beauty(given.state, data, progress=rich_progress)
    if given.validate:
        validate(platform, data, given.seed, given.shoppers or 2_000)
        return
    reports = {}
    for title, without in PARTS.items():
        reports[title] = measure_test(
            platform, data, given.shoppers, seed=given.seed, without_relations=without
        )
        print(f"{title}\n\n{reports[title].markdown('served')}\n", flush=True)
    platform.close()
    if given.write:
        about = {
            "command": "`python scripts/benchmark_recommendations.py --state FOLDER --write docs/results`",
            "data": "amazon-beauty, its own train and test; purchases in the data set's order, a day apart",
            "shoppers": f"{len(next(iter(reports.values())).cases):,}; seed {given.seed}",
            "started": f"{started:%Y-%m-%d %H:%M} UTC",
        }
        page = given.write / "recommendations.md"
        page.write_text(document(reports, about) + rest_of(page), encoding="utf-8")
        content = {title: json.loads(report.to_json("served")) for title, report in reports.items()}
        (given.write / "recommendations.json").write_text(
            json.dumps(content, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
