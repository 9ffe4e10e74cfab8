"""Choose how much a product's name counts in search: ``SearchWeights.name`` and ``naming.WORDS_ALONE``.

    python scripts/tune_names.py --sample STATE --chorus STATE

Every point of the grid is measured on the validation halves of Chorus, of the sample's queries and of its long questions,
and by cross-validation over all Chorus queries. docs/results/search.md says what was chosen and why.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

NAMES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4)
WORDS = (0.0, 0.125, 0.25, 0.5, 1.0)
Point = tuple[float, float]


def main() -> None:
    """Print the grid and the folds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chorus", type=Path, required=True, help="state folder of the Chorus catalogue")
    parser.add_argument("--sample", type=Path, required=True, help="state folder of the sample catalogue")
    parser.add_argument(
        "--datasets", type=Path, default=Path(os.environ.get("KMS_DATASETS", "../shared/datasets"))
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="of the deal of queries to folds")
    given = parser.parse_args()
    from kms.sample.queries import load_queries, load_questions
    from ranking.evaluate.chorus import FILE, SALT, read_judgments
    from ranking.evaluate.runs import half_of
    from ranking.evaluate.tuning import deal
    from ranking.serving.search import naming
    from ranking.serving.weights import SearchWeights

    chorus = measure(given.chorus, read_judgments(given.datasets / FILE))
    queries = list(next(iter(chorus.values())))
    is_validation = np.array([half_of(query, SALT) == "validation" for query in queries])
    ndcg = {point: np.array([of_query[query] for query in queries]) for point, of_query in chorus.items()}
    judged = (load_queries(), load_questions())
    others = [
        measure(given.sample, {q.text: q.grades for q in each if q.split == "validation"}) for each in judged
    ]
    default = (SearchWeights().name, naming.WORDS_ALONE)
    print("name  words  Chorus validation  Chorus all  sample validation  questions validation")
    for point in product(NAMES, WORDS):
        if point not in ndcg:
            continue
        rest = "  ".join(f"{100 * np.mean(list(other[point].values())):6.2f}" for other in others)
        print(
            f"{point[0]:4.2f}  {point[1]:5.3f}  {100 * ndcg[point][is_validation].mean():6.2f}  "
            f"{100 * ndcg[point].mean():6.2f}  {rest}{'  <- default' if point == default else ''}"
        )
    held_out = np.zeros(len(queries))
    for fold, rows in enumerate(deal(len(queries), given.folds, given.seed), start=1):
        rest_of = np.setdiff1d(np.arange(len(queries)), rows)
        best = max(ndcg, key=lambda point: float(ndcg[point][rest_of].mean()))
        held_out[rows] = ndcg[best][rows]
        print(
            f"fold {fold}: name {best[0]}, words {best[1]}; chosen on {100 * ndcg[best][rest_of].mean():.1f}, held out "
            f"{100 * ndcg[best][rows].mean():.1f}, default there {100 * ndcg[default][rows].mean():.1f}, "
            f"without names {100 * ndcg[(0.0, WORDS[0])][rows].mean():.1f}"
        )
    print(f"held out, all folds: {100 * held_out.mean():.2f}; default {100 * ndcg[default].mean():.2f}")


def measure(state: Path, judgments: Mapping[str, Mapping[str, float]]) -> dict[Point, dict[str, float]]:
    """NDCG@10 by query at each point of the grid; where names count for nothing, one point stands for all."""
    from ranking.evaluate.metrics import ndcg
    from ranking.models import SearchRequest
    from ranking.serving.search import LinearRanker, Searcher, naming
    from ranking.serving.weights import SearchWeights
    from scripts.benchmark_chorus import open_index

    index = open_index(state)
    relevant = {query: grades for query, grades in judgments.items() if any(g > 0 for g in grades.values())}
    measured: dict[Point, dict[str, float]] = {}
    kept = naming.WORDS_ALONE
    for name, words in product(NAMES, WORDS):
        if name == 0 and words != WORDS[0]:
            continue
        naming.WORDS_ALONE = words
        searcher = Searcher(index, LinearRanker(SearchWeights(name=name)))
        measured[name, words] = {
            query: ndcg(
                [hit.product_id for hit in searcher.search(SearchRequest(query=query, limit=10)).shown],
                grades,
                10,
            )
            for query, grades in relevant.items()
        }
    naming.WORDS_ALONE = kept
    index.close()
    return measured


if __name__ == "__main__":
    main()
