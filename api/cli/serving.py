"""``kms serve``: API and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import open_platform
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from api.change_process import ReadingProcess
    from api.wiring import Platform

OPEN_NOTICE = (
    "Doors are open: whoever reaches this address on this machine may read and write everything, without a key. "
    "Other machines are not answered. docs/security.md says how to close them."
)


def serve(
    host: Annotated[
        str,
        typer.Option("--host", help="Address to listen on.", show_default="KMS_HOST, else 127.0.0.1"),
    ] = "",
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65_535, help="Port.", show_default="KMS_PORT, else 8000"),
    ] = 0,
    page: Annotated[bool, typer.Option("--page/--no-page", help="Serve the web page as well.")] = True,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, max=64, help="Further processes that rank (KMS_SERVE_WORKERS)."),
    ] = None,
) -> None:
    """Serve API and page until it is stopped; new versions of the indexes are taken over while it runs."""
    from kms.settings import get_settings

    settings = get_settings()
    check_port(host or settings.host, port or settings.port)
    if workers is not None:
        settings = settings.model_copy(update={"serve_workers": workers})
    with open_platform(settings=settings) as platform:
        if notice := index_notice(platform):
            typer.echo(notice, err=True)
        run_server(
            platform, host=host or platform.settings.host, port=port or platform.settings.port, page=page
        )


def check_port(host: str, port: int) -> None:
    """Refuse a port that is taken, before anything long is begun.

    Raises:
        ConfigurationError: Says what to do.
    """
    import errno
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise ConfigurationError(
                    f"port {port} of {host} is taken, perhaps by another kms serve; end that, or give another --port"
                ) from None


def index_notice(platform: Platform) -> str:
    """What to say of a shop that was never made: nothing can be searched for; empty where there is an index."""
    from kms.indexing.build import NAME

    if platform.artifacts.current(NAME) is not None:
        return ""
    return f"There is no index in {platform.settings.state_dir}: nothing can be found before kms extract has made one."


def check_doors(platform: Platform, host: str) -> None:
    """Refuse an address that can be reached from elsewhere while there is no key, before anything long is begun.

    Raises:
        ConfigurationError: Says what to do.
    """
    from api.security.policy import decide_doors
    from kms.access.keys import KeyStore
    from kms.access.users import UserStore

    database = platform.database
    decide_doors(platform.settings, host, KeyStore(database), UserStore(database))


def run_server(platform: Platform, *, host: str, port: int, page: bool = True) -> None:
    """Serve in this process until it is told to stop.

    Raises:
        ConfigurationError: The address can be reached from elsewhere and there is no key.
    """
    from api.change_process import ReadingProcess

    check_doors(platform, host)
    reading = ReadingProcess(platform.settings)
    if platform.settings.read_changes:
        # It takes as long to get ready as the server, and the first change may come as soon as that answers.
        reading.wake()
    try:
        _run(platform, reading, host=host, port=port, page=page)
    finally:
        reading.stop()


def _run(platform: Platform, reading: ReadingProcess, *, host: str, port: int, page: bool) -> None:
    import uvicorn

    from api.app import create_app
    from api.security.policy import is_loopback
    from api.security.protocol import GuardedHttp
    from api.threads import limit_numerical_threads
    from kms.logs import get_logger

    settings = platform.settings
    limit_numerical_threads(settings)
    app = create_app(platform, with_page=page, host=host, with_workers=True, reading=reading)
    is_open = app.state.gate.is_open
    log = get_logger("api.doors")
    if is_open:
        typer.echo(OPEN_NOTICE, err=True)
        log.warning("doors are open: no keys, no sign-in; only this machine is answered", host=host)
    else:
        log.info("doors are closed", host=host, behind_tls=settings.behind_tls)
        if not settings.behind_tls and not is_loopback(host):
            log.warning(
                "keys and passwords travel readable: put a proxy with TLS before, and set KMS_BEHIND_TLS=true"
            )
    uvicorn.run(
        app,
        host=host,
        port=port,
        # Access lines come from api.telemetry, with the request's id and without shoppers' ids.
        access_log=False,
        log_config=None,
        server_header=False,
        http=GuardedHttp,
        limit_concurrency=settings.most_connections,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=20,
        ws_max_size=1_000_000,
        ws_max_queue=16,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or "127.0.0.1",
    )
