"""``kms serve``: API and page."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.context import open_platform


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on (KMS_HOST).")] = "",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port (KMS_PORT).")] = 0,
    page: Annotated[bool, typer.Option("--page/--no-page", help="Serve the web page as well.")] = True,
) -> None:
    """Serve API and page until it is stopped; new versions of the indexes are taken over while it runs."""
    with open_platform() as platform:
        run_server(
            platform, host=host or platform.settings.host, port=port or platform.settings.port, page=page
        )


def run_server(platform: object, *, host: str, port: int, page: bool = True) -> None:
    """Serve in this process until it is told to stop."""
    import uvicorn

    from api.app import create_app
    from api.wiring import Platform

    assert isinstance(platform, Platform)
    app = create_app(platform, with_page=page)
    # Access lines come from api.telemetry, with the request's id; uvicorn's own would double them.
    uvicorn.run(app, host=host, port=port, access_log=False, log_config=None, server_header=False)
