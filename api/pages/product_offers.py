"""The part of a product's page that a shopper buys by: pictures, variants, availability, the shop's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from api.cards import show_price
from api.pages.components import draw_photo, format_price
from api.pages.elements import tag
from api.pages.i18n import Words
from api.pages.views import SourceRow
from kms.catalog.models import Product
from kms.catalog.offers import Offer, Variant

_PICTURES_SHOWN = 12
_VARIANTS_SHOWN = 12


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
        with tag("table", "variant-table"):
            with tag("thead"), tag("tr"):
                for name in names or [words("variant")]:
                    tag("th", "", name, scope="col")
                for title in ("sku", "price", "availability"):
                    tag("th", "", words(title), scope="col")
            with tag("tbody"):
                for variant in product.variants[:_VARIANTS_SHOWN]:
                    _draw_variant(words, variant, names, now)
        if len(product.variants) > _VARIANTS_SHOWN:
            with tag("details", "facet-more"):
                tag("summary", "", words("more"))
                with tag("table", "variant-table"), tag("tbody"):
                    for variant in product.variants[_VARIANTS_SHOWN:]:
                        _draw_variant(words, variant, names, now)


def draw_sources(words: Words, sources: Sequence[SourceRow]) -> None:
    """A table of the rows that a product was merged from: where each is from, what it is called and costs there."""
    if not sources:
        return
    with tag("section", "text sources"):
        tag("h2", "block-title", words.count("offers", len(sources)))
        with tag("table", "variant-table"):
            with tag("thead"), tag("tr"):
                for title in ("offer_source", "offer_title", "price", "availability"):
                    tag("th", "", words(title), scope="col")
            with tag("tbody"):
                for source in sources:
                    _draw_source(words, source)


def _draw_source(words: Words, source: SourceRow) -> None:
    product = source.product
    with tag("tr"):
        with tag("td"):
            tag("span", "", ", ".join(source.feeds) or product.seller or "")
            tag("div", "variant-code", product.id)
        with tag("td"):
            if product.link:
                tag("a", "link", product.title, href=product.link, rel="noopener noreferrer nofollow")
            else:
                tag("span", "", product.title)
        with tag("td"):
            prices = source.prices
            if prices is None:
                tag("span", "", words("no_price"))
            else:
                ends = dict.fromkeys(format_price(each) for each in (prices.low, prices.high))
                tag("span", "", " – ".join(ends))
        with tag("td"):
            _draw_availability(words, product)


def _draw_variant(words: Words, variant: Variant, names: list[str], now: datetime) -> None:
    with tag("tr"):
        for name in names:
            tag("td", "", variant.options.get(name, ""))
        if not names:
            tag("td", "", variant.title or variant.id)
        tag("td", "variant-code", variant.sku or variant.id)
        price = show_price(variant.price_at(now))
        with tag("td"):
            tag("span", "", format_price(price) if price else words("no_price"))
            usual = show_price(variant.price)
            if price and usual and usual != price:
                tag("s", "price-usual", format_price(usual), title=words("usual_price"))
        with tag("td"):
            _draw_availability(words, variant)


def _draw_availability(words: Words, offer: Offer) -> None:
    if (state := offer.current_availability()) is not None:
        tag("span", f"availability availability-{state}", words(state))
