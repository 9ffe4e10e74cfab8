"""Access control in the OpenAPI document: kinds of credentials, scopes of each route, and the refusals it may answer."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.security.gate import SHOPPER_HEADER
from api.security.scopes import API_RULES, Rule

_SCHEMES: dict[str, Any] = {
    "ApiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "kms_sk_… or kms_pk_…",
        "description": "An API key (`kms keys create`). Publishable keys are for browsers of their origins. "
        "Not needed where doors are open.",
    },
    "ShopperToken": {
        "type": "apiKey",
        "in": "header",
        "name": SHOPPER_HEADER,
        "description": "A JSON Web Token that the shop's server signs (HS256): `sub` is the shopper's id, `aud` is "
        "`kms`, `exp` at most a day ahead. With it a publishable key may write that shopper's events and read that "
        "shopper's recommendations.",
    },
}
_TEXTS = {
    400: "The request is not unambiguous HTTP, or its host is not this server's.",
    401: "The key or shopper token is missing, unknown or over.",
    403: "The key may not do this, or not from this origin or for this shopper.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is not declared as JSON.",
    429: "A rate is used up; `Retry-After` says for how long.",
    431: "The headers are too many or too large.",
    503: "A store that is needed does not answer, or the answer took too long.",
}
_PROBLEM = "application/problem+json"
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}


def document_doors(app: FastAPI) -> None:
    """Add keys, tokens and refusals to the application's OpenAPI document."""
    generate = app.openapi
    # OpenAPI knows no converters: {node_id:path} reads {node_id} there.
    rules = {(method, path.replace(":path", "")): rule for (method, path), rule in API_RULES.items()}

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            schema.setdefault("components", {})["securitySchemes"] = _SCHEMES
            for path, operations in schema["paths"].items():
                for method, operation in operations.items():
                    rule = rules.get((method.upper(), path))
                    if rule is not None:
                        _document(operation, rule)
                    for answer in operation["responses"].values():
                        _say_problem(answer)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(operation: dict[str, Any], rule: Rule) -> None:
    statuses = [400, 431, 503, *((408, 413, 415) if "requestBody" in operation else ())]
    if rule.who != "anybody":
        operation["security"] = _security(rule)
        statuses += [401, 403, 429]
        if rule.scope is not None:
            needed = f"Needs the scope `{rule.scope}`"
            if rule.shopper == "path":
                needed += ", and the scope `shopper` or that shopper's token"
            operation["description"] = f"{operation.get('description', '')}\n\n{needed}.".strip()
    for status in statuses:
        answer = operation["responses"].setdefault(str(status), _answer(status))
        if status in (429, 503):
            answer.setdefault("headers", _RETRY_AFTER)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _say_problem(answer: dict[str, Any]) -> None:
    """Leave only the media type that problems are sent as; FastAPI adds plain JSON for each model."""
    content = answer.get("content", {})
    if _PROBLEM in content:
        content[_PROBLEM] = content.get(_PROBLEM) or content.get("application/json", {})
        content.pop("application/json", None)


def _security(rule: Rule) -> list[dict[str, list[str]]]:
    if rule.shopper is not None:
        return [{"ApiKey": []}, {"ApiKey": [], "ShopperToken": []}]
    return [{"ApiKey": []}]


def _answer(status: int) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {"description": _TEXTS[status], "content": {_PROBLEM: {"schema": reference}}}
