"""``kms train`` and ``kms evaluate``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, console, open_platform, print_json
from kms.errors import InputError

if TYPE_CHECKING:
    from kms.settings import Settings

train_app = typer.Typer(no_args_is_help=True, help="Train the extractor.")


class Tuning(StrEnum):
    """Which weights of the encoder are trained."""

    lora = "lora"
    full = "full"


class SplitBy(StrEnum):
    """Split of events into train and test for an evaluation."""

    shopper = "shopper"
    time = "time"


class Evaluated(StrEnum):
    """Task that is measured."""

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
    starts_from: Annotated[
        Path | None,
        typer.Option("--starts-from", help="Folder of a trained model whose encoder this one starts from."),
    ] = None,
    pretrain: Annotated[
        int | None,
        typer.Option(
            "--pretrain",
            min=0,
            metavar="STEPS",
            help="Steps of masked language modelling on the texts before training, in place of the file's.",
        ),
    ] = None,
    test: Annotated[bool, typer.Option("--test/--no-test", help="Measure the test sets at the end.")] = True,
    from_catalog: Annotated[
        bool,
        typer.Option(
            "--from-catalog",
            help="Train the attribute model on the installation's own tables and texts, by default with the settings "
            "catalog, and use it from then on.",
        ),
    ] = False,
    precision: Annotated[
        float,
        typer.Option(
            "--precision", min=0.5, max=0.999, help="Of --from-catalog: wanted share of right readings."
        ),
    ] = 0.9,
) -> None:
    """Train the span-and-relation model; an interrupted training goes on where it was."""
    from rich.console import Console

    from extraction.train.run import train_from_settings

    if from_catalog:
        name = "catalog" if settings == "sample" else settings
        if data is not None:
            raise InputError("--from-catalog reads the installation's own catalogue; leave --data out")
        if starts_from is not None:
            raise InputError(
                "--starts-from is for settings files; with --from-catalog write starts_from into one"
            )
        _train_on_catalog(name, out, tuning, seed, threads, pretrain, precision)
        return
    source = _as_source(settings)
    report = train_from_settings(
        source,
        data,
        out,
        tuning=tuning.value if tuning else None,
        seed=seed,
        threads=threads,
        starts_from=starts_from,
        pretrain_steps=pretrain,
        test=test,
        console=Console(stderr=True),
    )
    typer.echo(
        f"{report.folder}: best epoch {report.best_epoch}, {report.examples:,} examples, "
        f"{report.minutes:.1f} minutes, {report.bytes / 1e6:.1f} MB"
    )
    typer.echo(f"the scores are in {report.folder / 'MODEL_CARD.md'}")


def _as_source(settings: str) -> Path | str:
    return Path(settings) if "." in settings or "/" in settings else settings


def _train_on_catalog(
    settings: str,
    out: Path | None,
    tuning: Tuning | None,
    seed: int | None,
    threads: int | None,
    pretrain: int | None,
    precision: float,
) -> None:
    from rich.console import Console

    from api.attribute_training import describe_report, train_on_catalog
    from extraction.train.settings import read_settings

    recipe = read_settings(
        _as_source(settings),
        tuning=tuning.value if tuning else None,
        seed=seed,
        threads=threads,
        pretrain_steps=pretrain,
    )
    with open_platform(log_level="WARNING") as platform:
        report = train_on_catalog(
            platform, recipe, out=out, precision=precision, console=Console(stderr=True)
        )
    for line in describe_report(report):
        typer.echo(line)


def evaluate(
    what: Annotated[Evaluated, typer.Argument(help="search or recommendations.")],
    judgments: Annotated[
        Path | None,
        typer.Option(
            "--judgments", help="Of search: a file with query, product and grade; default: the sample's."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="State folder of the installation that is measured, or a folder in the layout of amazon-beauty "
            "(recommendations only); default: the installation of the settings.",
        ),
    ] = None,
    split: Annotated[
        SplitBy,
        typer.Option(
            "--split", help="Of the journal: the newest fifth of each shopper, or all after one time."
        ),
    ] = SplitBy.shopper,
    shoppers: Annotated[
        int | None, typer.Option("--shoppers", min=2, help="Measure a random sample of so many shoppers.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the served rankings on judged queries or held-out events, with paired tests.

    Recommendations are those of a version that is made without the held-out events, asked as the server asks it.
    """
    from api.measure import measure_beauty, measure_recommendations, measure_search
    from ranking.evaluate.beauty import is_beauty

    if data is not None and is_beauty(data):
        if what is Evaluated.search:
            raise InputError(
                f"{data} holds behaviour and no judged queries; give a state folder, or --judgments"
            )
        reports = {"test": measure_beauty(data, most_shoppers=shoppers)}
    else:
        with open_platform(quiet=as_json, log_level="WARNING", settings=_settings_of(data)) as platform:
            if what is Evaluated.search:
                reports = measure_search(platform, judgments)
            else:
                reports = measure_recommendations(platform, split=split.value, most_shoppers=shoppers)
    if as_json:
        print_json({name: json.loads(report.to_json()) for name, report in reports.items()})
        return
    for name, report in reports.items():
        console().print(f"{name}:")
        console().print(report.table())


def _settings_of(data: Path | None) -> Settings | None:
    """Settings of the installation whose state folder ``--data`` names; ``None`` for those of the environment.

    Raises:
        InputError: It is neither a state folder nor a data set.
    """
    if data is not None and not (data / "artifacts").is_dir():
        raise InputError(
            f"{data} is neither a state folder (it has no folder artifacts) nor a data set in the layout of "
            "amazon-beauty (train.tsv.gz, test.tsv.gz, sequences.tsv.gz, items.jsonl.gz)"
        )
    from kms.settings import read_settings

    return None if data is None else read_settings(state_dir=data)
