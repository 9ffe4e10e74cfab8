"""The page of the API's documentation in a real Chromium that reaches no other server."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_the_routes_are_listed_without_other_servers(chromium: Any, address: str) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    elsewhere: list[str] = []
    context.on("request", lambda r: None if r.url.startswith((address, "data:")) else elsewhere.append(r.url))
    page = context.new_page()
    page.goto(f"{address}/docs")
    page.wait_for_selector(".opblock-summary-path")
    assert page.locator(".opblock").count() >= 10
    assert "/v1/search" in page.inner_text(".swagger-ui")
    assert elsewhere == []
    context.close()
