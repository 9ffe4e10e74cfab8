"""Types that every package shares: the base of immutable data, languages, identifiers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Language = Literal["en", "zh"]
ProductRole = Literal["compatible_with", "complements", "substitutes", "variant_of"]
EventType = Literal["view", "click", "cart", "purchase", "rating", "search"]

MOST_ID_CHARACTERS = 128
ID_SIGN = r"[^\s/#?\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
"""A character of an identifier: no blank, no sign that ends a part of an address, and nothing that is not seen."""
ID_PATTERN = f"^{ID_SIGN}+$"


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC, which is meant where no offset is given.

    Raises:
        ValueError: No calendar has it.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(
            f"{moment.isoformat()} is no date in UTC; give one of the years that people use"
        ) from None


Moment = Annotated[datetime, AfterValidator(in_utc)]
"""A date and time that comes from outside."""
Identifier = Annotated[str, Field(min_length=1, max_length=MOST_ID_CHARACTERS, pattern=ID_PATTERN)]


class Frozen(BaseModel):
    """Base of data that crosses a border: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
