"""Likeness of rows: variants of one product, and products of one kind."""

from __future__ import annotations

import pytest

from kms.catalog.layouts.likeness import are_variants
from kms.catalog.rows import RawRow

NAMED = {"id": ("sku",), "title": ("title",), "brand": ("brand",), "category": ("category",)}
COLUMNS = ("sku", "title", "brand", "category", "colour")


def rows(*lines: str) -> list[RawRow]:
    return [RawRow(n, dict(zip(COLUMNS, line.split(","), strict=True))) for n, line in enumerate(lines, 2)]


@pytest.mark.parametrize(
    ("lines", "is_likely", "is_sure"),
    [
        (("1,Tee,Fell,Tops,red", "2,Tee,Fell,Tops,blue"), True, True),
        (("1,Tee red,Fell,Tops,red", "2,Tee blue,Fell,Tops,blue"), True, True),
        (("1,杯子 红色,山石,杯,红色", "2,杯子 蓝色,山石,杯,蓝色"), True, True),
        (("1,Tee,Fell,Tops,red", "2,Tee,Fell,Tops,red"), True, False),
        (("1,Tee,Fell,Tops,red", "2,Tee,Moor,Tops,blue"), True, False),
        (("1,Shetland wool yarn,Fell,Yarn,red", "2,Highland wool yarn,Fell,Yarn,blue"), True, False),
        (("1,Aurora,Fell,Tops,red", "2,Borealis,Fell,Tops,blue"), True, False),
        (("1,Oak stool,Fell,Stools,red", "2,Tin lantern,Fell,Lights,blue"), False, False),
        (("1,Oak stool,Fell,,red", "2,Tin lantern,Fell,,blue"), False, False),
        (("G,Oak stool,Fell,Stools,red", "2,Small,Fell,,blue"), True, False),
    ],
)
def test_variants_of_one_product(lines: tuple[str, ...], is_likely: bool, is_sure: bool) -> None:
    assert are_variants(rows(*lines), "G", NAMED, must_be_sure=False) == is_likely
    assert are_variants(rows(*lines), "G", NAMED, must_be_sure=True) == is_sure
