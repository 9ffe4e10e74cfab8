"""Search and suggestions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.cursors import MOST_CHARACTERS
from api.filters import check_filter, read_filter
from api.routes import examples
from api.routes.parameters import (
    TEXT_PATTERN,
    Explain,
    FilterText,
    Limit,
    UseAnswers,
    UseMetrics,
    UseServices,
    problems,
    send,
)
from api.schemas import SearchOut, SuggestionsOut
from kms.errors import FilterError
from kms.filters import Filter
from ranking.models import SearchRequest, Sort

router = APIRouter(tags=["search"])

MOST_FACETS = 20
_QueryText = Annotated[str, Field(max_length=500, pattern=TEXT_PATTERN)]
_FieldName = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$")]


class SearchBody(BaseModel):
    """A search as JSON."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.SEARCH_REQUEST]})

    query: _QueryText = ""
    filter: Filter = Filter()
    facets: Annotated[tuple[_FieldName, ...], Field(max_length=MOST_FACETS)] = ()
    sort: Sort = "relevance"
    limit: Annotated[int, Field(ge=1, le=100, strict=True)] = 10
    cursor: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = None
    explain: Annotated[bool, Field(strict=True)] = False


@router.get(
    "/search", response_model=SearchOut, responses={200: examples.answer("search"), **problems(400, 422, 503)}
)
async def search(
    answers: UseAnswers,
    metrics: UseMetrics,
    q: Annotated[
        str,
        Query(
            max_length=500,
            pattern=TEXT_PATTERN,
            description="What the shopper typed, in English or Chinese; empty lists what the filter lets through.",
            examples=["waterproof speaker under 100"],
        ),
    ] = "",
    filter: FilterText = "",
    facets: Annotated[
        str, Query(max_length=1_000, description="Fields to count, with commas.", examples=["brand,category"])
    ] = "",
    sort: Annotated[Sort, Query(description="Order of the results.")] = "relevance",
    limit: Limit = 10,
    cursor: Annotated[
        str | None, Query(max_length=MOST_CHARACTERS, description="`next_cursor` of the page before.")
    ] = None,
    explain: Explain = False,
) -> Response:
    """Products for a query, ranked, with facets and reasons.

    The answer says what the query was taken to mean. `next_cursor` asks for the next page of the same search.
    """
    names = tuple(dict.fromkeys(name.strip() for name in facets.split(",") if name.strip()))
    if len(names) > MOST_FACETS:
        raise FilterError(f"at most {MOST_FACETS} facets, there are {len(names)}")
    request = SearchRequest(
        query=q,
        filter=read_filter(filter),
        facets=names,
        sort=sort,
        limit=limit,
        explain=explain,
    )
    return send(await answers.get("search", request=request, cursor=cursor), metrics)


@router.post(
    "/search",
    response_model=SearchOut,
    responses={200: examples.answer("search_by_body"), **problems(400, 413, 422, 503)},
)
async def search_by_body(
    answers: UseAnswers,
    metrics: UseMetrics,
    body: Annotated[
        SearchBody,
        Body(openapi_examples={"search": {"summary": "A search", "value": examples.SEARCH_REQUEST}}),
    ],
) -> Response:
    """The same as the GET form, with the filter as JSON."""
    request = SearchRequest(
        query=body.query,
        filter=check_filter(body.filter),
        facets=tuple(dict.fromkeys(body.facets)),
        sort=body.sort,
        limit=body.limit,
        explain=body.explain,
    )
    return send(await answers.get("search", request=request, cursor=body.cursor), metrics)


@router.get("/suggest", responses={200: examples.answer("suggest"), **problems(422, 503)})
def suggest(
    services: UseServices,
    q: Annotated[
        str, Query(max_length=100, pattern=TEXT_PATTERN, description="The text so far.", examples=["headp"])
    ],
    limit: Annotated[int, Query(ge=1, le=20, description="At most so many.")] = 8,
) -> SuggestionsOut:
    """Completions of what is being typed: entities of the graph, product titles, words."""
    return SuggestionsOut(suggestions=tuple(services.suggest(q, limit=limit)))
