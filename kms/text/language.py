"""English or Chinese, decided per text: by script where that is enough, else by byte n-grams."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from kms.types import Language

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_LATIN = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]"
_LATIN_WORD = re.compile(f"{_LATIN}+(?:['\u2019-]{_LATIN}+)*")

# A Chinese word has two characters on average; brand names and model numbers stay Latin in Chinese texts.
_HAN_PER_WORD = 2.0
_SURELY_CHINESE = 0.5
_SURELY_ENGLISH = 0.05
_LONG_ENOUGH = 20


def detect_language(text: str, default: Language = "en") -> Language:
    """The language of a text.

    Args:
        text: Cleaned text.
        default: For texts without a word of either script ("128 × 64").
    """
    han = len(_HAN.findall(text))
    words = len(_LATIN_WORD.findall(text))
    if han == 0:
        return "en" if words else default
    share = (han / _HAN_PER_WORD) / (han / _HAN_PER_WORD + words)
    if share >= _SURELY_CHINESE:
        return "zh"
    if share <= _SURELY_ENGLISH:
        return "en"
    if len(text) < _LONG_ENOUGH:  # too short for statistics: a Chinese shopper wrote these characters
        return "zh"
    language, _score = _classifier()(text)
    return "zh" if language == "zh" else "en"


@lru_cache(maxsize=1)
def _classifier() -> Callable[[str], tuple[str, float]]:
    import py3langid

    py3langid.set_languages(["en", "zh"])
    return cast("Callable[[str], tuple[str, float]]", py3langid.classify)
