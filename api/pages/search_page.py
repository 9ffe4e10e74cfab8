"""The search page: what was understood, facets, results with their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from api.categories import CategoryView
from api.facts import Label
from api.pages.category_page import draw_breadcrumb, draw_children, draw_families
from api.pages.components import draw_hit, draw_notice, draw_small_cards
from api.pages.elements import tag
from api.pages.facets import Facet
from api.pages.i18n import Words
from api.pages.layout import draw_degraded
from api.pages.source import SearchPage
from api.pages.state import PAGE_SIZE, SearchState
from api.pages.views import Result
from api.schemas import SearchOut
from ranking.models import Constraint, Entity, FacetCount, Sort, Understanding

_SHOWN_VALUES = 6
_SHOWN_TREE = 14


def draw_start(
    words: Words,
    categories: Sequence[CategoryView],
    examples: Sequence[str],
    trending: Sequence[Result],
    *,
    has_demand: bool,
) -> None:
    """The page before anything was asked; without demand the products are a selection and called so."""
    with tag("section", "hero"):
        tag("h1", "hero-title", words("hero"))
        tag("p", "hero-text", words("hero_text"))
        if examples:
            with tag("div", "examples"):
                tag("span", "examples-label", words("try"))
                for example in examples:
                    tag("a", "example", example, href=SearchState(query=example).url())
    draw_families(words, categories)
    with tag("section", "block"):
        tag("h2", "block-title", words("trending" if has_demand else "selection"))
        draw_small_cards(trending, words)


def draw_search(words: Words, state: SearchState, page: SearchPage) -> None:
    """Facets beside the results."""
    answer = page.answer
    with tag("div", "search"):
        with tag("aside", "filters", id="filters", aria_label=words("filters")):
            _draw_filters(words, state, page)
        tag("div", "scrim", data_drawer="close")
        with tag("section", "results"):
            draw_degraded(words, answer.degraded)
            with tag("div", "results-head"):
                with tag("div", ""):
                    if page.category is not None:
                        draw_breadcrumb(words, page.category.path)
                    if state.query:
                        tag("h1", "results-title", state.query)
                    else:
                        tag("h1", "results-title label", _title(words, page))
                    tag("p", "results-count", words.count("results", answer.total))
                with tag(
                    "button", "filters-open", type="button", data_drawer="open", aria_controls="filters",
                    aria_expanded="false",
                ):  # fmt: skip
                    tag("span", "", words("filters"))
                    if state.filters:
                        tag("span", "count", str(len(state.filters)))
            if page.category is not None:
                draw_children(words, page.category)
            _draw_understanding(words, state, answer.understanding, page.kinds)
            if answer.matching.dropped:
                tag("p", "relaxed", words("relaxed", parts=_list(words, answer.matching.dropped)))
            _draw_notes(words, answer)
            if answer.matching.rule == "meaning":
                tag("p", "relaxed", words("by_meaning"))
            _draw_chosen(words, state, page.facets)
            if not page.results:
                title = words("nothing_fits", query=state.query) if state.query else words("empty_title")
                text = words("empty_text" if state.has_filters else "empty_text_query")
                draw_notice(title, text, link=_way_out(words, state), heading="h2")
            else:
                _draw_sort(words, state)
                _draw_hits(words, page.results)
                _draw_paging(words, state, answer.total)
            if page.others:
                _draw_others(words, page)


def _title(words: Words, page: SearchPage) -> str:
    if page.category is None:
        return words("results_title")
    return words.pick(page.category.category.label_en, page.category.category.label_zh)


def _draw_notes(words: Words, answer: SearchOut) -> None:
    """What of the request had no effect, in sentences."""
    if denied := answer.understanding.not_understood:
        tag("p", "relaxed", words("not_understood", parts=_list(words, denied)))
    for note in answer.notes:
        key = "value_of_none_nearest" if note.nearest else "value_of_none"
        shown = {"value": _readable(note.value), "nearest": _readable(note.nearest or "")}
        tag("p", "relaxed", words(key, **shown))


def _readable(value: str) -> str:
    return value.replace("_", " ")


def _draw_hits(words: Words, results: Sequence[Result]) -> None:
    with tag("ol", "hits"):
        for result in results:
            draw_hit(result, words, why=words("why_this"))


def _draw_others(words: Words, page: SearchPage) -> None:
    """Products that do not match, below those that do and marked as such."""
    given_up = page.answer.matching.given_up
    with tag("section", "others"):
        if given_up:
            tag("h2", "block-title", words("alternatives", parts=_list(words, given_up)))
        elif page.answer.alternatives:
            tag("h2", "block-title", words("nearest"))
            tag("p", "others-text", words("related_text"))
        else:
            tag("h2", "block-title", words("related"))
            tag("p", "others-text", words("related_text"))
        _draw_hits(words, page.others)


def _list(words: Words, parts: Sequence[str]) -> str:
    return words.pick(", ", "、").join(f"“{part}”" for part in parts)


def _way_out(words: Words, state: SearchState) -> tuple[str, str]:
    if state.has_filters:
        return words("clear_filters"), state.without_filters()
    return words("all_categories"), "/categories"


def _draw_understanding(
    words: Words, state: SearchState, understanding: Understanding, kinds: Mapping[str, Label]
) -> None:
    if understanding.corrections:
        with tag("p", "correction"):
            tag("span", "", words("showing_for") + " ")
            tag("strong", "", _corrected(understanding))
            for correction in understanding.corrections:
                tag("span", "correction-was", words("instead_of", written=correction.written))
    words_out = _other_exclusions(understanding)
    lacking = understanding.lacking
    if lacking or understanding.entities or understanding.constraints or understanding.leanings or words_out:
        with tag("div", "understood"):
            tag("span", "understood-label", words("understood"))
            for entity in understanding.entities:
                _draw_entity(entity, words, kinds)
            for choice in understanding.choices:
                with tag("span", "chip chip-constraint", title=choice.surface):
                    options = (option.surface for option in choice.options)
                    tag("span", "", words("any_of", options=words.pick(" / ", "、").join(options)))
            for constraint in understanding.constraints:
                _draw_constraint(constraint, words, state)
            for leaning in understanding.leanings:
                with tag("span", "chip chip-constraint", title=leaning.surface):
                    tag("span", "chip-kind", words.pick(leaning.label_en, leaning.label_zh))
                    tag("span", "", words(f"leaning_{leaning.direction}"))
            for word in words_out:
                tag("span", "chip chip-not", words("without", label=word))
            for word in lacking:
                tag("span", "chip chip-not", words("free_of", label=word))


def _other_exclusions(understanding: Understanding) -> list[str]:
    """Excluded words that no excluded entity shows."""
    shown = {entity.surface for entity in understanding.entities if entity.negated}
    return [word for word in understanding.excluded_words if word not in shown]


def _corrected(understanding: Understanding) -> str:
    text = understanding.query
    for correction in understanding.corrections:
        text = text.replace(correction.written, correction.read_as)
    return text


def _draw_entity(entity: Entity, words: Words, kinds: Mapping[str, Label]) -> None:
    label = words.pick(entity.label_en, entity.label_zh)
    with tag("span", "chip chip-not" if entity.negated else f"chip chip-{entity.kind}"):
        tag("span", "chip-kind", words.pick(*kinds[entity.kind]))
        tag("span", "", words("without", label=label) if entity.negated else label)


def _draw_constraint(constraint: Constraint, words: Words, state: SearchState) -> None:
    """A condition in the query's words, which a link takes out of the query."""
    with tag("span", "chip chip-not" if constraint.negated else "chip chip-constraint"):
        tag("span", "", constraint.surface)
        rest = state.without_words(constraint.surface)
        if rest is not None:
            label = words("search_without", part=constraint.surface)
            tag("a", "chip-off", "×", href=rest, aria_label=label, title=label)


def _draw_chosen(words: Words, state: SearchState, facets: Sequence[Facet]) -> None:
    """Filters that are on, each to be taken off."""
    if not state.has_filters:
        return
    labels = {(f.field, c.value): words.pick(c.label_en, c.label_zh) for f in facets for c in f.counts}
    with tag("div", "chosen"):
        for field, value in state.filters:
            label = labels.get((field, value), value.replace("_", " "))
            with tag("a", "chosen-item", href=state.toggled(field, value)):
                tag("span", "", label)
                tag("span", "cross", "×", aria_hidden="true")
        if state.price_from is not None or state.price_to is not None:
            bounds = (("≥", state.price_from), ("≤", state.price_to))
            limits = " ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)
            with tag("a", "chosen-item", href=state.url(price_from=None, price_to=None)):
                tag("span", "", f"{words('price')} {limits}")
                tag("span", "cross", "×", aria_hidden="true")
        tag("a", "clear", words("clear_filters"), href=state.without_filters())


def _draw_filters(words: Words, state: SearchState, page: SearchPage) -> None:
    facets = page.facets
    with tag("div", "filters-head"):
        tag("h2", "filters-title", words("filters"))
        tag("button", "filters-close", "×", type="button", data_drawer="close", aria_label=words("close"))
    for facet in facets[:1]:
        _draw_facet(words, state, facet)
    with tag("form", "facet price-range", action=state.base, method="get"):
        tag("h3", "facet-title", f"{words('price')} ({page.currency})" if page.currency else words("price"))
        for kept, content in _hidden(state):
            tag("input", "", type="hidden", name=kept, value=content)
        with tag("div", "price-fields"):
            for name, key, value in (
                ("min", "price_from", state.price_from),
                ("max", "price_to", state.price_to),
            ):
                tag(
                    "input", "price-field", type="number", name=name, min=0, step="any", inputmode="decimal",
                    placeholder=words(key), aria_label=f"{words('price')}: {words(key)}",
                    defaultValue=f"{value:g}" if value is not None else None,
                )  # fmt: skip
            tag("button", "price-go", words("apply"), type="submit")
    for facet in facets[1:]:
        _draw_facet(words, state, facet)
    tag("button", "button filters-done", words("show_results"), type="button", data_drawer="close")


def _hidden(state: SearchState) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl, urlsplit

    url = state.url(price_from=None, price_to=None)
    return parse_qsl(urlsplit(url).query)


def _draw_facet(words: Words, state: SearchState, facet: Facet) -> None:
    with tag("section", "facet"):
        tag("h3", "facet-title", words.pick(*facet.name))
        counts = list(facet.counts)
        if not facet.depths:
            counts.sort(key=lambda c: ((facet.field, c.value) not in state.filters, -c.count))
        shown = _SHOWN_TREE if facet.depths else _SHOWN_VALUES
        with tag("ul", "facet-values"):
            for count in counts[:shown]:
                _draw_value(words, state, facet, count)
        if len(counts) > shown:
            with tag("details", "facet-more"):
                tag("summary", "", words("more"))
                with tag("ul", "facet-values"):
                    for count in counts[shown:]:
                        _draw_value(words, state, facet, count)


def _draw_value(words: Words, state: SearchState, facet: Facet, count: FacetCount) -> None:
    is_on = (facet.field, count.value) in state.filters
    label = words.pick(count.label_en, count.label_zh)
    if facet.field.startswith("attr.") and count.value in {"true", "false"}:
        label = words("yes" if count.value == "true" else "no")
    url, checked = state.toggled(facet.field, count.value), "true" if is_on else "false"
    indent = f"padding-left:{16 * facet.depths.get(count.value, 0)}px"
    with (
        tag("li", ""),
        tag("a", "facet-value", href=url, role="checkbox", aria_checked=checked).style(indent),
    ):
        tag("span", "box", aria_hidden="true")
        tag("span", "facet-label", label)
        tag("span", "facet-count", f"{count.count:,}")


def _draw_sort(words: Words, state: SearchState) -> None:
    with tag("nav", "sort", aria_label=words("sort")):
        for name in get_args(Sort):
            current = "true" if name == state.sort else None
            tag("a", "sort-link", words(f"sort_{name}"), href=state.url(sort=name), aria_current=current)


def _draw_paging(words: Words, state: SearchState, total: int) -> None:
    pages = -(-total // PAGE_SIZE)
    if pages <= 1:
        return
    with tag("nav", "paging"):
        if state.page > 1:
            tag(
                "a", "button button-quiet", words("previous"), href=state.url(page=state.page - 1), rel="prev"
            )
        tag("span", "paging-at", words("page_of", page=state.page, pages=pages))
        if state.page < pages:
            tag("a", "button button-quiet", words("next"), href=state.url(page=state.page + 1), rel="next")
