"""Recommendations: for a shopper, beside a product, what is in demand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.filters import read_filter
from api.routes import examples
from api.routes.parameters import (
    Explain,
    FilterText,
    Limit,
    ProductId,
    ShopperId,
    UseAnswers,
    UseMetrics,
    problems,
    send,
)
from api.schemas import RecommendationsOut

router = APIRouter(tags=["recommendations"])


@router.get(
    "/shoppers/{shopper_id}/recommendations",
    response_model=RecommendationsOut,
    responses={200: examples.answer("recommend"), **problems(400, 422, 503)},
)
async def recommend(
    answers: UseAnswers,
    metrics: UseMetrics,
    shopper_id: ShopperId,
    limit: Limit = 10,
    filter: FilterText = "",
    explain: Explain = False,
) -> Response:
    """Products for a shopper, by all that the journal knows at this moment.

    A shopper that nobody knows gets what is in demand; `kind` is then `cold`.
    """
    return send(
        await answers.get(
            "recommend", shopper_id=shopper_id, limit=limit, filter=read_filter(filter), explain=explain
        ),
        metrics,
    )


@router.get(
    "/products/{product_id}/similar",
    response_model=RecommendationsOut,
    responses={200: examples.answer("similar"), **problems(404, 422, 503)},
)
async def similar(
    answers: UseAnswers,
    metrics: UseMetrics,
    product_id: ProductId,
    limit: Limit = 10,
    explain: Explain = False,
) -> Response:
    """Products that could be bought instead."""
    return send(await answers.get("similar", product_id=product_id, limit=limit, explain=explain), metrics)


@router.get(
    "/products/{product_id}/complements",
    response_model=RecommendationsOut,
    responses={200: examples.answer("complements"), **problems(404, 422, 503)},
)
async def complements(
    answers: UseAnswers,
    metrics: UseMetrics,
    product_id: ProductId,
    limit: Limit = 10,
    explain: Explain = False,
) -> Response:
    """Products that go with one."""
    return send(
        await answers.get("complements", product_id=product_id, limit=limit, explain=explain), metrics
    )


@router.get(
    "/trending",
    response_model=RecommendationsOut,
    responses={200: examples.answer("trending"), **problems(404, 422, 503)},
)
async def trending(
    answers: UseAnswers,
    metrics: UseMetrics,
    limit: Limit = 10,
    category: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=80,
            pattern=r"^[a-z][a-z0-9_]*$",
            description="A class of the ontology; its subclasses count.",
            examples=["headphones"],
        ),
    ] = None,
    explain: Explain = False,
) -> Response:
    """Products in demand."""
    return send(await answers.get("trending", limit=limit, category=category, explain=explain), metrics)
