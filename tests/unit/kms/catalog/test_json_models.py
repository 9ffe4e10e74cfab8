"""Products, changes of them, and reviews as JSON objects: read as files are read, and refused in the same words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from kms.catalog.json_models import patch_offer, patch_product, read_product, read_review
from kms.catalog.mapping_files import load_mapping
from kms.catalog.models import Product
from kms.catalog.rows import RowProblem
from kms.currency import Price

LAMP = read_product(
    {"title": "Desk lamp", "price": "39.90 EUR", "attributes": {"Weight": "1.2 kg", "Colour": "red"}},
    product_id="L-1",
).product
SHIRT = read_product(
    {
        "title": "Shirt",
        "variants": [
            {"id": "S-M", "price": "20 EUR", "gtin": "4006381333931", "options": {"Size": "M"}},
            {"id": "S-L", "price": "25 EUR", "stock": 2, "options": {"Size": "L"}},
        ],
    },
    product_id="SHIRT",
).product


def euros(amount: str) -> Price:
    return Price(amount=Decimal(amount), currency="EUR")


def test_values_are_read_as_in_files() -> None:
    product, left_out = read_product(
        {
            "id": "L-1",
            "title": "Desk lamp <b>bright</b>",
            "price": 39.9,
            "currency": "EUR",
            "availability": "In Stock",
            "stock": "5",
            "gtin": "123",
            "category_paths": [["Lamps", "Desk lamps"]],
            "tags": ["new", "led"],
            "pictures": [{"url": "https://shop.example/l.jpg", "alt": "Lamp"}],
            "sale": {"price": "29.90", "ends_at": "2026-12-24"},
        }
    )
    assert (product.title, product.price, product.stock) == ("Desk lamp bright", euros("39.90"), 5)
    assert (product.availability, product.tags, product.category) == (
        "in_stock",
        ("new", "led"),
        "Desk lamps",
    )
    assert product.image_url == "https://shop.example/l.jpg"
    assert product.sale is not None
    assert product.sale.price == euros("29.90")
    assert [problem.field for problem in left_out] == ["gtin"]


def test_the_items_of_a_list_may_have_commas() -> None:
    body = {
        "id": "T-1",
        "title": "Tea",
        "category_paths": ["Food, Beverages & Tobacco > Beverages > Tea & Infusions", "Gifts » For her, him"],
        "tags": ["black, strong", "organic"],
        "pictures": ["https://shop.example/w_80,h_80/tea.jpg"],
    }
    read = read_product(body).product
    assert read.category_paths == (
        ("Food, Beverages & Tobacco", "Beverages", "Tea & Infusions"),
        ("Gifts", "For her, him"),
    )
    assert (
        patch_product(LAMP, {"category_paths": body["category_paths"]}).product.category == "Tea & Infusions"
    )
    assert (read.category, read.tags) == ("Tea & Infusions", ("black, strong", "organic"))
    assert [picture.url for picture in read.pictures] == ["https://shop.example/w_80,h_80/tea.jpg"]


def test_a_product_with_variants_has_the_price_of_the_cheapest() -> None:
    assert SHIRT.price == euros("20.00")
    assert SHIRT.all_codes() == ("S-M", "4006381333931", "S-L")


@pytest.mark.parametrize(
    "row",
    [
        {"id": "L-1", "title": ""},
        {"id": "L-1", "title": "Lamp", "price": "cheap"},
        {"id": "L-1", "title": "Lamp", "price": "5 XXQ"},
        {"id": "L 1", "title": "Lamp"},
        {"id": "L-1", "title": "x" * 3_000},
        {"id": "L-1", "title": "Lamp", "attributes": "none"},
    ],
)
def test_what_files_refuse_is_refused_in_the_same_words(row: dict[str, Any]) -> None:
    with pytest.raises(RowProblem) as of_file:
        load_mapping("kms-products").apply(row)
    with pytest.raises(RowProblem) as of_json:
        read_product(row)
    assert of_json.value.message == of_file.value.message
    assert (of_json.value.field, of_json.value.reason) == (of_file.value.field, of_file.value.reason)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "expected a product as a JSON object"),
        ({"titel": "x"}, "did you mean title"),
        ({"id": "L-2", "title": "x"}, "not that of the address"),
        ({"title": "x", "variants": [{"id": "V", "colour": "red"}]}, "no field of a variant"),
        ({"title": "x", "variants": [{"sku": "V"}]}, "variants: id is empty"),
        ({"title": "x", "variants": [{"id": "V"}, {"id": "V"}]}, "same id"),
        ({"title": "x", "price": "5 EUR", "sale": "6 EUR"}, "not below the price"),
        ({"title": "x", "sale": {"price": "6 EUR", "starts_at": "2026-02-01", "ends_at": "2026-01-01"}}, "ends before"),
        ({"title": "x", "publication": "gone"}, "publication"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(body: Any, words: str) -> None:
    with pytest.raises(RowProblem, match=words):
        read_product(body, product_id="L-1")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"price": "sold out"}, 'price .* send an amount with its currency, such as "129.00 EUR", or null'),
        ({"price": "-3 EUR"}, "price '-3 EUR' is negative; send an amount"),
        ({"price": ["5 EUR", "6 EUR"]}, "is a list; send an amount"),
        ({"price": 5}, "names no currency; name it with the amount"),
        ({"price": "5 kr"}, "kr may be .*; name it with the amount"),
        ({"sale": "cheap", "price": "5 EUR"}, "sale 'cheap' is no price"),
        ({"published_at": "03/04/2026"}, "may be of two months; send it such as"),
        ({"id": "A B"}, "blanks.*; send one without them"),
    ],
)
def test_who_sends_json_reads_nothing_of_cells_and_mappings(body: dict[str, Any], words: str) -> None:
    with pytest.raises(RowProblem) as refused:
        read_product({"id": "L-1", "title": "x", **body})
    assert re.search(words, refused.value.json_message)
    assert not re.search(r"\b(cell|mapping|column|on_error)\b", refused.value.json_message)


def test_a_change_keeps_what_it_does_not_name() -> None:
    changed = patch_product(
        LAMP, {"brand": "Halden", "price": 35, "attributes": {"Colour": None, "Size": "L"}}
    ).product
    assert changed.attributes == {"Weight": "1.2 kg", "Size": "L"}
    assert (changed.brand, changed.price, changed.title) == ("Halden", euros("35.00"), "Desk lamp")
    assert patch_product(changed, {"brand": None}).product.brand is None
    assert patch_product(LAMP, {}).product == LAMP


@pytest.mark.parametrize("body", [{"title": None}, {"id": "L-9"}, {"price": "much"}, {"colour": "red"}])
def test_a_change_that_is_wrong_is_refused(body: Any) -> None:
    with pytest.raises(RowProblem):
        patch_product(LAMP, body)


def test_an_offer_changes_the_product_or_a_variant() -> None:
    changed = patch_offer(LAMP, None, {"price": "30", "sale": "20 EUR", "stock": 0, "publication": "hidden"})
    assert (changed.price, changed.stock, changed.publication) == (euros("30.00"), 0, "hidden")
    assert patch_offer(changed, None, {"sale": None, "stock": None}).stock is None
    shirt = patch_offer(SHIRT, "S-L", {"price": "15 EUR", "availability": "sold out"})
    assert shirt.price == euros("15.00")
    assert (shirt.variants[1].availability, shirt.variants[0]) == ("out_of_stock", SHIRT.variants[0])


@pytest.mark.parametrize(
    ("product", "variant", "body"),
    [
        (LAMP, None, {}),
        (LAMP, None, {"title": "x"}),
        (LAMP, None, {"stock": "many"}),
        (SHIRT, None, {"price": "5 EUR"}),
        (SHIRT, "S-M", {"publication": "hidden"}),
        (SHIRT, "S-M", {"stock": "many"}),
    ],
)
def test_an_offer_that_is_wrong_is_refused(product: Product, variant: str | None, body: Any) -> None:
    with pytest.raises(RowProblem):
        patch_offer(product, variant, body)


@pytest.mark.parametrize("body", [{"price": "5 EUR"}, {"sale": "5 EUR"}, {"stock": 0}])
def test_what_variants_have_is_changed_by_their_code_through_both_doors(body: dict[str, Any]) -> None:
    with pytest.raises(RowProblem, match="name a variant by its code") as of_offer:
        patch_offer(SHIRT, None, body)
    with pytest.raises(RowProblem) as of_product:
        patch_product(SHIRT, body)
    assert of_product.value.message == of_offer.value.message
    assert "'S-M', 'S-L'" in of_product.value.message
    other = patch_product(SHIRT, {"variants": [{"id": "S-M", "price": "9 EUR"}]}).product
    assert other.price == euros("9.00")


def test_a_price_that_conflicts_with_a_sale_names_it_and_what_to_send() -> None:
    on_sale = patch_offer(LAMP, None, {"sale": {"price": "29.90 EUR", "ends_at": "2030-12-24"}})
    with pytest.raises(
        RowProblem, match=r"sale, 29.90 EUR until 2030-12-24 23:59 UTC, .* 20.00 EUR; send"
    ) as refused:
        patch_product(on_sale, {"price": "20 EUR"})
    assert refused.value.field == "sale"
    assert patch_product(on_sale, {"price": "20 EUR", "sale": "15 EUR"}).product.sale is not None
    assert patch_offer(on_sale, None, {"price": "20 EUR", "sale": None}).price == euros("20.00")
    variant = patch_offer(SHIRT, "S-L", {"sale": "22 EUR"})
    with pytest.raises(RowProblem, match=r"sale of variant 'S-L', 22\.00 EUR"):
        patch_offer(variant, "S-L", {"price": "21 EUR"})


@pytest.mark.parametrize(
    ("stated", "stock", "state"),
    [
        (None, None, None),
        (None, 2, "in_stock"),
        (None, 0, "out_of_stock"),
        (None, -1, "out_of_stock"),
        ("in_stock", 0, "in_stock"),
        ("out_of_stock", 5, "out_of_stock"),
        ("backorder", 0, "backorder"),
        ("backorder", 5, "in_stock"),
        ("preorder", 5, "preorder"),
    ],
)
def test_availability_follows_the_stock_unless_it_is_stated(
    stated: Any, stock: int | None, state: str | None
) -> None:
    lamp = LAMP.model_copy(update={"availability": stated})
    assert patch_offer(lamp, None, {"stock": stock}).current_availability() == state


def test_a_product_is_out_of_stock_when_all_its_variants_are() -> None:
    shirt = patch_offer(SHIRT, "S-M", {"stock": 1})
    assert (shirt.is_in_stock(), shirt.current_availability()) == (True, "in_stock")
    left = patch_offer(shirt, "S-L", {"stock": 0})
    assert (left.is_in_stock(), left.current_availability()) == (True, "in_stock")
    gone = patch_offer(left, "S-M", {"stock": 0})
    assert (gone.is_in_stock(), gone.current_availability()) == (False, "out_of_stock")
    assert patch_offer(gone, "S-M", {"stock": 4}).is_in_stock() is True


def test_reviews_are_read_as_in_files() -> None:
    review = read_review({"product_id": "L-1", "rating": "4 of 5", "text": "good"}, review_id="R-1")
    assert (review.id, review.rating, review.text) == ("R-1", 4.0, "good")
    with pytest.raises(RowProblem, match="1 to 5"):
        read_review({"product_id": "L-1", "rating": 9}, review_id="R-1")


@pytest.mark.parametrize(
    ("own", "variants", "is_in_stock"),
    [
        ({}, [], None),
        ({"stock": 2}, [], True),
        ({"stock": 0}, [], False),
        ({"stock": 0, "availability": "backorder"}, [], True),
        ({"stock": 5}, [{"id": "V", "stock": 0}], False),
        ({}, [{"id": "V", "stock": 0}, {"id": "W", "stock": 1}], True),
        ({"availability": "discontinued"}, [{"id": "V", "stock": 1}], False),
    ],
)
def test_stock_is_that_of_the_product_or_of_any_variant(
    own: dict[str, Any], variants: list[dict[str, Any]], is_in_stock: bool | None
) -> None:
    body = {"title": "x", **own, "variants": variants}
    assert read_product(body, product_id="X").product.is_in_stock() is is_in_stock
