"""Types that every package shares: the base of immutable data, languages, identifiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "zh"]
ProductRole = Literal["compatible_with", "complements", "substitutes", "variant_of"]
EventType = Literal["view", "click", "cart", "purchase", "rating", "search"]

MOST_ID_CHARACTERS = 128
ID_SIGN = r"[^\s/#?\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
"""A character of an identifier: no blank, no sign that ends a part of an address, and nothing that is not seen."""
ID_PATTERN = f"^{ID_SIGN}+$"

Identifier = Annotated[str, Field(min_length=1, max_length=MOST_ID_CHARACTERS, pattern=ID_PATTERN)]


class Frozen(BaseModel):
    """Base of data that crosses a border: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
