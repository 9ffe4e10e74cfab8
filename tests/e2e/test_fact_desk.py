"""Curators decide on the product page, by keyboard alone, in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def row_of(page: Any, text: str) -> Any:
    return page.locator(".desk-row", has_text=text).first


def test_a_fact_is_rejected_and_taken_back_by_keyboard(open_page: Any) -> None:
    page = open_page("/product/AUD-001")
    row = row_of(page, "noise cancelling")
    name = row.get_attribute("aria-label")
    row.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("r")
    page.wait_for_selector(".desk-form .desk-go:focus")
    page.locator(".desk-form select").select_option("source_wrong")
    page.locator(".desk-form .desk-note").fill("tried <b>it</b>")
    page.keyboard.press("Enter")
    rejected = page.locator(f'.desk-rejected[aria-label="{name}"]')
    rejected.wait_for(timeout=120_000)
    assert "tried <b>it</b>" in rejected.inner_text()
    rejected.focus()
    page.keyboard.press("u")
    page.locator(f'.desk-proposed[aria-label="{name}"]').wait_for(timeout=120_000)
    page.locator(".desk-history summary").click()
    shown = page.locator(".desk-past").inner_text()
    assert "took back" in shown and "rejected" in shown


def test_a_wrong_value_is_refused_with_what_to_do_and_escape_closes(open_page: Any) -> None:
    page = open_page("/product/AUD-001", width=390)
    row = row_of(page, "brand")
    row.focus()
    page.keyboard.press("c")
    page.wait_for_selector(".desk-form [name=value]:focus")
    page.keyboard.type("Nobody & Sons")
    page.keyboard.press("Enter")
    assert "is called" in page.locator(".desk-problem").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector(".desk-form", state="detached")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
