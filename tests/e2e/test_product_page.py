"""A product with its evidence in a real Chromium."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.e2e.conftest import HOSTILE, HOSTILE_ID

pytestmark = pytest.mark.browser


def test_a_fact_lights_up_where_it_was_read(open_page: Any) -> None:
    page = open_page("/product/AUD-001")
    assert page.locator(".ev.on").count() == 0
    fact = page.locator(".fact", has_text="Noise cancelling").first
    fact.click()
    lit = " ".join(page.locator(".ev.on").all_inner_texts())
    assert "ANC" in lit or "noise" in lit.casefold()
    assert fact.get_attribute("aria-pressed") == "true"
    assert page.locator(".ev.near").count() > 0
    fact.click()
    assert page.locator(".ev.on").count() == 0


def test_conflicting_readings_are_marked(open_page: Any) -> None:
    page = open_page(f"/product/{HOSTILE_ID}")
    assert "another reading is used" in page.locator(".fact-unused").first.inner_text()


def test_aspects_open_to_sentences_of_reviews(open_page: Any) -> None:
    page = open_page("/product/AUD-001")
    row = page.locator(".aspect").first
    row.locator("summary").click()
    assert row.locator(".quote mark").first.is_visible()
    assert page.locator(".aspect-positive").count() > 0
    assert page.locator(".aspect-negative").count() > 0


def test_texts_are_whole(open_page: Any) -> None:
    page = open_page("/product/AUD-001")
    assert page.locator(".product-title").inner_text() == "Veldra Hush 2 over-ear headphones, graphite"
    assert "Not waterproof: keep it out of the rain." in page.locator(".text-description").inner_text()


def test_similar_products_lead_on(open_page: Any) -> None:
    page = open_page("/product/AUD-001")
    card = page.locator(".block", has_text="Similar products").locator(".card").first
    title = card.locator(".card-title").inner_text()
    card.click()
    page.wait_for_function("t => document.querySelector('.product-title')?.innerText === t", arg=title)


@pytest.mark.parametrize("name", ["nope", "../etc", "<script>alert(1)</script>", "a" * 500, "%00", "商品"])
def test_an_unknown_product_gets_a_friendly_page(open_page: Any, name: str) -> None:
    page = open_page(f"/product/{quote(name, safe='')}", expect=404)
    assert page.locator(".notice-title").inner_text() in {"This product is not here", "There is no such page"}
    assert "Traceback" not in page.content()
    page.locator(".notice .button").click()
    page.wait_for_selector(".hero")


def test_an_unknown_page_is_a_page_of_its_own(open_page: Any) -> None:
    page = open_page("/no/such/page", expect=404)
    assert page.locator(".notice-title").inner_text() == "There is no such page"


def test_texts_of_products_are_never_html(open_page: Any) -> None:
    for path in (f"/product/{HOSTILE_ID}", "/?q=hacked+headphones", f"/graph?node=product:{HOSTILE_ID}"):
        page = open_page(path)
        page.wait_for_timeout(300)
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[onerror], img[src=x]").count() == 0
        assert "<script>window.hacked=1</script>" in page.locator("body").inner_text()
    page = open_page(f"/product/{HOSTILE_ID}")
    assert page.locator(".product-title").inner_text() == f"Wireless headphones {HOSTILE}"
    assert page.title() == f"Wireless headphones {HOSTILE} · KMS"
    for fact in page.locator(".fact").all():
        fact.click()
    assert page.evaluate("window.hacked") is None


def test_what_is_typed_is_never_html(open_page: Any) -> None:
    page = open_page("/?q=" + quote(HOSTILE))
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.locator(".results-title").inner_text() == HOSTILE


def test_variants_pictures_and_the_shops_page(open_page: Any) -> None:
    page = open_page("/product/PET-BED")
    page.wait_for_selector(".tile-large .tile-art svg")
    # Nobody answers at the pictures' address, so the drawn tile shows.
    page.wait_for_function("document.querySelectorAll('.tile-large .photo').length === 0")
    assert page.locator(".product-price .price").inner_text() == "€49.00 – €79.00"
    # The usual price is of one variant and stands in its row, not beside the range.
    assert page.locator(".product-price .price-usual").count() == 0
    assert "€59.00" in page.locator(".variant-table .price-usual").first.inner_text()
    rows = page.locator(".variant-table tbody tr")
    assert [cell.inner_text() for cell in rows.nth(1).locator("td").all()] == [
        "Large", "Moss", "BED/L", "€79.00", "Out of stock",
    ]  # fmt: skip
    assert page.evaluate("window.hacked") is None
    link = page.locator(".product-buying a")
    assert link.get_attribute("href") == "https://pets.example.test/p/burrow"
    assert "GTIN 4006381333931" in page.locator(".product-buying").inner_text()
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    page.route(
        "https://img.example.test/**", lambda route: route.fulfill(body=drawing, content_type="image/svg+xml")
    )
    page.reload()
    page.wait_for_selector(".tile-large .photo")
    assert page.locator(".tile-large .photo").get_attribute("alt") == "View 1"
    assert page.locator(".gallery .photo[loading=lazy]").count() == 3


def test_the_document_holds_no_live_markup_of_a_product(address: str) -> None:
    source = httpx.get(f"{address}/product/{HOSTILE_ID}", timeout=30).text
    assert "<script>window.hacked" not in source
    assert "<img src=x" not in source
