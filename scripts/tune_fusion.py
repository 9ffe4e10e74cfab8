"""Choose the weights of the default fusion; ranking/serving/weights.py holds what was chosen.

    python scripts/tune_fusion.py --sample STATE --chorus STATE

The grid is measured on the sample's validation queries and on all Chorus queries; a cross-validation over the Chorus
queries then says what choosing weights there is worth on queries that they were not chosen on.

A state folder is one that the main job has filled: `kms extract sample` or scripts/benchmark_chorus.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> None:
    """Print the best points of the grid and where today's default is among them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=Path, help="state folder with the sample catalogue's indexes")
    parser.add_argument("--chorus", type=Path, help="state folder with the Chorus catalogue's indexes")
    parser.add_argument(
        "--datasets", type=Path, default=Path(os.environ.get("KMS_DATASETS", "../shared/datasets"))
    )
    parser.add_argument("--top", type=int, default=15)
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation over Chorus queries")
    parser.add_argument("--seed", type=int, default=0, help="of the deal of queries to folds")
    given = parser.parse_args()
    if not (given.sample or given.chorus):
        parser.error("give --sample, --chorus, or both")

    from kms.sample.queries import load_queries
    from ranking.evaluate.chorus import FILE, read_judgments
    from ranking.evaluate.tuning import Judged, cross_validate, read_features, try_grid
    from ranking.serving.search import Searcher
    from ranking.serving.weights import SearchWeights
    from scripts.benchmark_chorus import open_index

    sets: dict[str, list[Judged]] = {}
    if given.sample:
        judgments = {q.text: q.grades for q in load_queries() if q.split == "validation"}
        sets["sample"] = read_features(Searcher(open_index(given.sample)), judgments)
    if given.chorus:
        chorus = read_judgments(given.datasets / FILE)
        sets["chorus"] = read_features(Searcher(open_index(given.chorus)), chorus)
    trials = try_grid(sets)
    default = SearchWeights()
    print("queries:", ", ".join(f"{name} {len(judged)}" for name, judged in sets.items()))
    print("rank  text  vector  graph  popularity  around   mean  " + "  ".join(sets))
    for rank, trial in enumerate(trials, start=1):
        if rank <= given.top or trial.weights == default:
            w = trial.weights
            parts = "  ".join(f"{100 * value:6.2f}" for value in trial.ndcg.values())
            mark = "  <- default" if w == default else ""
            print(
                f"{rank:4}  {w.text:4.1f}  {w.vector:6.1f}  {w.graph:5.1f}  {w.popularity:10.2f}  "
                f"{100 * trial.around:6.2f}  {100 * trial.mean:5.2f}  {parts}{mark}"
            )
    if "chorus" in sets:
        folds = cross_validate(sets["chorus"], given.folds, given.seed)
        print(f"\nChorus, {given.folds} folds, seed {given.seed}: weights chosen on the other folds' queries")
        print("fold  queries  vector  graph  popularity   chosen on  held out  default there")
        for number, fold in enumerate(folds, start=1):
            w = fold.weights
            print(
                f"{number:4}  {fold.queries:7}  {w.vector:6.1f}  {w.graph:5.1f}  {w.popularity:10.2f}  "
                f"{100 * fold.train:10.2f}  {100 * fold.held_out:8.2f}  {100 * fold.default:13.2f}"
            )
        count = sum(fold.queries for fold in folds)
        chosen, kept = (
            100 * sum(fold.queries * value for fold, value in zip(folds, values, strict=True)) / count
            for values in ([f.held_out for f in folds], [f.default for f in folds])
        )
        print(f"held out, all {count} queries: {chosen:.2f}; the default weights: {kept:.2f}")


if __name__ == "__main__":
    main()
