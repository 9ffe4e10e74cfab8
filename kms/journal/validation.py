"""Validation of events: the checks that the API and the batch ingest both apply before the journal takes an event.

The model :class:`~kms.catalog.models.Event` checks types and lengths; here stands what depends on the moment, the
catalogue and the kind of event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from kms.journal.models import Event

AHEAD = timedelta(days=1)
"""Clocks of browsers and shops may be wrong by this much."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LEAST_RATING, MOST_RATING = 1.0, 5.0

EventProblemCode = Literal["bad_timestamp", "missing_product", "missing_rating", "unknown_product"]


class EventProblem(NamedTuple):
    """Why an event cannot be stored; ``field`` names the field of the event that is wrong."""

    field: str
    code: EventProblemCode
    message: str


def check_event(event: Event, *, now: datetime) -> EventProblem | None:
    """The problem of a single event, or ``None``.

    Args:
        event: A naive timestamp is read as UTC.
        now: The present moment, with its time zone.
    """
    at = event.timestamp
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if at > now + AHEAD:
        return EventProblem("timestamp", "bad_timestamp", f"timestamp {at.isoformat()} is in the future")
    if at < EARLIEST:
        return EventProblem("timestamp", "bad_timestamp", f"timestamp {at.isoformat()} is before 2000")
    if event.type != "search" and event.product_id is None:
        return EventProblem("product_id", "missing_product", f"a {event.type} needs a product")
    if event.type == "rating" and (event.value is None or not LEAST_RATING <= event.value <= MOST_RATING):
        return EventProblem("value", "missing_rating", "a rating needs a number from 1 to 5")
    return None


def check_events(
    events: Sequence[Event], *, known_products: Callable[[Iterable[str]], set[str]], now: datetime
) -> list[EventProblem | None]:
    """The problem of each event, in their order; ``None`` for those that can be stored.

    Args:
        events: In the form that the journal takes.
        known_products: Returns those of the ids that are in the catalogue; called once.
        now: The present moment, with its time zone.
    """
    problems = [check_event(event, now=now) for event in events]
    named = {event.product_id for event in events if event.product_id is not None}
    known = known_products(sorted(named)) if named else set()
    return [
        problem or _unknown_product(event, known) for event, problem in zip(events, problems, strict=True)
    ]


def _unknown_product(event: Event, known: set[str]) -> EventProblem | None:
    if event.product_id is None or event.product_id in known:
        return None
    message = f"product {event.product_id!r} is not in the catalogue"
    return EventProblem("product_id", "unknown_product", message)
