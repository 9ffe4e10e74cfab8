"""Models of shoppers' events."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kms.types import EventType, Frozen, Identifier, Moment


class Event(Frozen):
    """Something a shopper did. ``value`` is the rating (1 to 5) or the quantity; ``query`` is of searches."""

    id: Identifier
    type: EventType
    shopper_id: Identifier
    timestamp: Moment
    product_id: Identifier | None = None
    session_id: Annotated[str, Field(max_length=128)] | None = None
    query: Annotated[str, Field(max_length=1_000)] | None = None
    query_id: Annotated[str, Field(max_length=128)] | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    value: Annotated[float, Field(ge=0, le=1e6)] | None = None
