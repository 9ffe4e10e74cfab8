"""A client of the API on the small installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import Platform


@contextmanager
def open_client(platform: Platform, **options: Any) -> Iterator[TestClient]:
    """The API in this process, without the page; faults of the app are answers, as over HTTP."""
    app = create_app(platform, with_page=False, **options)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def problem_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer that must be one, in the form that all have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:kms:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text
    return problem
