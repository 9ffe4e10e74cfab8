from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.encodings import likely_encodings


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("7,Crêpière électrique à poignée isolée", "cp1252"),
        ("7,Rührschüssel groß", "cp1252"),
        ("7,Taza de café pequeña", "cp1252"),
        ("7,Kettle,£35", "cp1252"),
        ("7,Mug – “hand made”", "cp1252"),
        ("7,Садовые ножницы", "cp1251"),
        ("7,Чашка белая 300 мл", "cp1251"),
        ("7,Szczotka do włosów żółta", "cp1250"),
        ("7,珐琅铸铁炖锅，红色", "gb18030"),
        ("7,USB充电器 白色", "gb18030"),
        ("7,不鏽鋼保溫瓶 輕量", "big5"),
    ],
)
def test_the_likeliest_encoding_comes_first(text: str, encoding: str) -> None:
    assert likely_encodings(text.encode(encoding))[0] == encoding


@given(st.binary(max_size=60))
def test_any_bytes_are_judged(raw: bytes) -> None:
    for encoding in likely_encodings(raw):
        raw.decode(encoding)
