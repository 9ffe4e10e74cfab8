"""``kms neo4j``: a local Neo4j with its Browser, holding the current graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import Quiet, open_platform

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.graph.neo4j_local import LocalNeo4j

app = typer.Typer(no_args_is_help=True, help="A local Neo4j with its Browser (needs Java; Maven once).")


@app.command()
def up(
    heap_mb: Annotated[int, typer.Option("--heap-mb", min=256, help="Java heap.")] = 512,
    quiet: Quiet = False,
) -> None:
    """Start Neo4j, load the current graph into it, and print the Browser's address."""
    from api.wiring import open_embedded_graph
    from kms.graph.copy import copy
    from kms.graph.neo4j import Neo4jGraphStore

    with open_platform(quiet=quiet, log_level="WARNING") as platform:
        source = open_embedded_graph(platform.settings.state_dir)
        try:
            _fill(platform, source.counts())
            server = _server(platform, heap_mb)
            address = server.start(say=typer.echo)
            target = Neo4jGraphStore(address.bolt, address.user, address.password)
            try:
                report = copy(source, target, clear=True, progress=platform.progress)
            finally:
                target.close()
        finally:
            source.close()
    seconds = report.node_seconds + report.edge_seconds
    typer.echo(f"{report.nodes:,} nodes and {report.edges:,} edges loaded in {seconds:.1f} s")
    typer.echo(f"Neo4j Browser  {address.browser}")
    typer.echo(f"bolt           {address.bolt}")
    typer.echo(f"user           {address.user}")
    typer.echo(f"password       {address.password}")
    typer.echo("Saved queries and a style for the Browser are in ontology/neo4j/.")


@app.command()
def down() -> None:
    """Stop the local Neo4j."""
    with open_platform(log_level="WARNING") as platform:
        typer.echo("stopped" if _server(platform).stop() else "it was not running")


@app.command()
def status() -> None:
    """Whether the local Neo4j runs; exit status 3 where it does not."""
    with open_platform(log_level="WARNING") as platform:
        server = _server(platform)
        if server.is_running:
            typer.echo(f"running: {server.address.browser}")
            return
    typer.echo("not running")
    raise typer.Exit(3)


def _fill(platform: Platform, counts: dict[str, int]) -> None:
    """On a fresh machine there is no graph yet: make the sample catalogue's."""
    if counts.get("node:product", 0):
        return
    from api.inputs import read_inputs
    from api.jobs import build_graph, extract, ingest

    typer.echo("there is no graph yet; reading the sample catalogue")
    for source in read_inputs(["sample"]):
        ingest(platform, source)
    extract(platform)
    build_graph(platform)


def _server(platform: Platform, heap_mb: int = 512) -> LocalNeo4j:
    from kms.graph.neo4j_local import LocalNeo4j

    return LocalNeo4j(platform.settings.state_dir / "neo4j", heap_mb=heap_mb)
