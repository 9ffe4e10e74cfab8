"""Shoppers' events as shops collect them: UBI, the BigQuery export of Google Analytics 4, and Segment.

Each makes one event of what was done with one product: a purchase of three products is three events. What says nothing of
products or searches (a scroll, the start of a session) is passed over.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from kms.catalog.identifiers import to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop, match_columns
from kms.catalog.layouts.mapped import cut_values
from kms.catalog.mapping import Kind, to_problem
from kms.catalog.rows import BadRow, RawRow, RowProblem
from kms.catalog.values import is_empty, read_moment
from kms.journal.actions import ACTIONS
from kms.journal.models import Event
from kms.types import EventType

Action = dict[str, Any]
"""Fields of an event as they are written, without its id."""

_GA4: Mapping[str, EventType] = {
    "view_item": "view", "select_item": "click", "add_to_cart": "cart", "purchase": "purchase", "search": "search",
    "view_search_results": "search",
}  # fmt: skip
_SEGMENT: Mapping[str, EventType] = {
    "product viewed": "view", "product clicked": "click", "product added": "cart", "order completed": "purchase",
    "products searched": "search",
}  # fmt: skip


class _Events(ABC):
    """What the three layouts share: rows become actions, and these events with an id of their own content."""

    name: str
    title: str
    kind: Kind = "event"

    def grouping(self, sample: Sample) -> str:
        """How rows make events."""
        return "a row may hold several products, each of which is an event"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """An event for each product of a row."""
        for row in rows():
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                for action in self._actions(row.values):
                    yield _to_event(row, action)
            except RowProblem as problem:
                yield BadRow(row.line, problem, cut_values(row))

    @abstractmethod
    def _actions(self, values: Mapping[str, Any]) -> Iterator[Action]:
        """What a row says was done; nothing where it says nothing of products or searches."""


class UbiEvents(_Events):
    """Actions of User Behavior Insights; its queries (with ``user_query`` and no action) are searches."""

    name = "ubi-events"
    title = "UBI events"

    def match(self, sample: Sample) -> Match:
        """An action, a client and the object that it was done with."""
        marks = ("event_attributes", "query_id", "timestamp", "session_id", "message_type")
        return match_columns(sample, (("action_name", "user_query"), ("client_id", "user_id")), marks)

    def _actions(self, values: Mapping[str, Any]) -> Iterator[Action]:
        name = (
            str(values.get("action_name") or ("search" if values.get("user_query") else ""))
            .strip()
            .casefold()
        )
        kind = ACTIONS.get(name)
        if kind is None:
            return
        details = _table(values.get("event_attributes"))
        query = values.get("user_query") or (values.get("message") if kind == "search" else None)
        yield {
            "type": kind,
            "shopper_id": values.get("user_id") or values.get("client_id"),
            "timestamp": read_moment("timestamp", values.get("timestamp")),
            "product_id": None if kind == "search" else _table(details.get("object")).get("object_id"),
            "session_id": values.get("session_id"),
            "query": query,
            "query_id": values.get("query_id"),
            "position": _table(details.get("position")).get("ordinal"),
            "value": details.get("rating") if kind == "rating" else details.get("quantity"),
            "id": values.get("event_id"),
        }


class Ga4Events(_Events):
    """Rows of the tables ``events_…`` that Google Analytics 4 exports to BigQuery, as JSON lines or Parquet."""

    name = "ga4-events"
    title = "Google Analytics 4 events (BigQuery export)"

    def match(self, sample: Sample) -> Match:
        """The names that only this export has."""
        needed = (("event_name",), ("event_timestamp",), ("user_pseudo_id", "user_id"))
        return match_columns(sample, needed, ("event_params", "items", "event_date", "ecommerce"))

    def _actions(self, values: Mapping[str, Any]) -> Iterator[Action]:
        kind = _GA4.get(str(values.get("event_name")))
        if kind is None:
            return
        held = {
            str(each.get("key")): _parameter(each.get("value"))
            for each in _tables(values.get("event_params"))
        }
        shared: Action = {
            "type": kind,
            "shopper_id": values.get("user_id") or values.get("user_pseudo_id"),
            "timestamp": _microseconds(values.get("event_timestamp")),
            "session_id": held.get("ga_session_id"),
        }
        if kind == "search":
            if not is_empty(held.get("search_term")):
                yield {**shared, "query": held["search_term"]}
            return
        for item in _tables(values.get("items")):
            yield {
                **shared,
                "product_id": item.get("item_id"),
                "position": item.get("item_list_index"),
                "value": item.get("quantity") if kind in ("cart", "purchase") else None,
            }


class SegmentEvents(_Events):
    """Segment's ``track`` calls by its specification for shops."""

    name = "segment-events"
    title = "Segment events"

    def match(self, sample: Sample) -> Match:
        """An event, its properties and who did it."""
        needed = (("event",), ("properties",), ("anonymousId", "userId"))
        return match_columns(sample, needed, ("messageId", "timestamp", "type", "context"))

    def _actions(self, values: Mapping[str, Any]) -> Iterator[Action]:
        kind = _SEGMENT.get(str(values.get("event")).strip().casefold())
        if kind is None:
            return
        properties = _table(values.get("properties"))
        written = values.get("timestamp") or values.get("originalTimestamp") or values.get("sentAt")
        shared: Action = {
            "type": kind,
            "shopper_id": values.get("userId") or values.get("anonymousId"),
            "timestamp": read_moment("timestamp", written),
            "message": values.get("messageId"),
        }
        if kind == "search":
            yield {**shared, "query": properties.get("query")}
            return
        for item in _tables(properties.get("products")) or [properties]:
            yield {
                **shared,
                "product_id": item.get("sku") or item.get("product_id"),
                "position": item.get("position"),
                "value": item.get("quantity") if kind in ("cart", "purchase") else None,
            }


def _to_event(row: RawRow, action: Action) -> Reading | BadRow:
    """The event of an action; its id is the shop's, else a hash of what it says, so that it comes in once."""
    written = {name: value for name, value in action.items() if not is_empty(value)}
    given = written.pop("id", None)
    state = "\x1f".join(f"{name}={written[name]}" for name in sorted(written))
    written.pop("message", None)
    digest = hashlib.blake2b(state.encode("utf-8", "replace"), digest_size=12).hexdigest()
    for name in ("shopper_id", "product_id"):
        if name in written:
            written[name] = to_identifier(str(written[name]))
    for name in ("session_id", "query_id", "query"):
        if name in written:
            written[name] = str(written[name])[: 1_000 if name == "query" else 128]
    written["id"] = to_identifier(str(given)) if given is not None else digest
    try:
        return Reading(row.line, Event.model_validate(written))
    except ValidationError as error:
        return BadRow(row.line, to_problem(error, written), cut_values(row), id=written["id"])


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _parameter(value: Any) -> Any:
    """The one value that a parameter has, of the columns for each type."""
    held = _table(value)
    return next((each for name, each in held.items() if name.endswith("_value") and not is_empty(each)), None)


def _microseconds(value: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(value) / 1_000_000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise RowProblem(
            "event_timestamp", "invalid", f"event_timestamp {value!r} is no time in microseconds"
        ) from None
