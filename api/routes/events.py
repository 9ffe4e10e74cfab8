"""Route for shoppers' events, in the fields of User Behavior Insights."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from api.problems import RefusedRequest
from api.routes import examples
from api.routes.parameters import UseMetrics, UseServices, problems
from api.schemas import EventsOut, FieldProblem, RefusedEvent
from api.security.callers import caller_of
from api.security.gate import Gate, as_refusal
from api.security.rates import Exceeded, NeverFits
from api.ubi import MOST_EVENTS, EventError, UbiEvent, describe_problem, read_event
from kms.journal.models import Event

router = APIRouter(tags=["events"])


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema without references: those of pydantic lead into the model's own document, not into the API's."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    return {name: _inlined(part, definitions) for name, part in schema.items() if name != "$defs"}


_EVENT = _inlined(UbiEvent.model_json_schema(), UbiEvent.model_json_schema()["$defs"])
_EVENTS = {"type": "array", "items": _EVENT, "minItems": 1, "maxItems": MOST_EVENTS}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [
                    {"type": "object", "properties": {"events": _EVENTS}, "required": ["events"]},
                    _EVENTS,
                    _EVENT,
                ]
            },
            "example": examples.EVENTS_REQUEST,
        }
    },
}


async def _read_events(request: Request) -> list[Any]:
    """The events of a body: an object with ``events``, a list, or one event."""
    try:
        content = json.loads(await request.body(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise RefusedRequest(400, "the body is not JSON in UTF-8", code="malformed_json") from None
    if isinstance(content, dict):
        content = content.get("events", [content])
    if not isinstance(content, list):
        raise RefusedRequest(422, "events: expected a list of events", (_wrong("expected a list of events"),))
    if not 1 <= len(content) <= MOST_EVENTS:
        message = f"a request takes 1 to {MOST_EVENTS} events, there are {len(content)}"
        raise RefusedRequest(422, message, (_wrong(message),))
    return content


@router.post(
    "/events",
    responses={
        200: examples.answer("events", "All of them are stored."),
        207: examples.answer("events_partly", "Some were refused; the others are stored."),
        **problems(400, 413, 422, 503),
    },
    openapi_extra={"requestBody": _BODY},
)
def record(
    request: Request,
    services: UseServices,
    metrics: UseMetrics,
    response: Response,
    content: Annotated[list[Any], Depends(_read_events)],
) -> EventsOut:
    """Store up to 1000 events; they count in the shopper's next answer.

    An event that was stored before is left as it is, so a request can be sent again. Events that are wrong are named
    with their place and the reason, and the others are stored; where none is right, the answer is a problem.
    """
    caller = caller_of(request)
    gate: Gate = request.app.state.gate
    try:
        gate.spend_events(caller, len(content))
    except Exceeded as exceeded:
        refusal = as_refusal(exceeded)
        raise HTTPException(429, refusal.detail, headers=refusal.headers) from None
    except NeverFits as refused_for_good:
        message = (
            f"a request takes at most {refused_for_good.most:,} {refused_for_good.what} here, there are "
            f"{refused_for_good.cost:,}: the rate is {refused_for_good.rate}; send them in smaller requests"
        )
        raise RefusedRequest(422, message, (_wrong(message),)) from None
    good: list[Event] = []
    places: list[int] = []
    refused: list[RefusedEvent] = []
    for index, raw in enumerate(content):
        try:
            good.append(read_event(raw))
            places.append(index)
        except EventError as error:
            refused.append(
                RefusedEvent(index=index, event_id=_id_of(raw), code=error.code, message=str(error))
            )
    if caller.shopper is not None:
        good = [_own_event(event, caller.shopper) for event in good]
    good = services.name_products(good)
    kept: list[Event] = []
    for place, event, problem in zip(places, good, services.check_events(good), strict=True):
        if problem is None:
            kept.append(event)
            continue
        code, message = describe_problem(problem)
        event_id = _id_of(content[place]) or event.id
        refused.append(RefusedEvent(index=place, event_id=event_id, code=code, message=message))
    refused.sort(key=lambda item: item.index)
    if not kept:
        errors = [FieldProblem(field=f"events.{r.index}", message=f"{r.code}: {r.message}") for r in refused]
        raise RefusedRequest(422, f"none of {len(content)} events can be stored: {errors[0].message}", errors)
    stored = services.record(kept)
    for outcome, count in (("stored", stored), ("known", len(kept) - stored), ("refused", len(refused))):
        metrics.events.labels(outcome).inc(count)
    if refused:
        response.status_code = 207
    return EventsOut(stored=stored, known=len(kept) - stored, refused=tuple(refused))


def _own_event(event: Event, shopper_id: str) -> Event:
    """An event of a browser, which speaks for one shopper alone.

    Its id is joined with the shopper's, so that no browser can take the id of another shopper's event and so keep
    that one from being stored.
    """
    if event.shopper_id != shopper_id:
        message = "the shopper token is for another shopper than the events'; nothing was stored"
        raise RefusedRequest(403, message, code="wrong_shopper")
    digest = hashlib.blake2b(f"{shopper_id}\x1f{event.id}".encode(), digest_size=16).hexdigest()
    return event.model_copy(update={"id": f"own-{digest}"})


def _wrong(message: str) -> FieldProblem:
    return FieldProblem(field="events", message=message)


def _id_of(raw: Any) -> str | None:
    """The id that was sent, as far as it can be sent back."""
    given = raw.get("event_id") if isinstance(raw, dict) else None
    return given[:128].encode("utf-8", "replace").decode("utf-8") if isinstance(given, str) else None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
