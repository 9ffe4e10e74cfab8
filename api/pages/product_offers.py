"""The part of a product's page that a shopper buys by: pictures, variants, availability, the shop's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from api.cards import show_price
from api.pages.components import draw_photo, draw_usual_price, format_price
from api.pages.elements import tag
from api.pages.i18n import Words
from api.pages.views import SourceRow
from kms.catalog.models import Product
from kms.catalog.offers import Offer, Variant

_PICTURES_SHOWN = 12
_VARIANTS_SHOWN = 12
_SHORT_CODE = 16
"""Characters of a code that stays on one line."""


def draw_gallery(product: Product) -> None:
    """The pictures after the first one, each loaded when it comes into view."""
    if len(product.pictures) < 2:
        return
    with tag("div", "gallery"):
        for picture in product.pictures[:_PICTURES_SHOWN]:
            with tag("a", "gallery-item", href=picture.url, target="_blank", rel="noopener noreferrer"):
                draw_photo(picture, alt=picture.alt or product.title)


def draw_buying(words: Words, product: Product) -> None:
    """Whether it can be bought now, by what codes it is known, and where its page in the shop is."""
    with tag("div", "product-buying"):
        _draw_availability(words, product)
        for name in ("sku", "gtin", "mpn"):
            if value := getattr(product, name):
                tag("span", "product-code", f"{words(name)} {value}")
        if product.seller:
            tag("span", "product-code", words("sold_by", seller=product.seller))
        if product.link:
            tag("a", "link", words("shop_page"), href=product.link, rel="noopener noreferrer nofollow")


def draw_variants(words: Words, product: Product) -> None:
    """A table of the variants: options, price now, availability."""
    if not product.variants:
        return
    names = list(product.options())
    now = datetime.now(UTC)
    with tag("section", "text variants"):
        tag("h2", "block-title", words.count("variants", len(product.variants)))
        _draw_variants(words, product.variants[:_VARIANTS_SHOWN], names, now)
        if rest := product.variants[_VARIANTS_SHOWN:]:
            with tag("details", "facet-more"):
                tag("summary", "", words("more_values", n=len(rest)))
                _draw_variants(words, rest, names, now)


def _draw_variants(words: Words, variants: Sequence[Variant], names: list[str], now: datetime) -> None:
    titles = [*(names or [words("variant")]), *(words(key) for key in ("sku", "price", "availability"))]
    with tag("table", "variant-table", role="table"):
        _draw_head(titles)
        with tag("tbody", role="rowgroup"):
            for variant in variants:
                _draw_variant(words, variant, names, now)


def _draw_head(titles: Sequence[str]) -> None:
    """The head of a table; the roles keep it a table for readers of the screen where a phone's layout shows it as lines."""
    with tag("thead", role="rowgroup"), tag("tr", role="row"):
        for title in titles:
            tag("th", "", title, scope="col", role="columnheader")


def draw_sources(words: Words, sources: Sequence[SourceRow]) -> None:
    """A table of the rows that a product was merged from: where each is from, what it is called and costs there."""
    if not sources:
        return
    with tag("section", "text sources"):
        tag("h2", "block-title", words.count("offers", len(sources)))
        with tag("table", "variant-table", role="table"):
            _draw_head([words(key) for key in ("offer_source", "offer_title", "price", "availability")])
            with tag("tbody", role="rowgroup"):
                for source in sources:
                    _draw_source(words, source)


def _draw_source(words: Words, source: SourceRow) -> None:
    product = source.product
    with tag("tr", role="row"):
        with tag("td", role="cell"):
            tag("span", "", ", ".join(source.feeds) or product.seller or "")
            tag("div", "variant-code", product.id)
        with tag("td", role="cell"):
            if product.link:
                tag("a", "link", product.title, href=product.link, rel="noopener noreferrer nofollow")
            else:
                tag("span", "", product.title)
        with tag("td", role="cell"):
            prices = source.prices
            if prices is None:
                tag("span", "", words("no_price"))
            else:
                ends = dict.fromkeys(format_price(each) for each in (prices.low, prices.high))
                tag("span", "", " – ".join(ends))
        with tag("td", role="cell"):
            _draw_availability(words, product)


def _draw_variant(words: Words, variant: Variant, names: list[str], now: datetime) -> None:
    with tag("tr", role="row"):
        for name in names:
            tag("td", "variant-option", variant.options.get(name, ""), role="cell", data_name=name)
        if not names:
            tag("td", "variant-option", variant.title or variant.id, role="cell")
        code = variant.sku or variant.id
        classes = "variant-code variant-code-short" if len(code) <= _SHORT_CODE else "variant-code"
        tag("td", classes, code, role="cell")
        price = show_price(variant.price_at(now))
        with tag("td", "variant-price", role="cell"):
            tag("span", "", format_price(price) if price else words("no_price"))
            usual = show_price(variant.price)
            if price and usual and usual != price:
                draw_usual_price(usual, words)
        with tag("td", role="cell"):
            _draw_availability(words, variant)


def _draw_availability(words: Words, offer: Offer) -> None:
    if (state := offer.current_availability()) is not None:
        tag("span", f"availability availability-{state}", words(state))
