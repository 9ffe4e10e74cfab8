"""Recommendations: a shopper, what they did, what follows from it, and buttons that do something more."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from api.pages.components import draw_hit, draw_picture, product_url
from api.pages.elements import tag
from api.pages.failures import Handler, PageFailed, ask, tells
from api.pages.i18n import Words
from api.pages.layout import draw_degraded
from api.pages.source import HistoryEntry, Source
from api.pages.views import Result
from api.schemas import RecommendationsOut
from api.security.callers import caller_of
from kms.types import ID_SIGN, MOST_ID_CHARACTERS, EventType

if TYPE_CHECKING:
    from fastapi import Request

_BUTTONS: tuple[EventType, ...] = ("view", "cart", "purchase")
_PAST_SHOWN = 5
_SHOPPER = re.compile(f"{ID_SIGN}{{1,{MOST_ID_CHARACTERS}}}")


async def draw_recommendations(request: Request, words: Words, source: Source) -> None:
    """The page for the shopper that the address names; without one, for the most active."""
    from nicegui import ui

    shoppers = await ask(words, source.shoppers)
    wanted = request.query_params.get("shopper", "")
    if not _SHOPPER.fullmatch(wanted):
        wanted = shoppers[0][0] if shoppers else _new_shopper()
    with tag("header", "page-head"):
        tag("h1", "results-title", words("rec_title"))
        tag("p", "page-text", words("rec_text"))
    _draw_shoppers(words, shoppers, wanted)
    with tag("div", "rec"):
        history_column = tag("section", "rec-history", aria_label=words("history"))
        list_column = tag("section", "rec-list", aria_live="polite")

    async def refresh() -> None:
        history = await ask(words, source.history, wanted)
        answer, results = await ask(words, source.recommend, wanted)
        history_column.clear()
        with history_column:
            _draw_history(words, history)
        list_column.clear()
        with list_column:
            _draw_list(words, answer, results, tells(list_column, record))

    may_record = caller_of(request).may("events")

    async def record(result: Result, type: EventType, query_id: str) -> None:
        if not may_record:
            raise PageFailed(403, words("not_allowed_title"), words("not_allowed_text"))
        await ask(words, source.record, wanted, result.card.id, type, query_id)
        await refresh()
        message = words("recorded", type=words(f"event_{type}"), title=result.card.title)
        with list_column:  # the button that was pressed is gone
            ui.notify(message, position="bottom", timeout=2500, classes="toast", progress=False)

    await refresh()


def _new_shopper() -> str:
    return f"new-{uuid.uuid4().hex[:8]}"


def _draw_shoppers(words: Words, shoppers: Sequence[tuple[str, int]], chosen: str) -> None:
    with tag("nav", "shoppers", aria_label=words("shopper")):
        is_known = chosen in {name for name, _ in shoppers}
        with tag(
            "a",
            "shopper shopper-new",
            href=f"/recommendations?shopper={_new_shopper()}",
            aria_current=None if is_known else "true",
        ):
            tag("span", "shopper-name", words("new_shopper"))
        for name, events in shoppers:
            current = "true" if name == chosen else None
            with tag("a", "shopper", href=f"/recommendations?shopper={name}", aria_current=current):
                tag("span", "shopper-name", name)
                tag("span", "shopper-events", words.count("shopper_events", events))


def _draw_history(words: Words, history: Sequence[HistoryEntry]) -> None:
    tag("h2", "block-title", words("history"))
    if not history:
        tag("p", "hint", words("history_empty"))
        return
    _draw_past(words, history[:_PAST_SHOWN])
    if rest := history[_PAST_SHOWN:]:
        with tag("details", "facet-more"):
            tag("summary", "", words("more_values", n=len(rest)))
            _draw_past(words, rest)


def _draw_past(words: Words, history: Sequence[HistoryEntry]) -> None:
    with tag("ol", "past"):
        for entry in history:
            with tag("li", ""), tag("a", "past-item", href=product_url(entry.card.id)):
                draw_picture(entry.card, words, "tile-tiny")
                with tag("span", "past-body"):
                    title, language = entry.card.title, words.lang_of(entry.card.language)
                    tag("span", "past-title", title, lang=language)
                    with tag("span", "past-foot"):
                        tag("span", f"past-type past-{entry.event.type}", words(f"event_{entry.event.type}"))
                        tag("time", "", f"{entry.event.timestamp:%Y-%m-%d}")


def _draw_list(
    words: Words,
    answer: RecommendationsOut,
    results: Sequence[Result],
    record: Handler,
) -> None:
    draw_degraded(words, answer.degraded)
    tag("h2", "block-title", words("for_cold" if answer.kind == "cold" else "for_shopper"))
    with tag("ol", "hits hits-first"):
        for result in results:
            draw_hit(
                result,
                words,
                why=words("why_for_you"),
                heading="h3",
                actions=partial(_draw_buttons, words, result, answer.query_id, record),
            )


def _draw_buttons(words: Words, result: Result, query_id: str, record: Handler) -> None:
    for type in _BUTTONS:
        _draw_button(words, result, type, query_id, record)


def _draw_button(
    words: Words,
    result: Result,
    type: EventType,
    query_id: str,
    record: Handler,
) -> None:
    button = tag("button", f"action action-{type}", words(f"do_{type}"), type="button")
    button.on("click", lambda: record(result, type, query_id), args=[])
