"""Route for what changes often: prices, sales, availability, stock and publication."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.change_schemas import RowOut, RowsOut, show_problems, show_row
from api.problems import RefusedRequest
from api.routes import examples
from api.routes.changing import UseBody, UseLive, actor_of, json_body, spend
from api.routes.parameters import problems
from api.schemas import FieldProblem
from kms.catalog.json_models import OFFER_FIELDS
from kms.catalog.rows import RowProblem, shorten
from kms.catalog.values import is_empty
from kms.indexing.live_writes import OfferRow

router = APIRouter(tags=["products"])

MOST_OFFERS = 1_000
_FIELDS: Final[dict[str, Any]] = {name: {} for name in ("code", *OFFER_FIELDS, "currency")}
_ROW: Final[dict[str, Any]] = {
    "type": "object",
    "description": "`code` is the id of a product, or a SKU, GTIN or maker's number of a product or a variant.",
    "properties": _FIELDS,
}
_ROWS: Final[dict[str, Any]] = {"type": "array", "items": _ROW, "minItems": 1, "maxItems": MOST_OFFERS}
_BODY: Final[dict[str, Any]] = json_body(
    {"properties": {"offers": _ROWS}, "required": ["offers"]}, examples.EXAMPLES["offers"].body
)


@router.patch(
    "/offers",
    responses={
        200: examples.answer("offers", "All are written."),
        207: {
            **examples.answer("offers_partly", "Some were refused; the others are written."),
            "model": RowsOut,
        },
        **problems(400, 413, 422, 503),
    },
    openapi_extra=_BODY,
)
def patch_offers(request: Request, live: UseLive, body: UseBody, response: Response) -> RowsOut:
    """Change price, sale, availability, stock or publication of up to 1000 products and variants.

    Nothing is read and no index is made, so the next search shows it. What a row does not name stays; `null` empties a
    field. A row that is wrong is refused with its reason, and the others are written; where none is right, the answer is a
    problem.
    """
    raw_rows = _rows_of(body)
    spend(request, len(raw_rows))
    results: dict[int, RowOut] = {}
    rows: list[tuple[int, OfferRow]] = []
    for number, raw in enumerate(raw_rows, start=1):
        try:
            rows.append((number, _read_row(raw)))
        except RowProblem as problem:
            results[number] = RowOut(row=number, outcome="refused", errors=show_problems(problem))
    written = live.patch_offers([row for _, row in rows], actor=actor_of(request)) if rows else []
    for (number, _), result in zip(rows, written, strict=True):
        results[number] = show_row(number, result)
    ordered = tuple(results[number] for number in sorted(results))
    refused = [result for result in ordered if result.outcome == "refused"]
    if len(refused) == len(ordered):
        errors = [
            FieldProblem(
                field=f"offers.{r.row - 1}.{r.errors[0].field}".rstrip("."), message=r.errors[0].message
            )
            for r in refused
        ]
        raise RefusedRequest(422, f"none of {len(ordered)} rows can be written: {errors[0].message}", errors)
    if refused:
        response.status_code = 207
    return RowsOut(results=ordered, counts=dict(sorted(Counter(r.outcome for r in ordered).items())))


def _rows_of(body: Any) -> list[Any]:
    if not isinstance(body, dict) or body.keys() != {"offers"} or not isinstance(body["offers"], list):
        message = "expected an object with offers, a list of rows, and nothing else"
        raise RefusedRequest(422, message, (FieldProblem(field="offers", message=message),))
    if not 1 <= len(body["offers"]) <= MOST_OFFERS:
        message = f"a request takes 1 to {MOST_OFFERS} rows, there are {len(body['offers'])}"
        raise RefusedRequest(422, message, (FieldProblem(field="offers", message=message),))
    rows: list[Any] = body["offers"]
    return rows


def _read_row(raw: Any) -> OfferRow:
    if not isinstance(raw, dict):
        raise RowProblem("", "syntax", f"expected an offer as a JSON object, not {shorten(raw)}")
    code = raw.get("code")
    if not isinstance(code, str | int) or isinstance(code, bool) or is_empty(code):
        raise RowProblem("code", "missing", "code is empty")
    return OfferRow(str(code).strip()[:200], {name: value for name, value in raw.items() if name != "code"})
