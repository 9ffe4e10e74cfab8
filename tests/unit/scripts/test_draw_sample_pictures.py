"""Pictures of the sample: one for each product, small, well formed, of its kind and colour."""

from __future__ import annotations

from xml.etree import ElementTree

from kms.sample.source import PICTURES, sample_products
from scripts.draw_sample_pictures import COLOURS, draw, find_colour


def test_every_product_has_a_small_picture_and_nothing_else_is_there() -> None:
    products = list(sample_products())
    files = {path.name: path.stat().st_size for path in PICTURES.glob("*.svg")}
    assert set(files) == {f"{product.id}.svg" for product in products}
    assert all(product.image_url == f"/static/sample/{product.id}.svg" for product in products)
    assert max(files.values()) < 1_200 and sum(files.values()) < 150_000


def test_a_picture_is_wellformed_and_shows_kind_and_colour() -> None:
    red, blue = draw("mug", "red", "a"), draw("mug", "blue", "a")
    assert ElementTree.fromstring(red).tag.endswith("svg")
    assert COLOURS["red"] in red and COLOURS["blue"] in blue
    assert draw("mug", "red", "a") == red != draw("tent", "red", "a")
    assert draw("no_such_class", None, "a") == draw("no_such_class", None, "a")


def test_a_colour_is_that_of_the_table_before_the_title() -> None:
    assert find_colour(["graphite", "A white thing"]) in {"grey", "dark_grey", "black"}
    assert find_colour(["白色"]) == "white"
    assert find_colour(["12 kg"]) is None


def test_a_picture_of_the_sample_is_one_that_pages_show() -> None:
    picture = next(sample_products()).first_picture()
    assert picture is not None and picture.url.startswith("/static/sample/")
