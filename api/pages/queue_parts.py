"""Parts of the page of the review queue: filter, question with examples, forms, lists beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from api.pages.components import draw_picture, draw_sentence, product_url
from api.pages.elements import tag
from api.pages.i18n import Words
from api.pages.views import Card
from api.queue_schemas import ActionOut, BulkAnswered, QueueItemDetail, QueueItemOut, QueuePage, SampleOut
from api.queue_wanted import Wanted
from kms.decisions.reasons import REASON_LABELS, Reason
from kms.queue.models import Action, Kind, reasons_of

if TYPE_CHECKING:
    from nicegui.element import Element

    from api.facts import Label

CORRECTING = (Action.CORRECT,)
_SEND = "(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target))); }"
_KEYS = {
    Action.ACCEPT: "a",
    Action.REJECT: "r",
    Action.CORRECT: "c",
    Action.IGNORE: "i",
    Action.SKIP: "s",
    Action.FLAG: "f",
    Action.COMMENT: "m",
    Action.ASSIGN: "g",
}
_MINOR = (Action.SKIP, Action.FLAG, Action.COMMENT, Action.ASSIGN)
_BULK = (Action.ACCEPT, Action.REJECT, Action.IGNORE, Action.SKIP, Action.ASSIGN)
_MOST_FIELDS = 60
Press = Callable[[Action], Awaitable[None]]
Send = Callable[[Action, dict[str, str]], Awaitable[None]]


def draw_filter(words: Words, wanted: Wanted, page: QueuePage) -> None:
    """A form whose address is the filter, so that it can be kept and shared."""
    with tag("form", "queue-filter", action="/desk", method="get", aria_label=words("queue_filter")):
        kinds = [
            (kind.value, f"{words(f'queue_kind_{kind.value}')} ({page.kinds.get(kind.value, 0):,})")
            for kind in Kind
            if page.kinds.get(kind.value) or wanted.kind is kind
        ]
        _select(words, "kind", kinds, wanted.kind.value if wanted.kind else "")
        fields = [(name, f"{name} ({count:,})") for name, count in list(page.fields.items())[:_MOST_FIELDS]]
        if wanted.field and wanted.field not in page.fields:
            fields.append((wanted.field, wanted.field))
        _select(words, "field", fields, wanted.field)
        for name, value in (("class", wanted.class_), ("product", wanted.product)):
            with tag("label", ""):
                tag("span", "", words(f"queue_by_{name}"))
                tag("input", "queue-input", type="text", name=name, defaultValue=value, maxlength=128)
        assignees = [(name, f"{name} ({count:,})") for name, count in page.assignees.items()]
        if assignees or wanted.assignee:
            _select(words, "assignee", assignees or [(wanted.assignee, wanted.assignee)], wanted.assignee)
        with tag("label", "queue-check"):
            tag(
                "input",
                "",
                type="checkbox",
                name="flagged",
                value="1",
                checked="true" if wanted.flagged else None,
            )
            tag("span", "", words("queue_flagged"))
        tag("button", "queue-do queue-go queue-minor", words("queue_apply"), type="submit")


def draw_card(
    words: Words,
    item: QueueItemDetail,
    cards: Mapping[str, Card],
    values: Mapping[str, Label],
    press: Press,
    choose: Callable[[int], Awaitable[None]],
) -> Element:
    """Draw a question with its answers and examples; returns the place of forms."""
    effects = item.effects_zh if words.language == "zh" else item.effects_en
    with tag(
        "article",
        "queue-card",
        tabindex="-1",
        data_focus="true",
        aria_labelledby="queue-question",
        data_item=item.id,
    ):
        _draw_meta(words, item)
        tag("h2", "queue-question", words.pick(item.question_en, item.question_zh), id="queue-question")
        if item.why:
            tag("p", "queue-why", " · ".join(item.why))
        with tag("div", "queue-actions"):
            if item.kind == Kind.CONTRADICTION:
                for number, option in enumerate(item.options, 1):
                    label = words.pick(option.label_en, option.label_zh)
                    button = _button(label, str(number), words("queue_option"))
                    button.on("click", lambda number=number: choose(number), args=[])
            for action in (Action.ACCEPT, Action.REJECT, Action.CORRECT, Action.IGNORE):
                if action.value not in effects or (
                    item.kind == Kind.CONTRADICTION and action is Action.ACCEPT
                ):
                    continue
                is_none = item.kind == Kind.CONTRADICTION and action is Action.REJECT
                name = words("queue_do_neither") if is_none else words(f"queue_do_{action.value}")
                button = _button(name, _KEYS[action], effects[action.value])
                button.on("click", lambda action=action: press(action), args=[])
        with tag("div", "queue-minors"):
            for action in _MINOR:
                button = _button(words(f"queue_do_{action.value}"), _KEYS[action], classes="queue-minor")
                button.on("click", lambda action=action: press(action), args=[])
        place = tag("div", "")
        with tag("div", "queue-samples"):
            for sample in item.samples:
                _draw_sample(words, item, sample, cards.get(sample.product_id))
            if item.products > len(item.samples):
                tag("p", "hint", words("queue_others", n=f"{item.products - len(item.samples):,}"))
        if item.history:
            with tag("ol", "queue-list queue-past"):
                for each in item.history:
                    _draw_past(words, each, values, with_title=False)
    return place


def draw_form(words: Words, place: Element, item: QueueItemDetail, action: Action, send: Send) -> None:
    """Draw what an action needs to be said; reasons are numbered, and Enter takes the first."""
    place.clear()
    reasons = item.reasons.get(action.value, ())

    async def submit(event: Any) -> None:
        await send(action, {name: str(value) for name, value in dict(event.args or {}).items()})

    title = {
        Action.REJECT: words("queue_reason"),
        Action.CORRECT: words("queue_means" if item.kind == Kind.WORD else "queue_right"),
        Action.ASSIGN: words("queue_who"),
        Action.COMMENT: words("queue_note"),
    }[action]
    with place, tag("form", "queue-form") as form:
        tag("p", "queue-form-title", title)
        if action is Action.CORRECT:
            tag("input", "queue-input", type="text", name="to", required="true", maxlength="400", data_focus="true",
                autocomplete="off", aria_label=title)  # fmt: skip
            if reasons:
                with tag("select", "queue-input", name="reason", aria_label=words("desk_reason")):
                    for each in reasons:
                        tag("option", "", words.pick(each.en, each.zh), value=each.reason)
        if action is Action.ASSIGN:
            tag("input", "queue-input", type="text", name="value", maxlength="100", data_focus="true",
                defaultValue=item.assignee, autocomplete="off", aria_label=title)  # fmt: skip
        if action is Action.REJECT:
            for number, each in enumerate(reasons, 1):
                button = tag(
                    "button", "queue-do queue-minor", type="button", data_key=str(number),
                    data_focus="true" if number == 1 else None,
                )  # fmt: skip
                with button, tag("span", "queue-do-main"):
                    tag("kbd", "", str(number), aria_hidden="true")
                    tag("span", "", words.pick(each.en, each.zh))
                button.on(
                    "click",
                    lambda event, reason=each.reason: send(
                        action, {"reason": reason, "note": _note_of(event)}
                    ),
                    js_handler="(e) => emit(new FormData(e.target.closest('form')).get('note') || '')",
                )
        if action is not Action.ASSIGN:
            tag("input", "queue-input", type="text", name="note", maxlength="1000", autocomplete="off",
                data_focus="true" if action is Action.COMMENT else None,
                placeholder=words("queue_note"), aria_label=words("queue_note"))  # fmt: skip
        if action is not Action.REJECT:
            tag("button", "queue-do queue-minor queue-go", words("queue_send"), type="submit")
        cancel = tag(
            "button", "queue-do queue-minor", words("queue_cancel"), type="button", data_key="escape"
        )
        cancel.on("click", place.clear, args=[])
    form.on("submit", submit, js_handler=_SEND)


def draw_bulk(
    words: Words,
    found: BulkAnswered | None,
    kinds: Sequence[Kind],
    do: Callable[[dict[str, str]], Awaitable[None]] | None,
    close: Callable[[], Awaitable[None]],
    *,
    problem: str = "",
) -> None:
    """Draw how many questions a filter lets through, a sample, and the form that answers all of them.

    Args:
        words: The language.
        found: The questions; without them ``problem`` is said, or that a filter is needed.
        kinds: Those of the questions: what fits all of them is offered.
        do: Answers them.
        close: Takes the form away.
        problem: What is wrong with the filter.
    """
    with tag("section", "queue-bulk"):
        if found is None or do is None:
            tag("p", "", problem or words("queue_bulk_needs"))
        else:
            tag("h2", "block-title", words("queue_bulk_title", n=f"{found.total:,}"))
            tag("p", "hint", words("queue_bulk_sample", products=f"{found.products:,}"))
            with tag("ul", "queue-list"):
                for each in found.sample:
                    with tag("li", ""):
                        tag("span", "", words.pick(each.question_en, each.question_zh))
                        tag("span", "hint", _brief(words, each))
        with tag("form", "queue-form") as form:
            if do is not None:
                with tag(
                    "select",
                    "queue-input",
                    name="action",
                    data_focus="true",
                    aria_label=words("queue_bulk_answer"),
                ):
                    for action in _BULK:
                        if action is not Action.IGNORE or set(kinds) == {Kind.WORD}:
                            tag("option", "", words(f"queue_do_{action.value}"), value=action.value)
                _draw_bulk_reasons(words, kinds)
                tag("input", "queue-input", type="text", name="value", maxlength="100",
                    placeholder=words("queue_by_assignee"), aria_label=words("queue_by_assignee"))  # fmt: skip
                tag("input", "queue-input", type="text", name="note", maxlength="1000",
                    placeholder=words("queue_note"), aria_label=words("queue_note"))  # fmt: skip
                tag("button", "queue-do queue-minor queue-go", words("queue_send"), type="submit")
            cancel = tag(
                "button", "queue-do queue-minor", words("queue_cancel"), type="button", data_key="escape"
            )
            cancel.on("click", close, args=[])

        async def submit(event: Any) -> None:
            if do is not None:
                await do({name: str(value) for name, value in dict(event.args or {}).items()})

        form.on("submit", submit, js_handler=_SEND)


def _draw_bulk_reasons(words: Words, kinds: Sequence[Kind]) -> None:
    """Draw the choice of the reasons that an action has on all kinds, by action."""
    with tag("select", "queue-input", name="reason", aria_label=words("desk_reason")):
        tag("option", "", words("queue_usual_reason"), value="")
        for action in (Action.ACCEPT, Action.REJECT):
            lists = [reasons_of(kind, action) for kind in kinds]
            common = [each for each in lists[0] if all(each in others for others in lists)] if lists else []
            if common:
                with tag("optgroup", "", label=words(f"queue_do_{action.value}")):
                    for each in common:
                        tag("option", "", words.pick(*REASON_LABELS[each]), value=each.value)


def draw_upcoming(words: Words, page: QueuePage, shown: QueueItemDetail | None, wanted: Wanted) -> None:
    """Draw the next questions as links."""
    others = [each for each in page.items if shown is None or each.id != shown.id]
    if not others:
        return
    tag("h2", "", words("queue_next"))
    with tag("ul", "queue-list"):
        for each in others:
            with tag("li", ""):
                tag("a", "", words.pick(each.question_en, each.question_zh), href=desk_url(wanted, each))
                tag(
                    "span",
                    "hint",
                    _brief(words, each),
                )


def draw_done(
    words: Words,
    actions: Sequence[ActionOut],
    values: Mapping[str, Label],
    undo: Callable[[str], Awaitable[None]],
) -> None:
    """Draw what the person did last, each with a button that takes it back."""
    if not actions:
        return
    tag("h2", "", words("queue_done"))
    with tag("ol", "queue-list"):
        for each in actions:
            with tag("li", ""):
                _draw_past(words, each, values, with_title=True, is_item=False)
                if not each.undone_by and not each.undoes:
                    button = tag(
                        "button", "queue-do queue-minor", words("queue_do_undo"), type="button",
                        aria_label=f"{words('queue_do_undo')}: {each.title}",
                    )  # fmt: skip
                    button.on("click", lambda each=each: undo(each.id), args=[])


def desk_url(wanted: Wanted, item: QueueItemOut | None = None) -> str:
    """The address of the queue under a filter, at a question."""
    pairs = [
        (name, str(value))
        for name, value in (
            ("kind", wanted.kind.value if wanted.kind else ""),
            ("field", wanted.field),
            ("class", wanted.class_),
            ("product", wanted.product),
            ("assignee", wanted.assignee),
            ("word", wanted.word),
            ("flagged", "1" if wanted.flagged else ""),
            ("item", item.id if item else ""),
        )
        if value
    ]
    return f"/desk?{urlencode(pairs)}" if pairs else "/desk"


def _brief(words: Words, item: QueueItemOut) -> str:
    """What tells a question from others with the same words."""
    is_choice = item.kind == Kind.CONTRADICTION
    values = (
        " | ".join(words.pick(each.label_en, each.label_zh) for each in item.options) if is_choice else ""
    )
    class_name = words.pick(item.class_en, item.class_zh)
    parts = (
        values or words(f"queue_kind_{item.kind}"),
        class_name,
        words.count("queue_products", item.products),
    )
    return " · ".join(part for part in parts if part)


def _select(words: Words, name: str, options: Sequence[tuple[str, str]], chosen: str) -> None:
    with tag("label", ""):
        tag("span", "", words(f"queue_by_{name}"))
        with tag("select", "queue-input", name=name):
            tag("option", "", words("queue_any"), value="")
            for value, label in options:
                tag("option", "", label, value=value, selected="true" if value == chosen else None)


def _button(name: str, key: str, effect: str = "", classes: str = "") -> Element:
    button = tag("button", f"queue-do {classes}".strip(), type="button", data_key=key)
    with button:
        with tag("span", "queue-do-main"):
            tag("kbd", "", key.upper(), aria_hidden="true")
            tag("span", "", name)
        if effect:
            tag("span", "queue-effect", effect)
    return button


def _draw_meta(words: Words, item: QueueItemDetail) -> None:
    with tag("div", "queue-meta"):
        tag("span", "queue-kind", words(f"queue_kind_{item.kind}"))
        if item.class_en:
            tag("span", "", words.pick(item.class_en, item.class_zh))
        tag("span", "", words.count("queue_products", item.products))
        if item.kind == Kind.WORD:
            tag("span", "", words.count("queue_mentions", item.mentions))
        is_believed = item.kind in (Kind.DOUBTFUL, Kind.CONTRADICTION, Kind.MERGE, Kind.BRAND)
        tag("span", "", words("queue_belief" if is_believed else "queue_rate", n=f"{item.belief:.0%}"))
        if item.assignee:
            tag("span", "", words("queue_for", who=item.assignee))
        if item.is_flagged:
            tag("span", "queue-flag", words("queue_flagged"))


def _draw_sample(words: Words, item: QueueItemDetail, sample: SampleOut, card: Card | None) -> None:
    with tag("div", "queue-sample"):
        if card is not None:
            draw_picture(card, words)
        else:
            tag("div", "")
        with tag("div", ""):
            with tag(
                "div", "queue-sample-title", lang=words.lang_of("zh" if sample.language == "zh" else "en")
            ):
                tag("a", "", sample.title, href=product_url(sample.product_id))
            with tag("div", "queue-sample-values"):
                for value in sample.values:
                    tag("span", "", words.pick(value.label_en, value.label_zh))
                if sample.values:
                    tag("span", "", words("queue_is_used" if sample.is_used else "queue_not_used"))
            for each in sample.evidence:
                draw_sentence(each, words)


def _draw_past(
    words: Words, action: ActionOut, values: Mapping[str, Label], *, with_title: bool, is_item: bool = True
) -> None:
    reason = words.pick(*REASON_LABELS[Reason(action.reason)]) if action.reason else ""
    value = words.pick(*values[action.value]) if action.value in values else action.value
    if action.undoes:
        value = words(f"queue_done_{action.value}")

    def draw() -> None:
        tag("span", "", f"{words(f'queue_done_{action.action}')} ")
        if with_title:
            tag("span", "", action.title)
        parts = [
            words("queue_history", who=action.by, when=f"{action.at:%Y-%m-%d %H:%M}"),
            reason,
            value,
            action.note,
            words("desk_taken_back", who=action.undone_by) if action.undone_by else "",
        ]
        tag("span", "hint", " · ".join(part for part in parts if part))

    if is_item:
        with tag("li", ""):
            draw()
    else:
        draw()


def _note_of(event: Any) -> str:
    return str(event.args or "")[:1_000]
