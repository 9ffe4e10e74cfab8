"""Suggestion panel: completions below a search box while a shopper types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.pages.elements import tag
from api.pages.failures import tells

if TYPE_CHECKING:
    from nicegui.element import Element

_THROTTLE_S = 0.12


@dataclass(frozen=True)
class Offer:
    """One line of the panel.

    Attributes:
        text: What it says.
        kind: Of what kind it is, in the page's language.
        url: Where it leads.
        image_url: Picture that stands before the text.
    """

    text: str
    kind: str
    url: str
    image_url: str | None = None


def offer_while_typing(
    box: Element, find: Callable[[str], Awaitable[Sequence[Offer]]], *, nothing: str = ""
) -> None:
    """Draw a panel that holds what fits the text of ``box``; an answer that a later one overtook is dropped.

    Args:
        box: An input, in the same ``.searchbox`` as the panel: arrow keys go from one to the other.
        find: What fits a text.
        nothing: What to say where nothing does.
    """
    panel = tag("div", "suggest", role="listbox")
    asked = 0

    async def offer(event: Any) -> None:
        nonlocal asked
        asked += 1
        mine = asked
        text = str(event.args or "")
        offers = await find(text)
        if mine != asked:
            return
        panel.clear()
        with panel:
            for each in offers:
                with tag("a", "suggest-item", href=each.url, role="option"):
                    if each.image_url:
                        # The text beside it says what it shows.
                        tag("img", "suggest-picture", src=each.image_url, alt="", loading="lazy")
                    tag("span", "suggest-text", each.text)
                    tag("span", "suggest-kind", each.kind)
            if nothing and text.strip() and not offers:
                tag("div", "suggest-none", nothing)

    told = tells(panel, offer)
    box.on(
        "input", told, js_handler="(e) => emit(e.target.value)", throttle=_THROTTLE_S, leading_events=False
    )
