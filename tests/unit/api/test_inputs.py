"""What a batch run is given."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.inputs import BatchInput, look_into, read_inputs
from kms.errors import CatalogError, ConfigurationError
from tests.shops import SHOPS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a_reviews.jsonl", "events.csv", "products.jsonl.gz", "notes.txt", "x.rejects.jsonl"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_folder_is_its_catalogue_files_products_first(folder: Path) -> None:
    found = read_inputs([str(folder)])
    assert [(i.kind, i.path.name) for i in found if i.path] == [
        ("product", "products.jsonl.gz"),
        ("review", "a_reviews.jsonl"),
        ("event", "events.csv"),
    ]


def test_a_prefix_says_what_the_rows_are(folder: Path) -> None:
    found = read_inputs([f"reviews={folder / 'notes.txt'}", str(folder / "notes.txt")])
    assert [i.kind for i in found] == ["product", "review"]


def test_a_mapping_is_used_for_its_kind(folder: Path) -> None:
    found = read_inputs([str(folder)], ["amazon-2018-products"])
    assert [i.mapping for i in found] == ["amazon-2018-products", "kms-reviews", "kms-events"]


def test_the_sample_has_all_three_kinds() -> None:
    assert read_inputs(["sample"]) == [
        BatchInput("product", None, "kms-products"),
        BatchInput("review", None, "kms-reviews"),
        BatchInput("event", None, "kms-events"),
    ]


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such file"):
        read_inputs([str(tmp_path / "nothing.jsonl")])
    with pytest.raises(CatalogError, match="holds no file"):
        read_inputs([str(tmp_path)])
    with pytest.raises(ConfigurationError):
        read_inputs([], ["no-such-mapping"])


def test_known_exports_need_no_prefix_and_a_page_holds_products_and_reviews(tmp_path: Path) -> None:
    shutil.copy(SHOPS / "shopify-pets.csv", tmp_path / "export-of-events.csv")
    shutil.copy(SHOPS / "judgeme-reviews.csv", tmp_path / "reviews.csv")
    shutil.copy(SHOPS / "schema-org-page.html", tmp_path / "page.html")
    found = read_inputs([str(tmp_path)])
    assert [(i.kind, i.path.name) for i in found if i.path] == [
        ("product", "export-of-events.csv"),
        ("product", "page.html"),
        ("review", "page.html"),
        ("review", "reviews.csv"),
    ]
    assert not any(i.is_given for i in found)


def test_a_layout_that_was_asked_for_is_used(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    (found,) = read_inputs([str(tmp_path / "x.csv")], layout="judgeme-reviews")
    assert (found.kind, found.layout, found.is_given) == ("review", "judgeme-reviews", True)
    with pytest.raises(ConfigurationError, match="layout 'x' is not known"):
        read_inputs([str(tmp_path / "x.csv")], layout="x")


def test_files_of_a_folder_that_are_no_export_are_passed_over_with_the_reason(tmp_path: Path) -> None:
    shutil.copy(SHOPS / "shopify-pets.csv", tmp_path)
    shutil.copy(SHOPS / "google-groceries.txt", tmp_path)
    (tmp_path / "customers.csv").write_text("name,email\na,b\n", "utf-8")
    (tmp_path / "notes.txt").write_text("call the printer", "utf-8")
    found = look_into([str(tmp_path)])
    assert [i.path.name for i in found.taken if i.path] == ["google-groceries.txt", "shopify-pets.csv"]
    assert all(i.folder == tmp_path for i in found.taken)
    assert [each.path.name for each in found.passed] == ["customers.csv", "notes.txt"]
    assert found.passed[0].reason == "its columns are those of no known layout"


def test_a_folder_of_which_nothing_is_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("name,email\na,b\n", "utf-8")
    with pytest.raises(CatalogError, match=r"nothing in .* is read \(customers\.csv: its columns"):
        look_into([str(tmp_path)])


@pytest.mark.parametrize("name", ["feedback.csv", "product-opinions.csv"])
def test_columns_tell_more_of_a_file_than_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("SKU,Stars,Title,Comment\nA-1,5,Good,Works.\n", "utf-8")
    for given in (tmp_path / name, tmp_path):
        assert [each.kind for each in look_into([str(given)]).taken] == ["review"]
