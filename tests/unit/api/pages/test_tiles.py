from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.tiles import draw_tile

FAMILIES = ["audio", "computing", "kitchen", "outdoor", "clothing", "beauty", "toys", ""]


@given(st.sampled_from(FAMILIES), st.text(max_size=40))
def test_a_tile_is_wellformed_whatever_the_id(family: str, product_id: str) -> None:
    root = ElementTree.fromstring(draw_tile(family, product_id))
    assert root.tag == "svg"
    assert len(root) > 1


@pytest.mark.parametrize("family", FAMILIES)
def test_a_product_keeps_its_picture_and_others_differ(family: str) -> None:
    pictures = {draw_tile(family, f"P-{i}") for i in range(20)}
    assert draw_tile(family, "P-1") == draw_tile(family, "P-1")
    assert len(pictures) > 10


def test_the_id_is_not_in_the_picture() -> None:
    assert "SECRET" not in draw_tile("audio", "SECRET")
