"""FastAPI application: routes, error handlers, limits, telemetry, and the web pages where NiceGUI is installed."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.answers import Answers
from api.change_process import ReadingProcess
from api.docs_page import add_docs_page
from api.limits import BodyLimit, TimeLimit
from api.live import INTERVAL_S
from api.live_services import LiveServices
from api.problems import add_handlers
from api.ranking_processes import RankingProcesses, start_processes
from api.routes import (
    categories,
    events,
    facts,
    graph,
    offers,
    operations,
    product_changes,
    products,
    queue,
    recommendations,
    review_changes,
    rules,
    search,
)
from api.routes.strict import refuse_unknown_parameters
from api.security.cross_origin import CrossOrigin
from api.security.doors import DoorKeeper
from api.security.gate import Gate
from api.security.headers import SecurityHeaders
from api.security.openapi import document_doors
from api.security.policy import decide_doors
from api.security.scopes import check_routes
from api.services import Services
from api.telemetry import METHODS, Metrics, RequestContext
from api.wiring import Platform

PAGES = "api.pages"
RANKING_WAITS_S = 15.0
"""Most that ranking processes wait for the one that reads changes to get ready."""
_ABOUT = """Search and recommendations over a knowledge graph, each with its reasons and the sentences behind them.

Errors are `application/problem+json` with a stable `code`. Every answer carries an `X-Request-ID`; send your own to
find a request in the log. If a store goes away, what can be answered is answered, and `degraded` names what is missing.
"""


def create_app(
    platform: Platform,
    *,
    with_page: bool = True,
    interval_s: float = INTERVAL_S,
    allowed_origins: Sequence[str] = (),
    host: str | None = None,
    with_workers: bool = False,
    reading: ReadingProcess | None = None,
) -> FastAPI:
    """The application on one installation.

    Args:
        platform: The installation; the caller closes it.
        with_page: Serve the web page at ``/`` as well.
        interval_s: Time between two looks for a new version of the indexes.
        allowed_origins: Origins of other sites whose pages may call the API from a browser, besides those of the
            settings and of publishable keys.
        host: Address that it will listen on, which decides whether doors are open; default: that of the settings.
        with_workers: Rank in further processes, as many as the settings say.
        reading: The process that reads changes, where it was started already.

    Raises:
        ConfigurationError: Doors must be closed and there is no valid key, or a route has no scope.
    """
    settings = platform.settings
    gate = open_gate(platform, host or settings.host)
    metrics = Metrics()
    services = Services(platform, interval_s=interval_s, observe=metrics.observe_stage)
    answers = Answers(services)
    reading = reading or ReadingProcess(settings)
    reads_changes = with_workers and settings.read_changes

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        processes: RankingProcesses | None = None

        async def start_ranking() -> None:
            nonlocal processes
            if reads_changes:
                # The server ranks by itself until then: processes that start now would take the processor from the one
                # that the first change waits for.
                await run_in_threadpool(reading.wait_until_begun, RANKING_WAITS_S)
            processes = start_processes(settings)
            answers.use(processes)

        ranking: asyncio.Task[None] | None = None
        try:
            if reads_changes:
                # Beside the opening of the version, and not after it: a change may come as soon as the server answers.
                await run_in_threadpool(reading.wake)
            await run_in_threadpool(services.start)
            ranking = asyncio.create_task(start_ranking()) if with_workers else None
            yield
        finally:
            await run_in_threadpool(reading.stop)
            if ranking is not None:
                ranking.cancel()
                await asyncio.gather(ranking, return_exceptions=True)
            if processes is not None:
                await run_in_threadpool(processes.stop)
            await run_in_threadpool(services.stop)
            gate.close()

    app = FastAPI(
        title="KMS",
        summary="Knowledge-graph search and recommendations for shops",
        description=_ABOUT,
        version="1.0.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.services = services
    app.state.answers = answers
    app.state.live = LiveServices(services, on_pending=reading.wake if reads_changes else lambda: None)
    app.state.gate = gate
    app.state.metrics = metrics
    add_handlers(app)
    for module in (
        search,
        categories,
        recommendations,
        products,
        product_changes,
        offers,
        review_changes,
        events,
        facts,
        queue,
        rules,
        graph,
    ):
        app.include_router(module.router, prefix="/v1", dependencies=[Depends(refuse_unknown_parameters)])
    app.include_router(operations.router)
    add_docs_page(app)
    _close_off(app)
    if with_page and importlib.util.find_spec(PAGES) is not None:
        importlib.import_module(PAGES).mount(app, services)
    check_routes(app.router.routes)
    document_doors(app)
    # The last one is the outermost: who asks is known before anything of a body is read.
    app.add_middleware(TimeLimit, timeout_s=settings.request_timeout_s)
    app.add_middleware(BodyLimit, timeout_s=settings.body_timeout_s)
    app.add_middleware(DoorKeeper, gate=gate)
    app.add_middleware(CrossOrigin, gate=gate, more=frozenset(allowed_origins))
    app.add_middleware(SecurityHeaders, is_behind_tls=settings.behind_tls, is_private=not gate.is_open)
    app.add_middleware(RequestContext, metrics=metrics)
    return app


def open_gate(platform: Platform, host: str) -> Gate:
    """The gate of an installation that listens on an address.

    Raises:
        ConfigurationError: Doors must be closed and there is no valid key.
    """
    from kms.access.keys import KeyStore
    from kms.access.users import UserStore

    database, settings = platform.database, platform.settings
    doors = decide_doors(settings, host, KeyStore(database), UserStore(database))
    return Gate(database, settings, doors=doors)


def _close_off(app: FastAPI) -> None:
    """Answer what is left under ``/v1`` here: the pages, which are mounted at the root, would answer it in HTML."""
    routes = list(app.router.routes)

    async def refuse(request: Request) -> Response:
        allowed = [
            method
            for method in sorted(METHODS)
            for route in routes
            if route.matches({**request.scope, "method": method})[0] is Match.FULL
        ]
        if allowed:
            detail = f"{request.method} is not for this address; {', '.join(allowed)} is"
            raise HTTPException(405, detail, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)

    app.router.add_route("/v1/{rest:path}", refuse, methods=list(METHODS), include_in_schema=False)
