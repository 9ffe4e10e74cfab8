"""The graph explorer in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_node_shows_its_connections_and_their_evidence(open_page: Any) -> None:
    page = open_page("/graph?node=product:AUD-001")
    page.wait_for_selector(".chart canvas")
    assert page.locator(".connection").count() > 5
    page.locator(".connection", has_text="Veldra").first.click()
    page.wait_for_selector(".panel .quote mark")
    assert "Confidence" in page.locator(".panel .hint").inner_text()


def test_connections_unfold(open_page: Any) -> None:
    page = open_page("/graph?node=product:AUD-001")
    page.locator(".connection", has_text="Veldra").first.click()
    page.locator(".panel-end", has_text="Veldra").last.click()
    page.wait_for_function("document.querySelector('.panel-kind').innerText.toLowerCase().includes('brand')")
    page.wait_for_selector(".connection")  # the panel is cleared before it is filled again


def test_search_leads_to_a_node(open_page: Any) -> None:
    page = open_page("/graph")
    box = page.locator(".finder input").first
    box.fill("")
    box.press_sequentially("headph", delay=30)
    page.wait_for_selector(".finder .suggest-item")
    page.locator(".finder .suggest-item").first.click()
    page.wait_for_url("**node=**")
    page.wait_for_selector(".chart canvas")


def test_a_path_between_two_nodes(open_page: Any) -> None:
    page = open_page("/graph?node=product:AUD-001&to=category:audio")
    assert "Connected" in page.locator(".banner").inner_text()
    assert page.locator(".panel-title").is_visible()


@pytest.mark.parametrize(
    "path", ["/graph?node=nothing:here", "/graph?node=%00", "/graph?node=product:AUD-001&to=x"]
)
def test_unknown_nodes_are_said(open_page: Any, path: str) -> None:
    page = open_page(path)
    assert "Nothing has this name" in page.locator(".banner").inner_text()
