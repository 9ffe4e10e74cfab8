"""What the routes that change things share: bodies, callers, rates, refusals."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from api.live_services import LiveServices
from api.problems import RefusedRequest
from api.schemas import FieldProblem
from api.security.callers import caller_of
from api.security.gate import Gate, as_refusal
from api.security.rates import Exceeded, NeverFits
from kms.catalog.rows import RowProblem


async def live_of(request: Request) -> LiveServices:
    """The app's write side."""
    live: LiveServices = request.app.state.live
    return live


async def json_of(request: Request) -> Any:
    """The body as JSON.

    Raises:
        RefusedRequest: It is none.
    """
    try:
        return read_json(await request.body())
    except (ValueError, RecursionError):
        raise RefusedRequest(400, "the body is not JSON in UTF-8", code="malformed_json") from None


def read_json(text: bytes) -> Any:
    """JSON in UTF-8 without the constants that are none.

    Raises:
        ValueError: It is none.
        RecursionError: It is nested too deeply.
    """
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


UseLive = Annotated[LiveServices, Depends(live_of)]
UseBody = Annotated[Any, Depends(json_of)]


def json_body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """What OpenAPI says of a body that the route reads by itself: an object without other fields than those named."""
    content = {"schema": {"type": "object", "additionalProperties": False, **schema}, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def actor_of(request: Request) -> str:
    """The sender of a request, as the audit log names it."""
    return caller_of(request).name


def spend(request: Request, rows: int) -> None:
    """Count changes against the rate of who sends them.

    Raises:
        HTTPException: There were too many.
        RefusedRequest: There are more than the rate allows in one request.
    """
    gate: Gate = request.app.state.gate
    try:
        gate.spend_changes(caller_of(request), rows)
    except Exceeded as exceeded:
        refusal = as_refusal(exceeded)
        raise HTTPException(429, refusal.detail, headers=refusal.headers) from None
    except NeverFits as refused:
        message = (
            f"a request takes at most {refused.most:,} {refused.what} here, there are {refused.cost:,}: "
            f"the rate is {refused.rate}; send them in smaller requests"
        )
        raise RefusedRequest(422, message) from None


def refuse(problem: RowProblem) -> RefusedRequest:
    """A row that is wrong, as the answer to a request that holds that row alone."""
    errors = (FieldProblem(field=problem.field, message=problem.json_message),)
    return RefusedRequest(422, problem.json_message, errors)
