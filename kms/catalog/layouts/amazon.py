"""Amazon's flat file: the inventory template that sellers fill in, as tab-separated text.

Its first line describes the template, the second names the columns for people and the third for machines; the reader of
tables takes the third. A parent row and the child rows that name its SKU are one product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kms.catalog.fields import read_code, read_condition, read_gtin, read_picture, read_stock
from kms.catalog.identifiers import to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop, match_columns
from kms.catalog.layouts.cells import Cells, fold_column
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
from kms.catalog.offers import Picture, Variant
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.values import read_end, read_moment, read_name, read_number, read_text

_OPTIONS = {
    "size name": "Size", "color name": "Colour", "style name": "Style", "material type": "Material",
    "scent name": "Scent", "flavor name": "Flavour", "item package quantity": "Package quantity", "pattern name": "Pattern",
}  # fmt: skip
_UNIT = " unit of measure"
_HANDLING = re.compile(
    r"^(feed product type|update delete|external product id( type)?|parent child|relationship type|variation theme|"
    r"recommended browse nodes\d*|product tax code|fulfillment center id|(color|size) map|max order quantity|"
    r"is discontinued.*|"
    r"merchant shipping group name|item type|number of items|missing keyset reason|swatch image url|"
    r"(package|website shipping) .*|offering .*|(generic|platinum) keywords?\d*|target audience keywords?\d*|"
    r"batteries required|are batteries included|supplier declared .*|gift .*|offer .*|product site launch date|currency|"
    r"condition note|list price.*|minimum seller allowed price|maximum seller allowed price|business price|"
    r"quantity price .*)$"
)
_NUMBERED = re.compile(r"\s*\d+$")
_SWATCHES = 8
_BULLETS = 10


class AmazonFlatFileProducts:
    """Amazon's flat file."""

    name = "amazon-flat-file-products"
    title = "Amazon flat file"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """A SKU, a name and the columns of the inventory template."""
        needed = (
            ("item sku",),
            ("item name",),
            ("feed product type", "standard price", "external product id"),
        )
        marks = (
            "external product id type", "brand name", "standard price", "main image url", "parent child", "parent sku",
            "bullet point1", "update delete",
        )  # fmt: skip
        return match_columns(sample, needed, marks)

    def grouping(self, sample: Sample) -> str:
        """How rows make a product, where the file has parents."""
        return "child rows are variants of their parent_sku" if "parent sku" in sample.folded() else ""

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each parent with its children, and for each row that stands alone."""
        for group in grouped(rows, _group_of):
            if isinstance(group, BadRow):
                yield group
                continue
            cells = []
            for each in map(Cells, group):
                if each.find("id", "item_sku") is None:
                    yield refuse(each, "id", "the row has no item_sku")
                elif str(each.find("update_delete", "update_delete") or "").strip().casefold() == "delete":
                    yield refuse(each, "update_delete", "the row asks to delete the product")
                else:
                    cells.append(each)
            if cells:
                yield read_whole(cells[0], _read_product, cells, shop)


def _group_of(row: RawRow) -> str:
    cells = Cells(row)
    own = str(cells.find("id", "item_sku") or "").strip()
    return str(cells.find("parent", "parent_sku") or "").strip() or own


def _is_parent(row: Cells) -> bool:
    return str(row.find("parent", "parent_child") or "").strip().casefold() == "parent"


def _read_product(cells: Sequence[Cells], shop: Shop) -> Reading | BadRow:
    main = next((row for row in cells if _is_parent(row)), cells[0])
    children = [row for row in cells if row is not main]
    if not children and not _is_parent(main):
        offer = _read_offer(main, shop)
    else:
        offer = {}
        children = children or [main]
    code = str(main.find("id", "parent_sku") or "").strip() if not _is_parent(main) and children else ""
    days = main.read("numbers", "fulfillment_latency", read_number)
    values: dict[str, Any] = {
        "id": to_identifier(code or str(main.find("id", "item_sku"))),
        "title": main.read("title", "item_name", read_text, is_single_line=True),
        "description": _read_description(main),
        "brand": main.read("brand", ("brand_name", "manufacturer"), read_name),
        "category_paths": _read_category(main),
        "published_at": main.read("published_at", "product_site_launch_date", read_moment),
        "numbers": {} if days is None else {"handling days": days},
        "pictures": [picture for row in (main, *children) for picture in _read_pictures(row)],
        **offer,
    }
    chosen = [_read_options(row) for row in children]
    varying = {name for each in chosen for name in each if len({other.get(name) for other in chosen}) > 1}
    shared = chosen[0] if chosen else _read_options(main)
    constant = [(name, value) for name, value in shared.items() if name not in varying]
    rows = children or [main]
    tables = [dict(_read_table(row)) for row in rows]
    agreed = [(n, v) for n, v in tables[0].items() if all(table.get(n) == v for table in tables)]
    values["attributes"] = name_attributes([*constant, *(_read_table(main) if not agreed else ()), *agreed])
    if children:
        values["variants"] = [
            Variant(
                id=row.name_variant(str(row.find("variants.id", "item_sku")).strip()[:200]),
                title=row.read("variants.title", "item_name", read_text, is_single_line=True) or "",
                options={name: value[:1_000] for name, value in options.items() if name in varying},
                image_url=next((picture.url for picture in _read_pictures(row)), None),
                **_read_offer(row, shop),
            )
            for row, options in zip(children, chosen, strict=True)
        ]
    return make_product([main, *(row for row in cells if row is not main)], values)


def _read_offer(row: Cells, shop: Shop) -> dict[str, Any]:
    currency = row.find("price", "currency")
    usual = row.read("price", "standard_price", read_amount, shop=shop, currency=currency)
    lower = row.read("sale", "sale_price", read_amount, shop=shop, currency=currency)
    return {
        "sku": row.read("sku", "item_sku", read_code),
        "gtin": _read_gtin(row),
        "mpn": row.read("mpn", ("part_number", "model"), read_code),
        "stock": row.read("stock", "quantity", read_stock),
        "condition": row.read("condition", "condition_type", read_condition),
        **with_sale(
            usual,
            lower,
            starts_at=row.read("sale", "sale_from_date", read_moment),
            ends_at=row.read("sale", "sale_end_date", read_end),
        ),
    }


def _read_gtin(row: Cells) -> str | None:
    """The external id, where it is a number below a bar code and no ASIN."""
    kind = str(row.find("gtin", "external_product_id_type") or "").strip().casefold()
    is_gtin = kind in {"", "ean", "upc", "gtin", "isbn", "1", "2", "3", "4"}
    return row.read("gtin", "external_product_id", read_gtin) if is_gtin else None


def _read_description(main: Cells) -> str:
    """The description, and the bullet points that it does not have."""
    text = main.read("description", "product_description", read_text) or ""
    bullets = main.all("description", *(f"bullet_point{n}" for n in range(1, _BULLETS + 1)), "bullet_point")
    lines = [read_text("description", bullet, is_single_line=True) for bullet in bullets]
    return "\n".join(part for part in (text, *(line for line in lines if line not in text)) if part)


def _read_category(main: Cells) -> tuple[tuple[str, ...], ...]:
    """The item type keyword (``pet-bed-mats``) as the name that it stands for."""
    keyword = main.read("category_paths", ("item_type_keyword", "item_type"), read_name)
    if not keyword:
        return ()
    name = " ".join(keyword.replace("_", "-").split("-")).strip()
    return ((name[:1].upper() + name[1:],),) if name else ()


def _read_pictures(row: Cells) -> tuple[Picture, ...]:
    further = row.all(
        "pictures", *(f"other_image_url{n}" for n in range(1, _SWATCHES + 1)), "other_image_url"
    )
    return pictures_of(row, [*row.all("pictures", "main_image_url")[:1], *further], read_picture)


def _read_options(row: Cells) -> dict[str, str]:
    read = {
        label: row.read("attributes", column, read_text, is_single_line=True)
        for column, label in _OPTIONS.items()
    }
    return {label: value for label, value in read.items() if value}


def _read_table(row: Cells) -> Iterator[tuple[str, str]]:
    """The columns of the template that describe the thing, measures with the unit of their own column."""
    taken = {fold_column(name) for name in row.used}
    for column in row.row.values:
        folded = fold_column(column)
        if folded.endswith(_UNIT) or folded in _OPTIONS or _HANDLING.match(folded) or folded in _KNOWN:
            continue
        name = _NUMBERED.sub("", folded)
        if folded in taken and row.used.get(column) != "attributes":
            continue
        value = row.read("attributes", column, read_text, is_single_line=True)
        if value:
            unit = row.find("attributes", f"{folded}{_UNIT}")
            written = (
                f"{value} {_UNITS.get(str(unit).strip().casefold(), str(unit).strip())}" if unit else value
            )
            yield name[:1].upper() + name[1:], written


_UNITS = {
    "lb": "lb", "pounds": "lb", "kg": "kg", "kilograms": "kg", "gr": "g", "grams": "g", "oz": "oz", "ounces": "oz",
    "cm": "cm", "centimeters": "cm", "mm": "mm", "millimeters": "mm", "in": "inch", "inches": "inch",
    "m": "m", "meters": "m",
    "liters": "l", "milliliters": "ml", "watts": "W", "volts": "V",
}  # fmt: skip
_KNOWN = {
    "item sku", "item name", "brand name", "manufacturer", "part number", "model", "product description", "standard price",
    "sale price", "sale from date", "sale end date", "quantity", "fulfillment latency", "condition type", "main image url",
    "item type keyword", "parent sku", "merchant release date",
    *(f"other image url{n}" for n in range(1, _SWATCHES + 1)), *(f"bullet point{n}" for n in range(1, _BULLETS + 1)),
}  # fmt: skip
