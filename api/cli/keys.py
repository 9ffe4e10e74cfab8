"""``kms keys``: API keys of shops and their pages."""

from __future__ import annotations

import getpass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, open_platform, print_json, print_table

if TYPE_CHECKING:
    from kms.access.models import ApiKey

app = typer.Typer(no_args_is_help=True, help="API keys: make, list, rotate, revoke.")
KeyId = Annotated[str, typer.Argument(help="The key's id, as kms keys list shows it.", show_default=False)]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.", show_default=False)],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope", "-s",
            help="search, events, recommend, shopper, catalogue, curate, metrics or admin; can be repeated.",
        ),
    ],
    publishable: Annotated[
        bool, typer.Option("--publishable", help="For browsers: search, events and recommend only.")
    ] = False,
    origin: Annotated[
        list[str] | None,
        typer.Option("--origin", help="Site that may use a publishable key (https://shop.example)."),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3_650, help="Days until it expires.")] = 365,
    rate: Annotated[str, typer.Option("--rate", help="Its own rate (600/minute).")] = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make a key and print it. It is shown once: only its hash is kept."""
    from kms.access.keys import KeyStore

    with open_platform(log_level="WARNING") as platform:
        store = KeyStore(platform.database)
        is_first = not store.has_any()
        made, key = store.create(
            name,
            scope,
            actor=cli_actor(),
            kind="publishable" if publishable else "secret",
            origins=origin or (),
            rate=rate or None,
            lifetime=timedelta(days=days),
        )
    _print_made(made, key, as_json)
    if is_first and not as_json:
        typer.echo("This is the first key: a server that runs without keys goes on so until it is restarted.")


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List all keys without their secrets, the newest first."""
    from kms.access.keys import KeyStore, utc_now

    with open_platform(log_level="WARNING") as platform:
        keys = KeyStore(platform.database).all()
    if as_json:
        print_json([{**key.model_dump(mode="json"), "scopes": sorted(key.scopes)} for key in keys])
        return
    now = utc_now()
    rows = [
        (
            f"{key.id}", key.name, key.kind, ", ".join(sorted(key.scopes)), " ".join(key.origins),
            _state(key, now), str(key.expires_at or "")[:16], str(key.last_used_at or "")[:16],
        )
        for key in keys
    ]  # fmt: skip
    columns = ("id", "name", "kind", "scopes", "origins", "state", "expires (UTC)", "last used (UTC)")
    print_table(f"{len(keys)} keys", columns, rows)


@app.command()
def rotate(
    key_id: KeyId,
    overlap_hours: Annotated[
        int, typer.Option("--overlap-hours", min=0, max=24 * 90, help="How long the old key still works.")
    ] = 24,
    as_json: AsJson = False,
) -> None:
    """Make a successor of a key and print it; the old one ends after the overlap."""
    from kms.access.keys import KeyStore

    with open_platform(log_level="WARNING") as platform:
        made, key = KeyStore(platform.database).rotate(
            key_id, actor=cli_actor(), overlap=timedelta(hours=overlap_hours)
        )
    _print_made(made, key, as_json)


@app.command()
def revoke(key_id: KeyId) -> None:
    """Refuse a key from now on; servers that run follow within seconds."""
    from kms.access.keys import KeyStore

    with open_platform(log_level="WARNING") as platform:
        key = KeyStore(platform.database).revoke(key_id, actor=cli_actor())
    typer.echo(f"key {key.id} ({key.name}) is revoked")


@app.command("shopper-token")
def shopper_token(
    shopper_id: Annotated[str, typer.Argument(help="The shopper's id.", show_default=False)],
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=1_440, help="How long it is valid.")] = 60,
) -> None:
    """Sign a shopper token, to try what a browser may do; in a shop its own server signs them."""
    from api.security.tokens import ShopperTokens
    from kms.errors import ConfigurationError
    from kms.settings import get_settings

    secrets = {name: value.get_secret_value() for name, value in get_settings().shopper_secrets.items()}
    if not secrets:
        raise ConfigurationError(
            "there is no secret to sign with: set KMS_SHOPPER_SECRETS, for instance "
            """'{"2026-11": "at least 32 random characters"}'"""
        )
    typer.echo(ShopperTokens(secrets).sign(shopper_id, lifetime_s=60 * minutes))


def cli_actor() -> str:
    """Name of the operating system's user, which the audit log records."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user without a name
        return "cli"


def _print_made(made: ApiKey, key: str, as_json: bool) -> None:
    if as_json:
        print_json({"id": made.id, "key": key, "expires_at": made.expires_at})
        return
    typer.echo(
        f"key {made.id} ({made.name}), valid until {str(made.expires_at)[:16]} UTC. Shown once:\n\n  {key}\n"
    )


def _state(key: ApiKey, now: object) -> str:
    from datetime import datetime

    assert isinstance(now, datetime)
    if key.revoked_at is not None:
        return "revoked"
    if not key.is_valid(now):
        return "expired"
    return "rotated" if key.replaced_by else "valid"
