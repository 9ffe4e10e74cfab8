"""Errors as problem+json (RFC 9457) with stable codes and without tracebacks.

========================== ====== ============================================================
code                       status when
========================== ====== ============================================================
``malformed_json``         400    the body is not JSON in UTF-8
``invalid_filter``         400    a filter or facet cannot be read, or names a field without index
``invalid_cursor``         400    the cursor was not given out for this request
``bad_request``            400    anything else that the platform refuses
``no_key``                 401    an API key is needed
``invalid_key``            401    the API key is unknown, revoked or expired
``invalid_shopper_token``  401    the shopper token is not signed by the shop, or is over
``no_session``             401    a person must sign in first
``missing_scope``          403    the key or role does not include what the address needs
``wrong_origin``           403    the publishable key is for other origins, or another site's page sent the request
``shopper_token_needed``   403    it is about a shopper, and nothing shows that the caller may speak for that one
``wrong_shopper``          403    the shopper token is for another shopper
``not_open_to_others``     403    doors are open, which is for this machine alone, and the request is from elsewhere
``not_found``              404    an id or an address that nobody knows
``method_not_allowed``     405    the address exists, but not for this method
``slow_request``           408    the body did not come in time
``payload_too_large``      413    the body is larger than 1 MB
``unsupported_media_type`` 415    the body is not declared as JSON
``validation``             422    a parameter or field is wrong; ``errors`` names each
``unknown_value``          422    a filter asks for a value that its field cannot have; the detail names the nearest
``rate_limited``           429    a rate is used up; ``Retry-After`` says for how long
``headers_too_large``      431    the headers are too many or too large
``internal``               500    a fault of the platform; the log has it under ``request_id``
``store_unavailable``      503    a store that is needed does not answer; try again later
``timed_out``              503    the answer took too long; try again later
========================== ====== ============================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.cursors import CursorError
from api.schemas import FieldProblem, Problem
from kms.errors import ConflictError, FilterError, InputError, KmsError, NotFoundError, StoreUnavailable
from kms.logs import get_logger
from ranking.serving.checks import UnknownValueError

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
RETRY_AFTER_S = 5
_DETAIL_CHARACTERS = 1_000
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "slow_request",
    409: "conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "validation",
    429: "rate_limited",
    503: "store_unavailable",
}

_MESSAGES = {
    "tuple_type": "this must be a list",
    "model_attributes_type": "this must be an object",
    "model_type": "this must be an object",
    "dict_type": "this must be an object",
    "extra_forbidden": "there is no such field",
    "string_pattern_mismatch": "this has characters that cannot stand here",
}
"""Instead of pydantic's words, which speak of Python or show a regular expression."""

_log = get_logger(__name__)


class RefusedRequest(InputError):
    """A request that a route refuses itself."""

    def __init__(
        self, status: int, detail: str, errors: Sequence[FieldProblem] = (), *, code: str | None = None
    ) -> None:
        """Refuse with one of the statuses of this module's table, and its code where there are several."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.errors = tuple(errors)


def make_problem(
    *,
    status: int,
    detail: str,
    path: str,
    request_id: str,
    code: str | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem as a response."""
    name = code or _CODES.get(status, "internal" if status >= 500 else "bad_request")
    problem = Problem(
        type=f"urn:kms:problem:{name}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_clean(detail),
        code=name,
        instance=_clean(path),
        request_id=request_id,
        errors=tuple(errors)[:MOST_ERRORS],
    )
    return JSONResponse(problem.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def add_handlers(app: FastAPI) -> None:
    """Register handlers that answer every error of the app as a problem document (RFC 9457)."""
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(KmsError, _on_error)


def request_id_of(request: Request) -> str:
    """The id that the outermost layer gave the request."""
    return str(request.scope.get("kms_request_id", ""))


def describe_errors(errors: Sequence[Any]) -> list[FieldProblem]:
    """Pydantic's errors in words, without repeating the input."""
    return [
        FieldProblem(
            field=_clean(".".join(str(part) for part in error["loc"]), 200),
            message=_clean(
                _MESSAGES.get(error["type"]) or str(error["msg"]).removeprefix("Value error, "), 300
            ),
        )
        for error in errors[:MOST_ERRORS]
    ]


async def _on_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    if any(item["type"] == "json_invalid" for item in problems):
        return _answer(request, 400, "the body is not JSON in UTF-8", code="malformed_json")
    errors = describe_errors(problems)
    detail = "; ".join(f"{e.field}: {e.message}" for e in errors[:3])
    return _answer(request, 422, detail, errors=errors)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404 and detail == "Not Found":
        detail = "there is nothing at this address; /docs lists what there is"
    if error.status_code == 400 and "parsing the body" in detail:
        return _answer(request, 400, "the body is not JSON in UTF-8", code="malformed_json")
    headers = dict(error.headers) if error.headers else None
    return _answer(request, error.status_code, detail, headers=headers)


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    detail = str(error)
    match error:
        case RefusedRequest():
            return _answer(request, error.status, detail, code=error.code, errors=error.errors)
        case UnknownValueError():
            return _answer(request, 422, detail, code="unknown_value")
        case FilterError():
            return _answer(request, 400, detail, code="invalid_filter")
        case CursorError():
            return _answer(request, 400, detail, code="invalid_cursor")
        case NotFoundError():
            return _answer(request, 404, detail)
        case ConflictError():
            return _answer(request, 409, detail)
        case InputError():
            return _answer(request, 400, detail)
        case StoreUnavailable():
            _log.warning("store unavailable", error=detail)
            return _answer(request, 503, detail, headers={"Retry-After": str(RETRY_AFTER_S)})
        case _:
            _log.error("request failed", error=detail, kind=type(error).__name__)
            return _answer(request, 500, "the platform could not answer; its log says why", code="internal")


def _answer(
    request: Request,
    status: int,
    detail: str,
    *,
    code: str | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    return make_problem(
        status=status,
        detail=detail,
        path=request.url.path,
        request_id=request_id_of(request),
        code=code,
        errors=errors,
        headers=headers,
    )


def _clean(text: str, most: int = _DETAIL_CHARACTERS) -> str:
    """Text that can be sent as UTF-8 and is not endless."""
    sendable = text.encode("utf-8", "replace").decode("utf-8")
    return sendable if len(sendable) <= most else sendable[: most - 1] + "…"
