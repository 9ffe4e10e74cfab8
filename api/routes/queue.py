"""Routes of the review queue: questions in the order of gain, answers, bulk, undoing, history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from api.queue_desk import QueueAnswer
from api.queue_schemas import ActionsOut, BulkAnswered, NextOut, QueueItemDetail, QueuePage
from api.queue_wanted import Wanted
from api.routes import examples
from api.routes.changing import UseLive, actor_of, spend
from api.routes.parameters import TEXT_PATTERN, problems
from kms.decisions.reasons import Reason
from kms.queue.models import Action, Kind
from kms.types import Frozen

router = APIRouter(tags=["queue"])

MOST_ANSWERS = 200


class Answers(Frozen):
    """Actions to do, all of them or none."""

    actions: tuple[QueueAnswer, ...] = Field(min_length=1, max_length=MOST_ANSWERS)


class BulkAnswer(Frozen):
    """An action on all questions that a filter lets through; ``expected``: how many there are, as was answered before."""

    action: Action
    filter: Wanted
    reason: Reason | None = None
    note: str = Field(default="", max_length=1_000)
    value: str | None = Field(default=None, max_length=100)
    expected: int | None = Field(default=None, ge=0, le=10_000)


class NextAsked(Frozen):
    """Which question is wanted next; ``after``: not this one, which stays open."""

    filter: Wanted = Wanted()
    after: str = Field(default="", max_length=24)


class QueueUndoing(Frozen):
    """Actions to take back, all of them or none, by their ids or the id of their batch."""

    actions: tuple[Annotated[str, Field(min_length=1, max_length=24)], ...] = Field(
        min_length=1, max_length=MOST_ANSWERS
    )
    note: str = Field(default="", max_length=1_000)


def wanted_of(
    kind: Annotated[Kind | None, Query(description=f"One of {', '.join(Kind)}.")] = None,
    field: Annotated[
        str, Query(max_length=128, pattern=TEXT_PATTERN, description="Of this attribute or relation.")
    ] = "",
    class_: Annotated[
        str,
        Query(
            alias="class", max_length=128, pattern=TEXT_PATTERN, description="With products of this class."
        ),
    ] = "",
    product: Annotated[
        str, Query(max_length=128, pattern=TEXT_PATTERN, description="With this product.")
    ] = "",
    assignee: Annotated[
        str, Query(max_length=100, pattern=TEXT_PATTERN, description="For this person.")
    ] = "",
    word: Annotated[
        str, Query(max_length=200, pattern=TEXT_PATTERN, description="Words that contain this.")
    ] = "",
    flagged: Annotated[bool | None, Query(description="With or without a flag.")] = None,
    status: Annotated[str, Query(pattern="^(open|done)$", description="`open` or `done`.")] = "open",
) -> Wanted:
    """The filter of a request."""
    return Wanted(
        kind=kind, field=field, **{"class": class_}, product=product, assignee=assignee, word=word, flagged=flagged,
        status=status,
    )  # fmt: skip


UseWanted = Annotated[Wanted, Depends(wanted_of)]


@router.get("/queue", responses={200: examples.answer("list_queue"), **problems(400, 422, 503)})
def list_questions(
    live: UseLive,
    wanted: UseWanted,
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="After so many.")] = 0,
) -> QueuePage:
    """List the questions of the review queue, those first of which an answer is worth most, and count them.

    A question groups facts, words or pairs that one answer settles. Its worth is the uncertainty of the answer times the
    number of products that it changes.
    """
    return live.queue.page(wanted, limit=limit, offset=offset)


@router.post(
    "/queue/next",
    responses={200: examples.answer("next_question"), **problems(400, 404, 422, 503)},
    openapi_extra=examples.body("next_question"),
)
def next_question(request: Request, live: UseLive, body: NextAsked) -> NextOut:
    """Give the question that is most worth asking and that nobody else looks at; for two minutes nobody else gets it."""
    return live.queue.next(body.filter, actor_of(request), after=body.after)


@router.get("/queue/actions", responses={200: examples.answer("queue_history"), **problems(422, 503)})
def list_actions(
    live: UseLive,
    by: Annotated[str, Query(max_length=100, pattern=TEXT_PATTERN, description="Of this person.")] = "",
    item: Annotated[str, Query(max_length=24, pattern=TEXT_PATTERN, description="On this question.")] = "",
    limit: Annotated[int, Query(ge=1, le=500, description="At most so many.")] = 50,
) -> ActionsOut:
    """List what people did with questions, the newest first, with what was taken back."""
    return live.queue.history(by=by, item=item, limit=limit)


@router.get(
    "/queue/items/{item_id}", responses={200: examples.answer("get_question"), **problems(404, 422, 503)}
)
def get_question(
    live: UseLive,
    item_id: Annotated[
        str, Path(max_length=24, pattern=TEXT_PATTERN, description="Its id, or the beginning.")
    ],
) -> QueueItemDetail:
    """Answer one question with examples, their sentences, what each answer would change, and its history."""
    return live.queue.get(item_id)


@router.post(
    "/queue/actions",
    status_code=201,
    responses={201: examples.answer("answer_questions"), **problems(400, 404, 409, 413, 422, 503)},
    openapi_extra=examples.body("answer_questions"),
)
def act(request: Request, live: UseLive, body: Answers) -> ActionsOut:
    """Accept, reject, correct, ignore, skip, flag, comment or assign questions, all of the body or none of it.

    Answers become decisions on facts, words or pairs, which outlive new readings. With `seen`, an answer is refused (409)
    where somebody else answered since; the message says who and what. An action that is sent again with its `id` is done
    once.
    """
    spend(request, len(body.actions))
    return live.queue.act(body.actions, by=actor_of(request))


@router.post(
    "/queue/bulk",
    responses={200: examples.answer("bulk_questions"), **problems(400, 404, 409, 413, 422, 503)},
    openapi_extra=examples.body("bulk_questions"),
)
def act_on_many(request: Request, live: UseLive, body: BulkAnswer) -> BulkAnswered:
    """Answer all questions that a filter lets through.

    Without `expected` nothing is done: the answer has their number, the products behind them, and a sample. Send that
    number as `expected`, and all of them are answered if there are as many still; `batch` takes all of them back.
    """
    spend(request, max(1, body.expected or 1))
    return live.queue.bulk(
        body.filter, body.action, by=actor_of(request), reason=body.reason, note=body.note, value=body.value,
        expected=body.expected,
    )  # fmt: skip


@router.post(
    "/queue/undo",
    responses={200: examples.answer("undo_answers"), **problems(400, 404, 413, 422, 503)},
    openapi_extra=examples.body("undo_answers"),
)
def undo(request: Request, live: UseLive, body: QueueUndoing) -> ActionsOut:
    """Take actions back, all of them or none; the questions are open again and the graph is as before."""
    spend(request, len(body.actions))
    return live.queue.undo(body.actions, by=actor_of(request), note=body.note)
