"""Recommendations: for a shopper, beside a product, what is in demand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.filters import read_filter
from api.routes import examples
from api.routes.parameters import Explain, FilterText, Limit, ProductId, ShopperId, UseServices, problems
from api.schemas import RecommendationsOut

router = APIRouter(tags=["recommendations"])


@router.get(
    "/shoppers/{shopper_id}/recommendations",
    responses={200: examples.answer("recommend"), **problems(400, 422, 503)},
)
def recommend(
    services: UseServices,
    shopper_id: ShopperId,
    limit: Limit = 10,
    filter: FilterText = "",
    explain: Explain = False,
) -> RecommendationsOut:
    """Products for a shopper, by all that the journal knows at this moment.

    A shopper that nobody knows gets what is in demand; `kind` is then `cold`.
    """
    return services.recommend(shopper_id, limit=limit, filter=read_filter(filter), explain=explain)


@router.get(
    "/products/{product_id}/similar",
    responses={200: examples.answer("similar"), **problems(404, 422, 503)},
)
def similar(
    services: UseServices, product_id: ProductId, limit: Limit = 10, explain: Explain = False
) -> RecommendationsOut:
    """Products that could be bought instead."""
    return services.similar(product_id, limit=limit, explain=explain)


@router.get(
    "/products/{product_id}/complements",
    responses={200: examples.answer("complements"), **problems(404, 422, 503)},
)
def complements(
    services: UseServices, product_id: ProductId, limit: Limit = 10, explain: Explain = False
) -> RecommendationsOut:
    """Products that go with one."""
    return services.complements(product_id, limit=limit, explain=explain)


@router.get("/trending", responses={200: examples.answer("trending"), **problems(404, 422, 503)})
def trending(
    services: UseServices,
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
) -> RecommendationsOut:
    """Products in demand."""
    return services.trending(limit=limit, category=category, explain=explain)
