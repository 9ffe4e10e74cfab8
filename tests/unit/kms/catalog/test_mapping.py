from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kms.catalog.mapping import Mapping
from kms.catalog.mapping_files import load_mapping, ready_mappings
from kms.catalog.models import Product, Review
from kms.catalog.rows import RowProblem
from kms.currency import Price
from kms.errors import ConfigurationError


def mapping(**parts: Any) -> Mapping:
    return Mapping.model_validate({"kind": "product", "fields": {"id": "id", "title": "title"}, **parts})


def product(row: dict[str, Any], **parts: Any) -> Product:
    model = mapping(**parts).apply({"id": "1", "title": "Lamp", **row})
    assert isinstance(model, Product)
    return model


def test_ready_mappings_can_all_be_read() -> None:
    assert set(ready_mappings()) >= {
        "kms-products",
        "amazon-2018-products",
        "amazon-2018-reviews",
        "icecat-products",
    }
    for name in ready_mappings():
        load_mapping(name)


def test_our_own_fields_come_back() -> None:
    lamp = Product(
        id="L-1",
        title="台灯",
        description="One.\n\nTwo.",
        brand="Halden",
        price=Price(amount=Decimal("39.90"), currency="EUR"),
        language="zh",
        attributes={"Weight": "1.2 kg"},
        related={"complements": ("L-2",)},
    )
    assert load_mapping("kms-products").apply(lamp.model_dump(mode="json")) == lamp


def test_icecat_columns_become_a_table_with_units() -> None:
    row = {
        "id": "7", "title": "Cable", "supplier": "Acme", "price": 4995, "attr_n_cable_length": 1.8,
        "attr_t_printing_colours": "Black", "attr_b_touchscreen": False, "attr_n_weight": 33.0, "name": "X-1",
        "attr_t_empty": "", "attr_n_last_change": 63903513.0,
    }  # fmt: skip
    model = load_mapping("icecat-products").apply(row)
    assert isinstance(model, Product)
    assert model.price == Price(amount=Decimal("49.95"), currency="USD")
    assert model.attributes == {
        "product code": "X-1",
        "cable length": "1.8 m",
        "printing colours": "Black",
        "touchscreen": "no",
        "weight": "33 g",
    }


def test_amazon_products_and_reviews() -> None:
    row = {
        "asin": "B1", "title": "Gift &amp; Card", "category": ["Gifts", "Cards", ""],
        "price": ".a-box{}", "brand": "",
        "description": ["One", "<p>Two</p>"], "feature": ["Three"], "also_buy": ["B2"], "also_view": [],
    }  # fmt: skip
    model = load_mapping("amazon-2018-products").apply(row)
    assert model == Product(
        id="B1",
        title="Gift & Card",
        category="Cards",
        description="One\nTwo\nThree",
        related={"complements": ("B2",)},
    )
    given = {"asin": "B1", "user": "u", "rating": 5.0, "time": 1529193600, "summary": "Good", "text": "Fine."}
    review = load_mapping("amazon-2018-reviews").apply(given)
    assert isinstance(review, Review)
    assert (review.product_id, review.rating, review.title, review.shopper_id) == ("B1", 5.0, "Good", "u")
    assert review.created_at == datetime(2018, 6, 17, tzinfo=UTC)
    assert load_mapping("amazon-2018-reviews").apply(given).id == review.id
    assert load_mapping("amazon-2018-reviews").apply({**given, "text": "Bad."}).id != review.id


def test_sources_of_a_field() -> None:
    row = {"shop": {"brand": "Halden"}, "a": "", "b": "x", "tags": ["", "one", "two", None]}
    fields = {"id": "id", "title": "title", "brand": "shop.brand", "description": {"columns": ["a", "b"]}}
    assert product(row, fields=fields).brand == "Halden"
    assert product(row, fields=fields).description == "x"
    for pick, wanted in (("first", "one"), ("last", "two"), ("all", "one two")):
        parts = {**fields, "category": {"column": "tags", "pick": pick}}
        assert product(row, fields=parts).category == wanted
    assert product(row, fields={**fields, "brand": {"constant": "Own"}}).brand == "Own"


def test_language_is_given_or_detected() -> None:
    fields = {"id": "id", "title": "title", "language": "lang"}
    assert product({"lang": "zh-CN"}, fields=fields).language == "zh"
    assert product({"lang": "EN_us"}, fields=fields).language == "en"
    assert product({"lang": "de", "title": "便携式蓝牙音箱"}, fields=fields).language == "zh"
    assert product({"title": "便携式蓝牙音箱"}).language == "zh"


def test_unreadable_value_is_dropped_where_the_mapping_says_so() -> None:
    fields = {"id": "id", "title": "title", "price": {"column": "price", "on_error": "drop"}}
    assert product({"price": "call us"}, fields=fields).price is None


@pytest.mark.parametrize(
    ("row", "field", "reason", "message"),
    [
        ({"id": None}, "id", "missing", "id is empty"),
        ({"title": " "}, "title", "missing", "title is empty"),
        ({"id": "a b"}, "id", "invalid", "ids cannot have"),
        ({"id": {"x": 1}}, "id", "invalid", "no text"),
        ({"title": "x" * 2_001}, "title", "too_long", "at most 2000"),
        ({"price": "cheap"}, "price", "invalid", "no price"),
        ({"specs": "black"}, "attributes", "invalid", "no table"),
        ({"specs": {"a" * 201: "x"}}, "attributes", "too_long", "too long"),
    ],
)
def test_problems_of_a_row(row: dict[str, Any], field: str, reason: str, message: str) -> None:
    fields = {"id": "id", "title": "title", "price": "price"}
    with pytest.raises(RowProblem, match=message) as caught:
        product(row, fields=fields, attributes={"column": "specs"})
    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_rating_nonsense_is_said_plainly() -> None:
    reviews = load_mapping("kms-reviews")
    for rating in (0, 6, "9"):
        with pytest.raises(RowProblem, match=r"rating .* is not a number from 1 to 5"):
            reviews.apply({"id": "r", "product_id": "p", "rating": rating})
    with pytest.raises(RowProblem, match="'five' is no number"):
        reviews.apply({"id": "r", "product_id": "p", "rating": "five"})


def test_own_mapping_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"kind": "review", "fields": {"id": "no", "product_id": "sku"}}))
    review = load_mapping(path).apply({"no": 17, "sku": "A"})
    assert review == Review(id="17", product_id="A")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: product\nfields: {id: a}", "needs title"),
        ("kind: product\nfields: {id: a, title: b, colour: c}", "no field colour"),
        (
            "kind: review\nfields: {id: a, product_id: b}\nrelated: {complements: c}",
            "neither attributes nor",
        ),
        ("kind: product\nfields: {id: a, title: {column: b, constant: c}}", "exactly one of"),
        ("kind: product\nfields: {id: a, title: {column: b, colum: c}}", "fields.title.colum"),
        ("kind: [", "no YAML"),
        ("just words", "mistakes"),
    ],
)
def test_mistakes_in_a_mapping_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        load_mapping(path)


def test_unknown_mapping_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="amazon-2018-products"):
        load_mapping("amazon")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
COLUMNS = st.sampled_from(
    [
        "id", "asin", "title", "name", "description", "price", "related",
        "attributes", "language", "category", "rating", "overall", "time", "created_at",
        "timestamp", "type", "shopper_id", "product_id", "position", "value", "query",
        "attr_t_x", "attr_n_weight", "attr_b_", "also_buy", "summary", "text", "supplier",
        "img_high",
    ]
)  # fmt: skip


@given(st.dictionaries(COLUMNS, ANYTHING, max_size=12), st.sampled_from(ready_mappings()))
def test_no_row_breaks_a_mapping(row: dict[str, Any], name: str) -> None:
    filled = {"id": "1", "asin": "1", "title": "Lamp", "product_id": "1", **row}
    try:
        model = load_mapping(name).apply(filled)
    except RowProblem as problem:
        problem.message.encode("utf-8")
    else:
        model.model_dump_json()


def test_a_brand_cell_that_says_nothing_is_no_brand() -> None:
    fields = {"id": "id", "title": "title", "brand": "brand"}
    assert [product({"brand": brand}, fields=fields).brand for brand in ("N.A.", "—", "不详", "Veldra™")] == [
        None, None, None, "Veldra",
    ]  # fmt: skip


def test_missing_columns_name_the_nearest() -> None:
    rule = mapping(fields={"id": "id", "title": "title", "brand": {"columns": ["brand", "maker"]}})
    assert rule.missing_columns([{"id": 1, "title": "a", "maker": "b"}]) == []
    (missing,) = rule.missing_columns([{"id": 1, "title": "a", "Brands": "b"}])
    assert (missing.field, missing.columns, missing.nearest, missing.is_required) == (
        "brand", ("brand", "maker"), "Brands", False,
    )  # fmt: skip


def test_a_unit_of_the_mapping_goes_behind_numbers_in_texts_too() -> None:
    attributes = {
        "columns": {"Weight": "weight", "Height": "height"},
        "units": {"weight": "g", "height": "cm"},
    }
    row = {"weight": "1,250.5", "height": "30 cm"}
    assert product(row, attributes=attributes).attributes == {"Weight": "1,250.5 g", "Height": "30 cm"}
    row = {"weight": "heavy", "height": "12 1/2"}
    assert product(row, attributes=attributes).attributes == {"Weight": "heavy", "Height": "12 1/2 cm"}


def test_values_inside_lists_of_tables() -> None:
    row = {
        "variants": [{"price": None}, {"price": "9.00"}, {"price": "12.00"}],
        "images": [{"src": "https://x.example/1"}],
    }
    fields = {
        "id": "id",
        "title": "title",
        "price": {"column": "variants.price", "pick": "first", "currency": "EUR"},
        "image_url": "images.0.src",
        "brand": "variants.7.brand",
    }
    made = product(row, fields=fields)
    assert made.price == Price(amount=Decimal("9.00"), currency="EUR")
    assert made.image_url == "https://x.example/1"
    assert made.brand is None


def test_a_column_says_the_currency_row_by_row() -> None:
    load = load_mapping("kms-products")
    for currency, code in (("gbp", "GBP"), ("人民币", "CNY")):
        made = load.apply({"id": "1", "title": "Lamp", "price": "5", "currency": currency})
        assert isinstance(made, Product)
        assert made.price == Price(amount=Decimal("5.00"), currency=code)
    with pytest.raises(RowProblem, match="the currency 'doubloons' is not known"):
        load.apply({"id": "1", "title": "Lamp", "price": "5", "currency": "doubloons"})


@pytest.mark.parametrize("cell", ["N/A", "-", "—", "暫無", "#N/A", " null "])
def test_a_measure_that_says_nothing_is_none(cell: str) -> None:
    fields = {"id": "id", "title": "title", "price": "price", "image_url": "image"}
    made = product({"price": cell, "image": cell, "title": "N/A"}, fields=fields)
    assert (made.price, made.image_url, made.title) == (None, None, "N/A")


@pytest.mark.parametrize(
    ("written", "rating"),
    [
        ("4,5", 4.5),
        ("4/5", 4.0),
        ("3.5 out of 5", 3.5),
        ("★★★☆☆", 3.0),
        ("5 stars", 5.0),
        ("4星", 4.0),
        ("-", None),
    ],
)
def test_ratings_as_shops_write_them(written: str, rating: float | None) -> None:
    made = load_mapping("kms-reviews").apply({"id": "1", "product_id": "2", "rating": written})
    assert isinstance(made, Review)
    assert made.rating == rating


@pytest.mark.parametrize("written", ["8/10", "80%", "★★★★★★", "six"])
def test_other_scales_are_refused(written: str) -> None:
    with pytest.raises(RowProblem, match="rating"):
        load_mapping("kms-reviews").apply({"id": "1", "product_id": "2", "rating": written})


def test_fields_that_are_read_from_a_column() -> None:
    made = mapping(attributes={"prefixes": ["spec_"], "columns": {"Weight": "w"}, "skip": ["spec_ean"]})
    assert made.fields_of("title") == ["title"]
    assert made.fields_of("spec_size") == made.fields_of("w") == ["attributes"]
    assert made.fields_of("spec_ean") == made.fields_of("note") == []


def test_events_may_have_the_names_that_the_api_knows() -> None:
    row = {"id": "1", "shopper_id": "s", "product_id": "p", "timestamp": 1_770_000_000_000}
    made = load_mapping("kms-events").apply({**row, "type": "Add_To_Cart"})
    assert made.model_dump(include={"type", "timestamp"}) == {
        "type": "cart",
        "timestamp": datetime(2026, 2, 2, 2, 40, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"encoding": "klingon"}, "the encoding 'klingon' is not known"),
        (
            {"fields": {"id": "a", "title": "b", "price": {"column": "p", "currency": "EURO"}}},
            "'EURO' is no currency",
        ),
        ({"encodings": "utf-8"}, "encodings: is not known here"),
        (
            {"fields": {"id": "a", "title": "b", "price": {"column": "p", "divisor": 0}}},
            "greater than or equal to 1, not",
        ),
    ],
)
def test_mistakes_say_what_is_wrong(tmp_path: Path, parts: dict[str, Any], message: str) -> None:
    text = yaml.safe_dump({"kind": "product", "fields": {"id": "id", "title": "title"}, **parts})
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        load_mapping(tmp_path / "m.yaml")


@pytest.mark.parametrize("bad", ["a\u202eb", "a\u2066b", "x\x85y", "\ufeffa"])
def test_ids_have_no_signs_that_are_not_seen(bad: str) -> None:
    with pytest.raises(ValidationError, match="id"):
        Product(id=bad, title="Lamp")


def test_only_cells_are_split_at_commas_and_not_the_items_of_a_list() -> None:
    fields = {
        "id": "id",
        "title": "title",
        "tags": "tags",
        "category_paths": {"columns": ["a", "b"], "join": ","},
    }
    mapping = Mapping.model_validate({"kind": "product", "fields": fields})
    row = {"id": "T", "title": "Tea", "tags": ["black, strong"], "a": "Tea > Black, Gifts", "b": "Sale"}
    product = mapping.apply(row)
    assert isinstance(product, Product)
    assert (product.tags, product.category_paths) == (
        ("black, strong",),
        (("Tea", "Black"), ("Gifts",), ("Sale",)),
    )
    other = mapping.apply({**row, "tags": "black, strong"})
    assert isinstance(other, Product) and other.tags == ("black", "strong")
