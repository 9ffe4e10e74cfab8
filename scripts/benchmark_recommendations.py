"""Recommendations on amazon-beauty: behaviour alone, graph alone, and both fused.

Settings are chosen on a tenth of each shopper's train products; then every model is fitted on all of train
and measured once on test. Trials are kept in a file, so that a run that was stopped goes on where it was.

    python scripts/benchmark_recommendations.py --write docs/results
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.collective_ease import CollectiveEase, CollectiveEaseConfig
from ranking.behaviour.ease import Ease, EaseConfig
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import P3alpha, P3alphaConfig, RP3beta, RP3betaConfig
from ranking.behaviour.popularity import Popularity
from ranking.behaviour.rows import entity_rows
from ranking.evaluate.beauty import CO_PURCHASE, RELATIONS, Beauty, read_beauty
from ranking.evaluate.metrics import ndcg
from ranking.evaluate.recommendations import evaluate_recommendations, rank_lists
from ranking.evaluate.report import EvaluationReport, p_text
from ranking.evaluate.significance import compare
from ranking.evaluate.split import check_leakage, holdout
from ranking.fusion.blend import Blend, PageRankScorer, PathsScorer, Scorer
from ranking.fusion.scores import normalise
from ranking.paths.index import GraphIndex
from ranking.paths.metapaths import MetaPath, MetaPathScorer
from ranking.paths.pagerank import ForwardPush

Settings = dict[str, Any]
Relevant = list[dict[int, float]]

# Candidates of each family. Narrow on purpose: a fit of (collective) EASE on 12,101 products takes a minute.
GRIDS: dict[str, list[Settings]] = {
    "item_knn": [{"neighbours": 1000, "shrinkage": s} for s in (3.0, 10.0, 30.0, 100.0)],
    "p3alpha": [{"neighbours": 1000, "alpha": a} for a in (0.3, 0.4, 0.5, 0.6, 0.8)],
    "rp3beta": [
        {"neighbours": 1000, "alpha": a, "beta": b} for a in (0.3, 0.4, 0.6) for b in (0.05, 0.1, 0.2)
    ],
    "pagerank": [{"restart": r, "brand": b} for r in (0.3, 0.6) for b in (0.0, 0.3)],
    "ease": [{"regularisation": r} for r in (25.0, 75.0, 200.0)],
    "collective_ease": [
        {
            "regularisation": 50.0,
            "damping": 0.75,
            "relation_weights": {
                "also_bought": bought,
                "also_viewed": viewed,
                "bought_together": 1.0,
                "brand": brand,
                "categories": 0.0,
            },
        }
        for bought, viewed, brand in ((1.0, 1.0, 0.2), (0.5, 2.0, 0.2), (0.5, 4.0, 0.2), (0.5, 2.0, 0.6))
    ],
}
PATHS = {
    "also_bought": ("also_bought",),
    "bought_by": ("~also_bought",),
    "shared_also_bought": ("also_bought", "~also_bought"),
    "also_viewed": ("also_viewed",),
    "viewed_by": ("~also_viewed",),
    "shared_also_viewed": ("also_viewed", "~also_viewed"),
    "bought_together": ("bought_together",),
    "together_by": ("~bought_together",),
    "same_brand": ("brand", "~brand"),
    "same_category": ("categories", "~categories"),
}
POOL = 100
STEPS = (-0.1, 0.1, 0.3, 1.0)
PATHS_ALPHA = 0.5


class Trials:
    """Validation results that were already computed, by model and settings."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[str, float] = json.loads(path.read_text()) if path and path.is_file() else {}

    def value(self, name: str, settings: Settings, measure: Callable[[], float], console: Console) -> float:
        """NDCG of a trial, measured if it is not known."""
        key = f"{name} {json.dumps(settings, sort_keys=True)}"
        if key not in self.known:
            started = time.perf_counter()
            self.known[key] = measure()
            console.print(f"{self.known[key]:.3f}  {key}  {time.perf_counter() - started:.0f} s")
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text(json.dumps(self.known, indent=1))
        return self.known[key]


def make(name: str, settings: Settings, data: Beauty, train: Interactions) -> BehaviourModel:
    """A fitted behaviour model."""
    if name == "collective_ease":
        return fit_collective(settings, data, train, RELATIONS)
    models: dict[str, Callable[[Settings], BehaviourModel]] = {
        "item_knn": lambda s: ItemKnn(ItemKnnConfig(**s)),
        "p3alpha": lambda s: P3alpha(P3alphaConfig(**s)),
        "rp3beta": lambda s: RP3beta(RP3betaConfig(**s)),
        "ease": lambda s: Ease(EaseConfig(**s)),
    }
    return models[name](settings).fit(train)


def fit_collective(
    settings: Settings, data: Beauty, train: Interactions, relations: tuple[str, ...]
) -> CollectiveEase:
    """Collective EASE over some of the relations."""
    config = CollectiveEaseConfig(
        regularisation=settings["regularisation"],
        damping=settings["damping"],
        relation_weights={name: settings["relation_weights"][name] for name in relations},
    )
    return CollectiveEase(config, entity_rows(data.edges_of(relations), train.item_ids)).fit(train)


def graph_scorers(data: Beauty, relations: tuple[str, ...]) -> tuple[GraphIndex, dict[str, PathsScorer]]:
    """The graph of some relations, and one scorer for each meta-path that it has."""
    index = GraphIndex.build(data.edges_of(relations), node_ids=data.train.item_ids)
    products = np.arange(len(data.train.item_ids))
    scorers = {}
    for name, steps in PATHS.items():
        if all(step.removeprefix("~") in relations for step in steps):
            path = MetaPath(name=name, steps=steps, alpha=PATHS_ALPHA)
            scorers[name] = PathsScorer(MetaPathScorer(index, [path]), products)
    return index, scorers


def pagerank_scorer(index: GraphIndex, settings: Settings) -> PageRankScorer:
    """Personalised PageRank over the product relations and, with a weight, brands."""
    weights = {name: 1.0 for name in index.relations if name not in ("brand", "categories")}
    weights["brand"] = settings["brand"]
    return PageRankScorer(
        ForwardPush(index.adjacency(weights)),
        np.arange(index.n_nodes)[: _n_items(index)],
        restart=settings["restart"],
    )


def _n_items(index: GraphIndex) -> int:
    return sum(node.startswith("item:") for node in index.node_ids)


class Pools:
    """Each shopper's candidates, the best 100 of every source, with every source's z-score.

    Weights are tried on these instead of on the catalogue; what no source has among its best 100 hardly comes
    first in a sum of them.
    """

    def __init__(
        self, scorers: Mapping[str, Scorer], histories: sparse.csr_matrix, targets: Relevant
    ) -> None:
        self.names = tuple(scorers)
        pools, values = [], []
        for start in range(0, histories.shape[0], 500):
            part = histories[start : start + 500]
            rows = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
            scaled, tops = [], []
            for scorer in scorers.values():
                scores = normalise(scorer.score_many(part), "zscore").astype(np.float32)
                scores[rows, part.indices] = -np.inf
                tops.append(np.argpartition(-scores, POOL, axis=1)[:, :POOL])
                scaled.append(scores)
            pool = np.sort(np.hstack(tops), axis=1)
            twice = np.zeros(pool.shape, dtype=bool)
            twice[:, 1:] = pool[:, 1:] == pool[:, :-1]
            found = np.stack([np.take_along_axis(scores, pool, axis=1) for scores in scaled])
            found[:, twice | ~np.isfinite(found[0])] = -np.inf
            pools.append(pool)
            values.append(found)
        pool = np.vstack(pools)
        self.hits = np.array(
            [[item in wanted for item in row] for row, wanted in zip(pool.tolist(), targets, strict=True)]
        )
        discounts = 1.0 / np.log2(np.arange(2, 12))
        self.ideal = np.array([discounts[: len(wanted)].sum() for wanted in targets])
        self.discounts = discounts
        self.values = dict(zip(self.names, np.concatenate(values, axis=1), strict=True))

    def ndcg(self, weights: Mapping[str, float]) -> float:
        """NDCG@10 in percent of a weighted sum."""
        used = {name: weight for name, weight in weights.items() if weight > 0}
        total = np.zeros(self.hits.shape, dtype=np.float32)
        for name, weight in used.items():
            total = total + np.float32(weight) * self.values[name]
        top = np.argpartition(-total, 10, axis=1)[:, :10]
        order = np.argsort(-np.take_along_axis(total, top, axis=1), axis=1, kind="stable")
        hits = np.take_along_axis(self.hits, np.take_along_axis(top, order, axis=1), axis=1)
        return 100 * float(np.mean(hits @ self.discounts / self.ideal))


def mean_ndcg(lists: np.ndarray, targets: Relevant) -> float:
    """NDCG@10 in percent."""
    return 100 * float(np.mean([ndcg(r, t) for r, t in zip(lists.tolist(), targets, strict=True)]))


def blend_weights(pools: Pools, start: dict[str, float]) -> tuple[dict[str, float], float]:
    """Greedy choice of weights: in each round the one step of one source that helps validation most."""
    weights = dict(start)
    best = pools.ndcg(weights) if weights else 0.0
    for _ in range(12):
        trials = []
        for name in pools.names:
            for step in STEPS:
                changed = weights | {name: round(weights.get(name, 0.0) + step, 3)}
                if changed[name] >= 0 and any(changed.values()):
                    trials.append((pools.ndcg(changed), changed))
        value, changed = max(trials, key=lambda trial: trial[0])
        if value < best + 0.01:
            break
        best, weights = value, {name: weight for name, weight in changed.items() if weight > 0}
    return weights, best


def select(data: Beauty, seed: int, n_shoppers: int, trials: Trials, console: Console) -> Settings:
    """Chooses every setting on validation; test is not looked at."""
    train, validation = holdout(data.train, 0.1, seed)
    check_leakage(train, validation)
    rng = np.random.default_rng(seed)
    users = np.flatnonzero(np.diff(validation.matrix.indptr) > 0)
    users = np.sort(rng.choice(users, size=min(n_shoppers, len(users)), replace=False))
    targets = [dict.fromkeys(validation.history(int(user))[0].tolist(), 1.0) for user in users]
    histories = train.matrix[users]

    def of_model(scorer: Scorer) -> float:
        return mean_ndcg(rank_lists(scorer, train, users), targets)

    index, paths = graph_scorers(data, RELATIONS)
    chosen: Settings = {}
    for name, grid in GRIDS.items():
        values = []
        for settings in grid:

            def measure(name: str = name, settings: Settings = settings) -> float:
                if name == "pagerank":
                    return of_model(pagerank_scorer(index, settings))
                return of_model(make(name, settings, data, train))

            values.append(trials.value(name, settings, measure, console))
            gc.collect()
        chosen[name] = grid[int(np.argmax(values))]
    chosen["paths"], value = blend_weights(Pools(paths, histories, targets), {})
    console.print(f"{value:.3f}  paths {chosen['paths']}")
    simple: dict[str, Scorer] = {
        "collective_ease": make("collective_ease", chosen["collective_ease"], data, train),
        "p3alpha": make("p3alpha", chosen["p3alpha"], data, train),
        "rp3beta": make("rp3beta", chosen["rp3beta"], data, train),
        "paths": Blend(paths, chosen["paths"]),
        "shared_also_bought": paths["shared_also_bought"],
        "shared_also_viewed": paths["shared_also_viewed"],
        "same_brand": paths["same_brand"],
    }
    pools = Pools(simple, histories, targets)
    chosen["fused"], value = blend_weights(pools, {"collective_ease": 1.0})
    console.print(f"{value:.3f}  fused {chosen['fused']}")
    pools.names = ("p3alpha", "rp3beta", "paths")
    chosen["late"], value = blend_weights(pools, {"p3alpha": 1.0})
    console.print(f"{value:.3f}  late {chosen['late']}")
    return chosen


def measure(data: Beauty, chosen: Settings, about: dict[str, str], console: Console) -> EvaluationReport:
    """Fits everything on all of train and measures it on test."""
    train = data.train
    index, paths = graph_scorers(data, RELATIONS)
    systems: dict[str, Scorer] = {"popularity": Popularity().fit(train)}
    for name in ("item_knn", "p3alpha", "rp3beta", "ease", "collective_ease"):
        started = time.perf_counter()
        systems[name] = make(name, chosen[name], data, train)
        console.print(f"fitted {name} in {time.perf_counter() - started:.0f} s")
    collective = systems.pop("collective_ease")
    systems["graph: PageRank"] = pagerank_scorer(index, chosen["pagerank"])
    systems["graph: meta-paths"] = Blend(paths, chosen["paths"])
    members: dict[str, Scorer] = {
        "collective_ease": collective,
        "p3alpha": systems["p3alpha"],
        "rp3beta": systems["rp3beta"],
        "paths": systems["graph: meta-paths"],
        **paths,
    }
    systems["fused: p3alpha + paths"] = Blend(members, chosen["late"])
    systems["fused: collective EASE"] = collective
    systems["fused: all"] = Blend(members, chosen["fused"])
    for label, relations in (
        ("no co-purchase", tuple(r for r in RELATIONS if r not in CO_PURCHASE)),
        ("brand and categories only", ("brand", "categories")),
    ):
        _, some = graph_scorers(data, relations)
        kept = {name: weight for name, weight in chosen["paths"].items() if name in some}
        if kept:
            systems[f"graph: meta-paths, {label}"] = Blend(some, kept)
        systems[f"fused: collective EASE, {label}"] = fit_collective(
            chosen["collective_ease"], data, train, relations
        )
    console.print("fitted; measuring on test")
    return evaluate_recommendations(
        systems, train, data.test, about=about, on_system=lambda name: console.print(f"measuring {name}")
    )


def document(report: EvaluationReport, chosen: Settings, reference: str) -> str:
    """The page in docs/results."""
    tests = [
        "| fused: all against | difference, points | 95 % interval | p, t test "
        "| p, randomisation (2,000 draws) |",
        "|---|---:|---:|---:|---:|",
    ]
    first = report.system(reference).per_case["ndcg"]
    for name, test in report.against(reference).items():
        other = compare(first, report.system(name).per_case["ndcg"], "randomisation", draws=2000, seed=0)
        tests.append(
            f"| {name} | {100 * test.difference:.2f} | {100 * test.low:.2f} to {100 * test.high:.2f} "
            f"| {p_text(test.p_value)} | {p_text(other.p_value)} |"
        )
    settings = json.dumps(chosen, indent=1)
    about = "\n".join(f"- {key}: {value}" for key, value in report.about.items())
    return f"""# Recommendations on amazon-beauty

{about}
- shoppers measured: {len(report.cases):,}; the whole catalogue is ranked, products of train are masked
- figures in percent, novelty in bits; slices are NDCG: `cold` and `warm` shoppers (fewer than 5 train
  products, or more), `head` and `tail` test products (the most frequent fifth in train, or the others)

{report.markdown(reference)}

The co-purchase edges (also_bought, bought_together) were gathered after the purchases and may hold some of
the test's. The rows "no co-purchase" leave them out with all other settings unchanged; also_viewed has the
same doubt to a lesser degree, and the rows "brand and categories only" are free of it.

The rows without some relations keep all other settings; weights chosen again for what is left may do better.
The grids are in the script; they are narrow, and narrowed by earlier trials on a validation tenth of train
(never on test). The best item-kNN lies at the edge of its grid.

## Paired tests on NDCG

{chr(10).join(tests)}

## Settings, chosen on validation

`fused`, `late` (p3alpha + paths) and `paths` are weights of z-scores.

```json
{settings}
```
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder amazon-beauty (default: below KMS_DATASETS)")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the validation split and of the sampled shoppers"
    )
    parser.add_argument("--shoppers", type=int, default=6000, help="shoppers that settings are chosen on")
    parser.add_argument(
        "--trials", type=Path, help="file of validation results; a stopped run goes on from it"
    )
    parser.add_argument("--settings", type=Path, help="JSON of chosen settings: skips the choice")
    parser.add_argument("--write", type=Path, help="folder for recommendations.md and recommendations.json")
    arguments = parser.parse_args()
    console = Console()
    started = datetime.now(UTC)
    data = read_beauty(arguments.data)
    check_leakage(data.train, data.test)
    if arguments.settings:
        chosen = json.loads(arguments.settings.read_text())
        chosen = chosen.get("settings", chosen)
    else:
        chosen = select(data, arguments.seed, arguments.shoppers, Trials(arguments.trials), console)
    about = {
        "command": f"`python scripts/benchmark_recommendations.py --seed {arguments.seed} "
        f"--shoppers {arguments.shoppers} --write docs/results`",
        "data": "amazon-beauty, its own train and test; settings chosen on a tenth of each shopper's train "
        "products, test measured once",
        "seed": str(arguments.seed),
        "started": started.strftime("%Y-%m-%d %H:%M UTC"),
    }
    report = measure(data, chosen, about, console)
    reference = "fused: all"
    console.print(report.table(reference))
    if arguments.write:
        arguments.write.mkdir(parents=True, exist_ok=True)
        (arguments.write / "recommendations.md").write_text(
            document(report, chosen, reference), encoding="utf-8"
        )
        content = json.loads(report.to_json(reference)) | {"settings": chosen}
        (arguments.write / "recommendations.json").write_text(
            json.dumps(content, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
