from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kms.db.session import Database
from kms.journal.events import Journal
from kms.journal.models import Event
from kms.journal.profiles import Profiles
from kms.types import EventType

START = datetime(2026, 1, 1, tzinfo=UTC)


def event(number: int, shopper: str, product: str | None, kind: EventType = "view") -> Event:
    return Event(
        id=f"e{number}",
        type=kind,
        shopper_id=shopper,
        timestamp=START + timedelta(minutes=number),
        product_id=product,
        query="lamp" if product is None else None,
    )


def test_shoppers_by_activity(sqlite_database: Database) -> None:
    journal, profiles = Journal(sqlite_database), Profiles(sqlite_database)
    assert profiles.shoppers() == []
    journal.record_events(
        [event(1, "b", "p"), event(2, "a", "p"), event(3, "a", None, "search"), event(4, "c", "q")]
    )
    summaries = profiles.shoppers(limit=3)
    assert [summary.shopper_id for summary in summaries] == ["a", "b", "c"]
    assert summaries[0] == ("a", 2, 1, START + timedelta(minutes=3))
    assert len(profiles.shoppers(limit=1)) == 1


def test_recent_products_are_distinct_and_latest_first(sqlite_database: Database) -> None:
    journal, profiles = Journal(sqlite_database), Profiles(sqlite_database)
    journal.record_events(
        [
            event(1, "a", "p"),
            event(2, "a", "q"),
            event(3, "a", "p", "purchase"),
            event(4, "a", None, "search"),
        ]
    )
    assert profiles.recent_products("a") == ["p", "q"]
    assert profiles.recent_products("a", limit=1) == ["p"]
    assert profiles.recent_products("a", types=["purchase"]) == ["p"]
    assert profiles.recent_products("nobody") == []


def test_naive_times_are_utc_and_queries_stay(sqlite_database: Database) -> None:
    journal = Journal(sqlite_database)
    journal.record_events(
        [event(1, "a", None, "search").model_copy(update={"timestamp": datetime(2026, 1, 1)})]
    )
    assert journal.history("a")[0].timestamp == START
    assert journal.history("a")[0].query == "lamp"
    assert journal.last_timestamp() == START
    assert list(journal.interactions()) == []
    assert journal.record_events([]) == 0
