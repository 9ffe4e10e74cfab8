"""Google Merchant's product data: TSV, CSV, and RSS 2.0 or Atom with the prefix ``g``.

Rows of an ``item_group_id`` are one product; what differs between them of colour, size, material, pattern, gender and age
group are its options.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from kms.catalog.fields import (
    read_availability,
    read_code,
    read_condition,
    read_gtin,
    read_paths,
    read_period,
    read_picture,
    read_stock,
    read_url,
    split_list,
)
from kms.catalog.identifiers import to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop, match_columns
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.grouping import grouped
from kms.catalog.layouts.plain_columns import has_plain_marks
from kms.catalog.layouts.products import (
    make_product,
    name_attributes,
    pictures_of,
    read_amount,
    read_whole,
    refuse,
    with_sale,
)
from kms.catalog.mapping import Kind
from kms.catalog.offers import Picture, Shipping, Variant
from kms.catalog.rows import BadRow, RawRow, RowProblem
from kms.catalog.values import read_moment, read_name, read_number, read_text
from kms.quantities.mentions import find_quantities
from kms.text.chinese import contains_chinese

_OPTIONS = {
    "color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern", "gender": "Gender",
    "age group": "Age group", "size type": "Size type", "size system": "Size system",
}  # fmt: skip
_TABLE = {
    "product length": "Length", "product width": "Width", "product height": "Height", "product weight": "Weight",
    "unit pricing measure": "Content", "multipack": "Multipack", "energy efficiency class": "Energy efficiency class",
}  # fmt: skip
_IN_CHINESE = {
    "Color": "颜色", "Size": "尺寸", "Material": "材质", "Pattern": "图案", "Gender": "性别", "Age group": "年龄段",
    "Size type": "尺码类型", "Size system": "尺码体系", "Length": "长度", "Width": "宽度", "Height": "高度",
    "Weight": "重量", "Content": "净含量", "Multipack": "组合装数量", "Energy efficiency class": "能效等级",
}  # fmt: skip
"""What Google's columns are called in the table of a Chinese product, as its shoppers read them."""
_OF_GARMENTS = frozenset({"Gender", "Age group", "Size type", "Size system"})
_HANDLING = (
    "identifier_exists", "adult", "is_bundle", "mobile_link", "availability_date", "unit_pricing_base_measure",
    "min_energy_efficiency_class", "max_energy_efficiency_class", "ads_redirect", "included_destination",
    "excluded_destination", "shopping_ads_excluded_country", "pause", "shipping_label", "shipping_weight", "shipping_length",
    "shipping_width", "shipping_height", "ships_from_country", "transit_time_label", "tax", "tax_category", "channel",
    "target_country", "feed_label", "installment", "subscription_cost", "loyalty_points", "promotion_id", "canonical_link",
    "return_policy_label", "google_funded_promotion_eligibility", "pickup_method", "pickup_sla", "store_code", "published",
    "updated", "guid", "pubDate", "author",
)  # fmt: skip
_DAYS = {"min handling time": "min handling days", "max handling time": "max handling days"}
_SUB_NAMES = re.compile(r"^(?P<name>[a-z ]+)\s*\((?P<parts>[a-z :]+)\)$")
_SHIPPING_PARTS = ("country", "region", "service", "price")
_DETAIL_PARTS = ("section name", "attribute name", "attribute value")
_TITLE_END = " -–—,|/(:·"
_ITS_OWN = frozenset(
    ("image link", "additional image link", "google product category", "item group id", "product type")
)
_LOOKS_ALIKE = 0.1
_LEAST_TITLE = 0.4
"""Share of a title that must be common to call a group by it."""


class GoogleMerchantProducts:
    """Google Merchant's product data."""

    name = "google-merchant-products"
    title = "Google Merchant product data"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """An id, a title and the columns that Google demands."""
        marking = (
            "image link",
            "additional image link",
            "google product category",
            "item group id",
            "gtin",
            "condition",
        )
        needed = (("id",), ("title",), marking, ("link", "availability", "price"))
        marks = (
            "link", "availability", "price", "condition", "brand", "gtin", "mpn", "google product category",
            "product type", "item group id",
        )  # fmt: skip
        match = match_columns(sample, needed, marks)
        is_its_own = bool(sample.folded() & _ITS_OWN)
        if match.score and not is_its_own and has_plain_marks(sample.columns):
            # A GTIN or a condition stands in many a table; what else is there would be lost.
            return Match(_LOOKS_ALIKE, match.reason)
        return match

    def grouping(self, sample: Sample) -> str:
        """How rows make a product, where the file has groups."""
        return "rows of the same item_group_id are one product" if "item group id" in sample.folded() else ""

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each group, and for each row outside of one."""
        for group in grouped(rows, _group_of):
            if isinstance(group, BadRow):
                yield group
                continue
            cells = [Cells(row) for row in group]
            named = [row for row in cells if row.find("id", "id", "item_group_id") is not None]
            for row in cells:
                if row not in named:
                    yield refuse(row, "id", "the row has no id")
            if named:
                yield read_whole(named[0], _read_product, named, shop)


def _group_of(row: RawRow) -> str:
    return str(Cells(row).find("id", "item_group_id") or "").strip()


def _read_product(cells: Sequence[Cells], shop: Shop) -> Reading | BadRow:
    main = cells[0]
    group = str(main.find("id", "item_group_id") or "").strip()
    for row in cells:
        for name in _HANDLING:
            row.find("left out: how Google handles it", name)
    titles = [row.read("title", "title", read_text, is_single_line=True) or "" for row in cells]
    values: dict[str, Any] = {
        "id": to_identifier(group or str(main.find("id", "id"))),
        "title": _common_title(titles),
        "description": _read_description(main),
        "brand": main.read("brand", "brand", read_name),
        "category_paths": _read_categories(main),
        "seller": main.read("seller", ("external_seller_id", "seller_name"), read_name),
        "shipping": tuple(_read_shipping(main, shop)),
        "unpublished_at": main.read("unpublished_at", "expiration_date", read_moment),
        "language": main.read("language", "content_language", read_text),
        "numbers": dict(_read_numbers(main, shop)),
        "texts": {
            f"custom label {n}": text
            for n in range(5)
            if (text := main.read("texts", f"custom_label_{n}", read_text))
        },
        "pictures": [picture for row in cells for picture in _read_pictures(row)],
    }
    chosen = [_read_options(row) for row in cells]
    names = _names_in_chinese(chosen) if contains_chinese(titles[0]) else {}
    varying = {name for each in chosen for name in each if len({other.get(name) for other in chosen}) > 1}
    constant = [(name, value) for name, value in chosen[0].items() if name not in varying]
    stated = [*constant, *_agreed([dict(_read_table(row)) for row in cells])]
    values["attributes"] = name_attributes((names.get(name, name), value) for name, value in stated)
    if not group:
        return make_product(cells, {**values, **_read_offer(main, shop)})
    values["link"] = main.read("link", "link", _read_link)
    values["variants"] = [
        Variant(
            id=row.name_variant(str(row.find("variants.id", "id") or f"variant {number}").strip()[:200]),
            title=title,
            options={
                names.get(name, name): value[:1_000] for name, value in options.items() if name in varying
            },
            image_url=next((picture.url for picture in _read_pictures(row)), None),
            **_read_offer(row, shop),
        )
        for number, (row, title, options) in enumerate(zip(cells, titles, chosen, strict=True), start=1)
    ]
    return make_product(cells, values)


def _names_in_chinese(chosen: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """Names of the columns; a size is a garment's (尺码) where rows say for whom, as Google demands of garments alone."""
    is_worn = any(not _OF_GARMENTS.isdisjoint(each) for each in chosen)
    is_measure = any(any(find_quantities(each.get("Size", ""))) for each in chosen)
    return {**_IN_CHINESE, "Size": "尺码"} if is_worn and not is_measure else _IN_CHINESE


def _read_offer(row: Cells, shop: Shop) -> dict[str, Any]:
    currency = row.find("price", "price.currency")
    usual = row.read("price", "price", read_amount, shop=shop, currency=currency)
    lower = row.read("sale", "sale_price", read_amount, shop=shop, currency=currency)
    period = row.read("sale", "sale_price_effective_date", read_period)
    starts, ends = period or (None, None)
    return {
        "sku": row.read("sku", ("sku", "id"), read_code),
        "gtin": row.read("gtin", ("gtin", "upc", "ean", "isbn"), read_gtin),
        "mpn": row.read("mpn", "mpn", read_code),
        "availability": row.read("availability", "availability", read_availability),
        "stock": row.read("stock", ("quantity", "sell_on_google_quantity", "inventory"), read_stock),
        "condition": row.read("condition", "condition", read_condition),
        "link": row.read("link", "link", _read_link),
        **with_sale(usual, lower, starts_at=starts, ends_at=ends),
    }


def _read_link(field: str, value: Any) -> str:
    return read_url(field, value.get("href") if isinstance(value, dict) else value)


def _common_title(titles: Sequence[str]) -> str:
    """What the titles of a group begin with; the first where that is little of it."""
    first = titles[0]
    signs = takewhile(lambda each: len(set(each)) == 1, zip(*titles, strict=False))
    common = "".join(sign[0] for sign in signs)
    if common != first:
        rest = first[len(common) :]
        # Half a word is no end of a title.
        common = common if not rest[:1].isalnum() or not common[-1:].isalnum() else common.rpartition(" ")[0]
    common = common.rstrip(_TITLE_END)
    return common if len(common) >= max(4, _LEAST_TITLE * len(first)) else first


def _read_description(main: Cells) -> str:
    """The description, and the highlights that it does not have."""
    text = main.read("description", ("description", "summary", "content"), read_text) or ""
    highlights = [
        line for value in main.all("description", "product_highlight")
        if (line := read_text("description", value, is_single_line=True)) and line not in text
    ]  # fmt: skip
    return "\n".join(part for part in (text, *highlights) if part)


def _read_categories(main: Cells) -> tuple[tuple[str, ...], ...]:
    """The shop's own type first, then Google's category, where it is no number."""
    written = [
        part
        for value in main.all("category_paths", "product_type")
        for part in (split_list(str(value)) if str(value).count(">") > 1 and ", " in str(value) else [value])
    ]
    google = main.all("category_paths", "google_product_category")
    return read_paths(
        "category_paths", [*written, *(each for each in google if not str(each).strip().isdigit())]
    )


def _read_pictures(row: Cells) -> tuple[Picture, ...]:
    further = [
        part for value in row.all("pictures", "additional_image_link") for part in split_list(str(value))
    ]
    first = row.all("pictures", "image_link")[:1]
    lifestyle = row.all("pictures", "lifestyle_image_link")
    return pictures_of(row, [*first, *further, *lifestyle], read_picture)


def _read_options(row: Cells) -> dict[str, str]:
    read = {
        label: row.read("attributes", column, read_text, is_single_line=True)
        for column, label in _OPTIONS.items()
    }
    return {
        label: value.replace("/", ", ") if label == "Color" else value
        for label, value in read.items()
        if value
    }


def _read_numbers(main: Cells, shop: Shop) -> Iterator[tuple[str, float]]:
    cost = main.read("numbers", "cost_of_goods_sold", read_amount, shop=shop)
    if cost is not None:
        yield "cost of goods sold", float(cost.amount)
    for column, name in _DAYS.items():
        days = main.read("numbers", column, read_number)
        if days is not None:
            yield name, days


def _read_table(main: Cells) -> Iterator[tuple[str, str]]:
    for column, label in _TABLE.items():
        if value := main.read("attributes", column, read_text, is_single_line=True):
            yield label, value
    for detail in _read_parts(main, "attributes", "product_detail", _DETAIL_PARTS):
        name = read_text("attributes", detail.get("attribute name", ""), is_single_line=True)
        value = read_text("attributes", detail.get("attribute value", ""), is_single_line=True)
        if name and value:
            yield name, value


def _agreed(tables: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """What all rows of a group say of the product; a measure that one of them leaves out may be that variant's own."""
    for name in dict.fromkeys(name for table in tables for name in table):
        stated = [table[name] for table in tables if name in table]
        is_measure = name in _TABLE.values()
        if len(set(stated)) == 1 and (len(stated) == len(tables) or not is_measure):
            yield name, stated[0]


def _read_shipping(main: Cells, shop: Shop) -> Iterator[Shipping]:
    for part in _read_parts(main, "shipping", "shipping", _SHIPPING_PARTS):
        written = part.get("price")
        price = main.attempt("shipping", read_amount, written, shop=shop) if written else None
        country = str(part.get("country") or "").strip().upper()
        if len(country) > 2:
            main.problems.append(
                RowProblem("shipping", "invalid", f"shipping country {country!r} is no ISO code")
            )
            continue
        region, service = (str(part.get(name) or "").strip()[:100] for name in ("region", "service"))
        yield Shipping(country=country, region=region, service=service, price=price)


def _read_parts(main: Cells, field: str, name: str, names: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Values of several parts: tables in XML; in a cell joined by ``:``, several of them by commas.

    The header may say which parts, as in ``shipping(country:price)``.
    """
    for column in (*main.row.values, *main.row.repeated):
        folded = column.replace("_", " ").strip().casefold().removeprefix("g:")
        match = _SUB_NAMES.match(folded)
        if (match["name"].strip() if match else folded) != name.replace("_", " "):
            continue
        parts = [part.strip() for part in match["parts"].split(":")] if match else list(names)
        for value in main.all(field, column):
            if isinstance(value, dict):
                yield {key.replace("_", " "): each for key, each in value.items()}
                continue
            for cell in next(csv.reader([str(value)], skipinitialspace=True), []):
                pieces = cell.split(":", len(parts) - 1)
                # Without a region the country is followed by the service.
                if not match and name == "shipping" and len(pieces) == 3:
                    pieces = [pieces[0], "", *pieces[1:]]
                yield dict(zip(parts, pieces, strict=False))
