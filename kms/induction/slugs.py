"""Ids out of words: snake case, Chinese by its pinyin, unique in their group."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from kms.text.chinese import contains_chinese

_LONGEST = 70
_OTHER = re.compile(r"[^a-z0-9]+")


def make_slug(words: str, *, is_value: bool = False) -> str:
    """The words as an id; other ids than those of values begin with a letter."""
    if contains_chinese(words):
        from pypinyin import lazy_pinyin

        words = " ".join(lazy_pinyin(words))
    folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    slug = _OTHER.sub("_", folded).strip("_")[:_LONGEST].strip("_")
    if is_value:
        return slug or "x"
    return slug if slug[:1].isalpha() else f"x_{slug}".rstrip("_")


def make_unique(slug: str, taken: Container[str], owner: str = "") -> str:
    """The slug, with its owner's before it, or with a number behind it, so that it is not taken."""
    if slug not in taken:
        return slug
    if owner and (longer := f"{owner[: 78 - len(slug)]}_{slug}") not in taken:
        return longer
    number = 2
    while f"{slug}_{number}" in taken:
        number += 1
    return f"{slug}_{number}"
