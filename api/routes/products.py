"""Products with their facts and the sentences that they were read from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.product_schemas import ProductOut
from api.routes import examples
from api.routes.parameters import ProductId, UseServices, problems

router = APIRouter(tags=["products"])


@router.get(
    "/products/{product_id}",
    responses={200: examples.answer("product"), **problems(404, 422, 503)},
)
def product(
    services: UseServices,
    product_id: ProductId,
    documents: Annotated[
        bool, Query(description="Whether the texts come along, with every mention marked in them.")
    ] = False,
) -> ProductOut:
    """A product: its row, each fact with confidence and evidence, and what reviewers say by aspect.

    Offsets count characters of the document that `document_id` names; `highlight` counts in `sentence`.
    """
    return services.product(product_id, with_documents=documents)
