"""Train a data set's settings, measure dev and test, print the table and keep the figures.

Example: ``python scripts/benchmark_extraction.py oamine aste --tuning full``.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from extraction.train.report import TrainReport
from extraction.train.run import train_from_settings
from extraction.train.scores import Scores

MAIN = {"oamine": "values", "pave": "answers", "aste": "relations", "sample": "spans", "ner_zh": "spans"}


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="+", help="names of files under extraction/settings")
    parser.add_argument("--tuning", choices=["full", "lora"])
    parser.add_argument("--seed", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-test", action="store_true", help="leave the test sets alone")
    parser.add_argument("--models", type=Path, default=Path(".state/models"))
    parser.add_argument("--results", type=Path, default=Path("docs/results"))
    options = parser.parse_args()
    console = Console()
    table = Table("settings", "tuning", "part", "precision", "recall", "F1", "seed", "epoch", "minutes", "MB")
    for name in options.settings:
        report = train_from_settings(
            name,
            out=options.models / f"{name}-{options.tuning or 'default'}-{options.seed or 'seed'}",
            tuning=options.tuning,
            seed=options.seed,
            threads=options.threads,
            test=not options.no_test,
            console=console,
        )
        add_rows(table, report)
        keep(report, options.results)
    console.print(table)


def add_rows(table: Table, report: TrainReport) -> None:
    """One row for validation and one for each test set."""
    kind = MAIN[report.settings.data]
    for part, scores in {"validation": report.validation, **report.tests}.items():
        score = scores[kind][""]
        table.add_row(
            report.settings.name,
            report.settings.tuning,
            f"{part}, {kind}",
            f"{100 * score.precision:.1f}",
            f"{100 * score.recall:.1f}",
            f"{100 * score.f1:.1f}",
            str(report.settings.seed),
            str(report.best_epoch),
            f"{report.minutes:.1f}",
            f"{report.bytes / 1e6:.1f}",
        )


def keep(report: TrainReport, folder: Path) -> None:
    """Append the run to ``extraction_<data>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"extraction_{report.settings.data}.json"
    runs = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    runs.append(
        {
            "when": datetime.now(UTC).isoformat(timespec="minutes"),
            "settings": report.settings.model_dump(mode="json"),
            "best_epoch": report.best_epoch,
            "minutes": round(report.minutes, 1),
            "megabytes": round(report.bytes / 1e6, 2),
            "history": [{k: round(v, 4) for k, v in entry.items()} for entry in report.history],
            "validation": flatten(report.validation),
            **{f"test_{name}": flatten(scores) for name, scores in report.tests.items()},
        }
    )
    path.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")


def flatten(scores: Scores) -> dict[str, dict[str, list[float]]]:
    """Precision, recall and F1 in percent by kind and type."""
    return {
        kind: {
            name or "all": [round(100 * s.precision, 2), round(100 * s.recall, 2), round(100 * s.f1, 2)]
            for name, s in by_type.items()
        }
        for kind, by_type in scores.items()
    }


if __name__ == "__main__":
    main()
