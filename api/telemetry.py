"""Telemetry: request ids, access log, metrics, and the handler of unexpected errors."""

from __future__ import annotations

import re
import time
import traceback
import uuid
from typing import TYPE_CHECKING

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.problems import make_problem
from api.security.callers import SCOPE_KEY
from kms.logs import get_logger

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
PREFIX = "/v1"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SHOWN = frozenset({"product_id", "node_id"})
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counts of one app; each app has a registry of its own."""

    def __init__(self) -> None:
        """Make the registry."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kms_http_requests", "Requests by route and status.", ("method", "route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.latency = Histogram(
            "kms_http_request_seconds", "Time to answer by route.", ("method", "route"),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.stages = Histogram(
            "kms_stage_seconds", "Time of each stage of an answer.", ("stage",),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.events = Counter(
            "kms_events", "Events by what became of them.", ("outcome",), registry=self.registry
        )
        self.degraded = Counter(
            "kms_degraded_answers", "Answers that went without a part.", ("part",), registry=self.registry
        )
        self.index_version = Gauge("kms_index_version", "Version of the indexes.", registry=self.registry)
        self.graph_up = Gauge("kms_graph_up", "Whether the graph store answers.", registry=self.registry)

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Note how long a stage took."""
        self.stages.labels(stage).observe(seconds)

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class RequestContext:
    """Outermost layer: gives the request its id, times and counts it, and turns what nobody caught into a 500."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        """Wrap ``app``."""
        self._app = app
        self._metrics = metrics
        self._log = get_logger("api.access")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["kms_request_id"] = request_id
        status = 500
        has_started = False

        async def send_with_id(message: Message) -> None:
            nonlocal status, has_started
            if message["type"] == "http.response.start":
                has_started = True
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (HEADER.lower().encode(), request_id.encode()),
                ]
            await send(message)

        began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            # As text: a renderer that shows local variables would write what shoppers sent into the log.
            # Not its path: shoppers' ids stand in some.
            self._log.error("request failed", route=_route_of(scope), traceback=traceback.format_exc())
            if has_started:
                raise
            answer = make_problem(
                status=500,
                detail="the platform could not answer; its log says why",
                path=scope["path"],
                request_id=request_id,
                code="internal",
            )
            await answer(scope, receive, send_with_id)
        finally:
            self._note(scope, status, time.perf_counter() - began)
            structlog.contextvars.unbind_contextvars("request_id")

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route_of(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.latency.labels(method, route).observe(seconds)
        if scope["path"].startswith(PREFIX):
            self._log.info(
                "request",
                method=method,
                route=route,
                **_shown_parameters(scope),
                caller=caller.name if (caller := scope.get(SCOPE_KEY)) else "refused",
                status=status,
                took_ms=round(seconds * 1_000, 2),
            )


def _route_of(scope: Scope) -> str:
    """The template of the route that answered, never the path itself: ids would make endless labels."""
    template = str(getattr(scope.get("route"), "path", None) or "other")
    is_included = scope["path"].startswith(f"{PREFIX}/") and template.startswith("/")
    return PREFIX + template if is_included and not template.startswith(PREFIX) else template


def _shown_parameters(scope: Scope) -> dict[str, str]:
    """Ids of the address that the log may hold: all but shoppers'."""
    params = scope.get("path_params") or {}
    return {name: str(value)[:128] for name, value in params.items() if name in _SHOWN}


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER.lower().encode() and _GIVEN_ID.fullmatch(value):
            return str(value.decode())
    return uuid.uuid4().hex
