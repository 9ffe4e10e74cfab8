"""The review queue in a real Chromium, by keyboard alone: answers, forms, undoing, many at once, two people at once."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser

LATER = "(before) => document.querySelector('.queue-card').dataset.item !== before"


def question(page: Any) -> str:
    return str(page.locator("#queue-question").inner_text())


def shown(page: Any) -> str:
    return str(page.locator(".queue-card").get_attribute("data-item"))


def go(page: Any, *keys: str) -> str:
    """Press keys after which another question is shown; returns the id of the one that was answered."""
    before = shown(page)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function(LATER, arg=before)
    return before


def open_desk(open_page: Any, path: str, **how: Any) -> Any:
    page = open_page(path, **how)
    page.wait_for_selector(".queue-card:focus")
    return page


def test_questions_are_answered_and_taken_back_by_keyboard(open_page: Any) -> None:
    page = open_desk(open_page, "/desk?kind=contradiction")
    assert page.locator(".queue-sample mark").count() > 0, "the words are marked in their sentence"
    assert page.locator(".queue-sample .tile").count() > 0
    first = question(page)
    answered = go(page, "2")
    assert first in page.locator(".queue-status").inner_text()
    page.keyboard.press("u")
    page.wait_for_function("(id) => document.querySelector('.queue-card').dataset.item === id", arg=answered)
    assert "taken back" in page.locator(".queue-past").inner_text()
    page.keyboard.press("r")
    page.wait_for_selector(".queue-form [data-key='1']:focus")
    go(page, "2")
    side = page.locator(".queue-side").inner_text()
    assert "said of something else" in side and "value:" not in side and "of_another" not in side
    skipped = go(page, "s")
    assert skipped != answered
    for taken in (skipped, answered):
        page.keyboard.press("u")
        page.wait_for_function("(id) => document.querySelector('.queue-card').dataset.item === id", arg=taken)
    page.keyboard.press("u")
    page.wait_for_selector(".queue-status:has-text('Nothing to take back here')")
    page.goto(f"{page.url.partition('?')[0]}?class=socksss")
    page.wait_for_selector(".queue-problem:has-text(\"no class 'socksss'\")")
    assert page.locator(".queue-filter [name=class]").input_value() == "socksss"


def test_notes_are_kept_and_a_wrong_value_is_refused_with_what_to_do(open_page: Any) -> None:
    page = open_desk(open_page, "/desk?kind=doubtful", width=390, height=844)
    item = shown(page)
    page.keyboard.press("f")
    page.wait_for_selector(".queue-flag")
    page.keyboard.press("m")
    page.wait_for_selector(".queue-form [name=note]:focus")
    page.keyboard.type("look <b>here</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector(".queue-past:has-text('look <b>here</b>')")
    page.keyboard.press("g")
    page.wait_for_selector(".queue-form [name=value]:focus")
    page.keyboard.type("anna")
    page.keyboard.press("Enter")
    page.wait_for_selector(".queue-meta:has-text('anna')")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("c")
    page.wait_for_selector(".queue-form [name=to]:focus")
    page.wait_for_function(
        "() => { const box = document.querySelector('.queue-form').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    page.keyboard.type("nonsense")
    page.keyboard.press("Enter")
    page.wait_for_selector(".queue-problem:has-text('nonsense')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".queue-form", state="detached")
    assert shown(page) == item, "letters that are typed are no keys"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("u")
    page.wait_for_selector(".queue-meta:has-text('anna')", state="detached")
    page.keyboard.press("g")
    page.wait_for_selector(".queue-form [name=value]:focus")
    page.keyboard.type("anna")
    page.keyboard.press("Enter")
    page.wait_for_selector(".queue-meta:has-text('anna')")
    page.goto(page.url.partition("?")[0] + "?assignee=anna&flagged=1")
    page.wait_for_selector(".queue-card:focus")
    assert shown(page) == item


def test_all_of_a_filter_are_answered_after_a_look_and_taken_back_as_one(open_page: Any) -> None:
    page = open_desk(open_page, "/desk")
    page.keyboard.press("b")
    page.wait_for_selector(".queue-bulk:has-text('Choose a filter first')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".queue-bulk", state="detached")
    page.goto(page.url.partition("?")[0] + "?kind=word")
    page.wait_for_selector(".queue-card:focus")
    count = page.locator(".queue-count").inner_text()
    page.keyboard.press("b")
    page.wait_for_selector(".queue-bulk select:focus")
    assert page.locator(".queue-bulk li").count() > 1
    page.locator(".queue-bulk [name=action]").select_option("reject")
    page.locator(".queue-bulk [name=reason]").select_option(label="says nothing that helps to choose")
    page.locator(".queue-bulk .queue-go").press("Enter")
    page.wait_for_selector(".queue-card:has-text('Nothing is left')")
    assert "says nothing that helps to choose" in page.locator(".queue-side").inner_text()
    page.keyboard.press("u")
    page.wait_for_selector("#queue-question")
    assert page.locator(".queue-count").inner_text() == count


def test_the_second_of_two_people_is_told_what_the_first_did(open_page: Any) -> None:
    path = "/desk?kind=contradiction&lang=en"
    first = open_desk(open_page, path)
    second = open_desk(open_page, f"{path}&item={shown(first)}")
    assert shown(first) == shown(second)
    go(first, "1")
    go(second, "2")
    assert "answered it at" in second.locator(".queue-problem").inner_text()
    assert "accept" in second.locator(".queue-problem").inner_text()
    first.keyboard.press("u")
    first.wait_for_selector(".queue-past:has-text('taken back')")


def test_the_keys_are_shown_and_hidden(open_page: Any) -> None:
    page = open_desk(open_page, "/desk?lang=zh")
    assert "快捷键" in page.locator(".queue").inner_text()
    page.wait_for_selector(".queue-help")
    page.keyboard.press("?")
    page.wait_for_selector(".queue-help", state="detached")
