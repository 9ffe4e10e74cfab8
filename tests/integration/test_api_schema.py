"""What OpenAPI promises is what the routes do: requests drawn from the schema, and such as break it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api.app import create_app
from api.wiring import Platform
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
"""Not that everything which fits the schema is accepted: a cursor must be one that was given, a filter one line of
its own language."""


ROUTES = [
    "GET /v1/search",
    "POST /v1/search",
    "GET /v1/suggest",
    "GET /v1/shoppers/{shopper_id}/recommendations",
    "GET /v1/products/{product_id}",
    "PUT /v1/products/{product_id}",
    "PATCH /v1/products/{product_id}",
    "DELETE /v1/products/{product_id}",
    "PATCH /v1/offers",
    "PUT /v1/reviews/{review_id}",
    "DELETE /v1/reviews/{review_id}",
    "GET /v1/products/{product_id}/similar",
    "GET /v1/products/{product_id}/complements",
    "GET /v1/trending",
    "GET /v1/categories",
    "GET /v1/categories/{category_id}",
    "POST /v1/events",
    "GET /v1/facts",
    "POST /v1/facts/decisions",
    "GET /v1/facts/decisions",
    "POST /v1/facts/bulk",
    "POST /v1/facts/undo",
    "GET /v1/facts/why",
    "GET /v1/rules",
    "POST /v1/rules/preview",
    "GET /v1/queue",
    "POST /v1/queue/next",
    "GET /v1/queue/actions",
    "POST /v1/queue/actions",
    "GET /v1/queue/items/{item_id}",
    "POST /v1/queue/bulk",
    "POST /v1/queue/undo",
    "GET /v1/graph/nodes",
    "GET /v1/graph/nodes/{node_id}/neighbourhood",
    "GET /v1/graph/path",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
]


LINES = ["POST /v1/products/bulk", "POST /v1/reviews/bulk"]
"""Their bodies are lines of JSON, of which each is answered: ``tests/integration/test_api_changes.py``."""
BARE = {"GET /v1/rules", "GET /healthz", "GET /readyz", "GET /metrics"}
"""These take nothing that could be wrong."""
CASES = [(route, GenerationMode.POSITIVE) for route in ROUTES] + [
    (route, GenerationMode.NEGATIVE) for route in ROUTES if route not in BARE
]


@pytest.fixture(scope="module")
def api(platform: Platform) -> Iterator[Any]:
    app = create_app(platform, with_page=False)
    for operations in app.openapi()["paths"].values():
        for operation in operations.values():
            operation.pop(
                "security", None
            )  # doors are open here, where the document's keys are not asked for
    with TestClient(app):
        yield schemathesis.openapi.from_asgi("/openapi.json", app)


def test_all_routes_are_tried(api: Any) -> None:
    operations = [found.ok() for found in api.get_all_operations()]
    assert sorted(f"{o.method.upper()} {o.path}" for o in operations) == sorted(ROUTES + LINES)


@pytest.mark.parametrize(("route", "mode"), CASES)
def test_a_route_keeps_its_promises(api: Any, route: str, mode: GenerationMode) -> None:
    method, path = route.split()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    def keeps_its_promises(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    keeps_its_promises()
