"""``kms index``: versions of the indexes."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.context import AsJson, Quiet, open_platform, print_json

app = typer.Typer(no_args_is_help=True, help="Versions of text index, vectors and ranking files.")


@app.command()
def build(
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Let an index without products replace one that has some.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a new version and then make it the live one."""
    from api.jobs import build_index

    with open_platform(quiet=quiet or as_json, log_level="WARNING") as platform:
        report = build_index(platform, allow_empty=allow_empty)
    assert report is not None
    if as_json:
        print_json(report)
    else:
        typer.echo(
            f"index version {report.version} is live: {report.products:,} products, "
            f"{report.embedded:,} texts encoded"
        )


@app.command("roll-back")
def roll_back() -> None:
    """Make the last good version before the live one live again, and mark the live one as bad."""
    from api.wiring import INDEX

    with open_platform(log_level="WARNING") as platform:
        version = platform.artifacts.roll_back(INDEX)
    typer.echo(f"index version {version.number} is live")


@app.command()
def activate(number: Annotated[int, typer.Argument(min=1, help="Of a version that is still there.")]) -> None:
    """Make a given version live, also one that was rolled back."""
    from api.wiring import INDEX

    with open_platform(log_level="WARNING") as platform:
        version = platform.artifacts.activate(INDEX, number)
    typer.echo(f"index version {version.number} is live")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the live version and its sources."""
    from api.wiring import INDEX
    from kms.indexing.build import read_manifest
    from ranking.serving.files import read_choice

    with open_platform(log_level="WARNING") as platform:
        version = platform.artifacts.current(INDEX)
        release = platform.ontology.graph_version
        waiting = sum(1 for _ in platform.evidence.changed_products("index", release=release))
    status: dict[str, object] = {"version": version.number if version else None, "waiting_products": waiting}
    if version is not None:
        status.update(read_manifest(version))
        choice = read_choice(version.path)
        status["behaviour_model"] = choice.name if choice else None
        if choice is not None:
            status["behaviour_settings"] = choice.settings
            status["behaviour_reason"] = choice.reason
            status["behaviour_estimate"] = f"{choice.memory_gb:g} GB, {choice.minutes:g} minutes"
    if as_json:
        print_json(status)
        return
    for name, value in status.items():
        typer.echo(f"{name.replace('_', ' ')}: {'none' if value is None else value}")
