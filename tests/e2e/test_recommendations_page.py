"""Recommendations in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_shopper_has_history_and_reasons(open_page: Any) -> None:
    page = open_page("/recommendations")
    assert page.locator(".shopper").count() > 3
    assert page.locator(".past-item").count() > 0
    assert page.locator(".hit").count() == 10
    assert "Because" in page.locator(".rec-list").inner_text()


def test_what_was_done_is_not_recommended(open_page: Any) -> None:
    page = open_page("/recommendations")
    done = set(page.locator(".past-title").all_inner_texts())
    assert not done & set(page.locator(".rec-list .hit-title").all_inner_texts())


def test_a_new_shopper_gets_what_is_in_demand_and_then_what_follows(open_page: Any) -> None:
    page = open_page("/recommendations")
    page.locator(".shopper-new").click()
    page.wait_for_selector(".rec-history .hint")
    assert "A first selection" in page.locator(".rec-list .block-title").inner_text()
    title = page.locator(".hit-title").first.inner_text()
    page.locator(".action-cart").first.click()
    page.wait_for_selector(".past-item")
    assert page.locator(".past-title").first.inner_text() == title
    assert page.locator(".past-type").first.inner_text() == "put in cart"
    page.wait_for_function("document.querySelector('.rec-list .block-title').innerText === 'Recommended'")
    assert title not in page.locator(".rec-list .hit-title").all_inner_texts()
    assert page.locator(".toast").first.is_visible()
    page.locator(".action-purchase").first.click()
    page.wait_for_function("document.querySelectorAll('.past-item').length === 2")


def test_an_odd_shopper_gives_a_page(open_page: Any) -> None:
    page = open_page("/recommendations?shopper=%3Cscript%3Ealert(1)%3C%2Fscript%3E%20x")
    assert page.locator(".hit").count() > 0
