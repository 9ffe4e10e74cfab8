"""Parts that several pages share: pictures, prices, stars, reasons, sentences, cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from api.facts import Label
from api.pages.elements import drawing, tag
from api.pages.i18n import Words
from api.pages.tiles import draw_tile
from api.pages.views import Card, Result
from api.schemas import EvidenceOut, PriceOut, ReasonOut, StepOut, VariantOut
from kms.catalog.documents import SHOP_BRAND, SHOP_CATEGORY
from kms.catalog.offers import Picture

_LEAST_SHARE = 0.005
_STATEMENTS = {SHOP_CATEGORY: "facet_category", SHOP_BRAND: "facet_brand"}
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥", "JPY": "¥"}


def product_url(product_id: str) -> str:
    """The address of a product's page."""
    return f"/product/{quote(product_id, safe='')}"


def graph_url(node_id: str) -> str:
    """The address of the explorer at a node."""
    return f"/graph?node={quote(node_id, safe='')}"


def format_price(price: PriceOut) -> str:
    """A price with its symbol, or with its code where the symbol is not known."""
    amount = f"{price.amount:,.2f}"
    symbol = _SYMBOLS.get(price.currency)
    return f"{symbol}{amount}" if symbol else f"{amount} {price.currency}"


def format_share(share: float) -> str:
    """A share as a whole percentage; what is there but small stays visible."""
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


def draw_picture(card: Card, words: Words, classes: str = "", *, is_first: bool = False) -> None:
    """The product's picture over a drawn tile, which shows where the picture cannot be loaded; with its kind.

    Args:
        card: The product.
        words: The page's language.
        classes: CSS classes of the tile.
        is_first: Whether it is what the page is about, and is loaded at once.
    """
    with tag("div", f"tile {classes}"):
        drawing(draw_tile(card.family, card.id), "tile-art")
        if card.picture is not None:
            draw_photo(card.picture, alt=card.picture.alt if is_first else "", is_lazy=not is_first)
        kind = words.pick(*card.kind)
        if kind:
            tag("span", "tile-kind", kind)


def draw_photo(picture: Picture, *, alt: str = "", is_lazy: bool = True) -> None:
    """A picture of the shop, linked at its address; the page's script removes it where it cannot be loaded."""
    tag(
        "img", "photo", src=picture.url, alt=alt, width=picture.width, height=picture.height,
        loading="lazy" if is_lazy else None, decoding="async", referrerpolicy="no-referrer",
    )  # fmt: skip


def draw_card_price(card: Card, words: Words) -> None:
    """What a product costs: one price or a range, the usual price beside a sale's, or that it has none."""
    with tag("div", "prices"):
        if card.price is None:
            tag("span", "price price-none", words("no_price"))
            return
        with tag("span", "price"):
            tag("span", "amount", format_price(card.price))
            if card.price_high is not None:
                tag("span", "", " – ")
                tag("span", "amount", format_price(card.price_high))
        # Beside a range it would be read as that of the whole range, and it is of the cheapest variant alone.
        if card.usual_price is not None and card.price_high is None:
            draw_usual_price(card.usual_price, words)


def format_range(low: PriceOut, high: PriceOut) -> str:
    """A range of prices: ``€49.00 – €79.00``."""
    return f"{format_price(low)} – {format_price(high)}"


def draw_usual_price(price: PriceOut, words: Words) -> None:
    """What is struck out beside a sale's price; also said to those who do not see the line."""
    with tag("s", "price-usual", title=words("usual_price")):
        tag("span", "unseen", f"{words('usual_price')} ")
        tag("span", "", format_price(price))


def draw_sold_out(card: Card, words: Words) -> None:
    """That a product cannot be bought now, where that is so; what can be bought says nothing."""
    if card.is_sold_out:
        tag("span", f"availability availability-{card.availability}", words(str(card.availability)))


def draw_stars(rating: float | None, ratings: int, words: Words) -> None:
    """A rating as stars filled to its value, with the number of ratings."""
    if rating is None:
        tag("span", "rating rating-none", words("no_rating"))
        return
    label = f"{rating:.1f} / 5"
    with tag("span", "rating", title=label):
        with tag("span", "stars", aria_label=label, role="img"):
            tag("span", "stars-on", "★★★★★", aria_hidden="true").style(f"width:{rating / 5 * 100:.1f}%")
            tag("span", "stars-off", "★★★★★", aria_hidden="true")
        tag("span", "rating-value", f"{rating:.1f}")
        if ratings:
            tag("span", "rating-count", f"({ratings:,})", title=words.count("ratings", ratings))


def draw_share_bar(reasons: Sequence[ReasonOut], words: Words) -> None:
    """The parts of a score as one stacked bar; what no reason names stays grey."""
    with tag("div", "shares", role="img", aria_label=words("why")):
        for reason in reasons:
            if reason.share >= _LEAST_SHARE:
                tag(
                    "span",
                    f"share share-{reason.source}",
                    title=f"{words('source_' + reason.source)} {format_share(reason.share)}",
                ).style(f"width:{reason.share * 100:.2f}%")


def draw_reasons(result: Result, words: Words, title: str, *, shown: int = 2) -> None:
    """The bar, the first reasons in words, and all of them with paths and sentences to unfold."""
    visible = [r for r in result.hit.reasons if r.share >= _LEAST_SHARE]
    if not visible:
        return
    with tag("details", "why"):
        with tag("summary", "why-summary"):
            with tag("span", "why-head"):
                tag("span", "why-title", title)
                draw_share_bar(visible, words)
                tag("span", "chevron", aria_hidden="true")
            with tag("span", "why-brief"):
                for reason in visible[:shown]:
                    with tag("span", "why-line"):
                        tag("span", f"dot share-{reason.source}", aria_hidden="true")
                        tag("span", "why-text", words.pick(reason.text_en, reason.text_zh))
        with tag("ol", "reasons"):
            for reason in visible:
                _draw_reason(reason, words, result.labels)


def _draw_reason(reason: ReasonOut, words: Words, labels: Mapping[str, Label]) -> None:
    with tag("li", "reason"):
        with tag("div", "reason-head"):
            tag("span", f"dot share-{reason.source}", aria_hidden="true")
            tag("span", "reason-source", words(f"source_{reason.source}"))
            tag(
                "span",
                "reason-share",
                format_share(reason.share),
                title=words("share_of_score", share=format_share(reason.share)),
            )
        tag("div", "reason-text", words.pick(reason.text_en, reason.text_zh))
        if reason.terms:
            with tag("div", "terms"):
                for term in reason.terms:
                    tag("span", "term", term)
        if reason.path:
            _draw_path(reason.path, words, labels)
            seen: set[str] = set()
            for item in (item for step in reason.path for item in step.evidence):
                if item.sentence not in seen:
                    seen.add(item.sentence)
                    draw_sentence(item, words)


def _draw_path(path: Sequence[StepOut], words: Words, labels: Mapping[str, Label]) -> None:
    """The path as it is walked; an edge that is walked against its direction has its arrow at the front."""
    first = path[0]
    follows = {path[1].source, path[1].target} if len(path) > 1 else set()
    at = first.target if first.source in follows and first.target not in follows else first.source
    named = {s.source: s.source_label for s in path} | {s.target: s.target_label for s in path}

    def draw(node_id: str) -> None:
        draw_node(node_id, words.pick(*labels.get(node_id, (named[node_id], ""))))

    with tag("div", "path"):
        draw(at)
        for step in path:
            is_forward = step.source == at
            tag(
                "span", "path-edge path-forward" if is_forward else "path-edge path-back",
                words.pick(step.name_en or step.relation, step.name_zh),
                title=f"{words('confidence')} {step.confidence:.2f}",
            )  # fmt: skip
            at = step.target if is_forward else step.source
            draw(at)


def draw_node(node_id: str, label: str) -> None:
    """An entity as a pill that leads into the graph; products lead to their page."""
    kind, _, key = node_id.partition(":")
    url = product_url(key) if kind == "product" else graph_url(node_id)
    tag("a", f"node node-{kind}", label, href=url)


def draw_sentence(item: EvidenceOut, words: Words) -> None:
    """Evidence in its sentence, with where it was read and by what."""
    polarity = f" quote-{item.polarity}" if item.polarity else ""
    with tag("blockquote", f"quote{polarity}"):
        with tag("p", "quote-text"):
            text, mark = item.sentence, item.highlight
            tag("span", "", _name_statement(text[: mark.start], item, words))
            tag("mark", "", text[mark.start : mark.end])
            tag("span", "", text[mark.end :])
        with tag("footer", "quote-foot"):
            tag("span", "", words(f"field_{item.field}"))
            tag("span", "", words(f"read_{item.extractor}"))
            tag("span", "", f"{words('confidence')} {item.confidence:.2f}")


def _name_statement(text: str, item: EvidenceOut, words: Words) -> str:
    """What stands before the mention; the name of a shop's statement, which is a column of ours, in the page's language."""
    name, separator, rest = text.partition(": ")
    if item.field != "shop" or not separator or name not in _STATEMENTS:
        return text
    return f"{words(_STATEMENTS[name])}{words.pick(': ', '：')}{rest}"


def draw_hit(
    result: Result,
    words: Words,
    *,
    why: str,
    heading: str = "h2",
    actions: Callable[[], None] | None = None,
) -> None:
    """A ranked product as an item of a list.

    Args:
        result: The product.
        words: The page's language.
        why: What its reasons are headed with.
        heading: Element of the title, by the outline of the page.
        actions: Draws buttons below the price.
    """
    card = result.card
    with tag("li", "hit hit-sold-out" if card.is_sold_out else "hit"):
        with tag("a", "hit-picture", href=product_url(card.id), tabindex=-1, aria_hidden="true"):
            draw_picture(card, words)
        with tag("div", "hit-body"):
            if card.brand:
                tag("div", "hit-brand", card.brand)
            with tag(heading, "hit-title"):
                tag("a", "", card.title, href=product_url(card.id), lang=words.lang_of(card.language))
            with tag("div", "hit-row"):
                draw_stars(card.rating, card.ratings, words)
                if card.variant is None:
                    draw_sold_out(card, words)
            if card.variant is not None:
                draw_variant(card.variant, words)
            draw_reasons(result, words, why)
        with tag("div", "hit-price"):
            draw_card_price(card, words)
            if actions is not None:
                with tag("div", "actions"):
                    actions()


def draw_variant(variant: VariantOut, words: Words) -> None:
    """The variant that was asked for: its options, what it costs now, and whether it can be bought."""
    sale = variant.sale
    now = datetime.now(UTC)
    is_on_sale = (
        sale is not None
        and (sale.starts_at is None or sale.starts_at <= now)
        and (sale.ends_at is None or now <= sale.ends_at)
    )
    price = sale.price if sale is not None and is_on_sale else variant.price
    with tag("div", "hit-variant"):
        tag("span", "hit-variant-name", ", ".join(variant.options.values()) or variant.title or variant.id)
        if price is not None:
            tag("span", "hit-variant-price", format_price(price))
        if variant.availability:
            tag("span", f"availability availability-{variant.availability}", words(variant.availability))
        if variant.sku:
            tag("span", "product-code", variant.sku)


def draw_small_cards(results: Sequence[Result], words: Words) -> None:
    """A row of small cards, each with its strongest reason."""
    with tag("div", "cards"):
        for result in results:
            card = result.card
            classes = "card card-sold-out" if card.is_sold_out else "card"
            with tag("a", classes, href=product_url(card.id)):
                draw_picture(card, words, "tile-card")
                with tag("div", "card-body"):
                    tag("div", "card-title", card.title, lang=words.lang_of(card.language))
                    with tag("div", "card-row"):
                        draw_card_price(card, words)
                        draw_sold_out(card, words)
                        if card.rating is not None:
                            draw_stars(card.rating, 0, words)
                    if result.hit.reasons:
                        reason = result.hit.reasons[0]
                        with tag("div", "card-why"):
                            tag("span", f"dot share-{reason.source}", aria_hidden="true")
                            tag("span", "", words.pick(reason.text_en, reason.text_zh))


def draw_notice(title: str, text: str, *, link: tuple[str, str] | None = None, heading: str = "h1") -> None:
    """A page-wide message: nothing found, not available, unknown.

    Args:
        title: In a few words.
        text: What the reader can do.
        link: Its text, and where it leads.
        heading: Element of the title, by the outline of the page.
    """
    with tag("section", "notice"):
        tag(heading, "notice-title", title)
        tag("p", "notice-text", text)
        if link:
            tag("a", "button", link[0], href=link[1])
