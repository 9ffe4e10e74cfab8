"""Plain tables of reviews: recognised by the names people give to columns, in both languages, and read whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.layouts.base import Reading, Sample, Shop
from kms.catalog.layouts.explain import write_as_mapping
from kms.catalog.layouts.plain_reviews import PlainReviews, columns_of_reviews, mapping_of
from kms.catalog.layouts.recognise import recognise
from kms.catalog.mapping_files import load_mapping
from kms.catalog.models import Review
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow


def read(path: Path, text: str) -> list[Reading]:
    path.write_text(text, encoding="utf-8")
    found = recognise(path)
    assert found is not None and found.layout.name == "kms-reviews"
    readings = list(found.layout.read(lambda: read_rows(path), Shop()))
    assert not any(isinstance(each, BadRow) for each in readings), readings
    return [each for each in readings if isinstance(each, Reading)]


def reviews(path: Path, text: str) -> list[Review]:
    return [each.model for each in read(path, text) if isinstance(each.model, Review)]


def test_a_table_by_sku_without_ids(tmp_path: Path) -> None:
    first, second = reviews(
        tmp_path / "reviews.csv",
        "product_sku,rating,title,text,date,author\n"
        "T/12,5,Sharp,Cuts well.,2026-03-14,Nora\n"
        "T/12,2,Blunt,Dull after a week.,2026-04-01,Sam\n",
    )
    assert first.product_id == second.product_id != "T/12"
    assert first.id != second.id
    assert (first.rating, first.title, first.text) == (5, "Sharp", "Cuts well.")
    assert first.created_at == datetime(2026, 3, 14, tzinfo=UTC)
    assert first.shopper_id is None, "who wrote is not kept"


def test_a_chinese_table(tmp_path: Path) -> None:
    (review,) = reviews(
        tmp_path / "reviews.csv", "评价编号,商品编号,评分,评价内容,评价时间\nP9,M-7,4,很好用。,2026-05-02\n"
    )
    assert (review.id, review.product_id, review.rating) == ("P9", "M-7", 4)
    assert (review.text, review.language) == ("很好用。", "zh")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("SKU,Stars,Title,Comment", "A-1,4,Dry,Kept me dry."),
        ("Item #,Stars (1-5),Headline,What they wrote,Written on", "A-1,4,Dry,Kept me dry.,2026-03-14"),
        ("Art.-Nr,Customer rating,Customer comment", "A-1,4,Kept me dry."),
        ("商品编码,买家评分,买家评论", "A-1,4,没有淋湿。"),
    ],
)
def test_names_composed_of_usual_words(tmp_path: Path, header: str, row: str) -> None:
    (review,) = reviews(tmp_path / "feedback.csv", f"{header}\n{row}\n")
    assert (review.product_id, review.rating) == ("A-1", 4)
    assert review.text in ("Kept me dry.", "没有淋湿。")
    assert (review.created_at is not None) == ("Written on" in header)


def test_json_lines(tmp_path: Path) -> None:
    (review,) = reviews(
        tmp_path / "reviews.jsonl", '{"handle": "mug", "stars": 3, "comment": "Fine.", "user_id": "u/1"}\n'
    )
    assert (review.product_id, review.rating, review.text) == ("mug", 3, "Fine.")
    assert review.shopper_id is not None and "/" not in review.shopper_id


def test_the_same_row_has_the_same_id_again(tmp_path: Path) -> None:
    text = "sku,stars,review\nA1,5,Good.\n"
    assert reviews(tmp_path / "a.csv", text)[0].id == reviews(tmp_path / "b.csv", text)[0].id


def test_a_date_that_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    (reading,) = read(tmp_path / "reviews.csv", "sku,stars,review,date\nA1,5,Good.,03/04/2026\n")
    assert isinstance(reading.model, Review) and reading.model.created_at is None
    assert [problem.field for _, problem in reading.problems] == ["created_at"]


@pytest.mark.parametrize(
    "header",
    [
        "id,title,description,price,sku,rating",
        "sku,name,price,stock,rating,text",
        "handle,title,vendor,tags,price",
        "title,text,rating",
        "SKU,Title,Brand,Rating,Comment",
        "Item no,Name,Price,Stars,Comment",
    ],
)
def test_what_is_no_table_of_reviews(tmp_path: Path, header: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{header}\n{','.join('1' for _ in header.split(','))}\n", encoding="utf-8")
    found = recognise(path)
    assert found is None or found.layout.name != "kms-reviews"


def test_own_names_are_read_as_the_mapping_says() -> None:
    own = load_mapping("kms-reviews")
    made = mapping_of(tuple(own.fields))
    assert made == own


def test_the_layout_as_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("sku,stars,review\nA/1,5,Good.\n", encoding="utf-8")
    layout = PlainReviews()
    written = tmp_path / "mapping.yaml"
    written.write_text(write_as_mapping(layout, lambda: read_rows(path), Shop()), encoding="utf-8")
    model = load_mapping(written).apply({"sku": "A/1", "stars": "5", "review": "Good."})
    (reading,) = list(layout.read(lambda: read_rows(path), Shop()))
    assert isinstance(reading, Reading) and model == reading.model


@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
def test_any_columns_make_a_mapping_or_none(columns: list[str]) -> None:
    made = mapping_of(tuple(columns))
    assert (made is None) == ("product_id" not in columns_of_reviews(columns))
    assert PlainReviews().match(Sample(tuple(columns), ())).score == 0
