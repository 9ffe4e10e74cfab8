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
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from api.beauty import NOW, open_beauty, purchases
from api.held_out import held_out_index
from api.measure import measure_served
from api.wiring import Platform
from kms.progress import rich_progress
from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.ease import Ease, EaseConfig
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import RP3beta, RP3betaConfig
from ranking.evaluate.beauty import CO_PURCHASE, Beauty, read_beauty
from ranking.evaluate.recommendations import evaluate_recommendations
from ranking.evaluate.report import EvaluationReport
from ranking.evaluate.served import ServedLists
from ranking.evaluate.split import holdout
from ranking.serving.recommend import Recommender
from ranking.serving.weights import RecommendationWeights

PARTS: dict[str, tuple[str, ...]] = {
    "With the co-purchase lists": (),
    "Without also_bought and bought_together": CO_PURCHASE,
}
"""Parts of the page, with the relations that their versions do not know."""
GRID = [
    RecommendationWeights(graph=graph, vector=vector)
    for graph in (0.1, 0.2, 0.3, 0.5)
    for vector in (0.0, 0.1, 0.3)
]


def validate(platform: Platform, data: Beauty, seed: int, shoppers: int) -> None:
    """Tries weights of the fusion on a tenth of each shopper's train products."""
    train, valid = holdout(data.train, 0.1, seed)
    events = purchases(train, data.sequences.__getitem__)
    with held_out_index(platform, events, now=NOW) as index:
        systems = {
            f"graph {w.graph:g}, vector {w.vector:g}": ServedLists(
                Recommender(index, w), events, index.ids, now=NOW
            )
            for w in GRID
        }
        assert index.behaviour is not None
        report = evaluate_recommendations(
            {index.behaviour.name: index.behaviour, **systems}, train, valid, baselines=False,
            most_shoppers=shoppers, seed=seed, on_system=lambda name: print(name, flush=True),
        )  # fmt: skip
    for result in sorted(report.systems, key=lambda s: -s.means["ndcg"]):
        print(f"{100 * result.means['ndcg']:.3f}  {result.name}")


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
    for title, report in reports.items():
        lines += [
            f"## {title}",
            "",
            report.markdown("served"),
            "",
            "| served against | points | 95 % interval | p |",
        ]
        lines += ["|---|---:|---:|---:|"]
        for name, outcome in report.against("served").items():
            interval = f"{100 * outcome.low:.2f} to {100 * outcome.high:.2f}"
            lines.append(f"| {name} | {100 * outcome.difference:.2f} | {interval} | {outcome.p_value:.2g} |")
        lines.append("")
    return "\n".join(lines)


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
        (given.write / "recommendations.md").write_text(document(reports, about), encoding="utf-8")
        content = {title: json.loads(report.to_json("served")) for title, report in reports.items()}
        (given.write / "recommendations.json").write_text(
            json.dumps(content, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
