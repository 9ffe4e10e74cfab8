from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from kms.sample.load import SampleError, load_sample, read_sample, sample_folder

Write = Callable[..., Path]


def test_a_product_is_read_with_its_reviews(write: Write) -> None:
    folder = write(
        more="""\
        image: null
        related: {complements: [AUD-002], variant_of: null}
        table: {Battery life: 30 h, Foldable: yes, Note: ""}
        """
    )
    (product,) = load_sample(folder).products
    assert (product.file, product.line, product.class_id) == ("audio.yaml", 1, "over_ear_headphones")
    assert product.title.text == "Hush headphones"
    assert product.title.mentions[0].value == "headphones"
    assert product.price is not None
    assert product.price.amount == Decimal("129.00")
    assert product.table == {"Battery life": "30 h", "Foldable": "yes"}
    assert product.related == {"complements": ("AUD-002",)}
    assert product.image is None
    (review,) = product.reviews
    assert (review.id, review.rating, str(review.date)) == ("AUD-001-R1", 4, "2026-03-02")


def test_rows_are_as_a_shop_would_deliver_them(write: Write) -> None:
    sample = load_sample(write())
    row = sample.products[0].to_product()
    assert row.title == "Hush headphones"
    assert row.category == "over_ear_headphones"
    review = next(sample.reviews()).to_review()
    assert review.text == "Good"
    assert review.product_id == "AUD-001"
    assert review.created_at is not None
    assert review.created_at.isoformat() == "2026-03-02T00:00:00+00:00"


def test_splits_and_places(write: Write) -> None:
    write()
    sample = load_sample(write(id="AUD-002", split="test"))
    assert [product.id for product in sample.split("test").products] == ["AUD-002"]
    assert [place for place, _, _ in sample.products[0].texts()] == [
        "title",
        "description",
        "reviews[1].title",
        "reviews[1].text",
    ]


def test_cleaning_comes_before_the_annotation_is_read(write: Write) -> None:
    folder = write(description="<b>Very</b> [red](colour=red)")
    product = load_sample(folder, clean=lambda text: text.replace("<b>", "").replace("</b>", "")).products[0]
    assert product.description.text == "Very red"
    assert product.description.mentions[0].start == 5


def test_all_problems_are_listed_and_the_rest_is_read(write: Write) -> None:
    write()
    folder = write(
        id="AUD-2", split="exam", title="[x](y)", more="size: big\ntable: [a]\nrelated: {friend: x}\n"
    )
    sample, problems = read_sample(folder)
    assert [product.id for product in sample.products] == ["AUD-001"]
    messages = "\n".join(map(str, problems))
    assert "audio.yaml:11: AUD-2 size: unknown key" in messages
    assert "AUD-2 id: 'AUD-2' is not three capitals" in messages
    assert "AUD-2 split: 'exam' is not one of train, validation, test" in messages
    assert "AUD-2 title: cannot read the label" in messages
    assert "AUD-2 table: must map names to texts" in messages
    assert "AUD-2 related: must be a mapping" in messages
    with pytest.raises(SampleError, match="6 problem"):
        load_sample(folder)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("price: cheap", "price: 'cheap' is not an amount"),
        ("price: 12 Euro", "price: '12 Euro' is not an amount"),
        ("price: -1 EUR", "price: '-1 EUR' is not an amount"),
        ("brand: null", "brand: missing"),
        ("description: [a]", "description: missing, or not a text"),
        ("reviews: good", "reviews: must be a list"),
        ("reviews: [good]", "reviews[1]: a review must be a mapping"),
        ("reviews: [{rating: 6, date: 2026-01-01, lang: en, text: x}]", "reviews[1].rating: '6'"),
        ("reviews: [{rating: 5, date: yesterday, lang: en, text: x}]", "reviews[1].date: 'yesterday'"),
        ("reviews: [{rating: 5, date: 2026-01-01, lang: fr, text: x}]", "reviews[1].lang: 'fr'"),
        ("reviews: [{rating: 5, date: 2026-01-01, lang: en}]", "reviews[1].text: missing"),
        ("reviews: [{rating: 5, date: 2026-01-01, lang: en, text: x, by: me}]", "reviews[1].by: unknown key"),
    ],
)
def test_each_field_is_judged(write: Write, line: str, expected: str) -> None:
    path = write() / "audio.yaml"
    key = line.partition(":")[0]
    kept = path.read_text(encoding="utf-8").splitlines()
    kept = [each for each in kept if key != "reviews" or not each.startswith("    - ")]
    kept = [f"  {line}" if each.startswith(f"  {key}:") else each for each in kept]
    path.write_text("\n".join(kept), encoding="utf-8")
    _, problems = read_sample(path.parent)
    assert [str(problem) for problem in problems if expected in str(problem)], problems
    assert len(problems) == 1


@pytest.mark.parametrize("text", ["- id: [", "a: b", "", "- just words"])
def test_files_that_are_no_list_of_products(tmp_path: Path, text: str) -> None:
    (tmp_path / "audio.yaml").write_text(text)
    sample, problems = read_sample(tmp_path)
    assert sample.products == ()
    assert len(problems) == 1


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match=r"no \*\.yaml"):
        load_sample(tmp_path)


def test_the_shipped_catalogue_has_six_files() -> None:
    assert len(list(sample_folder().glob("*.yaml"))) == 6
