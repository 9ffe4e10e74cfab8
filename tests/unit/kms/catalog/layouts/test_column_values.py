"""Columns whose values tell what they are: groups, stock, dates, and codes that rows share."""

from __future__ import annotations

from datetime import date

import pytest

from kms.catalog.layouts.column_values import GROUP, TableColumns, columns_of, is_date
from kms.catalog.rows import RawRow


def table(header: str, *lines: str) -> TableColumns:
    columns = header.split(",")
    return columns_of(
        [RawRow(n, dict(zip(columns, line.split(","), strict=True))) for n, line in enumerate(lines, 2)]
    )


@pytest.mark.parametrize(
    ("column", "values", "field"),
    [
        ("In stock", ("12", "0", "3"), "stock"), ("In stock", ("yes", "no", "yes"), "availability"),
        ("In stock", ("1", "0", "1"), "availability"), ("有货", ("是", "否", "有货"), "availability"),
        ("Available", ("4", "", "N/A"), "stock"), ("In stock", ("shelf 3", "cellar", "shelf 1"), None),
        ("Stock", ("in stock", "sold out", "in stock"), "availability"), ("Stock", ("1", "0", "1"), "stock"),
        ("Availability", ("14", "2", "0"), "stock"), ("Availability", ("1", "0", "1"), "availability"),
        ("Stock", ("many", "few", "12"), "stock"),
    ],
)  # fmt: skip
def test_pieces_or_yes_and_no(column: str, values: tuple[str, ...], field: str | None) -> None:
    assert (
        table(f"sku,{column}", *(f"A{n},{value}" for n, value in enumerate(values))).field_of(column) == field
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("2026-03-14", True), ("14.03.2026", True), ("14/03/2026", True), ("03/04/2026", True), ("2026年3月2日", True),
        ("14 March 2026", True), ("2026-03-14T10:00:00Z", True), ("03/2026", True), ("20260314", True),
        (date(2026, 3, 14), True), ("2026", False), (2026, False), ("1.10.2", False), ("12/14", False), ("5 kg", False),
        ("Spring 2026", False), ("0404050", False), ("Mk 2 (2026)", False), ("", False),
    ],
)  # fmt: skip
def test_dates(value: object, says: bool) -> None:
    assert is_date(value) == says


def test_a_column_of_dates_is_no_row_of_the_shops_table() -> None:
    named = table(
        "sku,Added on,Tasted on,Roasted,Created at", "A,2026-01-02,2026-02-03,2026-03-04,2026-01-01"
    )
    assert named.field_of("Added on") == "published_at"
    assert (named.field_of("Tasted on"), named.field_of("Roasted")) == ("texts", "texts")
    assert named.field_of("Created at") is None, "the table's books"
    assert table("sku,New since", "A,spring").field_of("New since") is None


def test_of_several_codes_those_that_rows_share_name_no_product() -> None:
    named = table("Code,Item no,Title", "K,A-1,Cup", "K,A-2,Bowl")
    assert named.by_field(("Code", "Item no", "Title"))["id"] == ("Item no",)


PENS = (
    "A1,Harrow fountain pen,Harrow,{},F",
    "A2,Quill school pen,Quill,{},M",
    "A3,Ostler desk pen,Ostler,{},B",
)


@pytest.mark.parametrize("column", ["Group", "Product group", "Parent", "商品组"])
@pytest.mark.parametrize("key", ["Pens > Fountain pens", "Pens", "钢笔"])
def test_a_group_of_different_products_is_their_category(column: str, key: str) -> None:
    named = table(f"sku,title,brand,{column},size", *(line.format(key) for line in PENS))
    assert named.field_of(column) == "category"
    assert named.remarks == (
        f"column '{column}' looks like a group id but its rows are different products; read as the category",
    )


def test_beside_a_category_a_group_is_a_row_of_the_shops_table() -> None:
    named = table("sku,title,category,Group", "A1,Ink,Inks,Desk", "A2,Lamp,Lamps,Desk")
    assert named.field_of("Group") is None and "read as a row of the shop's table" in named.remarks[0]


def test_a_group_whose_rows_differ_in_options_alone_groups() -> None:
    named = table(
        "sku,title,Group,colour", "A1,Harrow pen red,P1,red", "A2,Harrow pen blue,P1,blue", "A3,Ink,I1,"
    )
    assert (named.field_of("Group"), named.remarks) == (GROUP, ())


@pytest.mark.parametrize("column", ["item_group_id", "Parent SKU", "款号"])
def test_a_right_name_does_not_make_different_products_one(column: str) -> None:
    rows = ("A1,Oak stool,Fell,{},S", "A2,Tin lantern,Moor,{},M", "A3,Wool rug,Dale,{},L")
    named = table(f"sku,title,brand,{column},size", *(line.format("7") for line in rows))
    assert named.field_of(column) is None and named.remarks
    alike = ("A1,Oak stool,Fell,{},S", "A2,Oak stool tall,Fell,{},L")
    assert table(f"sku,title,brand,{column},size", *(x.format("7") for x in alike)).field_of(column) == GROUP


def test_a_style_number_of_each_row_names_the_product() -> None:
    for column in ("款号", "Style no"):
        assert table(f"{column},title", "K-1,Cup", "K-2,Bowl").by_field((column, "title"))["id"] == (column,)
