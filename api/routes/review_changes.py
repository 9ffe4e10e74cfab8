"""Routes that write reviews: one at a time, or many as lines of JSON."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from api.change_schemas import ChangeOut, show_change
from api.routes import examples
from api.routes.bulk import BULK_BODY, BulkResponse, bulk_answer
from api.routes.changing import UseBody, UseLive, actor_of, json_body, refuse, spend
from api.routes.parameters import problems
from kms.catalog.json_models import read_review
from kms.catalog.models import Review
from kms.catalog.rows import RowProblem
from kms.errors import NotFoundError
from kms.indexing.live_writes import Written
from kms.types import ID_PATTERN

router = APIRouter(tags=["reviews"])

ReviewId = Annotated[
    str,
    Path(min_length=1, max_length=128, pattern=ID_PATTERN, description="A review's id.", examples=["R-1"]),
]
_FIELDS: Final[dict[str, Any]] = {name: {} for name in Review.model_fields}
_BODY: Final[dict[str, Any]] = json_body(
    {"properties": _FIELDS, "required": ["product_id"]}, examples.EXAMPLES["put_review"].body
)


@router.put(
    "/reviews/{review_id}",
    responses={
        200: examples.answer("put_review_again", "It was there before."),
        201: {**examples.answer("put_review", "It is new."), "model": ChangeOut},
        **problems(400, 413, 422, 503),
    },
    openapi_extra=_BODY,
)
def put_review(
    request: Request, live: UseLive, review_id: ReviewId, body: UseBody, response: Response
) -> ChangeOut:
    """Write a review; its rating counts in the next search, its text is read within seconds."""
    spend(request, 1)
    try:
        review = read_review(body, review_id=review_id)
    except RowProblem as problem:
        raise refuse(problem) from None
    written = live.put_reviews([review], actor=actor_of(request))[0]
    if written.problem is not None:
        raise refuse(written.problem)
    if written.outcome == "created":
        response.status_code = 201
    return show_change(written)


@router.delete(
    "/reviews/{review_id}",
    responses={200: examples.answer("delete_review"), **problems(404, 422, 503)},
)
def delete_review(request: Request, live: UseLive, review_id: ReviewId) -> ChangeOut:
    """Delete a review; what only it said is forgotten within seconds."""
    spend(request, 1)
    written = live.delete_reviews([review_id], actor=actor_of(request))
    if not written:
        raise NotFoundError(f"review {review_id!r} is not there")
    return show_change(written[0])


@router.post(
    "/reviews/bulk",
    response_class=Response,
    responses={200: bulk_answer("review"), **problems(413, 503)},
    openapi_extra=BULK_BODY,
)
async def put_reviews(request: Request, live: UseLive) -> Response:
    """Write many reviews, one JSON object a line, each with its `id`; one result a line, in the same order.

    As for products: a row that is wrong is refused with its reason, and a body may have 100 MB.
    """

    def write(rows: list[Review], actor: str) -> list[Written]:
        return live.put_reviews(rows, actor=actor)

    return BulkResponse(request, read_review, write)
