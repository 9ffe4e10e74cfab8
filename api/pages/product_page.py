"""The product page: row, facts with their evidence marked in the texts, opinions, neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from api.facts import Label
from api.pages.category_page import draw_breadcrumb
from api.pages.components import (
    draw_card_price,
    draw_picture,
    draw_sentence,
    draw_small_cards,
    draw_stars,
    graph_url,
    product_url,
)
from api.pages.elements import tag
from api.pages.highlight import cut
from api.pages.i18n import Words
from api.pages.product_offers import draw_buying, draw_gallery, draw_sources, draw_variants
from api.pages.views import GROUPS, AspectRow, FactRow, MarkedText, ProductView, Result, ReviewView

_NAMES_SHOWN = 12
_VALUES_SHOWN = 4


def draw_product(
    words: Words, view: ProductView, similar: Sequence[Result], complements: Sequence[Result]
) -> None:
    """The page of one product."""
    card = view.card
    for place in view.places[:2]:
        draw_breadcrumb(words, place, is_whole=False)
    with tag("article", "product"):
        with tag("header", "product-head"):
            with tag("div", "product-pictures"):
                draw_picture(card, words, "tile-large", is_first=True)
                draw_gallery(view.product)
            with tag("div", "product-summary"):
                if card.brand:
                    tag("div", "hit-brand", words("by_brand", brand=card.brand))
                with tag("h1", "product-title", lang=words.lang_of(card.language)):
                    draw_marked(view.texts["title"])
                draw_stars(card.rating, card.ratings, words)
                with tag("div", "product-price"):
                    draw_card_price(card, words)
                draw_buying(words, view.product)
                with tag("div", "product-meta"):
                    tag("span", "product-id", card.id)
                    tag("a", "link", words("in_graph"), href=graph_url(f"product:{card.id}"))
        with tag("div", "product-columns"):
            with tag("div", "product-texts"):
                draw_variants(words, view.product)
                draw_sources(words, view.sources)
                _draw_text(words, view, "description", "description")
                _draw_text(words, view, "table", "shop_table")
                if view.aspects:
                    _draw_aspects(words, view.aspects)
                if view.reviews:
                    _draw_reviews(words, view)
                _draw_statements(words, view)
            with tag("aside", "product-facts", aria_label=words("facts")):
                _draw_facts(words, view)
    for title, results in (("complements", complements), ("similar", similar)):
        if results:
            with tag("section", "block"):
                tag("h2", "block-title", words(title))
                draw_small_cards(results, words)


def draw_marked(marked: MarkedText) -> None:
    """Draw a text in pieces that name the facts read from them, so that the page's script can highlight them."""
    for piece in cut(marked.text, marked.spans):
        if not piece.mentions and not piece.sentences:
            tag("span", "", piece.text)
        else:
            tag(
                "span", "ev ev-mention" if piece.mentions else "ev", piece.text,
                data_m=" ".join(piece.mentions) or None, data_s=" ".join(piece.sentences) or None,
            )  # fmt: skip


def _draw_text(words: Words, view: ProductView, part: str, title: str) -> None:
    marked = view.texts[part]
    if marked.text:
        with tag("section", f"text text-{part}"):
            tag("h2", "block-title", words(title))
            with tag("div", "text-body", lang=words.lang_of(view.card.language)):
                draw_marked(marked)


def _draw_statements(words: Words, view: ProductView) -> None:
    """Draw the shop's own statements; pointing at a line highlights the facts read from it."""
    if not view.statements:
        return
    with tag("section", "text text-shop"):
        tag("h2", "block-title", words("shop_states"))
        with tag("ul", "statements"):
            for each in view.statements:
                with tag("li", "statement ev ev-mention", data_m=" ".join(each.keys) or None):
                    tag("span", "connection-relation", words.pick(*each.name))
                    value = words.pick(*each.value)
                    if each.product_id:
                        tag("a", "link", value, href=product_url(each.product_id))
                    elif each.class_id:
                        tag("a", "link", value, href=graph_url(f"category:{each.class_id}"))
                    else:
                        tag("span", "connection-label", value)


def _draw_facts(words: Words, view: ProductView) -> None:
    tag("h2", "block-title", words("facts"))
    if not view.has_graph:
        tag("p", "banner", words("facts_away"), role="status")
        return
    if not view.facts:
        tag("p", "hint", words("facts_none"))
        return
    tag("p", "hint", words("facts_hint"))
    for group in GROUPS:
        by_name: dict[Label, list[FactRow]] = {}
        for row in view.facts:
            if row.group == group:
                by_name.setdefault(row.name, []).append(row)
        if not by_name:
            continue
        names = list(by_name.values())
        with tag("section", "fact-group"):
            tag("h3", "fact-group-title", words(group))
            for rows in names[:_NAMES_SHOWN]:
                _draw_facts_of_name(words, rows)
            if len(names) > _NAMES_SHOWN:
                with tag("details", "facet-more"):
                    tag("summary", "", words("more"))
                    for rows in names[_NAMES_SHOWN:]:
                        _draw_facts_of_name(words, rows)


def _draw_facts_of_name(words: Words, rows: Sequence[FactRow]) -> None:
    """All values of one attribute or relation: the name once, the first values, the others to unfold."""
    for place, row in enumerate(rows[:_VALUES_SHOWN]):
        _draw_fact(words, row, is_first=place == 0)
    if len(rows) > _VALUES_SHOWN:
        with tag("details", "facet-more fact-more"):
            tag("summary", "", words("more_values", n=len(rows) - _VALUES_SHOWN))
            for row in rows[_VALUES_SHOWN:]:
                _draw_fact(words, row, is_first=False)


def _draw_fact(words: Words, row: FactRow, *, is_first: bool) -> None:
    classes = "fact" + ("" if is_first else " fact-again") + (" fact-unused" if not row.is_used else "")
    with tag("button", classes, type="button", data_fact=row.key, aria_pressed="false"):
        with tag("span", "fact-main"):
            with tag("span", "fact-name"):
                tag("span", "" if is_first else "unseen", words.pick(*row.name))
            tag("span", "fact-value", words.pick(*row.value))
        with tag("span", "fact-side"):
            with tag("span", "confidence", title=f"{words('confidence')} {row.confidence:.2f}"):
                tag("span", "confidence-fill").style(f"width:{row.confidence * 100:.0f}%")
            tag("span", "fact-confidence", f"{row.confidence:.2f}")
            tag("span", "fact-sources", words.count("sources", row.support))
        if row.is_conflict:
            tag("span", "conflict", words("conflict_preferred" if row.is_used else "conflict_other"))
        if any(row.implied_by):
            what = words.pick(*row.implied_by)
            tag("span", "fact-implied", words("implied_by", what=what), title=row.rule or None)
        if row.denied_by:
            tag("span", "conflict", words("denied_by", n=row.denied_by))
        with tag("span", "fact-readers"):
            for extractor in row.extractors:
                tag("span", "reader", words(f"read_{extractor}"))


def _draw_aspects(words: Words, aspects: Sequence[AspectRow]) -> None:
    most = max(row.positive + row.negative + row.neutral for row in aspects)
    with tag("section", "text aspects"):
        tag("h2", "block-title", words("aspects"))
        for row in aspects:
            with tag("details", "aspect"):
                with tag("summary", "aspect-row", data_fact=row.key):
                    tag("span", "aspect-name", words.pick(*row.name))
                    with tag("span", "aspect-bar", role="img", aria_label=_spoken(words, row)):
                        for name in ("positive", "neutral", "negative"):
                            number = getattr(row, name)
                            if number:
                                tag("span", f"aspect-{name}", title=f"{number} {words(name)}").style(
                                    f"width:{number / most * 100:.1f}%"
                                )
                    with tag("span", "aspect-counts"):
                        tag("span", "count-positive", f"+{row.positive}")
                        tag("span", "count-negative", f"−{row.negative}")
                for item in row.sentences:
                    draw_sentence(item, words)


def _spoken(words: Words, row: AspectRow) -> str:
    return ", ".join(f"{getattr(row, name)} {words(name)}" for name in ("positive", "negative", "neutral"))


def _draw_reviews(words: Words, view: ProductView) -> None:
    with tag("section", "text reviews"):
        tag("h2", "block-title", words("reviews"))
        for review in view.reviews:
            _draw_review(words, review)
        if view.more_reviews:
            tag("p", "hint", words("reviews_more", n=f"{view.more_reviews:,}"))


def _draw_review(words: Words, view: ReviewView) -> None:
    with tag("article", "review"):
        with tag("div", "review-head"):
            draw_stars(view.review.rating, 0, words) if view.review.rating is not None else None
            if view.review.created_at is not None:
                tag("time", "review-date", f"{view.review.created_at:%Y-%m-%d}")
        language = words.lang_of(view.review.language)
        if view.title.text:
            with tag("h3", "review-title", lang=language):
                draw_marked(view.title)
        with tag("div", "text-body", lang=language):
            draw_marked(view.text)
