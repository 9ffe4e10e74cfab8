"""The pages' addresses: what each asks for, and what is shown when that fails."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from nicegui import app as pages_app
from nicegui import ui
from starlette.staticfiles import StaticFiles

from api.pages import search_page
from api.pages.category_page import draw_categories, label_of
from api.pages.components import draw_notice
from api.pages.fact_desk import draw_fact_desk
from api.pages.failures import PageFailed, ask
from api.pages.graph_page import draw_graph
from api.pages.i18n import PAGE_LANGUAGES, Words
from api.pages.layout import COOKIE, FAVICON, STATIC, STATIC_URL, frame, read_words
from api.pages.product_page import draw_product
from api.pages.queue_page import draw_queue
from api.pages.recommendations_page import draw_recommendations
from api.pages.sign_in import mount_sign_in
from api.pages.source import Source
from api.pages.state import read_state
from api.services import Services
from kms.errors import NotFoundError
from kms.sample.source import PICTURES, PICTURES_URL

_TIMEOUT_S = 15.0
_YEAR_S = 31_536_000


def mount_site(app: FastAPI, services: Services) -> None:
    """See ``api.pages.mount``."""
    source = Source(services)
    mount_sign_in(app)

    async def words_for(request: Request) -> Words:
        return read_words(request, await asyncio.to_thread(source.language))

    async def fail(
        request: Request, words: Words, code: int, title: str, text: str, link: tuple[str, str] | None = None
    ) -> Response:
        status = await asyncio.to_thread(source.status)
        page = ui.context.client.content
        page.clear()
        with page, frame(request, words, source, status, title=title):
            draw_notice(title, text, link=link or (words("back_to_search"), "/"))
        return _answer(request, words, code)

    @ui.page("/", response_timeout=_TIMEOUT_S)
    async def search(request: Request) -> Response:
        words = await words_for(request)
        state = read_state(parse_qs(request.url.query))
        try:
            status = await ask(words, source.status)
            if state.is_start:
                categories = await ask(words, source.categories)
                examples = await ask(words, source.examples)
                trending = await ask(words, source.trending)
                has_demand = await ask(words, source.has_demand)
                with frame(request, words, source, status, place="search"):
                    search_page.draw_start(words, categories, examples, trending, has_demand=has_demand)
            else:
                results = await ask(words, source.search, state)
                with frame(
                    request, words, source, status, title=state.query, place="search", query=state.query
                ):
                    search_page.draw_search(words, state, results)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        return _answer(request, words)

    @ui.page("/categories", response_timeout=_TIMEOUT_S)
    async def categories(request: Request) -> Response:
        words = await words_for(request)
        try:
            status = await ask(words, source.status)
            roots = await ask(words, source.categories)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        with frame(request, words, source, status, title=words("categories"), place="categories"):
            draw_categories(words, roots)
        return _answer(request, words)

    @ui.page("/c/{category_id:path}", response_timeout=_TIMEOUT_S)
    async def category(request: Request, category_id: str) -> Response:
        words = await words_for(request)
        state = read_state(parse_qs(request.url.query), category=category_id.strip("/"))
        try:
            status = await ask(words, source.status)
            results = await ask(words, source.search, state)
        except NotFoundError:
            title, text = words("category_unknown_title"), words("category_unknown_text")
            way_out = (words("all_categories"), "/categories")
            return await fail(request, words, 404, title, text, way_out)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        title = label_of(words, results.category.category) if results.category else ""
        with frame(request, words, source, status, title=title, place="categories", query=state.query):
            search_page.draw_search(words, state, results)
        return _answer(request, words)

    @ui.page("/product/{product_id}", response_timeout=_TIMEOUT_S)
    async def product(request: Request, product_id: str) -> Response:
        words = await words_for(request)
        try:
            view = await ask(words, source.product, product_id)
            similar = await ask(words, source.similar, product_id)
            complements = await ask(words, source.complements, product_id)
            status = await ask(words, source.status)
        except NotFoundError:
            text = words("unknown_text", id=product_id[:128])
            return await fail(request, words, 404, words("unknown_title"), text)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        with frame(request, words, source, status, title=view.card.title):
            draw_product(words, view, similar, complements)
            await draw_fact_desk(request, words, app.state.live.decisions, view.card.id)
        return _answer(request, words)

    @ui.page("/recommendations", response_timeout=_TIMEOUT_S)
    async def recommendations(request: Request) -> Response:
        words = await words_for(request)
        try:
            status = await ask(words, source.status)
            with frame(
                request, words, source, status, title=words("nav_recommendations"), place="recommendations"
            ):
                await draw_recommendations(request, words, source)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        return _answer(request, words)

    @ui.page("/graph", response_timeout=_TIMEOUT_S)
    async def graph(request: Request) -> Response:
        words = await words_for(request)
        try:
            status = await ask(words, source.status)
            with frame(request, words, source, status, title=words("graph_title"), place="graph"):
                await draw_graph(request, words, source)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        return _answer(request, words)

    @ui.page("/desk", response_timeout=_TIMEOUT_S)
    async def desk(request: Request) -> Response:
        words = await words_for(request)
        try:
            status = await ask(words, source.status)
            with frame(request, words, source, status, title=words("queue_title"), place="desk"):
                await draw_queue(request, words, app.state.live.queue, source)
        except NotFoundError:
            way_out = (words("queue_title"), "/desk")
            title, text = words("page_unknown_title"), words("queue_none")
            return await fail(request, words, 404, title, text, way_out)
        except PageFailed as failed:
            return await fail(request, words, failed.status, failed.title, failed.text)
        return _answer(request, words)

    async def unknown(request: Request) -> Response:
        words = await words_for(request)
        return await fail(request, words, 404, words("page_unknown_title"), words("page_unknown_text"))

    ui.page("/{path:path}", response_timeout=_TIMEOUT_S)(unknown)

    if not any(getattr(route, "path", "") == STATIC_URL for route in app.routes):
        app.mount(STATIC_URL, StaticFiles(directory=STATIC), name="pages-static")
        app.mount(PICTURES_URL, StaticFiles(directory=PICTURES), name="sample-pictures")
    # NiceGUI keeps one application a process: pages mounted again (tests) start from its clean state.
    pages_app.middleware_stack = None
    ui.run_with(
        app, title="KMS", favicon=FAVICON, tailwind=False, reconnect_timeout=10.0, show_welcome_message=False
    )
    _start_quietly(app)


def _start_quietly(app: FastAPI) -> None:
    """Start NiceGUI without the deprecation warnings of torch, which its search for a server through all objects raises."""
    start = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: FastAPI) -> AsyncIterator[Any]:
        async with AsyncExitStack() as stack:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                state = await stack.enter_async_context(start(started))
            yield state

    app.router.lifespan_context = lifespan


def _answer(request: Request, words: Words, status: int = 200) -> Response:
    client = ui.context.client
    # The page's object is that of all its visitors, and says the language of the document that is written next.
    client.page.language = PAGE_LANGUAGES[words.language]
    response = client.build_response(request, status)
    language = request.query_params.get("lang")
    if language in PAGE_LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=_YEAR_S, samesite="lax")
    return response
