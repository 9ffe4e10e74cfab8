"""Layout of every page: head, header with search box and language, footer with the platform's state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from api.pages.components import product_url
from api.pages.elements import drawing, tag
from api.pages.failures import ask
from api.pages.i18n import TEXTS, Words, choose_language
from api.pages.offers import Offer, offer_while_typing
from api.pages.source import Source, Status
from api.security.callers import Caller, caller_of
from kms.access.models import Scope
from kms.types import Language
from ranking.models import Suggestion

if TYPE_CHECKING:
    from fastapi import Request

STATIC = Path(__file__).parent / "static"
STATIC_URL = "/static/pages"
COOKIE = "kms_lang"
_LEAST_PREFIX = 2
_PLACES: tuple[tuple[str, str, Scope], ...] = (
    ("search", "/", "search"),
    ("categories", "/categories", "search"),
    ("recommendations", "/recommendations", "shopper"),
    ("graph", "/graph", "catalogue"),
    ("desk", "/desk", "curate"),
)
_LOGO = (
    '<svg viewBox="0 0 32 32" width="26" height="26" fill="none" stroke="currentColor" stroke-width="2.2">'
    '<path d="M8 8l16 8M8 8v16M8 24l16-8"/>'
    '<g fill="currentColor" stroke="none"><circle cx="8" cy="8" r="4"/><circle cx="8" cy="24" r="4"/>'
    '<circle cx="24" cy="16" r="4"/></g></svg>'
)
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#0d4f4b"/>'
    '<path d="M10 9l13 7-13 7z" fill="none" stroke="#fff" stroke-width="2"/>'
    '<g fill="#fff"><circle cx="10" cy="9" r="3.4"/>'
    '<circle cx="10" cy="23" r="3.4"/><circle cx="23" cy="16" r="3.4"/></g></svg>'
)
_LENS = (
    '<svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round"><circle cx="8.5" cy="8.5" r="5.5"/><path d="M13 13l4.5 4.5"/></svg>'
)


def read_words(request: Request, shop: Language = "en") -> Words:
    """The words of the language that a request wants; where it wants none that the pages have, of the shop's."""
    return Words(
        choose_language(
            request.query_params.get("lang"),
            request.cookies.get(COOKIE),
            request.headers.get("accept-language"),
            shop,
        )
    )


@contextmanager
def frame(
    request: Request,
    words: Words,
    source: Source,
    status: Status,
    *,
    title: str = "",
    place: str = "",
    query: str = "",
) -> Iterator[None]:
    """Draw the frame around a page.

    Args:
        request: For the language links, which keep the rest of the address.
        words: The page's language.
        source: For suggestions.
        status: For the footer.
        title: Of the browser's window, before the product's name.
        place: Which entry of the navigation is the current one.
        query: What stands in the search box.
    """
    from nicegui import ui

    _leave_the_main_part_to_ours()
    name = words("product_name")
    ui.page_title(f"{title} · {name}" if title else f"{name} · {words('tagline')}")
    stamp = _stamp()
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC_URL}/pages.css?{stamp}">')
    ui.add_head_html(f'<script defer src="{STATIC_URL}/pages.js?{stamp}"></script>')
    tag("a", "skip", words("skip"), href="#content")
    caller = caller_of(request)
    with tag("header", "top"), tag("div", "top-inner"):
        with tag("a", "brand", href="/", aria_label=name):
            drawing(_LOGO, "brand-mark")
            tag("span", "brand-name", name)
        draw_search_box(words, source, query)
        with tag("nav", "nav", aria_label=words("navigation")):
            for key, url, scope in _PLACES:
                if not caller.may(scope):
                    continue
                tag(
                    "a",
                    "nav-link",
                    words(f"nav_{key}"),
                    href=url,
                    aria_current="page" if key == place else None,
                )
            other = "en" if words.language == "zh" else "zh"
            tag(
                "a", "language", "English" if other == "en" else "中文",
                href=_with_language(request, other), hreflang=other, lang=other,
            )  # fmt: skip
            draw_sign_out(words, caller)
    with tag("main", "main", id="content", tabindex=-1):
        yield
    draw_footer(words, status, is_open=caller.kind == "open")


def _leave_the_main_part_to_ours() -> None:
    """Make NiceGUI's element around everything a plain one: a page has one main part, without head and foot."""
    from nicegui import ui

    around = ui.context.client.content.parent_slot
    if around is not None:
        around.parent.tag = "div"


def draw_sign_out(words: Words, caller: Caller) -> None:
    """The button that ends the session of whoever is signed in."""
    if caller.session is None:
        return
    from api.pages.sign_in import SIGN_OUT, form_token

    with tag("form", "sign-out", action=SIGN_OUT, method="post"):
        tag("input", type="hidden", name="form", value=form_token(caller.token, "sign-out"))
        tag("button", "language", words("sign_out", user=caller.session.user), type="submit")


def draw_search_box(words: Words, source: Source, query: str) -> None:
    """A search form that works without a connection, with suggestions while one is there."""
    with tag("form", "searchbox", action="/", method="get", role="search"):
        drawing(_LENS, "searchbox-lens")
        box = tag(
            "input", "searchbox-input", type="search", name="q", defaultValue=query, maxlength=500,
            autocomplete="off", spellcheck="false", enterkeyhint="search",
            placeholder=words("search_hint"), aria_label=words("search_hint"),
        )  # fmt: skip
        tag("button", "searchbox-go", words("search_go"), type="submit")

        async def find(prefix: str) -> list[Offer]:
            if len(prefix.strip()) < _LEAST_PREFIX:
                return []
            suggestions = await ask(words, source.suggest, prefix)
            return [
                Offer(
                    each.text,
                    words.pick(*source.kind_name(each.kind)),
                    _suggestion_url(each),
                    each.image_url,
                )
                for each in suggestions
            ]

        offer_while_typing(box, find)


def _suggestion_url(suggestion: Suggestion) -> str:
    if suggestion.kind == "product":
        return product_url(suggestion.id)
    return f"/?q={quote(suggestion.text, safe='')}"


def draw_degraded(words: Words, parts: tuple[str, ...]) -> None:
    """The banner that says which parts are away."""
    if parts:
        tag("p", "banner", words("degraded", parts=name_parts(words, parts)), role="status")


def name_parts(words: Words, parts: tuple[str, ...]) -> str:
    """Parts of the platform in words."""
    names = [words(f"part_{part}") if f"part_{part}" in TEXTS else part for part in parts]
    return ("、" if words.language == "zh" else ", ").join(names)


def draw_footer(words: Words, status: Status, *, is_open: bool = False) -> None:
    """Draw the footer: version served, state of each part, and whether sign-in is required."""
    with tag("footer", "foot"), tag("div", "foot-inner"):
        if is_open:
            tag("span", "foot-open", words("doors_open"))
        state = "bad" if status.degraded else "good"
        with tag("span", f"foot-state foot-{state}"):
            tag("span", "foot-dot", aria_hidden="true")
            text = words("status_degraded", parts=name_parts(words, status.degraded))
            tag("span", "", text if status.degraded else words("status_ok"))
        version = words("status_index", version=status.version) if status.version else words("status_none")
        tag("span", "", version)
        for name in ("products", "reviews", "nodes", "edges"):
            number = getattr(status, name)
            if number:
                tag("span", "", words(f"status_{name}", n=f"{number:,}"))
        tag("a", "foot-api", words("nav_api"), href="/docs")


def _with_language(request: Request, language: str) -> str:
    pairs = [(k, v) for k, v in parse_qsl(request.url.query) if k != "lang"]
    return f"{request.url.path}?{urlencode([*pairs, ('lang', language)])}"


def _stamp() -> str:
    """Changes with the files, so that browsers may keep them."""
    content = b"".join((STATIC / name).read_bytes() for name in ("pages.css", "pages.js"))
    return hashlib.blake2b(content, digest_size=4).hexdigest()
