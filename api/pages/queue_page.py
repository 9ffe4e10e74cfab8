"""The page of the review queue: one question at a time with its examples, answered by keys or buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from pydantic import ValidationError

from api.pages.elements import tag
from api.pages.failures import ask
from api.pages.i18n import Words
from api.pages.layout import STATIC_URL
from api.pages.queue_parts import (
    CORRECTING,
    draw_bulk,
    draw_card,
    draw_done,
    draw_filter,
    draw_form,
    draw_upcoming,
)
from api.pages.source import Source
from api.queue_desk import QueueAnswer, QueueDesk
from api.queue_schemas import BulkAnswered, QueueItemDetail
from api.queue_wanted import Wanted
from api.security.callers import caller_of
from kms.decisions.reasons import Reason
from kms.errors import ConflictError, InputError, KmsError
from kms.queue.models import Action, Kind

_UPCOMING = 8
_DONE = 8
_AT_ONCE = (Action.ACCEPT, Action.IGNORE, Action.SKIP, Action.FLAG)
"""Actions that need nothing further; all others open a form."""


def read_wanted(request: Request) -> Wanted:
    """The filter that a page's address names; parts that make no sense are left out."""
    given = {name: value.strip()[:200] for name, value in request.query_params.items() if value.strip()}
    wanted: dict[str, Any] = {
        name: given[name]
        for name in ("kind", "field", "class", "product", "assignee", "word")
        if name in given
    }
    if given.get("flagged"):
        wanted["flagged"] = True
    try:
        return Wanted.model_validate(wanted)
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors()}
        return Wanted.model_validate({name: value for name, value in wanted.items() if name not in wrong})


class _Page:
    """One opened page: the question that is shown, and what was done with it."""

    def __init__(self, words: Words, desk: QueueDesk, source: Source, wanted: Wanted, by: str) -> None:
        self.words, self.desk, self.source, self.wanted, self.by = words, desk, source, wanted, by
        self.item: QueueItemDetail | None = None
        self.mine: list[str] = []
        """What was done on this page and not taken back, by the ids of actions and batches, the last one last."""

    def draw(self) -> None:
        """Make the places that are drawn anew."""
        words = self.words
        with tag("section", "queue", aria_labelledby="queue-title"):
            with tag("div", "queue-head"):
                tag("h1", "queue-title", words("queue_title"), id="queue-title")
                self.count = tag("span", "queue-count")
                self._draw_tools()
                self.status = tag("p", "queue-status", role="status")
            self.filter = tag("div", "")
            self.help = tag("div", "")
            self.bulk = tag("div", "")
            with tag("div", "queue-columns"):
                with tag("div", ""):
                    self.problem = tag("div", "")
                    self.card = tag("div", "")
                with tag("div", "queue-side"):
                    self.upcoming = tag("section", "")
                    self.done = tag("section", "")

    def _draw_tools(self) -> None:
        """The keys that hold whatever question is shown."""
        tools: tuple[tuple[str, str, Callable[[], Awaitable[None] | None]], ...] = (
            ("u", "undo", self.undo),
            ("b", "bulk", self.open_bulk),
            ("?", "help", self.open_help),
        )
        for key, name, work in tools:
            button = tag("button", "queue-do queue-minor", type="button", data_key=key)
            with button, tag("span", "queue-do-main"):
                tag("kbd", "", key.upper(), aria_hidden="true")
                tag("span", "", self.words(f"queue_do_{name}"))
            button.on("click", lambda work=work: work(), args=[])

    async def show(self, identifier: str = "", *, after: str = "") -> None:
        """Draw a question by its id, or the next one."""
        words = self.words

        refused = ""

        def load() -> tuple[Any, Any, Any, Any]:
            nonlocal refused
            done = self.desk.history(by=self.by, limit=_DONE)
            try:
                self.desk.filter(self.wanted)
            except InputError as error:
                # The filter stays to be mended, and says which kinds and fields there are.
                refused = str(error)
                rest = self.desk.page(Wanted(), limit=1).model_copy(update={"total": 0, "items": ()})
                return None, rest, {}, done
            if identifier:
                item: QueueItemDetail | None = self.desk.get(
                    identifier, by=self.by, product=self.wanted.product
                )
            else:
                item = self.desk.next(self.wanted, self.by, after=after).item
            page = self.desk.page(self.wanted, limit=_UPCOMING)
            ids = [each.product_id for each in item.samples] if item else []
            return item, page, self.source.cards(ids), done

        self.item, page, cards, done = await ask(words, load)
        past = [*done.actions, *(self.item.history if self.item else ())]
        values = await ask(words, self.desk.name_values, past)
        self.count.clear()
        with self.count:
            tag("span", "", words.count("queue_left", page.total))
        if not self.filter.default_slot.children:
            with self.filter:
                draw_filter(words, self.wanted, page)
        if refused:
            self.refuse(refused)
        self.card.clear()
        with self.card:
            if refused:
                tag("p", "queue-card hint", words("queue_wrong_filter"), tabindex="-1", data_focus="true")
            elif self.item is None:
                tag("p", "queue-card hint", words("queue_none"), tabindex="-1", data_focus="true")
            else:
                self.form = draw_card(words, self.item, cards, values, self.press, self.choose)
        self.upcoming.clear()
        with self.upcoming:
            draw_upcoming(words, page, self.item, self.wanted)
        self.done.clear()
        with self.done:
            draw_done(words, done.actions, values, self.undo)

    async def press(self, action: Action) -> None:
        """A key or button of an action: done at once, or its form opened."""
        if self.item is None:
            return
        if action in _AT_ONCE:
            await self.send(action, {})
            return
        draw_form(self.words, self.form, self.item, action, self.send)

    async def choose(self, option: int) -> None:
        """A value of a contradiction is right."""
        await self.send(Action.ACCEPT, {"option": str(option)})

    async def send(self, action: Action, given: dict[str, str]) -> None:
        """Do an action on the question that is shown, and go on."""
        item = self.item
        if item is None:
            return

        def work() -> None:
            self.mine += [
                each.id for each in self.desk.act([_answer(item, action, given)], by=self.by).actions
            ]

        is_answered = await self.try_(work, goes_on=True)
        if is_answered is None:
            return
        stays = action in (Action.FLAG, Action.COMMENT, Action.ASSIGN)
        if is_answered:
            self.say(f"{self.words(f'queue_done_{action.value}')}: {_title(self.words, item)}")
        await self.show(item.id if stays else "", after=item.id if action is Action.SKIP else "")

    async def undo(self, identifier: str = "") -> None:
        """Take an action back, or what was done last on this page, and show its question."""
        taken: list[Any] = []
        wanted = identifier or (self.mine[-1] if self.mine else "")
        if not wanted:
            self.problem.clear()
            self.say(self.words("queue_nothing_to_undo"))
            return

        def work() -> None:
            taken.extend(self.desk.undo([wanted], by=self.by).actions)

        is_done = await self.try_(work)
        if wanted in self.mine:
            # Also what somebody else took back meanwhile: it is not tried again.
            self.mine.remove(wanted)
        if is_done:
            self.say(f"{self.words('queue_done_undo')}: {taken[0].title}")
            await self.show(taken[0].item)

    async def open_bulk(self) -> None:
        """Show how many questions the filter lets through, with a sample, and what to do with all of them."""
        words = self.words
        self.bulk.clear()

        async def close() -> None:
            self.bulk.clear()

        def count() -> tuple[BulkAnswered, list[Kind]]:
            found = self.desk.bulk(self.wanted, Action.ACCEPT, by=self.by)
            kinds = self.desk.page(self.wanted, limit=1).kinds
            return found, [self.wanted.kind] if self.wanted.kind else [Kind(each) for each in kinds]

        try:
            found, kinds = await asyncio.to_thread(count)
        except InputError as error:
            problem = "" if self.wanted == Wanted() else str(error)
            with self.bulk:
                draw_bulk(words, None, (), None, close, problem=problem)
            return

        async def do(given: dict[str, str]) -> None:
            answered: list[int] = []

            def work() -> None:
                made = self.desk.bulk(
                    self.wanted, Action(given.get("action", "")), by=self.by, note=given.get("note", "")[:1_000],
                    reason=Reason(given["reason"]) if given.get("reason") else None,
                    expected=found.total, value=given.get("value", "")[:100].strip() or None,
                )  # fmt: skip
                answered.append(made.done)
                if made.batch:
                    self.mine.append(made.batch)

            if await self.try_(work):
                self.bulk.clear()
                self.say(words("queue_bulk_done", n=f"{answered[0]:,}"))
                await self.show()

        with self.bulk:
            draw_bulk(words, found, kinds, do, close)

    def open_help(self) -> None:
        """Show the keys, or hide them."""
        if self.help.default_slot.children:
            self.help.clear()
            return
        with self.help:
            tag("p", "queue-help", self.words("queue_help_text"))

    async def try_(self, work: Callable[[], object], *, goes_on: bool = False) -> bool | None:
        """Do it; what was refused is said above the question. ``None``: the question is to be kept as it is."""
        self.problem.clear()
        try:
            await asyncio.to_thread(work)
        except (KmsError, ValueError) as error:
            self.refuse(str(error))
            return False if goes_on and isinstance(error, ConflictError) else None
        return True

    def refuse(self, text: str) -> None:
        """Say above the question why something was not done."""
        self.problem.clear()
        with self.problem:
            tag("p", "queue-problem", text, role="alert")

    def say(self, text: str) -> None:
        """What was done, also to those who do not see the page."""
        self.status.clear()
        with self.status:
            tag("span", "", text)


async def draw_queue(request: Request, words: Words, desk: QueueDesk, source: Source) -> None:
    """Draw the review queue for who may curate."""
    from nicegui import ui

    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC_URL}/queue.css">')
    ui.add_head_html(f'<script defer src="{STATIC_URL}/queue.js"></script>')
    page = _Page(words, desk, source, read_wanted(request), caller_of(request).name)
    page.draw()
    page.open_help()
    await page.show(request.query_params.get("item", "")[:24])


def _answer(item: QueueItemDetail, action: Action, given: dict[str, str]) -> QueueAnswer:
    """What a form says; a field that is too long or a reason that there is not is a form that this page did not draw."""
    return QueueAnswer.model_validate(
        {
            "item": item.id,
            "action": action.value,
            "seen": item.seen,
            "reason": given.get("reason") or None,
            "note": given.get("note", "")[:1_000],
            "option": int(given.get("option") or 1),
            "to": given.get("to", "")[:400].strip() if action in CORRECTING else "",
            "value": given.get("value", "")[:100].strip(),
        }
    )


def _title(words: Words, item: QueueItemDetail) -> str:
    return words.pick(item.question_en, item.question_zh)
