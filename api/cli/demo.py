"""``kms demo``: the main job on the sample catalogue, and a check of the server's answers."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from api.cli.batch import print_batch
from api.cli.context import Quiet, open_platform
from api.cli.serving import check_doors

SAMPLE_CURRENCY = "EUR"
SAMPLE_RATES = {"USD": 0.9, "GBP": 1.15, "CNY": 0.125}
"""Round numbers, for a catalogue that does not exist."""


def demo(
    check: Annotated[
        bool, typer.Option("--check", help="Ask the running server a few questions, and stop.")
    ] = False,
    host: Annotated[str, typer.Option("--host", help="Address to listen on (KMS_HOST).")] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port (KMS_PORT).")] = 0,
    quiet: Quiet = False,
) -> None:
    """Read the sample catalogue, extract, build the graph, index, and serve API and page."""
    from api.jobs import run_batch
    from kms.settings import get_settings

    began = time.perf_counter()
    settings = get_settings()
    has_own_rates = bool(settings.currency)
    if not has_own_rates:
        settings = settings.model_copy(update={"currency": SAMPLE_CURRENCY, "exchange_rates": SAMPLE_RATES})
    with open_platform(quiet=quiet, log_level="WARNING", settings=settings) as platform:
        if not check:
            check_doors(platform, host or settings.host)
        typer.echo("Reading the sample catalogue …")
        report = run_batch(platform, ["sample"])
        print_batch(report)
    if not has_own_rates:
        typer.echo(
            "Prices are compared by rates that are as invented as the shop. So that later commands keep them:\n"
            f"  export KMS_CURRENCY={SAMPLE_CURRENCY} KMS_EXCHANGE_RATES='{json.dumps(SAMPLE_RATES)}'"
        )
    if check:
        from api.cli.check import check_server

        is_right = check_server(report)
        typer.echo(f"{'all of it is right' if is_right else 'something is wrong'}; {_since(began)}")
        raise typer.Exit(0 if is_right else 1)
    with open_platform() as platform:
        from api.cli.serving import run_server

        shown = f"http://{host or settings.host}:{port or settings.port}"
        typer.echo(f"ready after {_since(began)}")
        typer.echo(f"  page  {shown}/\n  API   {shown}/docs\n  stop  Ctrl+C")
        run_server(platform, host=host or settings.host, port=port or settings.port)


def _since(began: float) -> str:
    return f"{time.perf_counter() - began:.0f} s"
