"""Events as User Behavior Insights describes them (schema of actions, version 1.2), and their way into the journal."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from kms.catalog.identifiers import to_identifier
from kms.errors import InputError
from kms.journal.actions import ACTIONS
from kms.journal.models import Event
from kms.journal.validation import EventProblem, check_event
from kms.types import MOST_ID_CHARACTERS, Identifier, Moment

MOST_EVENTS = 1_000
_PLACES = {"product_id": "event_attributes.object.object_id", "value": "event_attributes.rating"}
_CODES = {"missing_product": "invalid", "missing_rating": "invalid"}
_Note = Annotated[str, Field(max_length=128, pattern=r"^[^\x00]*$")]


class EventError(InputError):
    """An event that cannot be stored; ``code`` says why in one word."""

    def __init__(self, code: str, message: str) -> None:
        """Refuse."""
        super().__init__(message)
        self.code = code


def _settle_code(value: object) -> object:
    """A code with signs that ids cannot have ("A/B-12") as the id that stands for it; what is no code stays as it is."""
    is_code = isinstance(value, str) and 0 < len(value) <= MOST_ID_CHARACTERS and value.isprintable()
    return to_identifier(value) if is_code and isinstance(value, str) else value


class UbiObject(BaseModel):
    """Object of an event: a product by its id, or by a code of it or of a variant."""

    model_config = ConfigDict(extra="ignore")

    object_id: Annotated[Identifier, BeforeValidator(_settle_code)]
    object_id_field: _Note | None = None


class UbiPosition(BaseModel):
    """Position of the object in the list that was shown, from 1."""

    model_config = ConfigDict(extra="ignore")

    ordinal: Annotated[int, Field(ge=0, le=100_000, strict=True)] | None = None


class UbiAttributes(BaseModel):
    """Details of an action. ``rating`` is 1 to 5; ``quantity`` of purchases and carts."""

    model_config = ConfigDict(extra="ignore")

    object: UbiObject | None = None
    position: UbiPosition | None = None
    rating: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False, strict=True)] | None = None
    quantity: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False, strict=True)] | None = None


class UbiEvent(BaseModel):
    """One action. ``client_id`` (or ``user_id``, where the shop knows who it is) is the shopper."""

    model_config = ConfigDict(extra="ignore")

    event_id: Identifier | None = None
    action_name: Annotated[str, Field(min_length=1, max_length=100)]
    client_id: Identifier | None = None
    user_id: Identifier | None = None
    session_id: _Note | None = None
    query_id: _Note | None = None
    user_query: Annotated[str, Field(max_length=1_000, pattern=r"^[^\x00]*$")] | None = None
    timestamp: Moment | None = None
    message_type: _Note | None = None
    message: Annotated[str, Field(max_length=1_024, pattern=r"^[^\x00]*$")] | None = None
    event_attributes: UbiAttributes = UbiAttributes()

    @field_validator("timestamp", mode="before")
    @classmethod
    def _read_epoch(cls, value: object) -> object:
        """Numbers are milliseconds since 1970, as the schema's JavaScript clients send them."""
        if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
            raise ValueError("expected a date and time or milliseconds since 1970")
        if isinstance(value, int | float):
            if not 0 <= value < 1e14:
                raise ValueError("milliseconds since 1970 out of range")
            return datetime.fromtimestamp(value / 1_000, tz=UTC)
        return value

    @model_validator(mode="after")
    def _has_shopper(self) -> UbiEvent:
        if self.client_id is None and self.user_id is None:
            raise ValueError("client_id or user_id is needed")
        return self


def read_event(raw: Any, *, now: datetime | None = None) -> Event:
    """One event of a request as the journal keeps it.

    Without ``event_id`` its id is a hash of what it says, so that sending it again changes nothing; an event that
    carries no time either gets the present one and is new each time.

    Raises:
        EventError: What is wrong with it.
    """
    try:
        event = UbiEvent.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise EventError("invalid", f"{place}: {message}" if place else message) from None
    kind = ACTIONS.get(event.action_name.strip().casefold())
    if kind is None:
        raise EventError("unknown_action", f"action_name must be one of {', '.join(ACTIONS)}")
    present = now or datetime.now(UTC)
    at = event.timestamp or present
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    details = event.event_attributes
    product_id = details.object.object_id if details.object else None
    query = event.user_query if event.user_query is not None else event.message if kind == "search" else None
    read = Event(
        id=event.event_id or _hash_of(event, kind, product_id, at),
        type=kind,
        shopper_id=event.user_id or event.client_id or "",
        timestamp=at,
        product_id=None if kind == "search" else product_id,
        session_id=event.session_id,
        query=(query or "")[:1_000] or None,
        query_id=event.query_id,
        position=details.position.ordinal if details.position else None,
        value=details.rating if kind == "rating" else details.quantity,
    )
    problem = check_event(read, now=present)
    if problem is not None:
        raise EventError(*describe_problem(problem))
    return read


def describe_problem(problem: EventProblem) -> tuple[str, str]:
    """Code and message of a problem in the words of this schema."""
    code = _CODES.get(problem.code, problem.code)
    place = _PLACES.get(problem.field)
    return code, f"{place}: {problem.message}" if code == "invalid" and place else problem.message


def _hash_of(event: UbiEvent, kind: str, product_id: str | None, at: datetime) -> str:
    parts = (
        kind, event.user_id or event.client_id or "", event.session_id or "", event.query_id or "",
        product_id or "", at.isoformat(), event.user_query or "", event.message or "",
    )  # fmt: skip
    return "ubi-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()
