"""``kms train`` and ``kms evaluate``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import AsJson, console, open_platform, print_json

train_app = typer.Typer(no_args_is_help=True, help="Train the extractor.")


class Tuning(StrEnum):
    """Which weights of the encoder learn."""

    lora = "lora"
    full = "full"


class Evaluated(StrEnum):
    """What is measured."""

    search = "search"
    recommendations = "recommendations"


@train_app.command()
def extractor(
    settings: Annotated[
        str, typer.Option("--settings", "-s", help="A file, or a name under extraction/settings.")
    ] = "sample",
    data: Annotated[Path | None, typer.Option("--data", help="Folder of the data set.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the model.")] = None,
    tuning: Annotated[Tuning | None, typer.Option("--tuning", help="In place of the file's.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="In place of the file's.")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="In place of the file's.")] = None,
    test: Annotated[bool, typer.Option("--test/--no-test", help="Measure the test sets at the end.")] = True,
) -> None:
    """Train the span-and-relation model; an interrupted training goes on where it was."""
    from rich.console import Console

    from extraction.train.run import train_from_settings

    source: Path | str = Path(settings) if "." in settings or "/" in settings else settings
    report = train_from_settings(
        source,
        data,
        out,
        tuning=tuning.value if tuning else None,
        seed=seed,
        threads=threads,
        test=test,
        console=Console(stderr=True),
    )
    typer.echo(
        f"{report.folder}: best epoch {report.best_epoch}, {report.examples:,} examples, "
        f"{report.minutes:.1f} minutes, {report.bytes / 1e6:.1f} MB"
    )
    typer.echo(f"the scores are in {report.folder / 'MODEL_CARD.md'}")


def evaluate(
    what: Annotated[Evaluated, typer.Argument(help="search or recommendations.")],
    judgments: Annotated[
        Path | None,
        typer.Option(
            "--judgments", help="Of search: a file with query, product and grade; default: the sample's."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what is served on judged queries or held-out behaviour, with paired tests."""
    from api.measure import measure_recommendations, measure_search

    with open_platform(quiet=as_json, log_level="WARNING") as platform:
        is_search = what is Evaluated.search
        reports = measure_search(platform, judgments) if is_search else measure_recommendations(platform)
    if as_json:
        print_json({name: json.loads(report.to_json()) for name, report in reports.items()})
        return
    for name, report in reports.items():
        console().print(f"{name}:")
        console().print(report.table())
