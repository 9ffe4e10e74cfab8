"""Plain tables: products in CSV or JSON lines whose columns are named after what they hold, in English or Chinese.

Every field of a product has a column (``column_values``); JSON may give lists and tables as the model has them. Rows of
one ``item_group_id`` or ``parent_id`` are the variants of a product, unless they are plainly different products. Other
columns are rows of the shop's own table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from kms.catalog.identifiers import to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop
from kms.catalog.layouts.column_values import GROUP, TableColumns, columns_of
from kms.catalog.layouts.grouping import grouped
from kms.catalog.layouts.likeness import are_variants
from kms.catalog.layouts.mapped import MappedRows, cut_values
from kms.catalog.layouts.plain_cells import (
    PlainCells,
    is_path,
    is_without_currency,
    read_offer,
    read_parts,
    read_pictures,
    read_row_table,
    read_variants,
)
from kms.catalog.layouts.plain_columns import is_option
from kms.catalog.layouts.products import make_product, name_attributes, read_whole
from kms.catalog.mapping_files import load_mapping
from kms.catalog.offers import Variant
from kms.catalog.rows import BadRow, RawRow, RowProblem
from kms.catalog.values import is_empty, says_nothing

PLAIN = "kms-products"
_CORE = ("id", "title", "description", "brand", "category", "price", "currency", "language", "image_url")
_OF_VARIANTS = ("sku", "gtin", "mpn", "stock", "price", "sale", "usual")
"""What a product with variants has from these alone."""
_LOOKED_AT = 2_000
"""Rows whose values tell what columns are: those of a group may stand far from each other."""
_TYPICAL, _FITTING, _MOST_SCORE = 5, 0.4, 0.9
"""Fields that are enough for a table; the least score of one with id, title and price; the score of a perfect one."""


class PlainProducts(MappedRows):
    """A table in the platform's own field names, or in the names that people give to such columns."""

    def __init__(self) -> None:
        super().__init__(PLAIN, load_mapping(PLAIN))

    def name_columns(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows with their columns under the names of the fields that they mean."""
        table = columns_of([RawRow(line, dict(values)) for line, values in enumerate(rows, start=1)])
        return [_named_values(values, table) for values in rows]

    def match(self, sample: Sample) -> Match:
        """How many fields the file has, and how many of its columns are a field's."""
        if not sample.rows:
            return Match(0.0, "it has no rows")
        named = columns_of(sample.rows).by_field(sample.columns)
        if missing := [field for field in ("id", "title") if field not in named]:
            return Match(0.0, f"no column {missing[0]}")
        held = list(dict.fromkeys(column for columns in named.values() for column in columns))
        of_fields = min(1.0, len(named) / _TYPICAL)
        of_file = len(held) / len(sample.columns)
        score = 2 * of_fields * of_file / (of_fields + of_file) * _MOST_SCORE
        is_priced = "price" in named and not {"rating", "product_id"} & set(sample.columns)
        return Match(round(max(score, _FITTING if is_priced else 0.0), 3), f"columns {', '.join(held[:6])}")

    def grouping(self, sample: Sample) -> str:
        """How rows make a product, where the file says which belong together."""
        columns = columns_of(sample.rows).by_field(sample.columns).get(GROUP)
        return f"rows of the same {columns[0]} are one product" if columns else ""

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each row, or for each group of rows that are its variants."""
        first = Sample.of(list(islice(rows(), _LOOKED_AT)))
        table = columns_of(first.rows)
        by_group = table.by_field(first.columns).get(GROUP, ())

        def key_of(row: RawRow) -> str:
            """A group's rows name it; its parent's own row is named so."""
            return _group_of(row, table) or _text_of(row, "id", table)

        groups = (
            grouped(rows, key_of)
            if by_group
            else ([row] if isinstance(row, RawRow) else row for row in rows())
        )
        for group in groups:
            for reading in [group] if isinstance(group, BadRow) else self._read_group(group, shop, table):
                yield replace(reading, remarks=table.remarks) if isinstance(reading, Reading) else reading

    def _read_group(
        self, group: Sequence[RawRow], shop: Shop, table: TableColumns
    ) -> Iterator[Reading | BadRow]:
        key = next(filter(None, (_group_of(row, table) for row in group)), "")
        if len(group) == 1 or not key:
            yield from (self._read([row], shop, table, key) for row in group)
            return
        columns = tuple(dict.fromkeys(str(column) for row in group for column in row.values))
        named = table.by_field(columns)
        if are_variants(group, key, named, must_be_sure=False):
            reading = self._read(group, shop, table, key)
            yield replace(reading, joined_by=named[GROUP][0]) if isinstance(reading, Reading) else reading
            return
        for row in group:
            reading = self._read([row], shop, table, "")
            if isinstance(reading, Reading):
                reading = replace(reading, kept_apart=(named[GROUP][0], key))
            yield reading

    def _read(self, group: Sequence[RawRow], shop: Shop, table: TableColumns, key: str) -> Reading | BadRow:
        cells = [PlainCells(row, table) for row in group]
        try:
            return read_whole(cells[0], self._read_product, cells, shop, key)
        except RowProblem as problem:
            row = group[0]
            named = RawRow(row.line, _named_values(row.values, table))
            return BadRow(row.line, problem, cut_values(row), id=self._id_of(named))

    def _read_product(self, cells: Sequence[PlainCells], shop: Shop, key: str) -> Reading | BadRow:
        parents = [each for each in cells if key and _id_of(each) == key]
        children = [each for each in cells if each not in parents] if key else []
        main = (parents or cells)[0]
        values = self._read_core(main, shop, is_child=main in children)
        if key:
            values["id"] = to_identifier(key)
        for each in cells:
            each.mark("id" if key else "left out: of different products", *each.named().get(GROUP, ()))
        values |= read_parts(main, shop)
        if values["category_paths"] and is_path(values.get("category")):
            del values["category"]
        values["pictures"] = [picture for each in (main, *cells) for picture in read_pictures(each)]
        for each in parents if children else ():
            each.mark(
                "left out: of the variants",
                *(c for c in each.row.values if each.table.field_of(str(c)) in _OF_VARIANTS),
            )
        tables = [read_row_table(each) for each in cells]
        if not children:
            values["variants"] = read_variants(main, shop)
            values["attributes"] = name_attributes(tables[0])
            offer = read_offer(main, shop)
            return make_product(cells, values | offer)
        own = {id(each): dict(pairs) for each, pairs in zip(cells, tables, strict=True)}
        varying = _varying([own[id(each)] for each in children])
        values["attributes"] = name_attributes(
            (name, value) for name, value in chain.from_iterable(tables) if name not in varying
        )
        values["link"] = read_offer(main, shop)["link"]
        values["variants"] = [
            Variant(
                id=each.name_variant((_id_of(each) or f"variant {number}")[:200]),
                options={name: value[:1_000] for name, value in own[id(each)].items() if name in varying},
                image_url=next((picture.url for picture in read_pictures(each)), None),
                **read_offer(each, shop),
            )
            for number, each in enumerate(children, start=1)
        ]
        values.pop("price", None)
        return make_product(cells, values)

    def _read_core(self, main: PlainCells, shop: Shop, *, is_child: bool) -> dict[str, Any]:
        """Fields without which a row cannot be taken or that are texts, as the mapping reads them."""
        named = main.named()
        row = {field: _first(main.row.values, named[field]) for field in _CORE if field in named}
        if "id" in row and "id" not in main.row.values and fields_are_codes(named):
            row["id"] = to_identifier(str(row["id"]))
        related = main.row.values.get("related")
        roles = {role: _first(main.row.values, named[role]) for role in self.mapping.related if role in named}
        row["related"] = {**(related if isinstance(related, dict) else {}), **roles}
        for field in (*_CORE, "related", *roles):
            for column in named.get(field, ())[:1]:
                main.mark(field, column)
        for field in _CORE:
            filled = next((c for c in named.get(field, ()) if not is_empty(main.row.values.get(c))), None)
            if filled is not None:
                main.mark("price" if field == "currency" else field, filled)
        left_out: list[RowProblem] = []
        if "price" in row and not is_without_currency(main, row["price"], shop):
            # The offer reads it again and notes what cannot be read; the product stays.
            del row["price"]
        values = self.mapping.read_values(row, shop_currency=shop.currency, left_out=left_out)
        main.problems += left_out
        return values


def fields_are_codes(named: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a table names its products by the shop's codes, which ids are made of."""
    return named["id"][:1] == named.get("sku", ())[:1]


def _first(values: Mapping[str, Any], columns: Sequence[str]) -> Any:
    return next((value for column in columns if not is_empty(value := values.get(column))), None)


def _named_values(values: Mapping[str, Any], table: TableColumns) -> dict[str, Any]:
    named = table.by_field(tuple(map(str, values)))
    taken = {column for columns in named.values() for column in columns}
    fields = {field: _first(values, columns) for field, columns in named.items()}
    return {**fields, **{name: value for name, value in values.items() if name not in taken}}


def _text_of(row: RawRow, field: str, table: TableColumns) -> str:
    value = _first(row.values, table.by_field(tuple(row.values)).get(field, ()))
    return "" if value is None else str(value).strip()


def _group_of(row: RawRow, table: TableColumns) -> str:
    group = _text_of(row, GROUP, table)
    return "" if says_nothing(group) else group


def _id_of(cells: PlainCells) -> str:
    return _text_of(cells.row, "id", cells.table)


def _varying(tables: Sequence[Mapping[str, str]]) -> set[str]:
    """Options in which the rows of a group differ; without any, all columns in which they do."""
    differing = {name for table in tables for name in table if len({other.get(name) for other in tables}) > 1}
    return {name for name in differing if is_option(name)} or differing
