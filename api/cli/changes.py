"""``kms changes``: changes of single products, which servers show without a new version of the indexes."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.context import AsJson, open_platform, print_json
from kms.errors import KmsError

app = typer.Typer(
    no_args_is_help=True, help="Changes of single products since the last version of the indexes."
)


class ChangesBusyError(KmsError):
    """Another process of the installation reads changes."""


@app.command()
def apply(
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what changes from now on, until it is stopped.")
    ] = False,
    find: Annotated[
        bool,
        typer.Option(
            "--find", help="Also take what kms ingest or kms extract changed since the live version was made."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the products that wait, and let servers show them as they are now.

    A running server does this by itself. After a small `kms ingest`, `kms changes apply --find` costs what changed, and
    needs no new version.
    """
    from api.change_process import follow_changes
    from api.change_reader import LEASE, ChangeReader, find_changes
    from kms.db.leases import Lease

    with open_platform(log_level="INFO" if follow else "WARNING") as platform:
        with Lease(platform.database, LEASE).held(wait_s=None if follow else 30.0) as is_mine:
            if not is_mine:
                raise ChangesBusyError("a running server or another kms changes apply reads them already")
            found = find_changes(platform) if find else 0
            platform.due_changes().apply()
            report = ChangeReader(platform).apply()
        if as_json:
            print_json({**vars(report), "found": found})
        else:
            typer.echo(
                f"{report.products:,} products and {report.documents:,} texts read in {report.seconds:.1f} s"
                + (f", {report.failed:,} could not be read (kms changes status)" if report.failed else "")
            )
        if follow:
            follow_changes(platform)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show how far the log is, what waits, and what could not be read."""
    from api.serving import changes_through
    from api.wiring import INDEX

    with open_platform(log_level="WARNING") as platform:
        head = platform.change_log.head()
        version = platform.artifacts.current(INDEX)
        state: dict[str, object] = {
            "sequence": head.sequence,
            "in_live_version_through": changes_through(version) if version else None,
            "products_in_log": platform.change_log.count(),
            "waiting_products": platform.change_log.count_pending(),
            "failed": platform.change_log.failed(),
        }
    if as_json:
        print_json(state)
        return
    for name, value in state.items():
        typer.echo(f"{name.replace('_', ' ')}: {'none' if value in (None, {}) else value}")
