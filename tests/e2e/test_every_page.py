"""What holds on every page, looked at in a real Chromium: it fits, it can be read, and the keyboard reaches it."""

from __future__ import annotations

import os
from importlib import resources
from typing import Any

import pytest

pytestmark = pytest.mark.browser

_PATHS = (
    "/", "/?q=crate+for+dogs", "/?q=zzzyqx", "/product/PET-CRATE", "/product/AUD-001", "/categories", "/recommendations",
    "/graph", "/desk",
)  # fmt: skip
_SCROLLING = """() => [...document.querySelectorAll('.main *')]
    .filter(e => /auto|scroll/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1)
    .map(e => e.className).filter(name => name !== 'filters')"""
_COLLIDING = """() => [...document.querySelectorAll('.card-row, .hit, .prices, .statement, .fact-main')].flatMap(row => {
    const texts = [...row.querySelectorAll('.amount, .price-usual, .rating-value, .availability, .hit-title, '
        + '.connection-relation, .connection-label, .fact-name span, .fact-value')]
        .map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 1);
    return texts.flatMap(([a, r], i) => texts.slice(i + 1)
        .filter(([b, q]) => !a.contains(b) && Math.min(r.right, q.right) - Math.max(r.left, q.left) > -2
            && Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top) > 1)
        .map(([b]) => `${a.innerText} | ${b.innerText}`));
})"""


def _find_axe() -> str:
    """The text of axe, which comes with a package for tests."""
    is_promised = os.environ.get("CI") == "true"
    if not is_promised:
        pytest.importorskip("axe_playwright_python", reason="needs: pip install axe-playwright-python")
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def _address(page: Any) -> str:
    return str(page.evaluate("location.origin"))


def _go(page: Any, path: str) -> None:
    page.goto(_address(page) + path)
    page.wait_for_selector(".foot")
    page.wait_for_load_state("load")


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_a_page_fits_and_its_texts_stand_apart(open_page: Any, width: int) -> None:
    page = open_page("/", width=width)
    for path in _PATHS:
        _go(page, path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert page.evaluate(_COLLIDING) == [], path
        if width < 1100:
            assert page.evaluate(_SCROLLING) == [], path


@pytest.mark.parametrize(("width", "language"), [(390, "en"), (1440, "zh")])
def test_axe_finds_nothing_on_a_page(open_page: Any, width: int, language: str) -> None:
    axe = _find_axe()
    page = open_page(f"/?lang={language}", width=width)
    for path in (*_PATHS[:: 1 if language == "en" else 3], "/c/nothing"):
        _go(page, path)
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert found["passes"], path
        assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found["violations"]] == [], path


def test_a_page_and_texts_in_another_language_say_theirs(open_page: Any) -> None:
    page = open_page("/?q=降噪耳机")
    assert page.locator("html").get_attribute("lang") == "en-US"
    assert page.locator(".hit-title a[lang=zh-CN]").count() > 0
    page.goto(page.url + "&lang=zh")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator(".hit-title a:not([lang])").count() > 0
    assert page.locator(".hit-title a[lang=zh-CN]").count() == 0


def test_the_first_key_leads_past_the_head(open_page: Any) -> None:
    page = open_page("/?q=headphones")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("role") == "checkbox"
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Space")
    page.wait_for_selector(".chosen-item")


def test_the_drawer_takes_the_focus_and_gives_it_back(open_page: Any) -> None:
    page = open_page("/?q=headphones", width=390)
    page.locator(".filters-open").press("Enter")
    assert page.evaluate("document.activeElement.className") == "filters-close"
    assert page.locator(".filters-open").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Shift+Tab")
    assert "filters-done" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "filters-close"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "filters-open"
    assert page.locator(".filters-open").get_attribute("aria-expanded") == "false"


def test_a_picture_covers_its_tile_when_it_is_there(open_page: Any) -> None:
    page = open_page("/")
    waiting: list[Any] = []
    page.route("https://slow.example.test/**", lambda route: waiting.append(route))
    page.goto(_address(page) + "/product/PET-CRATE", wait_until="commit")
    photo = page.locator(".tile-large .photo")
    photo.wait_for(state="attached")
    assert photo.evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
    page.wait_for_timeout(200)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    for route in waiting:
        route.fulfill(body=drawing, content_type="image/svg+xml")
    page.wait_for_selector(".tile-large .photo.loaded")
    assert photo.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_an_unknown_category_leads_to_those_that_are_there(open_page: Any) -> None:
    page = open_page("/c/nothing", expect=404)
    assert page.locator(".notice-title").inner_text() == "There is no such category"
    page.locator(".notice .button").click()
    page.wait_for_selector(".tree")
