"""Questions for columns that a table lacks: in the file's own names, with the columns whose values are such."""

from __future__ import annotations

from kms.catalog.layouts.base import Sample
from kms.catalog.layouts.missing_columns import ask_for_columns
from kms.catalog.rows import RawRow


def sample(header: str, *lines: str) -> Sample:
    columns = header.split(",")
    return Sample.of(
        [RawRow(n, dict(zip(columns, line.split(","), strict=True))) for n, line in enumerate(lines, 2)]
    )


def test_the_product_number_is_asked_for_by_unique_codes() -> None:
    odd = sample(
        "No,Keyword,Name,Group,Price,Tasted",
        "1,AX-1,Oak stool,Stools,10.50,2026-01-01", "2,AX-2,Tin lamp,Lamps,20.00,2026-01-02",
    )  # fmt: skip
    assert ask_for_columns(odd, "product") == (
        "which column is the product number? Candidates by their values: Keyword. Rename it to SKU or id, or write a "
        "mapping (docs/layouts.md)."
    )


def test_a_count_of_the_rows_is_named_where_there_is_nothing_else() -> None:
    assert "Candidates by their values: No." in ask_for_columns(
        sample("No,Name", "1,Cup", "2,Bowl"), "product"
    )


def test_without_a_candidate_the_columns_are_listed() -> None:
    asked = ask_for_columns(sample("Name,Price", "Cup,3.50", "Cup,4.50"), "product")
    assert "No column's values look like it" in asked and asked.endswith("Its columns are: Name, Price")


def test_reviews_are_asked_for_their_product_and_words() -> None:
    asked = ask_for_columns(sample("Thing,Remark here", "A-1,It is fine", "A-1,It broke"), "review")
    assert (
        "which column is the number of the product that a review is of? Candidates by their values: Thing"
        in asked
    )
    assert (
        "which column is what the customers wrote, or their stars? Candidates by their values: Remark here"
        in asked
    )


def test_nothing_is_asked_where_nothing_is_missing_or_to_be_seen() -> None:
    assert not ask_for_columns(sample("sku,title", "A,Cup"), "product")
    assert not ask_for_columns(sample("a,b"), "product") and not ask_for_columns(sample("a", "1"), "event")
