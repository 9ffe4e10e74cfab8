"""Events of UBI, Google Analytics 4 and Segment, as their exports have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kms.catalog.ingest import ingest_events, ingest_products
from kms.catalog.layouts.base import Layout, Reading, Shop
from kms.catalog.layouts.events import Ga4Events, SegmentEvents, UbiEvents
from kms.catalog.layouts.recognise import recognise
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow
from kms.db.session import Database
from kms.journal.models import Event
from tests.shops import SHOPS

GA4: list[dict[str, Any]] = [
    {"event_date": "20260402", "event_timestamp": 1775120400000000, "event_name": "session_start",
     "user_pseudo_id": "11.22", "event_params": [], "items": []},
    {"event_date": "20260402", "event_timestamp": "1775120460000000", "event_name": "view_search_results",
     "user_pseudo_id": "11.22", "items": [],
     "event_params": [{"key": "search_term", "value": {"string_value": "cordless drill", "int_value": None}},
                      {"key": "ga_session_id", "value": {"string_value": None, "int_value": 987}}]},
    {"event_date": "20260402", "event_timestamp": 1775120520000000, "event_name": "purchase", "user_pseudo_id": "11.22",
     "user_id": "mara", "event_params": [], "ecommerce": {"transaction_id": "T1"},
     "items": [{"item_id": "DRL/18-KIT", "item_name": "Drill", "quantity": 1, "item_list_index": 2},
               {"item_id": "903", "quantity": 3}]},
    {"event_date": "20260402", "event_timestamp": "soon", "event_name": "view_item", "user_pseudo_id": "1",
     "event_params": [], "items": [{"item_id": "903"}]},
]  # fmt: skip
SEGMENT: list[dict[str, Any]] = [
    {"type": "track", "event": "Product Viewed", "messageId": "m1", "anonymousId": "a-1", "context": {},
     "timestamp": "2026-04-02T09:00:00.000Z", "properties": {"product_id": "903", "position": 4}},
    {"type": "track", "event": "Order Completed", "messageId": "m2", "userId": "u 7", "timestamp": "2026-04-02T09:05:00Z",
     "properties": {"order_id": "9", "products": [{"sku": "BIT-32", "quantity": 2}, {"sku": "DRL/12-KIT"}]}},
    {"type": "track", "event": "Products Searched", "anonymousId": "a-1", "timestamp": "2026-04-02T09:01:00Z",
     "properties": {"query": "bits"}},
    {"type": "track", "event": "Signed Up", "anonymousId": "a-1", "timestamp": "2026-04-02T09:01:00Z", "properties": {}},
]  # fmt: skip
UBI: list[dict[str, Any]] = [
    {"action_name": "add_to_cart", "client_id": "c1", "query_id": "q1", "timestamp": "2026-04-02T09:00:00Z",
     "event_attributes": {"object": {"object_id": "903", "object_id_field": "id"}, "position": {"ordinal": 3}}},
    {"action_name": "hover", "client_id": "c1", "timestamp": "2026-04-02T09:00:01Z", "event_attributes": {}},
    {"client_id": "c1", "query_id": "q2", "user_query": "clamp", "timestamp": 1775120400000},
]  # fmt: skip


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def read(layout: Layout, path: Path) -> list[tuple[Any, ...]]:
    readings = [r for r in layout.read(lambda: read_rows(path), Shop()) if isinstance(r, Reading)]
    events = [reading.model for reading in readings if isinstance(reading.model, Event)]
    return [(e.type, e.shopper_id, e.product_id, e.query, e.position, e.value) for e in events]


def test_ga4_makes_an_event_of_each_item(tmp_path: Path) -> None:
    path = write(tmp_path / "events_20260402.jsonl", GA4)
    assert read(Ga4Events(), path) == [
        ("search", "11.22", None, "cordless drill", None, None),
        ("purchase", "mara", "DRL_18-KIT~" + read(Ga4Events(), path)[1][2].partition("~")[2], None, 2, 1.0),
        ("purchase", "mara", "903", None, None, 3.0),
    ]
    (bad,) = [r for r in Ga4Events().read(lambda: read_rows(path), Shop()) if isinstance(r, BadRow)]
    assert "is no time in microseconds" in bad.problem.message


def test_segment_and_ubi(tmp_path: Path) -> None:
    segment = read(SegmentEvents(), write(tmp_path / "segment.jsonl", SEGMENT))
    assert [(kind, query, value) for kind, _, _, query, _, value in segment] == [
        ("view", None, None), ("purchase", None, 2.0), ("purchase", None, None), ("search", "bits", None),
    ]  # fmt: skip
    assert read(UbiEvents(), write(tmp_path / "ubi.jsonl", UBI)) == [
        ("cart", "c1", "903", None, 3, None), ("search", "c1", None, "clamp", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "name", "new"), [(GA4, "ga4-events", 3), (SEGMENT, "segment-events", 4), (UBI, "ubi-events", 2)],
    ids=["ga4", "segment", "ubi"],
)  # fmt: skip
def test_they_are_recognised_and_go_into_the_journal_once(
    sqlite_database: Database, tmp_path: Path, rows: list[dict[str, Any]], name: str, new: int
) -> None:
    ingest_products(sqlite_database, SHOPS / "woocommerce-tools.csv", currency="EUR")
    path = write(tmp_path / "clicks.jsonl", rows)
    recognised = recognise(path)
    assert recognised is not None and recognised.layout.name == name
    assert ingest_events(sqlite_database, path).new == new
    assert ingest_events(sqlite_database, path).unchanged == new
