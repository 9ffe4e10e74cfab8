"""WooCommerce's product CSV: variations are rows of their own that name their parent by ``id:123`` or its SKU.

Parents may stand behind their variations. A product's id is the number in the column ``ID``, else its SKU.
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
    read_url,
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
from kms.catalog.offers import Availability, Picture, Variant, stated_beyond
from kms.catalog.rows import BadRow, RawRow, RowProblem, shorten
from kms.catalog.values import is_empty, read_end, read_moment, read_name, read_number, read_text

GTIN = (
    "GTIN, UPC, EAN, or ISBN",
    "GTIN",
    "EAN",
    "Meta: _wpm_gtin_code",
    "Meta: _global_unique_id",
    "Meta: _ean",
)
_HANDLING = (
    "Is featured?", "Tax status", "Tax class", "Low stock amount", "Sold individually?", "Allow customer reviews?",
    "Purchase note", "Download limit", "Download expiry days", "Button text", "Position", "Shipping class", "Parent", "Type",
)  # fmt: skip
_MEASURE = re.compile(r"^(Weight|Length|Width|Height) \((\w+)\)$", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"^Attribute (\d+) name$", re.IGNORECASE)
_UNITS = {"lbs": "lb"}
_STATES: dict[str, Publication] = {"1": "published", "0": "hidden", "-1": "draft"}


class WooCommerceProducts:
    """WooCommerce's product export."""

    name = "woocommerce-products"
    title = "WooCommerce product CSV"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """A name, an id or SKU, and the columns that only WooCommerce has."""
        marks = (
            "ID", "Type", "SKU", "Name", "Published", "Visibility in catalog", "Regular price", "Categories", "Images",
            "Parent", "In stock?", "Attribute 1 name",
        )  # fmt: skip
        only = (
            "Visibility in catalog",
            "Is featured?",
            "Attribute 1 value(s)",
            "In stock?",
            "Sold individually?",
        )
        return match_columns(
            sample, (("Name",), ("ID", "SKU"), ("Regular price", "Parent", "Type"), only), marks
        )

    def grouping(self, sample: Sample) -> str:
        """How rows make a product."""
        return "a variable product and its variations, which name it as their parent, are one product"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each row that is no variation."""
        keys = _Keys(rows)
        for group in grouped(rows, keys.group_of):
            if isinstance(group, BadRow):
                yield group
                continue
            cells = [Cells(row) for row in group]
            mains = [row for row in cells if not _is_variation(row)]
            if not mains:
                for row in cells:
                    parent = shorten(str(row.find("id", "Parent") or ""))
                    yield refuse(row, "id", f"the variation's parent {parent} is not in the file")
                continue
            variations = [row for row in cells if _is_variation(row)]
            yield read_whole(mains[0], _read_product, mains[0], variations, keys, shop)
            for again in mains[1:]:
                message = f"the ID or SKU {shorten(keys.key_of(again))} is of a product above"
                yield BadRow(again.line, RowProblem("id", "duplicate_id", message), "", id=keys.id_of(again))


class _Keys:
    """Keys of products: by a number or SKU that another row may name them by."""

    def __init__(self, rows: Rows) -> None:
        self._by_sku: dict[str, str] = {}
        self._known: set[str] = set()
        for row in rows():
            if isinstance(row, RawRow):
                cells = Cells(row)
                if not _is_variation(cells) and (key := self.key_of(cells)):
                    self._known.add(key)
                    if sku := str(cells.find("sku", "SKU") or "").strip():
                        self._by_sku.setdefault(sku, key)

    def key_of(self, cells: Cells) -> str:
        """A product's key: ``id:123``, or its SKU where the file has no numbers."""
        number, sku = cells.find("id", "ID"), cells.find("id", "SKU")
        return f"id:{str(number).strip()}" if number is not None else str(sku or "").strip()

    def id_of(self, cells: Cells) -> str:
        """A product's id."""
        return to_identifier(self.key_of(cells).removeprefix("id:"))

    def named(self, reference: str) -> str | None:
        """The key of the product that a reference names, if it is in the file."""
        reference = reference.strip().replace("id: ", "id:")
        return reference if reference in self._known else self._by_sku.get(reference)

    def group_of(self, row: RawRow) -> str:
        """The group of a row: its parent's key, or its own."""
        cells = Cells(row)
        if not _is_variation(cells):
            return self.key_of(cells)
        parent = str(cells.find("id", "Parent") or "").strip()
        return self.named(parent) or f"missing:{parent}"


def _is_variation(cells: Cells) -> bool:
    return "variation" in str(cells.find("left out: how the shop handles it", "Type") or "").casefold().split(
        ", "
    )


def _read_product(main: Cells, variations: Sequence[Cells], keys: _Keys, shop: Shop) -> Reading | BadRow:
    if not keys.key_of(main):
        return refuse(main, "id", "the row has neither an ID nor a SKU")
    for row in (main, *variations):
        row.find("id", "ID")
        for name in _HANDLING:
            row.find("left out: how the shop handles it", name)
    table = dict(_attributes(main))
    options = [dict(_attributes(row)) for row in variations]
    varying = {name.casefold() for each in options for name in each}
    texts = [text for column in ("Short description", "Description")
             if (text := main.read("description", column, _read_body))]  # fmt: skip
    maker = next((name for name in table if name.casefold() in ("brand", "marke", "品牌")), None)
    brand = main.read("brand", ("Brands", "Brand"), read_name)
    if maker and brand in (None, table[maker]):
        brand = table.pop(maker)  # once is enough: a facet beside that of brands would say the same
    values: dict[str, Any] = {
        "id": keys.id_of(main),
        "title": main.read("title", "Name", read_text, is_single_line=True),
        "description": "\n\n".join(dict.fromkeys(texts)),
        "brand": brand,
        "category_paths": read_paths(
            "category_paths", split_list(str(main.find("category_paths", "Categories") or ""))
        ),
        "tags": read_names("tags", split_list(str(main.find("tags", "Tags") or ""))),
        "pictures": _pictures(main, "pictures"),
        "link": main.read("link", "External URL", read_url),
        "publication": _read_publication(main),
        "attributes": name_attributes(
            [
                *((n, v) for n, v in table.items() if n.casefold() not in varying),
                # An attribute of the same name is the shop's word on the product; the column is that of its parcel.
                *(
                    (n, v)
                    for n, v in _measures(main)
                    if n.casefold() not in {*varying, *map(str.casefold, table)}
                ),
            ]
        ),
        "related": _read_related(main, keys),
        "texts": dict(_metas(main)),
        **_offer(main, shop),
    }
    pictures = [_pictures(row, "variants.image_url") for row in variations]
    values["pictures"] = [*values["pictures"], *(picture for each in pictures for picture in each)]
    values["variants"] = [
        Variant(
            id=row.name_variant(
                str(
                    row.find("variants.sku", "SKU") or row.find("variants.id", "ID") or f"variant {number}"
                ).strip()
            ),
            options={name[:200]: value[:1_000] for name, value in chosen.items()},
            image_url=next((picture.url for picture in shown), None),
            **_offer(row, shop, field="variants.", parent=main),
        )
        for number, (row, chosen, shown) in enumerate(
            zip(variations, options, pictures, strict=True), start=1
        )
    ]
    for row in variations:
        row.find("left out: the parent's", "Name")
        for column in ("Categories", "Tags", "Published", "Visibility in catalog", "Short description"):
            row.find("left out: the parent's", column)
        if text := row.read("variants.title", "Description", _read_body):
            values["description"] = "\n\n".join(each for each in (values["description"], text) if each)
        for _ in _measures(row, field="left out: the parent's"):
            pass
        for _ in _metas(row):
            pass
    return make_product([main, *variations], values)


def _read_body(field: str, value: Any) -> str:
    r"""A text in which the export wrote line breaks as ``\n``."""
    return read_text(field, str(value).replace("\\n", "\n"))


def _pictures(row: Cells, field: str) -> tuple[Picture, ...]:
    return pictures_of(row, split_list(str(row.find(field, "Images") or "")), read_picture, field=field)


def _offer(row: Cells, shop: Shop, *, field: str = "", parent: Cells | None = None) -> dict[str, Any]:
    """Codes, prices and stock of a product or variation; ``parent``: whose stock a variation may share."""
    usual = row.read(f"{field}price", "Regular price", read_amount, shop=shop)
    lower = row.read(f"{field}sale", ("Sale price", "Discounted price"), read_amount, shop=shop)
    starts = row.read(f"{field}sale", "Date sale price starts", read_moment)
    ends = row.read(f"{field}sale", "Date sale price ends", read_end)
    stock_row = (
        parent if parent is not None and str(row.find(f"{field}stock", "Stock")).strip() == "parent" else row
    )
    stock = stock_row.read(f"{field}stock", "Stock", read_stock)
    return {
        "sku": row.read(f"{field}sku", "SKU", read_code),
        "gtin": row.read(f"{field}gtin", GTIN, read_gtin),
        "stock": stock,
        "availability": stated_beyond(stock, _availability(row, field, stock)),
        **with_sale(usual, lower, starts_at=starts, ends_at=ends),
    }


def _availability(row: Cells, field: str, stock: int | None) -> Availability | None:
    """What the export says; a stock that goes on selling when it is empty is a back order while there are pieces, too."""
    written = row.find(f"{field}availability", "In stock?", "Stock status")
    backorders = str(row.find(f"{field}availability", "Backorders allowed?") or "0").strip().casefold()
    if written is None:
        return None
    if str(written).strip().casefold() in ("backorder", "onbackorder"):
        return "backorder"
    word = str(written).strip().casefold()
    is_sold_on = backorders in ("1", "notify", "yes")
    there: Availability = "backorder" if is_sold_on and stock is not None and stock > 0 else "in_stock"
    if word in ("instock", "in stock"):
        return there
    is_there = row.attempt(f"{field}availability", read_flag, written) if word != "outofstock" else False
    if is_there is None:
        return None
    return there if is_there else "backorder" if is_sold_on else "out_of_stock"


def _read_publication(main: Cells) -> Publication:
    state = _STATES.get(
        str(main.find("publication", "Published") or "1").strip().removesuffix(".0"), "published"
    )
    visibility = str(main.find("publication", "Visibility in catalog") or "visible").strip().casefold()
    return "hidden" if state == "published" and visibility == "hidden" else state


def _attributes(row: Cells) -> Iterator[tuple[str, str]]:
    """The attribute columns' names and values."""
    for column in row.row.values:
        match = _ATTRIBUTE.match(column)
        if match is None:
            continue
        place = match[1]
        name = row.read("attributes", column, read_text, is_single_line=True)
        value = row.find("attributes", f"Attribute {place} value(s)")
        for part in ("visible", "global", "default"):
            row.find("left out: how the shop handles it", f"Attribute {place} {part}")
        if name and not is_empty(value):
            text = ", ".join(split_list(read_text("attributes", value, is_single_line=True)))
            yield name.removeprefix("pa_").rstrip(":："), text


def _measures(row: Cells, *, field: str = "attributes") -> Iterator[tuple[str, str]]:
    """Weight and size, whose unit stands in the header."""
    for column in row.row.values:
        match = _MEASURE.match(column)
        value = row.read(field, column, read_number) if match else None
        if match and value:
            yield match[1].capitalize(), f"{value:g} {_UNITS.get(match[2].casefold(), match[2].casefold())}"


def _metas(row: Cells) -> Iterator[tuple[str, str]]:
    """What plug-ins note: names that begin with an underscore are for themselves."""
    for column in row.row.values:
        if not column.casefold().startswith("meta: ") or column in row.used:
            continue
        key = column[6:].strip()
        if key.startswith("_") or not key:
            row.find("left out: a plug-in's own", column)
        elif text := row.read("texts", column, read_text):
            yield key[:200], text


_RELATED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("complements", ("Cross-sells", "Grouped products")),
    ("substitutes", ("Upsells",)),
)


def _read_related(main: Cells, keys: _Keys) -> Mapping[str, tuple[str, ...]]:
    related = {}
    for role, columns in _RELATED:
        written = [main.find(f"related.{role}", column) for column in columns]
        named = [keys.named(each) for text in written if text for each in split_list(str(text))]
        if ids := tuple(dict.fromkeys(to_identifier(key.removeprefix("id:")) for key in named if key)):
            related[role] = ids
    return related
