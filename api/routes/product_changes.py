"""Routes that write products: one at a time, or many as lines of JSON."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.change_schemas import ChangeOut, show_change
from api.routes import examples
from api.routes.bulk import BULK_BODY, BulkResponse, bulk_answer
from api.routes.changing import UseBody, UseLive, actor_of, json_body, refuse, spend
from api.routes.parameters import ProductId, problems
from kms.catalog.json_models import ReadProduct, read_product
from kms.catalog.models import Product
from kms.catalog.rows import RowProblem
from kms.errors import NotFoundError
from kms.indexing.live_writes import Written

router = APIRouter(tags=["products"])

_FIELDS: Final[dict[str, Any]] = {name: {} for name in (*Product.model_fields, "currency")}
_ABOUT = (
    "The fields of a product in the platform's own names, as in a file that kms ingest takes (docs/layouts.md). Values are "
    "read as they are in files: a price may be 129.00 EUR, an availability In stock."
)


def _body(*required: str, example: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"description": _ABOUT, "properties": _FIELDS}
    if required:
        schema["required"] = list(required)
    return json_body(schema, example)


@router.put(
    "/products/{product_id}",
    responses={
        200: examples.answer("put_product_again", "It was there before."),
        201: {**examples.answer("put_product", "It is new."), "model": ChangeOut},
        **problems(400, 413, 422, 503),
    },
    openapi_extra=_body("title", example=examples.EXAMPLES["put_product"].body),
)
def put_product(
    request: Request, live: UseLive, product_id: ProductId, body: UseBody, response: Response
) -> ChangeOut:
    """Write a product as a whole: what the body does not name, it does not have any more.

    Price, stock and publication show in the next search; new texts are read within seconds, and until then the product is
    found by its row.
    """
    spend(request, 1)
    try:
        row = read_product(body, product_id=product_id, shop_currency=live.shop_currency)
    except RowProblem as problem:
        raise refuse(problem) from None
    written = live.put_products([row], actor=actor_of(request))[0]
    if written.outcome == "created":
        response.status_code = 201
    return show_change(written)


@router.patch(
    "/products/{product_id}",
    responses={200: examples.answer("patch_product"), **problems(400, 404, 413, 422, 503)},
    openapi_extra=_body(example=examples.EXAMPLES["patch_product"].body),
)
def patch_product(request: Request, live: UseLive, product_id: ProductId, body: UseBody) -> ChangeOut:
    """Change some fields of a product, by the rules of JSON Merge Patch: `null` empties a field.

    Of `attributes`, `related`, `numbers`, `texts` and `translations` those entries change that are named.
    """
    spend(request, 1)
    try:
        written = live.patch_product(product_id, body, actor=actor_of(request))
    except RowProblem as problem:
        raise refuse(problem) from None
    if written is None:
        raise NotFoundError(f"product {product_id!r} is not in the catalogue")
    return show_change(written)


@router.delete(
    "/products/{product_id}",
    responses={200: examples.answer("delete_product"), **problems(404, 422, 503)},
)
def delete_product(request: Request, live: UseLive, product_id: ProductId) -> ChangeOut:
    """Delete a product with its reviews; the next search does not show it."""
    spend(request, 1)
    written = live.delete_products([product_id], actor=actor_of(request))
    if not written:
        raise NotFoundError(f"product {product_id!r} is not in the catalogue")
    return show_change(written[0])


@router.post(
    "/products/bulk",
    response_class=Response,
    responses={200: bulk_answer("product"), **problems(413, 503)},
    openapi_extra=BULK_BODY,
)
async def put_products(request: Request, live: UseLive) -> Response:
    """Write many products, one JSON object a line, each with its `id`; one result a line, in the same order.

    A row that is wrong is refused with its reason, and the others are written. Rows are written in parts while the body
    comes, so memory stays small; a body may have 100 MB. The last line counts the outcomes.
    """

    def read(raw: Any) -> ReadProduct:
        return read_product(raw, shop_currency=live.shop_currency)

    def write(rows: list[ReadProduct], actor: str) -> list[Written]:
        return live.put_products(rows, actor=actor)

    return BulkResponse(request, read, write)
