"""schema.org: a page of a furniture shop, and a file of a pet shop with nodes in Chinese."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.recognise import recognise
from kms.catalog.layouts.schema_org import SchemaOrgProducts, SchemaOrgReviews
from kms.catalog.models import Product, Review
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow
from tests.shops import SHOPS, read_products

PAGE, PETS = SHOPS / "schema-org-page.html", SHOPS / "schema-org-pets.jsonld"
LAYOUT = SchemaOrgProducts()


@pytest.fixture(scope="module")
def bunk() -> Product:
    (product,) = read_products(LAYOUT, PAGE, None).values()
    return product


def test_both_are_recognised() -> None:
    for path in (PAGE, PETS):
        recognised = recognise(path)
        assert recognised is not None and recognised.layout.name == LAYOUT.name


def test_a_group_in_a_page_has_its_variants(bunk: Product) -> None:
    assert [(v.id, v.options, v.availability, v.stock) for v in bunk.variants] == [
        ("ALD/90-NA", {"Color": "Natural"}, "in_stock", 6),
        ("ALD/90-WH", {"Color": "White"}, "backorder", None),
    ]
    white = bunk.variants[1]
    assert white.price is not None and white.sale is not None
    assert (white.price.amount, white.sale.price.amount) == (Decimal("829.00"), Decimal("749.00"))
    assert bunk.price is not None and bunk.price.amount == Decimal("699.00")
    assert bunk.attributes == {
        "Material": "alder", "Weight": "61.5 kg", "Load per bunk": "80 kg", "Assembly time": "2-3 hours",
        "Guard rail": "yes", "Size": "90 x 200 cm",
    }  # fmt: skip


def test_what_only_the_page_says(bunk: Product) -> None:
    assert bunk.category_paths == (("Beds", "Bunk beds"),)
    assert bunk.link == "https://dormer.example.test/beds/alder-bunk"
    assert (bunk.brand, bunk.numbers) == ("Dormer", {"rating": 4.4, "ratings": 37.0})
    second = bunk.pictures[1]
    assert (second.width, second.height, second.alt) == (1600, 1200, "The ladder")


def test_its_reviews() -> None:
    readings = list(SchemaOrgReviews().read(lambda: read_rows(PAGE), Shop()))
    reviews = [r.model for r in readings if isinstance(r, Reading) and isinstance(r.model, Review)]
    assert [(r.rating, r.title, r.created_at and r.created_at.isoformat()) for r in reviews] == [
        (5.0, "Sturdy", "2026-02-03T00:00:00+00:00"), (3.0, "", "2026-03-03T00:00:00+00:00"),
    ]  # fmt: skip
    assert {review.product_id for review in reviews} == set(read_products(LAYOUT, PAGE, None))


def test_broken_json_and_wrong_codes_are_named() -> None:
    readings = list(LAYOUT.read(lambda: read_rows(PAGE), Shop()))
    (bad,) = [r for r in readings if isinstance(r, BadRow)]
    assert "the page's JSON-LD is no JSON" in bad.problem.message and bad.line == 51
    assert [p.field for r in readings if isinstance(r, Reading) for _, p in r.problems] == ["variants.gtin"]


def test_a_file_with_offers_groups_and_chinese() -> None:
    litter, wand, balls = read_products(LAYOUT, PETS, None).values()
    assert (litter.language, litter.sku, litter.gtin) == ("zh", "YL/猫砂-6L", "6901234567892")
    assert litter.attributes == {"Color": "绿色", "净含量": "6 l"}
    assert litter.category_paths == (("宠物用品", "猫", "猫砂"),)
    assert litter.price is not None and litter.price.amount == Decimal("19.90")
    assert [(v.id, v.options) for v in wand.variants] == [
        ("TOY-1-R", {"Color": "Red"}),
        ("TOY-1-B", {"Color": "Blue"}),
    ]
    assert wand.related == {"complements": (litter.id,), "substitutes": ("TOY-2",)}
    assert (balls.id, [v.options for v in balls.variants]) == ("BALLS", [{"Size": "6 cm"}, {"Size": "9 cm"}])


def test_a_page_in_another_encoding(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_bytes(
        '<html><head><meta charset="gb2312"><script type="application/ld+json">{"@type":"Product","sku":"1",'
        '"name":"竹制砧板"}</script></head></html>'.encode("gb2312")
    )
    (board,) = read_products(LAYOUT, page).values()
    assert board.title == "竹制砧板"


INNER_KEYS = ("@type", "@id", "name", "value", "price", "url", "unitCode", "sku")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "name", "value", "price", "url", "unitCode", "sku"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
KEYS = (
    "sku", "name", "description", "image", "brand", "offers", "category", "color", "additionalProperty", "review",
    "hasVariant", "aggregateRating", "isSimilarTo", "audience", "weight", "keywords", "gtin", "url", "inLanguage",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=8))
def test_no_node_breaks_the_reader(node: dict[str, object]) -> None:
    row = RawRow(1, {"@type": "Product", **node})
    for layout in (LAYOUT, SchemaOrgReviews()):
        for reading in layout.read(lambda: iter([row]), Shop("EUR")):
            assert isinstance(reading, Reading | BadRow)


def test_an_offer_whose_code_is_a_list_breaks_nothing() -> None:
    node = {"@type": "Product", "name": "Rope", "offers": [{"sku": ["A", "B"]}, {"sku": "C"}]}
    readings = list(LAYOUT.read(lambda: iter([RawRow(1, node)]), Shop("EUR")))
    assert len(readings) == 1
