"""Types that every package shares: the base of immutable data, languages, identifiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "zh"]
ProductRole = Literal["compatible_with", "complements", "substitutes", "variant_of"]
EventType = Literal["view", "click", "cart", "purchase", "rating", "search"]

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\s/#?\x00-\x1f]+$")]


class Frozen(BaseModel):
    """Base of data that crosses a border: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
