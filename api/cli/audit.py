"""``kms audit``: what was done with keys, users and sign-ins, and whether the log of it is whole."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.cli.context import AsJson, open_platform, print_json, print_table

app = typer.Typer(no_args_is_help=True, help="The audit log: list it, check it.")


@app.command("list")
def list_entries(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 50,
    action: Annotated[
        str, typer.Option("--action", help="Only actions that begin so: key, user, sign-in …")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The newest entries first."""
    from kms.access.audit import AuditLog

    with open_platform(log_level="WARNING") as platform:
        entries = AuditLog(platform.database).latest(limit=limit, action=action)
    if as_json:
        print_json(entries)
        return
    rows = [
        (
            entry.number, str(entry.at)[:19], entry.actor, entry.action, entry.target,
            json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        )
        for entry in entries
    ]  # fmt: skip
    print_table("", ("number", "at (UTC)", "who", "what", "to what", "detail"), rows)


@app.command()
def verify(
    head: Annotated[
        str,
        typer.Option("--head", help="number:hash of an earlier check; the log must still hold that entry."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check that no entry was changed, deleted, inserted or moved; the exit status is 1 where one was."""
    from kms.access.audit import AuditLog

    with open_platform(log_level="WARNING") as platform:
        report = AuditLog(platform.database).verify(head=head)
    if as_json:
        print_json(report)
    elif report.problem is None:
        typer.echo(
            f"{report.entries:,} entries, none changed; keep this outside of the database:\n  {report.head}"
        )
    else:
        typer.echo(f"the audit log is broken: {report.problem}")
    if report.problem is not None:
        raise typer.Exit(1)
