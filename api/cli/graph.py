"""``kms graph``: the knowledge graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, Quiet, open_platform, print_counts, print_json

if TYPE_CHECKING:
    from kms.facts.build import GraphReport

app = typer.Typer(no_args_is_help=True, help="Build, compare and count the knowledge graph.")


@app.command()
def build(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Update the graph from the evidence."""
    _build(from_nothing=False, as_json=as_json, quiet=quiet)


@app.command()
def rebuild(as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Clear the graph and build it again from the evidence."""
    _build(from_nothing=True, as_json=as_json, quiet=quiet)


@app.command()
def counts(as_json: AsJson = False) -> None:
    """Number of nodes and edges by type."""
    with open_platform(log_level="WARNING") as platform:
        number_by_type = platform.graph.counts()
    if as_json:
        print_json(number_by_type)
    else:
        print_counts("", number_by_type)


@app.command()
def compare(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Differences to show.")] = 20,
) -> None:
    """Whether the settings' graph store holds what the embedded one holds; exit status 1 if not."""
    from api.wiring import open_embedded_graph
    from kms.errors import ConfigurationError
    from kms.graph.compare import compare as compare_stores

    with open_platform(log_level="WARNING") as platform:
        if platform.settings.graph == "embedded":
            raise ConfigurationError(
                "the settings name the embedded graph; set KMS_GRAPH=neo4j to compare it with Neo4j"
            )
        embedded = open_embedded_graph(platform.settings.state_dir)
        try:
            differences = compare_stores(embedded, platform.graph, limit=limit)
        finally:
            embedded.close()
    for line in differences:
        typer.echo(line)
    typer.echo("the graphs differ" if differences else "both stores hold the same graph")
    raise typer.Exit(1 if differences else 0)


def _build(*, from_nothing: bool, as_json: bool, quiet: bool) -> None:
    from api.jobs import build_graph

    with open_platform(quiet=quiet or as_json, log_level="WARNING") as platform:
        report = build_graph(platform, from_nothing=from_nothing)
    if as_json:
        print_json(report)
    else:
        print_graph(report)


def print_graph(report: GraphReport) -> None:
    """Print what a build did."""
    typer.echo(
        f"{report.built:,} products built, {report.deleted:,} deleted, {report.relinked:,} linked again; "
        f"{report.edges_written:,} edges written, {report.edges_removed:,} removed, "
        f"{report.orphans:,} orphaned nodes removed; {report.proposals:,} proposals open"
    )
    if report.rejections:
        reasons = sorted(report.rejections.items(), key=lambda pair: -pair[1])
        typer.echo("mentions that became no fact: " + ", ".join(f"{n:,} {reason}" for reason, n in reasons))
    if report.inferred:
        drawn = sorted(report.inferred.items(), key=lambda pair: -pair[1])
        typer.echo("facts that rules infer: " + ", ".join(f"{n:,} {rule}" for rule, n in drawn))
    if report.rejected:
        kept = sorted(report.rejected.items(), key=lambda pair: -pair[1])
        typer.echo(
            "facts kept as rejected: "
            + ", ".join(f"{n:,} {reason}" for reason, n in kept)
            + "; kms facts list --status rejected shows them"
        )
