"""Names of columns: all writings of a name are one, and names composed of usual words are known without a list."""

from __future__ import annotations

import pytest

from kms.catalog.layouts.column_names import bare_of_people, code_named, fold_name, says_when_it_came


@pytest.mark.parametrize(
    "written", ["Item No", "item no.", "ITEM_NO", "Item-Nr.", "ItemNo", "Item #", "Item#", "Item Number", "item  Num"]
)  # fmt: skip
def test_all_writings_of_a_name_are_one(written: str) -> None:
    assert fold_name(written) == "item number"


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Article no", "sku"), ("Code", "sku"), ("Product code", "sku"), ("Art.-Nr", "sku"), ("Art.-Nr.", "sku"),
        ("Ref", "sku"), ("Reference", "sku"), ("productCode", "sku"), ("Catalogue ref.", "sku"), ("Our code", "sku"),
        ("Artikelnummer", "sku"), ("SKU code", "sku"), ("Product ID", "id"), ("编号", "id"), ("商品ID", "id"),
        ("商品编码", "sku"), ("货号", "sku"), ("产品代码", "sku"), ("Manufacturer part number", "mpn"), ("Model no.", "mpn"),
        ("Colour code", None), ("Currency code", None), ("Postcode", None), ("Number", None), ("Order no", None),
        ("Product", None), ("Item", None), ("Article", None), ("型号", None), ("邮政编码", None), ("Supplier code", None),
        ("No", None), ("No sugar", None),
    ],
)  # fmt: skip
def test_codes_are_known_by_their_words(column: str, field: str | None) -> None:
    assert code_named(fold_name(column)) == field


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("Added on", True), ("Date added", True), ("New since", True), ("In the shop since", True), ("Online since", True),
        ("Available from", True), ("上新日期", True), ("上架时间", True), ("Added sugar", False), ("New", False),
        ("Release date", False), ("Best before date", False), ("保质期", False), ("On sale", False),
    ],
)  # fmt: skip
def test_the_day_on_which_a_product_came(column: str, says: bool) -> None:
    assert says_when_it_came(fold_name(column)) == says


@pytest.mark.parametrize(
    ("column", "bare"),
    [
        ("Customer comment", "comment"), ("Customer's comments", "comments"), ("What they wrote", "text"),
        ("What our customers say", "text"), ("Stars (1-5)", "stars"), ("Rating out of 5", "rating"), ("买家评论", "评论"),
        ("Posted on", "date"), ("Buyer rating", "rating"), ("Comment", "comment"), ("Customer", ""),
    ],
)  # fmt: skip
def test_what_people_wrote(column: str, bare: str) -> None:
    assert bare_of_people(fold_name(column)) == bare
