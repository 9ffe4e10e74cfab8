"""``kms train matcher``: the classifier that says whether two rows are the same product."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import open_platform, print_table

if TYPE_CHECKING:
    from extraction.matching.train import MatchReport


def matcher(
    from_catalog: Annotated[
        bool,
        typer.Option(
            "--from-catalog", help="Learn from this shop's decided pairs and equal trade item numbers."
        ),
    ] = False,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of NAME.train, .valid and .test.jsonl.gz.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Of the pairs in that folder.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the model; default: where kms duplicates find looks for it."),
    ] = None,
    text: Annotated[
        bool,
        typer.Option("--text/--features-only", help="Read the texts with the encoder, or features alone."),
    ] = True,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Of the encoder's part.")] = 4,
    plain_epochs: Annotated[int, typer.Option("--plain-epochs", min=1, help="Of the features' part.")] = 30,
    plain_lr: Annotated[float, typer.Option("--plain-lr", help="Rate of the features' part.")] = 3e-3,
    encoder_lr: Annotated[float, typer.Option("--encoder-lr", help="Rate of the encoder's layers.")] = 1e-4,
    seed: Annotated[int, typer.Option("--seed", help="Of everything random.")] = 0,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Of torch.")] = 1,
    bfloat16: Annotated[
        bool, typer.Option("--bfloat16", help="Compute in 16 bits; faster on processors that have it.")
    ] = False,
) -> None:
    """Train the pair classifier; an interrupted training goes on where it was."""
    import sys

    from rich.console import Console

    from extraction.matching.settings import MatchSettings
    from kms.errors import InputError

    if from_catalog == (data is not None) or (data is not None and not name):
        raise InputError("give --from-catalog, or --data FOLDER with --name NAME")
    settings = MatchSettings(
        use_text=text,
        epochs=epochs,
        plain_epochs=plain_epochs,
        plain_lr=plain_lr,
        encoder_lr=encoder_lr,
        seed=seed,
        threads=threads,
        bfloat16=bfloat16,
    )
    command = "kms " + " ".join(sys.argv[1:])
    with open_platform(log_level="WARNING") as platform:
        from api.identities import own_pairs
        from extraction.matching.data import read_pairs
        from extraction.matching.train import train_matcher

        pairs = read_pairs(data, name) if data is not None else own_pairs(platform, seed=seed)
        folder = out or platform.matcher_dir
        report = train_matcher(pairs, settings, folder, command=command, console=Console(stderr=True))
    print_report(report)


def print_report(report: MatchReport) -> None:
    """Print what was trained and how well it does."""
    typer.echo(
        f"{report.folder}: {report.pairs:,} training pairs, {report.minutes:.1f} minutes, "
        f"best epoch {report.best_epoch}"
    )
    parts = (("validation", report.validation), ("test", report.test))
    rows = [
        (part, s.pairs, s.matches, 100 * s.precision, 100 * s.recall, 100 * s.f1) for part, s in parts if s
    ]
    print_table("", ("part", "pairs", "the same", "precision", "recall", "F1"), rows)
