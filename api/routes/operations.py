"""Health, readiness and metrics, for those who run the platform."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.routes import examples
from api.routes.parameters import UseMetrics, UseServices
from api.schemas import HealthOut, ReadyOut
from api.security.callers import caller_of
from api.telemetry import CONTENT_TYPE

router = APIRouter(tags=["operations"])


@router.get("/healthz", responses={200: examples.answer("health")})
def health() -> HealthOut:
    """Liveness of the process."""
    return HealthOut()


@router.get(
    "/readyz",
    responses={
        200: examples.answer("ready", "It answers; `degraded` says that it goes without a part."),
        503: examples.answer(
            "unavailable",
            "It cannot answer yet.",
        ),
    },
)
def readiness(services: UseServices, request: Request, response: Response) -> ReadyOut:
    """Whether requests are answered, and what is wrong where they are not.

    Where doors are closed, `checks`, `index_version` and `products` are for callers with the scope `metrics`.
    """
    readiness_of_parts = services.readiness()
    if readiness_of_parts.status == "unavailable":
        response.status_code = 503
    return (
        readiness_of_parts
        if caller_of(request).may("metrics")
        else ReadyOut(status=readiness_of_parts.status)
    )


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(services: UseServices, metrics: UseMetrics) -> Response:
    """Counts and latencies in Prometheus' text form."""
    version = services.live.version
    metrics.index_version.set(version.number if version else 0)
    metrics.graph_up.set(0 if services.graph_health.error else 1)
    return Response(metrics.render(), media_type=CONTENT_TYPE)
