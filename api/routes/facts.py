"""Routes of the catalogue team: facts with their status, decisions on them, undoing, history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.fact_desk import STATUSES, FactFilter, Status
from api.fact_schemas import BulkDecided, DecisionsOut, FactPage, FactTrace
from api.live_decisions import BulkChoice, Choice
from api.routes import examples
from api.routes.changing import UseLive, actor_of, spend
from api.routes.parameters import TEXT_PATTERN, problems
from kms.errors import InputError
from kms.types import Frozen

router = APIRouter(tags=["facts"])

MOST_DECISIONS = 500


class Choices(Frozen):
    """Decisions to make, all of them or none."""

    decisions: tuple[Choice, ...] = Field(min_length=1, max_length=MOST_DECISIONS)


class Undoing(Frozen):
    """Decisions to take back, all of them or none, by their ids."""

    decisions: tuple[Annotated[str, Field(min_length=1, max_length=24)], ...] = Field(
        min_length=1, max_length=MOST_DECISIONS
    )
    note: str = Field(default="", max_length=1_000)


@router.get("/facts", responses={200: examples.answer("list_facts"), **problems(400, 404, 422, 503)})
def list_facts(
    live: UseLive,
    product: Annotated[str, Query(max_length=128, pattern=TEXT_PATTERN, description="Of this product.")] = "",
    field: Annotated[
        str, Query(max_length=128, pattern=TEXT_PATTERN, description="Of this attribute or relation.")
    ] = "",
    value: Annotated[
        str,
        Query(
            max_length=400,
            pattern=TEXT_PATTERN,
            description="That say this: a name or a node id; needs `field`.",
        ),
    ] = "",
    status: Annotated[Status | None, Query(description=f"One of {', '.join(STATUSES)}.")] = None,
    reason: Annotated[
        str,
        Query(
            max_length=32,
            pattern=TEXT_PATTERN,
            description="Of a decision, of a rule of the ontology (`not_of_class`), or of a doubt (`implausible_size`).",
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="After so many.")] = 0,
) -> FactPage:
    """List facts with their status, the reason of it and their sentences, and count them by status and reason.

    Facts that do not hold are among them: those that people turned down, and those that the ontology does not allow.
    """
    desk = live.decisions.desk
    if value and not field:
        raise InputError("value needs field, because a name means something of one attribute or relation")
    target = desk.name(field, value).target if value else ""
    wanted = FactFilter(product_id=product, field=field, target=target, status=status, reason=reason)
    return desk.page(wanted, limit=limit, offset=offset)


@router.get("/facts/why", responses={200: examples.answer("why_fact"), **problems(400, 404, 422, 503)})
def why(
    live: UseLive,
    product: Annotated[str, Query(max_length=128, pattern=TEXT_PATTERN, description="Of this product.")],
    field: Annotated[
        str, Query(max_length=128, pattern=TEXT_PATTERN, description="Of this attribute or relation.")
    ],
    value: Annotated[str, Query(max_length=400, pattern=TEXT_PATTERN, description="A name or a node id.")],
) -> FactTrace:
    """Show what a fact rests on: the rule or implication by which it follows, its sources, and theirs, down to sentences."""
    desk = live.decisions.desk
    return desk.why(product, desk.name(field, value))


@router.post(
    "/facts/decisions",
    status_code=201,
    responses={201: examples.answer("decide_facts"), **problems(400, 404, 409, 413, 422, 503)},
    openapi_extra=examples.body("decide_facts"),
)
def decide(request: Request, live: UseLive, body: Choices) -> DecisionsOut:
    """Accept, reject, correct or state facts, all of the body or none of it; searches show it within seconds.

    A fact is named by product, `field` (an attribute or a relation) and `value` (a name, a quantity, yes, no, or a node
    id); a mention by its evidence id. Decisions outweigh every reader, outlive new readings, and can be taken back. One
    that is sent again with the same `id` is made once, and another one under that `id` is refused.
    """
    spend(request, len(body.decisions))
    return live.decisions.decide(body.decisions, actor=actor_of(request))


@router.post(
    "/facts/bulk",
    responses={200: examples.answer("bulk_facts"), **problems(400, 404, 413, 422, 503)},
    openapi_extra=examples.body("bulk_facts"),
)
def decide_many(request: Request, live: UseLive, body: BulkChoice) -> BulkDecided:
    """Accept or reject all facts that a filter lets through.

    Without `expected` nothing is decided: the answer has their number and a sample. Send that number as `expected`, and
    all of them are decided if there are as many still.
    """
    spend(request, max(1, body.expected or 1))
    return live.decisions.decide_many(body, actor=actor_of(request))


@router.post(
    "/facts/undo",
    responses={200: examples.answer("undo_decisions"), **problems(400, 404, 413, 422, 503)},
    openapi_extra=examples.body("undo_decisions"),
)
def undo(request: Request, live: UseLive, body: Undoing) -> DecisionsOut:
    """Take decisions back, all of them or none; the facts are as if they had never been made."""
    spend(request, len(body.decisions))
    return live.decisions.undo(body.decisions, actor=actor_of(request), note=body.note)


@router.get("/facts/decisions", responses={200: examples.answer("fact_history"), **problems(404, 422, 503)})
def history(
    live: UseLive,
    product: Annotated[
        str, Query(max_length=128, pattern=TEXT_PATTERN, description="On facts of this product; else on all.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500, description="At most so many.")] = 50,
) -> DecisionsOut:
    """List decisions, the newest first, with those that were taken back and the undoings."""
    return live.decisions.history(product, limit=limit)
