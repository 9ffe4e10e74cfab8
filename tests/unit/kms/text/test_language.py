from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wireless headphones with 30 hours of battery", "en"),
        ("无线降噪耳机，续航30小时", "zh"),
        ("ok", "en"),
        ("好", "zh"),
        ("索尼 WH-1000XM5 头戴式耳机", "zh"),
        ("USB-C 充电线", "zh"),
        ("Pulsebay Sprint Pro Max 2 TWS IPX7 BT5.3 耳机 黑色", "zh"),
        (
            "The box says 防水 but after two days of rain the left side was dead, so do not trust it",
            "en",
        ),
        ("Größe: 42, très bien", "en"),
    ],
)
def test_language_of(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_texts_without_words_take_the_default() -> None:
    assert detect_language("128 × 64", "zh") == "zh"
    assert detect_language("", "en") == "en"


@given(st.text(max_size=100))
def test_every_text_has_a_language(text: str) -> None:
    assert detect_language(text) in ("en", "zh")
