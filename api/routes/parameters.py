"""Shared parameters of routes with their limits, and the errors that routes may answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from api.answers import Answered, Answers
from api.schemas import Problem
from api.services import Services
from api.telemetry import Metrics
from kms.types import ID_PATTERN

TEXT_PATTERN = r"^[^\x00]*$"


async def services_of(request: Request) -> Services:
    """The app's services."""
    services: Services = request.app.state.services
    return services


async def metrics_of(request: Request) -> Metrics:
    """The app's metrics."""
    metrics: Metrics = request.app.state.metrics
    return metrics


async def answers_of(request: Request) -> Answers:
    """The app's answers of ranked products."""
    answers: Answers = request.app.state.answers
    return answers


UseServices = Annotated[Services, Depends(services_of)]
UseAnswers = Annotated[Answers, Depends(answers_of)]
UseMetrics = Annotated[Metrics, Depends(metrics_of)]

ProductId = Annotated[
    str,
    Path(
        min_length=1, max_length=128, pattern=ID_PATTERN, description="A product's id.", examples=["AUD-001"]
    ),
]
ShopperId = Annotated[
    str,
    Path(min_length=1, max_length=128, pattern=ID_PATTERN, description="A shopper's id.", examples=["s0028"]),
]
Limit = Annotated[int, Query(ge=1, le=100, description="At most so many.")]
Explain = Annotated[bool, Query(description="Whether each product carries its reasons, with sentences.")]
FilterText = Annotated[
    str,
    Query(
        alias="filter",
        max_length=2_000,
        pattern=TEXT_PATTERN,
        description="Conditions that all must hold: `field:a,b` any of, `-field:a,b` none of, "
        "`field:10..100` a range; `;` between them, a backslash before `,` `;` or `\\` in a value.",
        examples=["brand:kinoto,veldra;price:..100;-attr.material:plastic"],
    ),
]


def send(answered: Answered, metrics: Metrics) -> Response:
    """An answer as a response; it was checked and written where it was made."""
    for part in answered.degraded:
        metrics.degraded.labels(part).inc()
    return Response(answered.body, media_type="application/json")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route for OpenAPI."""
    texts = {
        400: "A filter, facet or cursor that cannot be used, or a body that is not JSON.",
        404: "Nobody knows this id.",
        409: "Something else is there under the same id.",
        413: "The body is too large.",
        422: "A parameter or field is wrong.",
        503: "A store that is needed does not answer, or there is no index yet.",
    }
    return {
        status: {
            "description": texts[status],
            "model": Problem,
            "content": {"application/problem+json": {}},
        }
        for status in statuses
    }
