"""Search before and after: the first products of each query as two trees of this program serve them, and a paired test.

    python scripts/search_runs.py judgments --set sample --output sample.tsv
    python scripts/search_runs.py write --judgments sample.tsv --state OLD_STATE --code OLD_TREE --output before.json
    python scripts/search_runs.py write --judgments sample.tsv --state STATE --output after.json
    python scripts/search_runs.py compare --judgments sample.tsv before.json after.json
    python scripts/search_runs.py systems --judgments sample.tsv after.json --reference bm25 [--judged-only]

``write`` runs the code of the folder that ``--code`` names (default: this tree), on a state folder that the same code has
made. Chorus has its own judgments.tsv. ``compare`` needs no state: both runs are measured by the same code. ``systems``
compares the systems of one run with one of them, and says which share of their first ten anybody judged. With
``--judged-only`` products that nobody judged are taken out of both lists before they are compared (condensed lists: Sakai
and Kando 2008, "On information retrieval metrics designed for evaluation with incomplete relevance assessments", section 2):
judgments that were gathered for the results of one system otherwise count what another one finds beside them as wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
COLUMNS = ("query", "product", "grade", "split")
FIRST = 10
DEPTH = 50
"""Products of each query that are written, so that ten are left where those that nobody judged are taken out."""


Run = dict[str, list[str]]
"""Query to products, best first."""


def main() -> None:
    """Run the command that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    judgments = commands.add_parser("judgments", help="write the sample's judged queries as a table")
    judgments.add_argument("--set", choices=("sample", "questions"), required=True)
    judgments.add_argument("--output", type=Path, required=True)
    write = commands.add_parser("write", help="write each system's first ten products of every query")
    write.add_argument("--judgments", type=Path, required=True)
    write.add_argument("--state", type=Path, required=True)
    write.add_argument("--code", type=Path, default=HERE, help="folder of the program that searches")
    write.add_argument("--output", type=Path, required=True)
    compare = commands.add_parser("compare", help="print both runs and the paired randomisation test")
    compare.add_argument("--judgments", type=Path, required=True)
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.add_argument("--seed", type=int, default=0)
    systems = commands.add_parser("systems", help="compare the systems of one run")
    systems.add_argument("--judgments", type=Path, required=True)
    systems.add_argument("run", type=Path)
    systems.add_argument("--reference", default="bm25")
    systems.add_argument("--seed", type=int, default=0)
    for each in (compare, systems):
        each.add_argument("--judged-only", action="store_true", help="compare lists of judged products")
    given = parser.parse_args()
    sys.path.insert(0, str(given.code.resolve() if given.command == "write" else HERE))
    if given.command == "judgments":
        write_judgments(given.set, given.output)
    elif given.command == "write":
        write_runs(given.judgments, given.state, given.output)
    elif given.command == "compare":
        compare_runs(given.judgments, given.before, given.after, given.seed, judged_only=given.judged_only)
    else:
        compare_systems(
            given.judgments, given.run, given.reference, given.seed, judged_only=given.judged_only
        )


def write_judgments(name: str, output: Path) -> None:
    """The sample's judged queries or questions as a tab-separated table."""
    from kms.sample.queries import load_queries, load_questions

    queries = load_queries() if name == "sample" else load_questions()
    with output.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, delimiter="\t")
        table.writerow(COLUMNS)
        for query in queries:
            table.writerows(
                (query.text, product, grade, query.split) for product, grade in query.grades.items()
            )


def write_runs(judgments: Path, state: Path, output: Path) -> None:
    """Each system's first ``DEPTH``, by the code that ``sys.path`` finds first."""
    from api.wiring import INDEX, Platform
    from kms.settings import read_settings
    from ranking.evaluate.chorus import read_judgments
    from ranking.evaluate.runs import rankers
    from ranking.serving.service import RankingService

    platform = Platform(read_settings(state_dir=state))
    version = platform.artifacts.current(INDEX)
    if version is None:
        raise SystemExit(f"{state} has no indexes; make them with the code that searches them")
    service = RankingService(platform.open_index(version))
    queries = read_judgments(judgments)
    runs = {
        name: {query: list(rank(query)) for query in queries}
        for name, rank in rankers(service, DEPTH).items()
    }
    output.write_text(json.dumps(runs, ensure_ascii=False, indent=1), "utf-8")
    service.index.close()
    platform.close()


def compare_runs(judgments: Path, before: Path, after: Path, seed: int, *, judged_only: bool) -> None:
    """NDCG@10 of both by split and system, and the paired randomisation test over queries."""
    first, second = (json.loads(path.read_text("utf-8")) for path in (before, after))
    print(f"{'NDCG@10':12}{'split':12}{'queries':>8}{'before':>8}{'after':>8}  difference, 95 % interval, p")
    for system in (name for name in first if name in second):
        _test(judgments, (system, first[system], second[system]), seed, judged_only=judged_only)


def compare_systems(judgments: Path, run: Path, reference: str, seed: int, *, judged_only: bool) -> None:
    """NDCG@10 of each system beside one of them, and the paired randomisation test over queries."""
    systems = json.loads(run.read_text("utf-8"))
    if reference not in systems:
        raise SystemExit(f"{run} has no system {reference!r}; it has {', '.join(systems)}")
    print(
        f"{'NDCG@10':12}{'split':12}{'queries':>8}{reference[:7]:>8}{'this':>8}  difference, 95 % interval, p"
    )
    for name in (name for name in systems if name != reference):
        _test(judgments, (name, systems[reference], systems[name]), seed, judged_only=judged_only)
    grades = read_grades(judgments)
    for name, found in systems.items():
        first = [(query, product) for query in grades for product in found[query][:FIRST]]
        judged = sum(product in grades[query] for query, product in first)
        print(f"{name}: {100 * judged / max(1, len(first)):.0f} % of the first ten are judged")


def read_grades(judgments: Path) -> dict[str, dict[str, float]]:
    """Query to product to grade."""
    from ranking.evaluate.chorus import read_judgments

    return read_judgments(judgments)


def _test(judgments: Path, system: tuple[str, Run, Run], seed: int, *, judged_only: bool) -> None:
    """Print one system's lists before and after, on each split."""
    from ranking.evaluate.search import evaluate_search

    grades, splits = read_grades(judgments), read_splits(judgments)
    name, before, after = system
    runs = {
        which: {
            q: [p for p in found if not judged_only or p in grades[q]][:FIRST] for q, found in run.items()
        }
        for which, run in (("before", before), ("after", after))
    }
    for split in ("validation", "test", "all"):
        chosen = {q: each for q, each in grades.items() if split in ("all", splits[q])}
        report = evaluate_search(runs, chosen)
        test = report.compare("after", "before", test="randomisation", seed=seed)
        means = [100 * report.system(which).means["ndcg"] for which in runs]
        print(
            f"{name:12}{split:12}{len(report.cases):8}{means[0]:8.2f}{means[1]:8.2f}  "
            f"{100 * test.difference:+.2f} [{100 * test.low:+.2f}, {100 * test.high:+.2f}], p {test.p_value:.3f}"
        )


def read_splits(path: Path) -> dict[str, str]:
    """Validation or test, by query: as the table says, else by a hash of the words."""
    from ranking.evaluate.chorus import SALT
    from ranking.evaluate.runs import half_of

    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["query"]: row.get("split") or half_of(row["query"], SALT) for row in rows}


if __name__ == "__main__":
    main()
