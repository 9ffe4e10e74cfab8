"""Magento's (Adobe Commerce's) product CSV: a configurable product names its variations, which are rows of their own.

Rows of another store view are translations, where its code is a language's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kms.catalog.fields import (
    read_code,
    read_flag,
    read_gtin,
    read_names,
    read_paths,
    read_picture,
    read_stock,
    split_list,
)
from kms.catalog.identifiers import to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop, match_columns
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.grouping import grouped
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
from kms.catalog.models import Publication
from kms.catalog.offers import Availability, Translation, Variant, stated_beyond
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.values import read_end, read_moment, read_name, read_number, read_text

_HANDLING = (
    "attribute_set_code", "product_type", "product_websites", "tax_class_name", "url_key", "display_product_options_in",
    "map_price", "msrp_price", "map_enabled", "gift_message_available", "custom_design", "custom_design_from",
    "custom_design_to", "custom_layout_update", "page_layout", "product_options_container", "msrp_display_actual_price_type",
    "created_at", "updated_at", "new_from_date", "new_to_date", "out_of_stock_qty", "use_config_min_qty", "is_qty_decimal",
    "allow_backorders", "use_config_backorders", "min_cart_qty", "use_config_min_sale_qty", "max_cart_qty",
    "use_config_max_sale_qty", "notify_on_stock_below", "use_config_notify_stock_qty", "manage_stock",
    "use_config_manage_stock", "use_config_qty_increments", "qty_increments", "use_config_enable_qty_inc",
    "enable_qty_increments", "is_decimal_divided", "website_id", "hide_from_product_page", "store_view_code",
    "related_position", "crosssell_position", "upsell_position", "small_image", "small_image_label", "thumbnail_image",
    "thumbnail_image_label", "swatch_image", "swatch_image_label", "base_image_label", "additional_image_labels",
    "custom_options", "configurable_variation_labels",
)  # fmt: skip
_TEXTS = {"meta_title": "seo title", "meta_description": "seo description", "meta_keywords": "seo keywords"}
_PAIR = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)=")
_RELATED = {"complements": ("crosssell_skus", "related_skus"), "substitutes": ("upsell_skus",)}
_LANGUAGE = re.compile(r"^([a-z]{2})(?:[_-][a-z]{2,4})?$", re.IGNORECASE)
_BRANDS = ("brand", "manufacturer", "marke")
_GTINS = ("gtin", "ean", "upc", "barcode", "isbn")


class MagentoProducts:
    """Magento's product export."""

    name = "magento-products"
    title = "Magento (Adobe Commerce) product CSV"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """A SKU, a name, and the columns that only Magento has."""
        only = (
            "attribute_set_code",
            "product_websites",
            "configurable_variations",
            "additional_attributes",
            "store_view_code",
        )
        marks = (
            *only,
            "product_type",
            "product_online",
            "visibility",
            "categories",
            "base_image",
            "special_price",
        )
        return match_columns(sample, (("sku",), ("name",), only), marks)

    def grouping(self, sample: Sample) -> str:
        """How rows make a product."""
        return "a configurable product, its variations and its rows of other store views are one product"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each row that is no variation of another."""
        variations = _Variations(rows)
        for group in grouped(rows, lambda row: variations.parent_of(_sku(Cells(row)))):
            if isinstance(group, BadRow):
                yield group
                continue
            cells = [Cells(row) for row in group]
            if not (key := variations.parent_of(_sku(cells[0]))):
                yield refuse(cells[0], "id", "the row has no SKU")
                continue
            yield read_whole(cells[0], _read_product, key, cells, variations, shop)


class _Variations:
    """Which SKU is a variation of which, and its options."""

    def __init__(self, rows: Rows) -> None:
        self._parents: dict[str, str] = {}
        self.options: dict[str, dict[str, str]] = {}
        for row in rows():
            if not isinstance(row, RawRow):
                continue
            cells = Cells(row)
            labels = dict(_pairs(str(cells.find("", "configurable_variation_labels") or "")))
            for written in str(cells.find("", "configurable_variations") or "").split("|"):
                options = dict(_pairs(written))
                if child := options.pop("sku", ""):
                    self._parents[child] = _sku(cells)
                    self.options[child] = {
                        labels.get(name, _label(name)): value for name, value in options.items()
                    }

    def parent_of(self, sku: str) -> str:
        """The SKU of the product that a SKU belongs to: itself, where it is no variation."""
        return self._parents.get(sku, sku)


def _sku(cells: Cells) -> str:
    return str(cells.find("sku", "sku") or "").strip()


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of ``color=Blue,size=M``; a value may have commas, or stand in quotation marks."""
    marks = list(_PAIR.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        value = text[mark.end() : end].strip()
        if len(value) > 1 and value.startswith('"') and value.endswith('"'):
            value = value[1:-1].replace('""', '"')
        yield mark[1], value.replace("|", ", ")


def _label(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _read_product(key: str, cells: Sequence[Cells], variations: _Variations, shop: Shop) -> Reading | BadRow:
    main = next((row for row in cells if _sku(row) == key and not row.find("", "store_view_code")), cells[0])
    children = [
        row for row in cells if _sku(row) in variations.options and not row.find("", "store_view_code")
    ]
    for row in cells:
        for name in (*_HANDLING, "sku", "configurable_variations"):
            row.find("left out: how the shop handles it" if name in _HANDLING else "variants", name)
        if row is not main and row not in children:
            row.find("translations", *row.row.values)
    attributes = dict(_attributes(main))
    varying = {name.casefold() for row in children for name in variations.options[_sku(row)]}
    maker = next((name for name in attributes if name.casefold() in _BRANDS), None)
    codes = next((value for name, value in attributes.items() if name.casefold() in _GTINS), None)
    values: dict[str, Any] = {
        "id": to_identifier(key),
        "title": main.read("title", "name", read_text, is_single_line=True),
        "description": "\n\n".join(
            dict.fromkeys(
                t
                for c in ("short_description", "description")
                if (t := main.read("description", c, read_text))
            )
        ),
        "brand": attributes[maker] if maker else None,
        "category_paths": _read_categories(main),
        "tags": read_names("tags", split_list(str(main.find("tags", "tags") or ""))),
        "pictures": _pictures(main, "pictures"),
        "publication": _read_publication(main),
        "related": _read_related(main),
        "texts": {
            name: text for column, name in _TEXTS.items() if (text := main.read("texts", column, read_text))
        },
        "translations": dict(_read_translations(cells, key)),
        "attributes": name_attributes(
            (n, v) for n, v in attributes.items() if n != maker and n.casefold() not in (*varying, *_GTINS)
        ),
        **_offer(main, codes, shop),
    }
    # The export does not say the unit of a weight, so it is a number of the shop's own.
    weight = main.read("numbers", "weight", read_number)
    values["numbers"] = {"weight": weight} if weight else {}
    values["variants"] = [
        Variant(
            id=row.name_variant(_sku(row)[:200]),
            title=row.read("variants.title", "name", read_text, is_single_line=True) or "",
            options={name[:200]: value[:1_000] for name, value in variations.options[_sku(row)].items()},
            image_url=next((picture.url for picture in _pictures(row, "variants.image_url")), None),
            **_offer(row, _gtin_of(row), shop, field="variants."),
        )
        for row in children
    ]
    for row in children:
        row.find("left out: the product's", *row.row.values)
    return make_product([main, *(row for row in cells if row is not main)], values)


def _gtin_of(row: Cells) -> str | None:
    return next((value for name, value in _attributes(row) if name.casefold() in _GTINS), None)


def _attributes(row: Cells) -> Iterator[tuple[str, str]]:
    for name, value in _pairs(str(row.find("attributes", "additional_attributes") or "")):
        text = row.attempt("attributes", read_text, value, is_single_line=True)
        if text and text.casefold() != "no selection":
            yield _label(name), text


def _offer(row: Cells, gtin: str | None, shop: Shop, *, field: str = "") -> dict[str, Any]:
    usual = row.read(f"{field}price", "price", read_amount, shop=shop)
    lower = row.read(f"{field}sale", "special_price", read_amount, shop=shop)
    starts = row.read(f"{field}sale", "special_price_from_date", read_moment)
    ends = row.read(f"{field}sale", "special_price_to_date", read_end)
    stock = row.read(f"{field}stock", "qty", read_stock)
    return {
        "sku": row.read(f"{field}sku", "sku", read_code),
        "gtin": row.attempt(f"{field}gtin", read_gtin, gtin)
        if gtin
        else row.read(f"{field}gtin", _GTINS, read_gtin),
        "stock": stock,
        "availability": stated_beyond(stock, _availability(row, field)),
        **with_sale(usual, lower, starts_at=starts, ends_at=ends),
    }


def _availability(row: Cells, field: str) -> Availability | None:
    is_there = row.read(f"{field}availability", "is_in_stock", read_flag)
    return None if is_there is None else "in_stock" if is_there else "out_of_stock"


def _pictures(row: Cells, field: str) -> tuple[Any, ...]:
    written = [row.find(field, "base_image"), *split_list(str(row.find(field, "additional_images") or ""))]
    return pictures_of(
        row, [each for each in written if each and each != "no_selection"], read_picture, field=field
    )


def _read_publication(main: Cells) -> Publication:
    online = str(main.find("publication", "product_online") or "1").strip().removesuffix(".0")
    visibility = str(main.find("publication", "visibility") or "").strip().casefold()
    return "hidden" if online != "1" or visibility == "not visible individually" else "published"


def _read_categories(main: Cells) -> tuple[tuple[str, ...], ...]:
    r"""Paths whose parts ``/`` separates (a slash of a name is written ``\/``), without the root that every shop has."""
    paths = []
    for written in split_list(str(main.find("category_paths", "categories") or "")):
        parts = [read_name("category_paths", part) for part in split_list(written, "/")]
        parts = parts[1:] if parts[:1] in (["Default Category"], ["Root Catalog"]) else parts
        paths += list(read_paths("category_paths", [" > ".join(parts)])) if any(parts) else []
    return tuple(dict.fromkeys(paths))


def _read_translations(cells: Sequence[Cells], key: str) -> Iterator[tuple[str, Translation]]:
    for row in cells:
        view = _LANGUAGE.match(str(row.find("translations", "store_view_code") or ""))
        if view is None or _sku(row) != key:
            continue
        title = row.read("translations", "name", read_text, is_single_line=True) or ""
        description = row.read("translations", "description", read_text) or ""
        if title or description:
            yield view[1].lower(), Translation(title=title, description=description)


def _read_related(main: Cells) -> Mapping[str, tuple[str, ...]]:
    related = {}
    for role, columns in _RELATED.items():
        skus = [
            sku for column in columns for sku in split_list(str(main.find(f"related.{role}", column) or ""))
        ]
        if skus:
            related[role] = tuple(dict.fromkeys(to_identifier(sku) for sku in skus))
    return related
