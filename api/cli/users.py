"""``kms users``: people who may sign in to the pages."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.cli.context import AsJson, open_platform, print_json, print_table
from api.cli.keys import cli_actor

app = typer.Typer(no_args_is_help=True, help="Users of the pages: make, list, change, disable.")
Name = Annotated[str, typer.Argument(help="The user's name.", show_default=False)]
Role = Annotated[
    str, typer.Option("--role", help="viewer, analyst, curator, reviewer or admin.", show_default=False)
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]


@app.command()
def create(name: Name, role: Role, password_stdin: FromStdin = False) -> None:
    """Make a user; the password is asked for."""
    from kms.access.users import UserStore

    password = _ask_password(password_stdin)
    with open_platform(log_level="WARNING") as platform:
        user = UserStore(platform.database).create(name, password, role, actor=cli_actor())
    typer.echo(f"user {user.name} is made, with the role {user.role}")


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List all users by name."""
    from kms.access.users import UserStore

    with open_platform(log_level="WARNING") as platform:
        users = UserStore(platform.database).all()
    if as_json:
        print_json(users)
        return
    rows = [
        (
            user.name, user.role, "disabled" if user.is_disabled else "may sign in",
            str(user.locked_until or "")[:16], str(user.signed_in_at or "")[:16],
        )
        for user in users
    ]  # fmt: skip
    columns = ("name", "role", "state", "locked until (UTC)", "last sign-in (UTC)")
    print_table(f"{len(users)} users", columns, rows)


@app.command("set-role")
def set_role(name: Name, role: Annotated[str, typer.Argument(help="The new role.")]) -> None:
    """Give a user another role; open pages take it over."""
    from kms.access.users import UserStore

    with open_platform(log_level="WARNING") as platform:
        user = UserStore(platform.database).set_role(name, role, actor=cli_actor())
    typer.echo(f"user {user.name} has the role {user.role}")


@app.command("set-password")
def set_password(name: Name, password_stdin: FromStdin = False) -> None:
    """Give a user another password; ends the user's sessions and lock-out."""
    from kms.access.users import UserStore

    password = _ask_password(password_stdin)
    with open_platform(log_level="WARNING") as platform:
        user = UserStore(platform.database).set_password(name, password, actor=cli_actor())
    typer.echo(f"user {user.name} has a new password; every session was ended")


@app.command()
def disable(
    name: Name, undo: Annotated[bool, typer.Option("--undo", help="Let the user in again.")] = False
) -> None:
    """Refuse a user and end the user's sessions."""
    from kms.access.users import UserStore

    with open_platform(log_level="WARNING") as platform:
        user = UserStore(platform.database).disable(name, actor=cli_actor(), is_disabled=not undo)
    typer.echo(f"user {user.name} {'is disabled' if user.is_disabled else 'may sign in again'}")


def _ask_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
