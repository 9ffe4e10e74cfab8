"""Shopify's product CSV: the rows of a handle are one product with its variants and pictures.

Both headers are read: today's ("URL handle", "SKU", "Price") and the one before 2025 ("Handle", "Variant SKU").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from kms.catalog.fields import (
    read_code,
    read_condition,
    read_flag,
    read_gtin,
    read_names,
    read_paths,
    read_picture,
    read_stock,
    split_list,
)
from kms.catalog.identifiers import handle_of, to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop, match_columns
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.grouping import grouped
from kms.catalog.layouts.products import (
    make_product,
    name_attributes,
    read_amount,
    read_whole,
    refuse,
    with_sale,
)
from kms.catalog.mapping import Kind
from kms.catalog.models import Publication
from kms.catalog.offers import Availability, Picture, Variant
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.values import is_empty, read_name, read_number, read_text
from kms.text.answers import is_placeholder

HANDLE, TITLE = ("Handle", "URL handle"), ("Title",)
BODY, TYPE, CATEGORY = ("Body (HTML)", "Description"), ("Type",), ("Product Category",)
SKU, BARCODE, PRICE = ("Variant SKU", "SKU"), ("Variant Barcode", "Barcode"), ("Variant Price", "Price")
COMPARE = ("Variant Compare At Price", "Compare-at price")
STOCK = ("Variant Inventory Qty", "Inventory quantity")
TRACKER = ("Variant Inventory Tracker", "Inventory tracker")
POLICY = ("Variant Inventory Policy", "Continue selling when out of stock")
GRAMS, WEIGHT_UNIT = (
    ("Variant Grams", "Weight value (grams)"),
    ("Variant Weight Unit", "Weight unit for display"),
)
IMAGE, POSITION = ("Image Src", "Product image URL"), ("Image Position", "Image position")
ALT, VARIANT_IMAGE = ("Image Alt Text", "Image alt text"), ("Variant Image", "Variant image URL")
PUBLISHED = ("Published", "Published on online store")
_LINKED = ("Option1 Linked To", "Option2 Linked To", "Option3 Linked To")
_HANDLING = (
    "Variant Fulfillment Service", "Fulfillment service", "Variant Requires Shipping", "Requires shipping",
    "Variant Taxable", "Charge tax", "Variant Tax Code", "Tax code", "Gift Card", *TRACKER, *POLICY, *WEIGHT_UNIT, *_LINKED,
    "Google Shopping / Custom Product",
)  # fmt: skip
"""Columns that say how the shop handles a product, and nothing of it."""
_MARKET = re.compile(r"^(?:included|price|compare[ -]at price) / .+", re.IGNORECASE)
_METAFIELD = re.compile(r"^(?P<label>.*?)\s*\((?:product|variant)\.metafields\.(?P<key>[^()]+)\)$")
_GRAMS_A_UNIT = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}
_STATES: dict[str, Publication] = {
    "active": "published",
    "draft": "draft",
    "archived": "archived",
    "unlisted": "hidden",
}
_ONLY_CHOICE = ("title", "default title")
_TEXTS = {
    "SEO Title": "seo title", "SEO Description": "seo description", "Template Suffix": "template",
    **{f"Google Shopping / Custom Label {n}": f"custom label {n}" for n in range(5)},
}  # fmt: skip


class ShopifyProducts:
    """Shopify's product export."""

    name = "shopify-products"
    title = "Shopify product CSV"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """A handle, a title, and the columns that only Shopify has."""
        marks = (*SKU, "Option1 Name", "Option1 Value", *IMAGE, "Vendor", *PUBLISHED, *BODY)
        needed = (
            HANDLE,
            TITLE,
            ("Option1 Name", "Option1 Value", *IMAGE, *COMPARE, "Vendor", "Variant Price"),
        )
        match = match_columns(sample, needed, marks)
        # Of two spellings of a column only one is there.
        return match if match.score == 0 else match._replace(score=min(1.0, match.score + 0.25))

    def grouping(self, sample: Sample) -> str:
        """How rows make a product."""
        return "rows of the same handle are one product: the first has its texts, the others add variants and pictures"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each handle."""
        for group in grouped(lambda: _with_handles(rows()), lambda row: str(row.values.get("\0key", ""))):
            if isinstance(group, BadRow):
                yield group
                continue
            key = str(group[0].values.get("\0key", ""))
            cells = [Cells(RawRow(r.line, _visible(r.values), r.repeated)) for r in group]
            if not key:
                yield refuse(
                    cells[0], "id", "the row has neither a handle nor a title, and no product stands above it"
                )
                continue
            yield read_whole(cells[0], _read_product, key, cells, shop)


def _visible(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "\0key"}


def _with_handles(rows: Iterator[RawRow | BadRow]) -> Iterator[RawRow | BadRow]:
    """Rows with their handle: without one a title makes it, and a row with neither goes on with the product above."""
    above = ""
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        if all(is_empty(value) for value in row.values.values()):
            continue
        cells = Cells(row)
        handle, title = cells.find("id", *HANDLE), cells.find("title", *TITLE)
        above = str(handle).strip() if handle else handle_of(str(title)) if title else above
        yield RawRow(row.line, {**row.values, "\0key": above}, row.repeated)


def _read_product(key: str, cells: Sequence[Cells], shop: Shop) -> Reading | BadRow:
    main = next((row for row in cells if row.find("title", *TITLE)), cells[0])
    for row in cells:
        row.mark("id", *(name for name in row.row.values if name.casefold() in ("handle", "url handle")))
        row.mark("left out: how the shop handles it", *_present(row, _HANDLING))
        row.mark("left out: another market's", *(name for name in row.row.values if _MARKET.match(name)))
    values: dict[str, Any] = {
        "id": to_identifier(key),
        "title": main.read("title", TITLE, read_text, is_single_line=True),
        "description": main.read("description", BODY, read_text),
        "brand": main.read("brand", "Vendor", read_name),
        "tags": read_names("tags", split_list(str(main.find("tags", "Tags") or ""))),
        "pictures": _read_pictures(cells),
        "mpn": main.read("mpn", "Google Shopping / MPN", read_code),
        "condition": main.read("condition", "Google Shopping / Condition", read_condition),
        "publication": _read_publication(main),
        "category_paths": _read_categories(main),
        "texts": {
            name: text for column, name in _TEXTS.items() if (text := main.read("texts", column, read_text))
        },
    }
    cost = main.read("numbers", "Cost per item", read_number)
    values["numbers"] = {"cost per item": cost} if cost is not None else {}
    variants = _read_variants(cells, shop)
    values["attributes"] = name_attributes([*_read_table(main), *_read_weight(cells)])
    if len(variants) == 1 and not variants[0].options:
        # A product without choices has one variant that says nothing but "Default Title".
        own = variants[0].model_dump(include={"sku", "gtin", "availability", "stock"}, exclude_none=True)
        values |= {**own, "price": variants[0].price, "sale": variants[0].sale}
    else:
        values["variants"] = variants
    return make_product([main, *(row for row in cells if row is not main)], values)


def _present(row: Cells, columns: Sequence[str]) -> list[str]:
    wanted = {column.casefold() for column in columns}
    return [name for name in row.row.values if name.casefold() in wanted]


def _read_variants(cells: Sequence[Cells], shop: Shop) -> list[Variant]:
    names: dict[int, str] = {}
    for row in cells:
        for n in (1, 2, 3):
            name = row.read("variants.options", f"Option{n} Name", read_name)
            if name:
                names.setdefault(n, name)
    variants: list[Variant] = []
    for number, row in enumerate(cells, start=1):
        values = {
            n: row.read("variants.options", f"Option{n} Value", read_text, is_single_line=True)
            for n in (1, 2, 3)
        }
        told: dict[str, Any] = {
            "sku": row.read("variants.sku", SKU, read_code),
            "gtin": row.read("variants.gtin", BARCODE, read_gtin),
            "stock": row.read("variants.stock", STOCK, read_stock),
        }
        price = row.read("variants.price", PRICE, read_amount, shop=shop)
        before = row.read("variants.sale", COMPARE, read_amount, shop=shop)
        if not any(values.values()) and not told["sku"] and price is None and told["gtin"] is None:
            continue  # a row that only adds a picture
        options = {
            names.get(n, f"Option {n}"): value[:1_000]
            for n, value in values.items()
            if value and (names.get(n, "").casefold(), value.casefold()) != _ONLY_CHOICE
        }
        is_lowered = before is not None and price is not None and before.amount > price.amount
        image = row.read("variants.image_url", VARIANT_IMAGE, read_picture)
        variants.append(
            Variant(
                id=row.name_variant(
                    str(told["sku"] or " / ".join(options.values())[:190] or f"variant {number}")
                ),
                options=options,
                image_url=image.url if image else None,
                availability=_availability(row, told["stock"]),
                **told,
                **with_sale(before if is_lowered else price, price if is_lowered else None),
            )
        )
    return variants


def _availability(row: Cells, stock: int | None) -> Availability | None:
    """As Shopify sells: what is not tracked is always there, an empty stock may go on selling, else the stock says it."""
    if stock is None:
        return None
    is_tracked = row.find("availability", *TRACKER) is not None
    policy = str(row.find("availability", *POLICY) or "").strip().casefold()
    if not is_tracked:
        return "in_stock"
    return "backorder" if policy in ("continue", "true") else None


def _read_pictures(cells: Sequence[Cells]) -> list[Picture]:
    found: list[tuple[float, int, Picture]] = []
    for number, row in enumerate(cells):
        alt = row.find("pictures", *ALT)
        picture = row.read("pictures", IMAGE, read_picture, alt=alt)
        if picture is not None:
            place = row.read("pictures", POSITION, read_number)
            found.append((place if place is not None else float("inf"), number, picture))
    return [picture for _, _, picture in sorted(found, key=lambda item: item[:2])]


def _read_publication(main: Cells) -> Publication:
    status = str(main.find("publication", "Status") or "active").strip().casefold()
    is_published = main.read("publication", PUBLISHED, read_flag)
    state = _STATES.get(status, "published")
    return "hidden" if is_published is False and state == "published" else state


def _read_categories(main: Cells) -> tuple[tuple[str, ...], ...]:
    """The shop's own type first, then the places in Shopify's and Google's trees."""
    columns = (*TYPE, *CATEGORY, "Google Shopping / Google Product Category")
    written = [main.find("category_paths", column) for column in columns]
    paths = read_paths(
        "category_paths", [each for each in written if each and not str(each).strip().isdigit()]
    )
    return tuple(path for path in paths if path[-1].casefold() != "uncategorized")


def _read_table(main: Cells) -> Iterator[tuple[str, str]]:
    """Metafields, and what Google Shopping is told."""
    for column, name in (
        ("Google Shopping / Gender", "Gender"),
        ("Google Shopping / Age Group", "Age group"),
    ):
        if value := main.read("attributes", column, read_text, is_single_line=True):
            yield name, value
    measure, unit = (
        main.find("attributes", "Unit Price Total Measure"),
        main.find("attributes", "Unit Price Total Measure Unit"),
    )
    main.find("left out: what the unit price is of", "Unit Price Base Measure")
    main.find("left out: what the unit price is of", "Unit Price Base Measure Unit")
    if measure and unit:
        yield "Content", f"{measure} {unit}"
    for column, value in main.row.values.items():
        match = _METAFIELD.match(column)
        if match is None or is_empty(value):
            continue
        text = _read_metafield(value)
        if not text or is_placeholder(text) or text.startswith("gid://"):
            main.mark("left out: names another object of the shop", column)
            continue
        main.mark("attributes", column)
        yield match["label"] or match["key"].rpartition(".")[2].replace("_", " "), text


def _read_metafield(value: Any) -> str:
    """A metafield's words: lists and measurements are JSON, rich text is a tree."""
    text = str(value).strip()
    if text[:1] in "[{":
        try:
            return ", ".join(_words(json.loads(text)))
        except (ValueError, RecursionError):
            pass
    words = {"true": "yes", "false": "no"}
    return read_text("attributes", words.get(text, text.replace("; ", ", ")), is_single_line=True)


def _words(node: Any) -> list[str]:
    if isinstance(node, list):
        return [word for item in node for word in _words(item)]
    if not isinstance(node, dict):
        return [] if is_empty(node) else [read_text("attributes", node, is_single_line=True)]
    if "value" in node and "unit" in node:
        return [f"{node['value']} {str(node['unit']).casefold().rstrip('s')}"]
    if "children" in node or node.get("type") == "text":
        return [
            " ".join(word for word in (str(node.get("value", "")), *_words(node.get("children", []))) if word)
        ]
    return [word for each in node.values() for word in _words(each)]


def _read_weight(cells: Sequence[Cells]) -> Iterator[tuple[str, str]]:
    """The weight, where all variants weigh the same; it is that of the parcel, by which the shop reckons postage."""
    weights = {(g, str(row.find("attributes", *WEIGHT_UNIT) or "g").casefold()) for row in cells
               if (g := row.read("attributes", GRAMS, read_number))}  # fmt: skip
    if len(weights) == 1:
        grams, unit = weights.pop()
        if unit in _GRAMS_A_UNIT and grams > 0:
            yield "Shipping weight", f"{float(round(Decimal(str(grams)) / _GRAMS_A_UNIT[unit], 2)):g} {unit}"
