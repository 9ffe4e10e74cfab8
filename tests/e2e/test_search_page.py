"""Searching in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_results_come_with_reasons_and_evidence(open_page: Any) -> None:
    page = open_page("/?q=wireless+headphones")
    assert page.locator(".hit").count() == 10
    assert page.locator(".hit .price, .hit .price-none").first.is_visible()
    assert "wireless" in page.locator(".understood").inner_text()
    first = page.locator(".hit").first
    assert first.locator(".shares .share").count() >= 2
    assert not first.locator(".reasons").is_visible()
    first.locator(".why-summary").click()
    assert first.locator(".reason").count() >= 2
    assert first.locator(".path .node").first.is_visible()
    assert first.locator(".quote mark").first.inner_text().strip()


def test_shares_of_a_result_add_up_to_at_most_one(open_page: Any) -> None:
    page = open_page("/?q=headphones")
    page.locator(".why-summary").first.click()
    shares = page.locator(".hit").first.locator(".reason-share").all_inner_texts()
    total = sum(int(s.strip("<%")) for s in shares)
    assert 90 <= total <= 101


def test_the_box_searches_and_suggests(open_page: Any) -> None:
    page = open_page("/")
    box = page.get_by_role("searchbox").first
    box.press_sequentially("headp", delay=40)
    page.wait_for_selector(".suggest-item")
    page.wait_for_function(
        "document.querySelector('.suggest').innerText.toLowerCase().includes('headphones')"
    )
    assert box.input_value() == "headp"
    box.press("ArrowDown")
    page.wait_for_function("document.activeElement.className === 'suggest-item'")
    page.keyboard.press("Escape")
    assert not page.locator(".suggest").first.is_visible()
    box.fill("kettle")
    box.press("Enter")
    page.wait_for_url("**/?q=kettle")
    page.wait_for_selector(".hit")


def test_a_late_answer_does_not_take_the_focus(open_page: Any) -> None:
    page = open_page("/")
    box = page.get_by_role("searchbox").first
    box.press_sequentially("headp", delay=40)
    page.wait_for_function("document.querySelector('.suggest').innerText.includes('headphones')")
    page.wait_for_timeout(500)  # the answers to all letters are there
    box.press("ArrowDown")
    # As when the answer to the last letter comes now: other suggestions, while one of the old has the focus.
    box.evaluate("box => { box.value = 'kett'; box.dispatchEvent(new Event('input', {bubbles: true})); }")
    page.wait_for_function("document.querySelector('.suggest').innerText.includes('kettle')")
    assert page.evaluate("document.activeElement.className") == "suggest-item"
    assert "kettle" in page.evaluate("document.activeElement.innerText")
    box.evaluate("box => { box.value = 'k'; box.dispatchEvent(new Event('input', {bubbles: true})); }")
    page.wait_for_function("document.querySelectorAll('.suggest-item').length === 0")
    assert page.evaluate("document.activeElement.className") == "searchbox-input"


def test_a_facet_narrows_and_can_be_taken_off(open_page: Any) -> None:
    page = open_page("/?q=headphones")
    before = page.locator(".results-count").inner_text()
    value = page.locator(".facet", has_text="Brand").locator(".facet-value").first
    brand, count = value.locator(".facet-label").inner_text(), value.locator(".facet-count").inner_text()
    value.click()
    page.wait_for_selector(".chosen-item")
    assert page.locator(".results-count").inner_text().split()[0] == count
    assert set(page.locator(".hit-brand").all_inner_texts()) == {brand.upper()}
    page.locator(".chosen-item").click()
    page.wait_for_function("document.querySelectorAll('.chosen-item').length === 0")
    page.wait_for_selector(".hit")
    assert page.locator(".results-count").inner_text() == before


def test_price_limits_and_sort_keep_the_query(open_page: Any) -> None:
    page = open_page("/?q=headphones&sort=price_asc")
    page.locator("input[name=max]").fill("60")
    page.locator(".price-go").click()
    page.wait_for_selector(".chosen-item")
    assert "q=headphones" in page.url
    assert "sort=price_asc" in page.url
    prices = [float(p.strip("€$£¥")) for p in page.locator(".hit .price").all_inner_texts()]
    assert prices == sorted(prices)
    assert max(prices) <= 60


def test_pages_follow_each_other_without_repeating(open_page: Any) -> None:
    page = open_page("/?q=headphones")
    first = page.locator(".hit-title").all_inner_texts()
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=2**")
    page.wait_for_selector(".hit")
    assert not set(first) & set(page.locator(".hit-title").all_inner_texts())


def test_a_typing_error_is_corrected_and_said(open_page: Any) -> None:
    page = open_page("/?q=wireles+hedphones")
    assert "headphones" in page.locator(".correction strong").inner_text()
    assert page.locator(".hit").count() > 0


def test_an_exclusion_is_shown(open_page: Any) -> None:
    page = open_page("/?q=headphones+not+wireless")
    assert "wireless" in page.locator(".chip-not").inner_text()


def test_an_unknown_exclusion_is_shown_and_holds(open_page: Any) -> None:
    page = open_page("/?q=monitor+that+isn%27t+curved")
    assert page.locator(".chip-not").all_inner_texts() == ["without curved"]
    titles = page.locator(".hit-title").all_inner_texts()
    assert titles
    assert not any("Curved" in title for title in titles)


def test_what_was_not_understood_is_said_in_a_sentence(open_page: Any) -> None:
    page = open_page("/?q=boots+that+don%27t+slip")
    said = page.locator(".relaxed").all_inner_texts()
    assert "Not understood, and not taken into account: “slip”." in said


def test_a_filter_value_that_no_product_has_is_said(open_page: Any) -> None:
    page = open_page("/?f=brand:nobody_at_all")
    assert page.locator(".relaxed").first.inner_text() == "No product here has the filter “nobody at all”."


def test_words_that_deny_as_a_part_of_a_name_exclude_nothing(open_page: Any) -> None:
    page = open_page("/?q=non-stick+pan+induction")
    assert page.locator(".chip-not").count() == 0
    assert "Frying Pan" in page.locator(".hit-title").first.inner_text()


def test_nothing_found_says_so_and_leads_out(open_page: Any) -> None:
    page = open_page("/?q=headphones&min=900000")
    assert page.locator(".notice-title").inner_text() == "Nothing fits “headphones”"
    assert "Take a filter away" in page.locator(".notice-text").inner_text()
    page.locator(".notice .button").click()
    page.wait_for_selector(".hit")


def test_nothing_found_without_filters_does_not_speak_of_filters(open_page: Any) -> None:
    page = open_page("/?q=zzzyqx")
    assert (
        page.locator(".notice-text").inner_text()
        == "Try other or fewer words, or look through the categories."
    )
    page.locator(".notice .button").click()
    page.wait_for_selector(".tree")


def test_what_is_sold_out_says_so_and_what_is_not_says_nothing(open_page: Any) -> None:
    page = open_page("/?q=crate+for+dogs")
    sold_out = page.locator(".hit", has_text="PET-CRATE").or_(page.locator(".hit-sold-out")).first
    assert sold_out.locator(".hit-row .availability").inner_text() == "Out of stock"
    assert page.locator(".hit:not(.hit-sold-out) .hit-row .availability").count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%00%ff&page=-1&sort=nonsense&min=abc&f=noseparator",
        "/?q=" + "a" * 3_000,
        "/?q=headphones&page=99999999999999",
        "/?q=headphones&f=brand:%3Cscript%3E",
        "/?q=headphones&min=1e308&max=-1",
    ],
)
def test_odd_addresses_give_a_page(open_page: Any, path: str) -> None:
    page = open_page(path)
    assert "Traceback" not in page.content()


def test_a_filter_on_an_unknown_field_is_explained(open_page: Any) -> None:
    open_page("/?q=headphones&f=attr.colour:nothing", expect=400)
    page = open_page("/?q=headphones&f=secret:1", expect=400)
    said = page.locator(".notice-text").inner_text()
    assert "a filter that this shop does not know" in said
    assert "secret" not in said  # fields are for the API's detail


def test_chinese_by_link_and_remembered(open_page: Any) -> None:
    page = open_page("/?q=降噪耳机")
    assert page.locator(".hit").count() > 0
    page.locator(".language").click()
    page.wait_for_url("**lang=zh**")
    assert page.locator(".results-count").inner_text().endswith("件商品")
    assert page.locator("html").evaluate("e => getComputedStyle(e).fontFamily") is not None
    page.goto(page.url.split("/?")[0] + "/graph")
    assert page.locator(".results-title").inner_text() == "图谱浏览"


def test_a_chinese_browser_gets_chinese(open_page: Any) -> None:
    page = open_page("/", locale="zh-CN")
    assert page.locator(".searchbox-go").inner_text() == "搜索"


def test_filters_are_a_drawer_on_a_phone(open_page: Any) -> None:
    page = open_page("/?q=headphones", width=390)
    assert not page.locator(".filters").is_visible()
    page.locator(".filters-open").click()
    page.locator(".filters .facet-value").first.wait_for(state="visible")
    page.locator(".filters-close").click()
    page.wait_for_function("getComputedStyle(document.querySelector('.filters')).visibility === 'hidden'")


def test_the_footer_says_what_is_served(open_page: Any) -> None:
    page = open_page("/")
    foot = page.locator(".foot").inner_text()
    assert "Index version" in foot
    assert "products" in foot
    assert "All parts answer" in foot
