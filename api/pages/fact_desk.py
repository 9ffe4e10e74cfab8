"""The part of the product page on which curators decide: facts with their status, buttons, keys, and the history."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Request

from api.fact_schemas import DecisionOut, ListedFact
from api.live_decisions import Choice, DecisionDesk
from api.pages.elements import tag
from api.pages.failures import PageFailed, ask
from api.pages.i18n import Words
from api.pages.layout import STATIC_URL
from api.security.callers import caller_of
from kms.decisions.reasons import REASON_LABELS, REASONS, Reason, Verdict
from kms.errors import KmsError, NotFoundError
from kms.ontology.structure import HAS_ASPECT

if TYPE_CHECKING:
    from nicegui.element import Element

_LOOKS = 120
_LOOK_S = 1.0
_SEND = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target))); }"
_MOST_HISTORY = 50
Act = Callable[["Element", Choice], Awaitable[None]]


async def draw_fact_desk(request: Request, words: Words, desk: DecisionDesk, product_id: str) -> None:
    """Draw the desk for a product, for those who may decide; nothing for all others."""
    from nicegui import ui

    caller = caller_of(request)
    if not caller.may("curate"):
        return
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC_URL}/facts.css">')
    ui.add_head_html(f'<script defer src="{STATIC_URL}/facts.js"></script>')
    with tag("section", "desk", aria_label=words("desk_title")):
        tag("h2", "block-title", words("desk_title"))
        tag("p", "hint", words("desk_hint"))
        rows = tag("div", "desk-rows")
        added = tag("div", "desk-add")
        past = tag("details", "desk-history")
    looks = 0

    def load() -> tuple[list[ListedFact], tuple[DecisionOut, ...]]:
        facts = [each for each in desk.desk.of_product(product_id) if each.fact.relation != HAS_ASPECT]
        facts.sort(key=lambda f: (f.fact.name_en, f.status == "rejected", -f.fact.confidence))
        return facts, desk.history(product_id, limit=_MOST_HISTORY).decisions

    async def refresh() -> None:
        nonlocal looks
        try:
            facts, decisions = await ask(words, load)
        except (PageFailed, NotFoundError):  # the rest of the page does without the graph
            rows.clear()
            with rows:
                tag("p", "banner", words("facts_away"), role="status")
            return
        waiting = find_waiting(facts, decisions)
        rows.clear()
        with rows:
            if not facts:
                tag("p", "hint", words("desk_none"))
            for number, each in enumerate(facts):
                _draw_row(words, each, number, act, take_back, waits=each_key(each) in waiting)
        past.clear()
        with past:
            tag("summary", "", words("desk_history"))
            _draw_history(words, decisions)
        if waiting and looks < _LOOKS:
            looks += 1
            with rows:
                ui.timer(_LOOK_S, refresh, once=True)

    async def act(place: Element, choice: Choice) -> None:
        nonlocal looks
        looks = 0
        await _try(place, lambda: desk.decide([choice], actor=caller.name), refresh)

    async def take_back(place: Element, decision: str) -> None:
        nonlocal looks
        looks = 0
        await _try(place, lambda: desk.undo([decision], actor=caller.name), refresh)

    with added:
        form = tag("div", "desk-form-place")
        button = tag("button", "desk-do", words("desk_state"), type="button")
        button.on("click", lambda: _open_form(words, form, Verdict.STATE, product_id, None, act), args=[])
    await refresh()


def each_key(fact: ListedFact) -> tuple[str, str, str]:
    """Relation, attribute and target of a listed fact."""
    return fact.fact.relation, fact.fact.attribute, fact.fact.target.id


def find_waiting(facts: Sequence[ListedFact], decisions: Sequence[DecisionOut]) -> set[tuple[str, str, str]]:
    """What was decided or taken back and the graph does not show yet."""
    shown = {each.decision for each in facts if each.decision}
    stands: dict[tuple[str, str, str], str] = {}
    waiting: set[tuple[str, str, str]] = set()
    for each in decisions:  # the newest first
        key = (each.relation, each.attribute, each.target)
        if each.verdict != "undo" and not each.undone_by:
            stands.setdefault(key, each.id)
        if each.undone_by and each.id in shown:
            waiting.add(key)
    held = {each_key(fact) for fact in facts}
    # A decision that changes nothing that can be shown is not waited for.
    return waiting | {key for key, decision in stands.items() if decision not in shown and key in held}


async def _try(place: Element, work: Callable[[], object], refresh: Callable[[], Awaitable[None]]) -> None:
    """Do it and draw anew; what was refused is said where it was asked for, with what to do."""
    try:
        await asyncio.to_thread(work)
    except KmsError as error:
        with place:
            tag("p", "desk-problem", str(error), role="alert")
        return
    place.clear()
    await refresh()


def _draw_row(
    words: Words,
    fact: ListedFact,
    number: int,
    act: Act,
    take_back: Callable[[Element, str], Awaitable[None]],
    *,
    waits: bool,
) -> None:
    said = f"{words.pick(fact.fact.name_en, fact.fact.name_zh)}: {words.pick(fact.fact.value_en, fact.fact.value_zh)}"
    with tag(
        "div", f"desk-row desk-{fact.status}", tabindex="0", role="group", aria_label=said, data_row=number
    ):
        with tag("div", "desk-main"):
            tag("span", "desk-name", words.pick(fact.fact.name_en, fact.fact.name_zh))
            tag("span", "desk-value", words.pick(fact.fact.value_en, fact.fact.value_zh))
            tag("span", "desk-status", words(f"desk_status_{fact.status}"))
            if waits:
                tag("span", "desk-waits", words("desk_waits"), role="status")
        _draw_why(words, fact)
        if fact.fact.evidence:
            item = fact.fact.evidence[0]
            tag("p", "desk-sentence", item.sentence, lang=words.lang_of(item.language))
        form = tag("div", "desk-form-place")
        with tag("div", "desk-actions"):
            for verdict in (Verdict.ACCEPT, Verdict.REJECT, Verdict.CORRECT):
                button = tag(
                    "button", "desk-do", words(f"desk_{verdict.value}"), type="button", data_do=verdict.value
                )
                button.on(
                    "click",
                    lambda verdict=verdict: _open_form(words, form, verdict, fact.product_id, fact, act),
                    args=[],
                )
            if fact.decision:
                button = tag("button", "desk-do", words("desk_undo"), type="button", data_do="undo")
                button.on("click", lambda: take_back(form, fact.decision), args=[])


def _draw_why(words: Words, fact: ListedFact) -> None:
    if fact.decided_by:
        en, zh = REASON_LABELS.get(Reason(fact.reason), ("", "")) if fact.reason in list(Reason) else ("", "")
        parts = [words("desk_by", who=fact.decided_by, when=fact.decided_at[:16].replace("T", " "))]
        parts += [words.pick(en, zh), fact.note]
        tag("p", "desk-why", " · ".join(part for part in parts if part))
    elif fact.rule:
        tag("p", "desk-why", words("desk_rule", rule=fact.rule))
    elif fact.reason == "cardinality":
        tag("p", "desk-why", words("desk_conflict"))


def _open_form(
    words: Words, place: Element, verdict: Verdict, product_id: str, fact: ListedFact | None, act: Act
) -> None:
    place.clear()

    async def send(event: Any) -> None:
        given = {name: str(value) for name, value in dict(event.args or {}).items()}
        await act(place, _choice(verdict, product_id, fact, given))

    with place, tag("form", "desk-form") as form:
        if fact is None:
            tag("input", "desk-input", name="field", required="true", maxlength="128", data_focus="true",
                placeholder=words("desk_field"), aria_label=words("desk_field"))  # fmt: skip
        if fact is None or verdict is Verdict.CORRECT:
            tag("input", "desk-input", name="value", required="true", maxlength="400",
                data_focus="true" if fact is not None else None,
                placeholder=words("desk_value"), aria_label=words("desk_value"))  # fmt: skip
        with tag("select", "desk-input", name="reason", aria_label=words("desk_reason")):
            for reason in REASONS[verdict]:
                tag("option", "", words.pick(*REASON_LABELS[reason]), value=reason.value)
        tag("input", "desk-input desk-note", name="note", maxlength="1000",
            placeholder=words("desk_note"), aria_label=words("desk_note"))  # fmt: skip
        is_plain = fact is not None and verdict is not Verdict.CORRECT
        tag(
            "button",
            "desk-do desk-go",
            words("desk_decide"),
            type="submit",
            data_focus="true" if is_plain else None,
        )
        cancel = tag("button", "desk-do", words("desk_cancel"), type="button", data_do="cancel")
        cancel.on("click", place.clear, args=[])
    form.on("submit", send, js_handler=_SEND)


def _choice(verdict: Verdict, product_id: str, fact: ListedFact | None, given: dict[str, str]) -> Choice:
    """What a form says; a field that is too long or a reason that there is not is a form that this page did not draw."""
    value = given.get("value", "")[:400].strip()
    reason = given.get("reason", "")
    field, said, to = given.get("field", "")[:128].strip(), value, ""
    if fact is not None:
        field = fact.fact.attribute or fact.fact.relation
        said, to = fact.fact.target.id, value if verdict is Verdict.CORRECT else ""
    return Choice.model_validate(
        {
            "verdict": verdict.value,
            "product": product_id,
            "field": field,
            "value": said,
            "to": to,
            "reason": reason if reason in list(Reason) else None,
            "note": given.get("note", "")[:1_000],
        }
    )


def _draw_history(words: Words, decisions: Sequence[DecisionOut]) -> None:
    with tag("ol", "desk-past"):
        for each in decisions:
            with tag("li", ""):
                what = f"{each.attribute or each.relation}: {each.target.partition(':')[2] or each.surface}"
                instead = f" → {each.to_target.partition(':')[2]}" if each.to_target else ""
                tag("span", "desk-verb", words(f"desk_verb_{each.verdict}"))
                tag("span", "", f"{what}{instead}")
                who = words("desk_by", who=each.by, when=f"{each.at:%Y-%m-%d %H:%M}")
                why = words.pick(each.reason_en, each.reason_zh) if each.verdict != "undo" else ""
                tag("span", "hint", " · ".join(part for part in (who, why, each.note) if part))
                if each.undone_by:
                    tag("span", "desk-waits", words("desk_taken_back", who=each.undone_by))
