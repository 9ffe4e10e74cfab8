"""Plain tables: every field of a product has a column, in both languages, and no other column is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.explain import write_as_mapping
from kms.catalog.layouts.plain import PlainProducts
from kms.catalog.layouts.plain_columns import (
    currency_beside,
    field_named,
    has_plain_marks,
    is_option,
    translated,
)
from kms.catalog.layouts.recognise import recognise
from kms.catalog.mapping_files import load_mapping
from kms.catalog.models import Product
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from kms.currency import Price

SOAP = (
    "ID,Title,Description,Brand,Categories,Price,Sale Price,Sale End,SKU,EAN,MPN,Stock,Availability,Condition,Tags,Colour,"
    "Image URL,Pictures,Link,Seller,Shipping Cost,Weight (g),Margin,Delivery Days,Title_DE,Status,Created At\n"
    "s1,Rose soap,A bar.,Halden,Bath > Soap,14.90,11.90,2030-01-01,R/1,4006381333931,M-1,12,in stock,new,"
    '"gift, vegan",pink,https://p.example/a.jpg,"https://p.example/b.jpg,https://p.example/c.jpg",https://shop.example/s1,'
    "Soap Bros,4.90,120,35%,2,Rosenseife,draft,2024-01-01\n"
)


def read(path: Path, currency: str | None = "EUR") -> list[Reading]:
    found = recognise(path)
    assert found is not None and found.layout.name == "kms-products"
    readings = list(found.layout.read(lambda: read_rows(path), Shop(currency)))
    assert not any(isinstance(each, BadRow) for each in readings), readings
    return [each for each in readings if isinstance(each, Reading)]


def products(path: Path, currency: str | None = "EUR") -> list[Product]:
    return [each.model for each in read(path, currency) if isinstance(each.model, Product)]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def euros(amount: str) -> Price:
    return Price(amount=Decimal(amount), currency="EUR")


def test_every_field_has_a_column(tmp_path: Path) -> None:
    (reading,) = read(write(tmp_path / "soap.csv", SOAP))
    soap = reading.model
    assert isinstance(soap, Product)
    assert (soap.sku, soap.gtin, soap.mpn, soap.stock) == ("R/1", "4006381333931", "M-1", 12)
    assert (soap.availability, soap.condition, soap.publication) == ("in_stock", "new", "draft")
    assert soap.price == euros("14.90") and soap.sale is not None and soap.sale.price == euros("11.90")
    assert soap.sale.ends_at is not None and soap.sale.ends_at > datetime(2030, 1, 1, tzinfo=UTC)
    assert (soap.category_paths, soap.tags, soap.seller) == (
        (("Bath", "Soap"),),
        ("gift", "vegan"),
        "Soap Bros",
    )
    assert [each.url[-5:] for each in soap.pictures] == ["a.jpg", "b.jpg", "c.jpg"]
    assert soap.link == "https://shop.example/s1"
    assert soap.shipping[0].price == euros("4.90")
    assert soap.numbers == {"margin": 35.0, "delivery days": 2.0}
    assert soap.translations["de"].title == "Rosenseife"
    assert soap.attributes == {"Colour": "pink", "Weight (g)": "120"}
    assert reading.unused == ("Created At",)


def test_chinese_columns_mean_the_same_fields(tmp_path: Path) -> None:
    path = write(
        tmp_path / "tea.csv",
        "商品编号,商品名称,描述,品牌,分类,原价,售价,库存,标签,颜色,图片,条码,进价\n"
        "t1,茉莉绿茶,清香。,四泉,茶叶 > 绿茶,58,49,20,新品，送礼,绿色,https://p.example/t.jpg,4006381333931,20\n",
    )
    (tea,) = products(path, "CNY")
    assert (tea.id, tea.title, tea.brand, tea.language, tea.stock) == ("t1", "茉莉绿茶", "四泉", "zh", 20)
    assert tea.price is not None and tea.price == Price(amount=Decimal("58.00"), currency="CNY")
    assert tea.sale is not None and tea.sale.price.amount == 49
    assert (tea.tags, tea.category_path()) == (("新品", "送礼"), "茶叶 > 绿茶")
    assert (tea.attributes, tea.numbers, tea.gtin) == ({"颜色": "绿色"}, {"进价": 20.0}, "4006381333931")


def test_rows_of_a_parent_are_its_variants(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mugs.csv",
        "id,parent_id,name,price,colour,size,stock,sku,glaze\n"
        "m1,,Stone mug,,,,,,matt\nm2,,Tray,19,,,3,T,oiled\n"
        "m1-s,m1,Mug S,9.50,red,S,4,MR-S,matt\nm1-l,m1,Mug L,11.50,blue,L,0,MR-L,matt\n",
    )
    tray, mug = sorted(products(path), key=lambda each: each.title, reverse=True)
    assert (mug.id, mug.title, mug.price, mug.attributes) == (
        "m1",
        "Stone mug",
        euros("9.50"),
        {"glaze": "matt"},
    )
    assert [(v.sku, v.stock, v.options) for v in mug.variants] == [
        ("MR-S", 4, {"colour": "red", "size": "S"}),
        ("MR-L", 0, {"colour": "blue", "size": "L"}),
    ]
    assert (tray.id, tray.sku, tray.stock, tray.variants) == ("m2", "T", 3, ())


def test_json_gives_lists_and_tables_as_the_model_has_them(tmp_path: Path) -> None:
    row = {
        "id": "l1", "title": "Desk lamp", "price": 59, "tags": ["desk", "led"], "category_paths": [["Home", "Lamps"]],
        "variants": [
            {"sku": "L-B", "options": {"colour": "black"}, "price": 59, "stock": 2},
            {"sku": "L-W", "colour": "white", "price": 65, "sale_price": 55},
        ],
        "sale": None, "texts": {"care": "Wipe."}, "translations": {"de": {"title": "Lampe"}}, "ports": ["USB-C", "USB-A"],
    }  # fmt: skip
    (lamp,) = products(write(tmp_path / "lamps.jsonl", json.dumps(row)))
    assert [v.options for v in lamp.variants] == [{"colour": "black"}, {"colour": "white"}]
    assert lamp.sale is not None and (lamp.price, lamp.sale.price) == (euros("65.00"), euros("55.00"))
    assert (lamp.tags, lamp.category_paths) == (("desk", "led"), (("Home", "Lamps"),))
    assert (lamp.attributes, lamp.texts) == ({"ports": "USB-C, USB-A"}, {"care": "Wipe."})
    assert lamp.translations["de"].title == "Lampe"


def test_a_whole_product_comes_back(tmp_path: Path) -> None:
    (soap,) = products(write(tmp_path / "soap.csv", SOAP))
    (again,) = products(write(tmp_path / "soap.jsonl", soap.model_dump_json()), None)
    assert again == soap


def test_cells_that_say_nothing_are_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", "id,title,price,sale price,stock,gtin,tags\na,Lamp,9,N/A,-,n/a,N/A\n")
    (reading,) = read(path)
    assert isinstance(reading.model, Product)
    assert (reading.problems, reading.model.sale, reading.model.stock, reading.model.gtin) == (
        (),
        None,
        None,
        None,
    )


def test_a_price_without_a_currency_is_in_the_shops_own(tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", "id,title,price\na,Lamp,14.90\n")
    (lamp,) = products(path)
    assert lamp.price == euros("14.90")
    found = recognise(path)
    assert found is not None
    (refused,) = found.layout.read(lambda: read_rows(path), Shop())
    assert isinstance(refused, BadRow) and "set KMS_CURRENCY" in refused.problem.message


@pytest.mark.parametrize(
    ("column", "field"),
    [("Sale_Price", "sale"), ("sale-price", "sale"), ("库存", "stock"), ("EAN", "gtin"), ("shelf", None),
     ("title_de", "translations")],
)  # fmt: skip
def test_names_mean_fields(column: str, field: str | None) -> None:
    assert field_named(column) == field


def test_marks_options_and_languages() -> None:
    assert has_plain_marks(["id", "Tags"]) and not has_plain_marks(["id", "gtin", "link"])
    assert is_option("Colour") and is_option("选项1") and not is_option("glaze")
    assert (translated("description-zh-Hant"), translated("title")) == (("description", "zh-Hant"), None)


def test_an_unreadable_price_leaves_its_product_and_names_its_column(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("编号,名称,售价,库存\nA1,木碗,十二元左右,3\nA2,竹盘,15.00,4\n", encoding="utf-8")
    first, second = read(path)
    assert isinstance(first.model, Product) and isinstance(second.model, Product)
    assert (first.model.price, first.model.stock) == (None, 3)
    assert second.model.price == euros("15.00")
    ((line, problem),) = first.problems
    assert line == 2 and problem.message.startswith("column '售价': price '十二元左右' is no price")
    assert first.unread == {("", "price")} and not second.problems


def test_an_unreadable_price_of_a_variant_is_that_variants(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(
        "id,parent_id,title,price,colour,stock\nB1,B,Bowl,cheap,red,1\nB2,B,Bowl,9.00,blue,2\n",
        encoding="utf-8",
    )
    (only,) = read(path)
    assert isinstance(only.model, Product)
    assert [variant.price for variant in only.model.variants] == [None, euros("9.00")]
    assert only.unread == {("B1", "price")}


def test_prices_without_any_currency_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("id,title,price\nC1,Cup,4.00\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        read(path, None)


def test_names_that_people_give_and_columns_of_dates(tmp_path: Path) -> None:
    path = write(
        tmp_path / "pens.csv",
        "Item No.,Name,Group,Maker,Price,In stock,Added on,Tasted on,Nib\n"
        "FP/1,Harrow fountain pen,Pens > Fountain pens,Harrow,49.00,12,14 March 2026,2026-09-01,F\n"
        "FP/2,Quill school pen,Pens > Fountain pens,Quill,19.00,0,2026-03-15,2026-09-02,M\n",
    )
    first, second = read(path)
    harrow, quill = first.model, second.model
    assert isinstance(harrow, Product) and isinstance(quill, Product)
    assert (harrow.sku, harrow.stock, quill.stock, harrow.brand) == ("FP/1", 12, 0, "Harrow")
    assert harrow.category_path() == quill.category_path() == "Pens > Fountain pens"
    assert harrow.published_at == datetime(2026, 3, 14, tzinfo=UTC)
    assert (harrow.attributes, harrow.texts) == ({"Nib": "F"}, {"tasted on": "2026-09-01"})
    assert "read as the category" in first.remarks[0] and first.remarks == second.remarks
    assert first.unused == second.unused == ()


def test_rows_of_a_style_are_joined_by_its_column(tmp_path: Path) -> None:
    path = write(
        tmp_path / "wear.csv",
        "Art.-Nr,Style no,Title,Price,Size,Available\n"
        "J-S,J,Rain jacket,89,S,4\nB,B,Cord belt,19,,7\nJ-M,J,Rain jacket,95,M,0\n",
    )
    belt, jacket = read(path)
    assert (belt.joined_by, jacket.joined_by, jacket.rows) == ("", "Style no", 2)
    assert isinstance(jacket.model, Product)
    assert [(each.sku, each.stock) for each in jacket.model.variants] == [("J-S", 4), ("J-M", 0)]


def test_a_group_of_different_products_is_kept_apart(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mixed.csv",
        "sku,item_group_id,title,brand,colour\n"
        "S1,S,Oak stool,Fell,red\nS2,S,Oak stool,Fell,blue\nT1,T,Tee,Dale,red\nT2,T,Tee,Dale,blue\n"
        "X1,0,Tin lantern,Moor,red\nX2,0,Wool rug,Dale,blue\nN1,N/A,Cup,Fell,red\nN2,N/A,Cup,Fell,blue\n",
    )
    readings = read(path)
    assert sorted(each.model.id for each in readings) == ["N1", "N2", "S", "T", "X1", "X2"]
    apart = {each.model.id: each.kept_apart for each in readings if each.kept_apart}
    assert apart == {"X1": ("item_group_id", "0"), "X2": ("item_group_id", "0")}


@pytest.mark.parametrize(
    ("column", "field", "currency"),
    [
        ("Price (EUR)", "price", "eur"), ("Price EUR", "price", "eur"), ("Price in £", "price", "£"),
        ("Price €", "price", "€"), ("Price$", "price", "$"),
        ("List price [USD]", "usual", "usd"), ("Sale Price ($)", "sale", "$"), ("单价（元）", "price", "元"),
        ("Price (each)", None, ""), ("Price group", None, ""), ("Price", "price", ""), ("Weight (g)", None, ""),
    ],
)  # fmt: skip
def test_a_price_column_may_name_its_currency(column: str, field: str | None, currency: str) -> None:
    assert (field_named(column), currency_beside(column)) == (field, currency)


def test_a_price_is_in_the_currency_that_its_column_names(tmp_path: Path) -> None:
    path = write(tmp_path / "bowls.csv", "SKU,Name,List price (GBP),Price in £\nB-1,Bowl,12.00,9.50\n")
    for shop in ("EUR", None):
        (bowl,) = products(path, shop)
        assert bowl.price == Price(amount=Decimal("12.00"), currency="GBP")
        assert bowl.sale is not None and bowl.sale.price == Price(amount=Decimal("9.50"), currency="GBP")
        assert not bowl.attributes


def test_the_mapping_of_a_table_names_its_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path / "bowls.csv",
        "Ref,Name,Group,Price in £,Wood\nB/1,Bowl,Bowls,9.50,elm\nC/1,Cup,Cups,5.00,oak\n",
    )
    written = write(
        tmp_path / "m.yaml", write_as_mapping(PlainProducts(), lambda: read_rows(path), Shop("EUR"))
    )
    mapping = load_mapping(written)
    by_mapping = [mapping.apply(row.values) for row in read_rows(path) if not isinstance(row, BadRow)]
    assert by_mapping == products(path)
