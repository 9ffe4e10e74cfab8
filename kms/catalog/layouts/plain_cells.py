"""Cells of plain tables: offers, variants, pictures, and the fields that are lists or tables of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kms.catalog.fields import (
    read_availability,
    read_code,
    read_condition,
    read_flag,
    read_gtin,
    read_names,
    read_paths,
    read_period,
    read_picture,
    read_stock,
    read_url,
)
from kms.catalog.layouts.base import Shop
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.column_values import TableColumns, columns_of
from kms.catalog.layouts.plain_columns import currency_beside, fold_name, is_bookkeeping, translated
from kms.catalog.layouts.products import is_bare_amount, pictures_of, read_amount, with_sale
from kms.catalog.models import Publication
from kms.catalog.offers import Picture, Shipping, Translation, Variant
from kms.catalog.prices import read_currency
from kms.catalog.rows import RawRow, RowProblem, shorten
from kms.catalog.values import (
    is_empty,
    read_end,
    read_moment,
    read_name,
    read_number,
    read_text,
    says_nothing,
)

_LONGEST_CELL = 2_000
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_PAIRS = re.compile(r"\s*[;；|\n]\s*")
_LIST = re.compile(r"\s*[,;|，；、\n]\s*")
_PUBLICATIONS: Mapping[str, Publication] = {
    "published": "published", "active": "published", "public": "published", "visible": "published", "live": "published",
    "enabled": "published", "上架": "published", "已上架": "published", "在售": "published",
    "hidden": "hidden", "private": "hidden", "inactive": "hidden", "disabled": "hidden", "unlisted": "hidden",
    "下架": "hidden", "已下架": "hidden", "未上架": "hidden",
    "draft": "draft", "pending": "draft", "草稿": "draft", "archived": "archived", "已归档": "archived",
}  # fmt: skip


class PlainCells(Cells):
    """One row of a plain table.

    Attributes:
        table: What the columns of the table mean.
    """

    def __init__(self, row: RawRow, table: TableColumns) -> None:
        super().__init__(row)
        self.table = table

    def named(self) -> Mapping[str, tuple[str, ...]]:
        """The row's columns of each field."""
        return self.table.by_field(tuple(self.row.values))


def find(cells: PlainCells, field: str, label: str = "") -> Any:
    """The first cell of a field's columns that is not empty."""
    columns = cells.named().get(field, ())
    for column in columns:
        value = cells.row.values.get(column)
        if not is_empty(value):
            cells.mark(label or field, column)
            # Of a stock state 无 is an answer.
            return None if field != "availability" and says_nothing(value) else value
    return None


def read_offer(cells: PlainCells, shop: Shop) -> dict[str, Any]:
    """What a row says of one code: SKU and other numbers, prices, stock, state, link."""
    written = find(cells, "currency", "price")
    currency = (
        cells.attempt("price", read_currency, written, shop_currency=shop.currency) if written else None
    )

    def amount(field: str, column: str) -> Any:
        value = find(cells, column, field)
        if value is None:
            return None
        name = column_of(cells, column)
        beside = currency_beside(name)
        own = cells.attempt(field, read_currency, beside, shop_currency=shop.currency) if beside else None
        return cells.attempt(field, _read_priced, value, shop=shop, currency=own or currency, column=name)

    now, usual = amount("price", "price"), amount("price", "usual")
    starts, ends = cells_period(cells)
    sale = find(cells, "sale")
    if isinstance(sale, dict):
        lower = cells.attempt("sale", read_amount, sale.get("price"), shop=shop, currency=currency)
        starts = read_moment("sale", sale["starts_at"]) if sale.get("starts_at") else starts
        ends = read_end("sale", sale["ends_at"]) if sale.get("ends_at") else ends
    else:
        lower = amount("sale", "sale")
    if lower is None and usual is not None and now is not None and usual.currency == now.currency:
        now, lower = (usual, now) if usual.amount > now.amount else (now, None)
    prices = with_sale(now or usual, lower, starts_at=starts, ends_at=ends)
    if lower is not None and prices["sale"] is None and prices["price"] is not lower:
        message = f"sale {lower.amount} {lower.currency} is not below the price in its currency, or ends before it begins"
        cells.problems.append(RowProblem("sale", "invalid", message))
    return {
        "sku": _read(cells, "sku", read_code),
        "gtin": _read(cells, "gtin", read_gtin),
        "mpn": _read(cells, "mpn", read_code),
        "stock": _read(cells, "stock", read_stock),
        "availability": _read(cells, "availability", _read_state),
        "condition": _read(cells, "condition", read_condition),
        "link": _read(cells, "link", read_url),
        **prices,
    }


def is_without_currency(cells: PlainCells, value: Any, shop: Shop) -> bool:
    """Whether a price is a bare number and nothing says its currency, which is a fault of the file and of no cell."""
    is_said = find(cells, "currency", "price") is not None or currency_beside(column_of(cells, "price"))
    return shop.currency is None and not is_said and is_bare_amount(value)


def column_of(cells: PlainCells, field: str) -> str:
    """The column that gives a field's value: the first that is not empty."""
    columns = cells.named().get(field, ())
    return next((column for column in columns if not is_empty(cells.row.values.get(column))), field)


def _read_priced(field: str, value: Any, *, shop: Shop, currency: str | None, column: str) -> Any:
    """A price; what is wrong with it names its column, too, where that is called otherwise."""
    try:
        return read_amount(field, value, shop=shop, currency=currency)
    except RowProblem as problem:
        if fold_name(column) == fold_name(field):
            raise
        message = f"column {shorten(column)}: {problem.message}"
        raise RowProblem(problem.field, problem.reason, message) from problem


def cells_period(cells: PlainCells) -> tuple[Any, Any]:
    """Begin and end of a sale, in one column or two."""
    period = _read(cells, "sale_period", read_period, label="sale")
    starts = _read(cells, "sale_starts", read_moment, label="sale")
    ends = _read(cells, "sale_ends", read_end, label="sale")
    return period or (starts, ends)


def read_variants(main: PlainCells, shop: Shop) -> list[Variant]:
    """Variants in a cell of their own: a list of tables, in JSON or as JSON text."""
    written = _parsed(find(main, "variants"))
    tables = [
        each for each in (written if isinstance(written, list) else [written]) if isinstance(each, dict)
    ]
    if written and not tables:
        problem = RowProblem("variants", "invalid", f"variants {shorten(written)} are no list of tables")
        main.problems.append(problem)
    currency = main.named().get("currency")
    shared = {"currency": main.row.values[currency[0]]} if currency else {}
    result = []
    for number, table in enumerate(tables, start=1):
        row = RawRow(main.line, {**shared, **table})
        cells = PlainCells(row, columns_of([row]))
        offer = read_offer(cells, shop)
        code = next((table[name] for name in ("id", "sku", "gtin") if not is_empty(table.get(name))), None)
        pictures = read_pictures(cells)
        result.append(
            Variant(
                id=str(code or f"variant {number}").strip()[:200],
                title=str(table.get("title") or table.get("name") or ""),
                options={name[:200]: value[:1_000] for name, value in _options_of(cells, table)},
                image_url=pictures[0].url if pictures else None,
                **offer,
            )
        )
        main.problems += cells.problems
    return result


def read_pictures(cells: PlainCells) -> tuple[Picture, ...]:
    """The first picture and the others; an address that is none is left out."""
    first = find(cells, "image_url")
    written = _parsed(find(cells, "pictures"))
    further = written if isinstance(written, list) else [written] if isinstance(written, dict) else []
    if isinstance(written, str):
        further = [part for part in re.split(r"[,;|\s]+(?=https?://|//)", written.strip(" ,;|")) if part]
    shown = [first] if isinstance(first, str) and _ADDRESS.match(first.strip()) else []
    if (
        isinstance(first, str)
        and (parts := re.split(r"[,;|\s]+(?=https?://)", first.strip(" ,;|")))
        and shown
    ):
        shown = parts
    return pictures_of(cells, [*shown, *further], _read_picture)


def read_parts(main: PlainCells, shop: Shop) -> dict[str, Any]:
    """Tags, categories, seller, shipping, publication, numbers, texts and translations."""
    values: dict[str, Any] = {
        "tags": _read_tags(main),
        "category_paths": _read_category_paths(main),
        "seller": _read(main, "seller", read_name),
        "shipping": tuple(_read_shipping(main, shop)),
        "publication": _read(main, "publication", _read_publication),
        "published_at": _read(main, "published_at", read_moment),
        "unpublished_at": _read(main, "unpublished_at", read_moment),
        "numbers": {},
        "texts": {},
    }
    spoken: dict[str, dict[str, str]] = {}
    for column, value in main.row.values.items():
        field = main.table.field_of(str(column))
        if is_empty(value) or field not in ("numbers", "texts", "translations"):
            continue
        main.mark(field, column)
        if field == "translations":
            for name, language, text in _translations_of(column, value):
                spoken.setdefault(language, {})[name] = text
            continue
        table = value if isinstance(value, dict) else {" ".join(fold_name(column).split()): value}
        for name, cell in table.items():
            reader = _read_figure if field == "numbers" else read_text
            if (read := main.attempt(field, reader, cell)) is not None:
                values[field][str(name)[:200]] = read
    values["translations"] = {language: Translation(**texts) for language, texts in spoken.items()}
    return values


def read_row_table(cells: PlainCells) -> list[tuple[str, str]]:
    """The shop's own table: the column of attributes, and every column that is no field's and holds a value of its own."""
    pairs: list[tuple[str, str]] = []
    written = _parsed(find(cells, "attributes"))
    if isinstance(written, dict):
        pairs += [pair for name, value in written.items() for pair in _pair(str(name), value)]
    elif isinstance(written, list):
        named = [each for each in written if isinstance(each, dict) and "name" in each]
        pairs += [pair for each in named for pair in _pair(str(each["name"]), each.get("value"))]
    elif written is not None:
        rows = [re.split(r"\s*[:：=]\s*", part, maxsplit=1) for part in _PAIRS.split(str(written)) if part]
        if any(len(row) != 2 for row in rows):
            raise RowProblem("attributes", "invalid", f"attributes {shorten(written)} are no table")
        pairs += [pair for name, value in rows for pair in _pair(name, value)]
    for column in dict.fromkeys((*cells.row.values, *cells.row.repeated)):
        if cells.table.field_of(str(column)) is not None or is_bookkeeping(str(column)):
            continue
        value = list(cells.row.repeated.get(column, ())) or cells.row.values.get(column)
        if found := list(_pair(" ".join(str(column).replace("_", " ").split()), value)):
            cells.mark("attributes", column)
            pairs += found
    return pairs


def _pair(name: str, value: Any) -> Iterator[tuple[str, str]]:
    items = value if isinstance(value, list) else [value]
    if is_empty(value) or any(isinstance(item, dict | list) for item in items):
        return
    text = read_text("attributes", value, join=", ", is_single_line=True)
    if 0 < len(text) <= _LONGEST_CELL and not _ADDRESS.match(text):
        yield name, text


def _options_of(cells: PlainCells, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    options = table.get("options")
    if isinstance(options, dict):
        named = options.items()
    elif isinstance(options, list):
        named = {e["name"]: e.get("value") for e in options if isinstance(e, dict) and "name" in e}.items()
    else:
        yield from (pair for pair in read_row_table(cells) if pair[0] != "title")
        return
    yield from (pair for name, value in named for pair in _pair(str(name), value))


def _read(cells: PlainCells, field: str, reader: Any, *, label: str = "") -> Any:
    value = find(cells, field, label)
    return None if value is None else cells.attempt(label or field, reader, value)


def _parsed(value: Any) -> Any:
    """A list or table that a cell holds as JSON text; else the value."""
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _items(value: Any) -> list[Any]:
    value = _parsed(value)
    if isinstance(value, list):
        return [item for item in value if not is_empty(item)]
    return [part for part in _LIST.split(str(value)) if part]


def _read_tags(main: PlainCells) -> tuple[str, ...]:
    value = find(main, "tags")
    return () if value is None else main.attempt("tags", read_names, _items(value)) or ()


def _read_category_paths(main: PlainCells) -> tuple[tuple[str, ...], ...]:
    value = _parsed(find(main, "category_paths"))
    paths = value if isinstance(value, list) else [] if value is None else _split_paths(str(value))
    if paths and all(isinstance(each, str) for each in paths) is False:
        paths = [" > ".join(map(str, each)) if isinstance(each, list) else each for each in paths]
    category = main.row.values.get(next(iter(main.named().get("category", ())), ""))
    if not paths and isinstance(category, str) and is_path(category):
        paths = _split_paths(category)
    return main.attempt("category_paths", read_paths, paths) or ()


def is_path(category: Any) -> bool:
    """Whether a category is written as the way to it."""
    return isinstance(category, str) and re.search(r"[>›»→]", category) is not None


def _split_paths(text: str) -> list[str]:
    separator = r"\s*[|;；\n]\s*" if re.search(r"[|;；\n]", text) else r"\s*,\s*"
    return [part for part in re.split(separator, text) if part]


def _read_picture(field: str, value: Any) -> Picture:
    if isinstance(value, dict):
        return Picture.model_validate(value)
    return read_picture(field, value)


def _read_state(field: str, value: Any) -> Any:
    """Availability in words, or as yes and no."""
    try:
        return read_availability(field, value)
    except RowProblem:
        try:
            return "in_stock" if read_flag(field, value) else "out_of_stock"
        except RowProblem:
            pass
        raise


def _read_publication(field: str, value: Any) -> Publication:
    word = str(value).strip().casefold()
    if word in _PUBLICATIONS:
        return _PUBLICATIONS[word]
    try:
        return "published" if read_flag(field, value) else "hidden"
    except RowProblem:
        message = f"{field} {shorten(value)} is not published, hidden, draft or archived, nor yes or no"
        raise RowProblem(field, "invalid", message) from None


def _read_figure(field: str, value: Any) -> float:
    """A number; of an amount with its currency or a share with its sign the number alone."""
    return read_number(
        field, re.sub(r"[€$£¥￥%]|\b[A-Z]{3}\b", "", value).strip() if isinstance(value, str) else value
    )


def _read_shipping(main: PlainCells, shop: Shop) -> Iterator[Shipping]:
    value = _parsed(find(main, "shipping"))
    if value is None:
        return
    for each in value if isinstance(value, list) else [value]:
        table = each if isinstance(each, dict) else {"price": each}
        price = table.get("price")
        read = None if price is None else main.attempt("shipping", read_amount, price, shop=shop)
        if read is not None or isinstance(each, dict):
            yield Shipping(
                **{**{k: v for k, v in table.items() if k in Shipping.model_fields}, "price": read}
            )


def _translations_of(column: str, value: Any) -> Iterator[tuple[str, str, str]]:
    named = translated(column)
    if named is not None:
        yield named[0], named[1], read_text("translations", value)
    elif isinstance(value, dict):
        for language, texts in value.items():
            for name, text in texts.items() if isinstance(texts, dict) else ():
                if name in Translation.model_fields and not is_empty(text):
                    yield name, str(language), read_text("translations", text)
