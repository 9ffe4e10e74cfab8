"""Many threads write at once: events over the API, rows and evidence in the stores, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Platform
from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.evidence.models import Evidence
from kms.evidence.store import EvidenceStore
from kms.journal.events import Journal
from kms.journal.models import Event
from tests.conftest import make_postgres_database
from tests.integration.api_client import open_client
from tests.platform_fixture import settings_for

THREADS = 8
EVENTS = 1_000
PRODUCTS = [Product(id=f"P-{number}", title=f"Product {number}") for number in range(40)]


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """An installation with products and no indexes yet."""
    changes: dict[str, Any] = {}
    opened = Platform(settings_for(tmp_path / "state"))
    if request.param == "postgresql":
        url = make_postgres_database(request.getfixturevalue("postgres_url"))
        changes = {"database_url": url}
        opened.close()
        settings = opened.settings.model_copy(update=changes)
        opened = Platform(settings)
    opened.catalog.put_products(PRODUCTS)
    yield opened
    opened.close()


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """Results of tasks that all begin at the same moment, each in a thread of its own."""
    results: list[Any] = [None] * len(tasks)
    gate = threading.Barrier(len(tasks))

    def work(number: int) -> None:
        gate.wait()
        try:
            results[number] = tasks[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def sent_events() -> list[dict[str, Any]]:
    now = datetime.now(UTC).isoformat()
    return [
        {
            "event_id": f"e-{number}",
            "action_name": "view",
            "client_id": f"s-{number % 50}",
            "timestamp": now,
            "event_attributes": {"object": {"object_id": f"P-{number % len(PRODUCTS)}"}},
        }
        for number in range(EVENTS)
    ]


def test_the_same_events_from_many_threads_are_stored_once(shop: Platform) -> None:
    bodies = [sent_events() for _ in range(THREADS)]
    for number, body in enumerate(bodies):  # each in another order
        body[:] = body[number * 100 :] + body[: number * 100]

    with open_client(shop) as client:

        def send(body: list[dict[str, Any]], client: TestClient = client) -> tuple[int, int, int]:
            answer = client.post("/v1/events", json=body)
            found = answer.json()
            return answer.status_code, found.get("stored", -1), found.get("known", -1)

        for _ in range(2):
            answers = at_once([partial(send, body) for body in bodies])
            assert [a[0] for a in answers] == [200] * THREADS, answers
            assert all(stored + known == EVENTS for _, stored, known in answers), answers
    assert shop.journal.count() == EVENTS


def test_counts_of_new_events_add_up(database: Database) -> None:
    journal = Journal(database)
    now = datetime.now(UTC)
    events = [
        Event(id=f"e{n}", type="view", shopper_id="s", timestamp=now, product_id="P-1") for n in range(300)
    ]
    counts = at_once([partial(journal.record_events, events)] * THREADS)
    assert sum(counts) == len(events) == journal.count()


def test_rows_evidence_and_deletions_side_by_side_leave_true_versions(database: Database) -> None:
    """Whatever order the writers took, each product's fingerprint is that of its rows and evidence."""
    from kms.db.versions import fingerprints_of, refresh_versions

    catalog, evidence = CatalogStore(database), EvidenceStore(database)
    catalog.put_products(PRODUCTS)
    documents = list(evidence.pending_documents("k"))

    def review(thread: int) -> None:
        for number in range(10):
            rows = [
                Review(id=f"R-{thread}-{number}-{p.id}", product_id=p.id, text="A sturdy one.")
                for p in PRODUCTS[::3]
            ]
            catalog.put_reviews(rows)

    def read(_thread: int) -> None:
        for document in documents:
            found = Evidence(
                document_id=document.id, document_hash=document.content_hash, product_id=document.product_id,
                field=document.field, language="en", start=0, end=1, surface=document.text[:1],
                relation="has_value", attribute="material", sentence=(0, 1), confidence=0.9,
                extractor="rules", extractor_version="1", ontology_release="1",
            )  # fmt: skip
            evidence.record([document], [found], "k")

    def rename(thread: int) -> None:
        for number in range(10):
            catalog.put_products(
                [p.model_copy(update={"title": f"{p.title} {thread}.{number}"}) for p in reversed(PRODUCTS)]
            )

    def delete(_thread: int) -> None:
        for product in PRODUCTS[:5]:
            catalog.delete_products([product.id])

    kinds = (review, read, rename, delete)
    results = at_once([partial(kind, n) for n in range(2) for kind in kinds])
    assert results == [None] * len(results)
    with database.write() as session:
        ids = [p.id for p in PRODUCTS]
        assert fingerprints_of(session, ids)
        assert refresh_versions(session, ids) == set()


def test_events_of_a_product_that_is_deleted_meanwhile_are_marked(database: Database) -> None:
    catalog, journal = CatalogStore(database), Journal(database)
    now = datetime.now(UTC)

    for number in range(15):
        product = Product(id=f"D-{number}", title="Soon gone")
        catalog.put_products([product])
        events = [
            Event(id=f"d{number}-{n}", type="view", shopper_id="s", timestamp=now, product_id=product.id)
            for n in range(20)
        ]
        tasks: list[Callable[[], Any]] = [partial(journal.record_events, [e]) for e in events]
        results = at_once([*tasks, partial(catalog.delete_products, [product.id])])
        assert not [r for r in results if isinstance(r, Exception)]
    assert journal.history("s", limit=1_000) == []
    assert list(journal.interactions()) == []
