from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.docs_page import add_docs_page


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(title="Shop", docs_url=None, redoc_url=None)
    add_docs_page(app)
    return TestClient(app)


def test_everything_that_the_page_loads_is_served_here(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text and "http://" not in page.text
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) == 3
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200
        assert len(answer.content) > 1_000


def test_nothing_else_of_the_package_is_served(client: TestClient) -> None:
    assert client.get("/docs/static/redoc.standalone.js").status_code == 404
    assert client.get("/docs/static/..%2Fcore.py").status_code == 404
