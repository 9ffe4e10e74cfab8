"""One suite for the operational store on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, update

import kms.db.queue_tables  # noqa: F401 - tables of the metadata
from kms.catalog.models import Product, Review
from kms.catalog.offers import SalePrice
from kms.catalog.store import CatalogStore
from kms.currency import Price
from kms.db.migrate import current_revision, upgrade
from kms.db.runs import RunStore
from kms.db.session import Database
from kms.db.tables import Base, EventRow
from kms.errors import NotFoundError
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.journal.events import Journal
from kms.journal.models import Event
from kms.journal.profiles import Profiles

LAMP = Product(
    id="L-1",
    title="Desk lamp 台灯",
    description="Steel arm.\n\nWarm light.",
    brand="Halden",
    category="desk_lamp",
    price=Price(amount=Decimal("39.90"), currency="EUR"),
    attributes={"Weight": "1.2 kg", "Colour": "black"},
    related={"complements": ("L-2",)},
)
BULB = Product(id="L-2", title="Bulb E27")
REVIEW = Review(
    id="R-1",
    product_id="L-1",
    rating=4,
    title="Solid",
    text="The arm is sturdy.",
    created_at=datetime(2026, 3, 2, 8, 30, tzinfo=timezone(timedelta(hours=2))),
    shopper_id="s-1",
)
KEY = "rules-1/onto-1"


def read(document: Document, surface: str, **changes: object) -> Evidence:
    start = document.text.index(surface)
    values: dict[str, object] = {
        "document_id": document.id,
        "document_hash": document.content_hash,
        "product_id": document.product_id,
        "field": document.field,
        "language": document.language,
        "start": start,
        "end": start + len(surface),
        "surface": surface,
        "relation": "has_value",
        "attribute": "material",
        "sentence": (0, len(document.text)),
        "confidence": 0.9,
        "extractor": "rules",
        "extractor_version": "1",
        "ontology_release": "1.0.0",
        **changes,
    }
    return Evidence.model_validate(values)


@pytest.fixture
def catalog(database: Database) -> CatalogStore:
    return CatalogStore(database)


@pytest.fixture
def evidence(database: Database) -> EvidenceStore:
    return EvidenceStore(database)


def pending(evidence: EvidenceStore, key: str = KEY) -> dict[str, Document]:
    return {document.id: document for document in evidence.pending_documents(key)}


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    before = current_revision(database.engine)
    upgrade(database.engine)
    assert current_revision(database.engine) == before is not None


def test_product_comes_back_as_it_was_written(catalog: CatalogStore) -> None:
    catalog.put_products([LAMP, BULB])
    assert catalog.product("L-1") == LAMP
    assert list(catalog.product("L-1").attributes) == ["Weight", "Colour"]
    assert [product.id for product in catalog.products(["L-2", "nobody", "L-1"])] == ["L-2", "L-1"]
    assert [product.id for product in catalog.iter_products(page=1)] == ["L-1", "L-2"]
    assert catalog.counts() == {"products": 2, "reviews": 0, "documents": 5}


def test_summaries_say_of_products_what_their_rows_say(catalog: CatalogStore) -> None:
    lamp = LAMP.model_copy(update={"sale": SalePrice(price=Price(amount=Decimal("29.90"), currency="EUR"))})
    catalog.put_products([lamp, BULB])
    assert [s._asdict() for s in catalog.summaries(["L-2", "nobody", "L-1"])] == [
        {
            "id": p.id,
            "title": p.title,
            "brand": p.brand,
            "price": p.price,
            "image_url": p.image_url,
            "language": p.language,
            "sale": p.sale,
        }
        for p in (BULB, lamp)
    ]


def test_unknown_product_is_named_in_the_error(catalog: CatalogStore) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        catalog.product("nobody")


def test_equal_rows_change_nothing(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    assert catalog.put_products([LAMP]).new == ["L-1"]
    assert catalog.put_reviews([REVIEW]).new == ["R-1"]
    before = list(evidence.changed_products("graph"))
    assert catalog.put_products([LAMP]).unchanged == ["L-1"]
    assert catalog.put_reviews([REVIEW]).unchanged == ["R-1"]
    assert list(evidence.changed_products("graph")) == before


def test_review_comes_back_in_utc_and_counts_in_the_rating(catalog: CatalogStore) -> None:
    catalog.put_products([LAMP])
    later = REVIEW.model_copy(
        update={"id": "R-2", "rating": 1, "created_at": datetime(2026, 5, 1, tzinfo=UTC)}
    )
    undated = REVIEW.model_copy(update={"id": "R-3", "rating": None, "created_at": None})
    changes = catalog.put_reviews(
        [REVIEW, later, undated, later.model_copy(update={"id": "R-4", "product_id": "X"})]
    )
    assert changes.unknown_product == ["R-4"]
    assert catalog.reviews_of("L-1") == [later, REVIEW, undated]
    assert catalog.ratings() == catalog.ratings(["L-1", "L-2"]) == {"L-1": (2.5, 2)}


def test_documents_are_pending_until_recorded(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    catalog.put_products([LAMP])
    catalog.put_reviews([REVIEW])
    documents = pending(evidence)
    assert list(documents) == sorted(
        [
            "product:L-1#title", "product:L-1#description", "product:L-1#table", "product:L-1#shop",
            "review:R-1#title", "review:R-1#text",
        ]
    )  # fmt: skip
    assert documents["product:L-1#table"].text == "Weight: 1.2 kg\nColour: black"
    assert documents["product:L-1#shop"].text == "brand: Halden\ncategory: desk_lamp\ncomplements: L-2"
    assert documents["review:R-1#text"].rating == 4
    assert [document.id for document in evidence.pending_documents(KEY, limit=2, page=1)] == list(documents)[
        :2
    ]
    evidence.record(list(documents.values())[:4], [], KEY)
    assert list(pending(evidence)) == ["review:R-1#text", "review:R-1#title"]
    assert evidence.count_pending(KEY) == 2
    assert evidence.count_pending("another key") == 6


def test_recording_twice_changes_nothing(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    catalog.put_products([LAMP])
    document = pending(evidence)["product:L-1#description"]
    found = read(document, "Steel")
    assert evidence.record([document], [found], KEY) == {"L-1"}
    before = list(evidence.changed_products("graph"))
    assert evidence.record([document], [found], KEY) == set()
    assert list(evidence.changed_products("graph")) == before
    assert evidence.active("L-1") == [found]
    assert evidence.by_ids(["unknown", found.id]) == [found]
    assert evidence.counts_by("relation") == {"has_value": 1}
    assert evidence.active("nobody") == []


def test_new_reading_retires_the_old_one(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    catalog.put_products([LAMP])
    document = pending(evidence)["product:L-1#description"]
    old = read(document, "Steel", opinion=(1, 3), relation="has_aspect", polarity="positive")
    new = read(document, "Warm light", extractor_version="2", negated=True)
    evidence.record([document], [old], KEY)
    evidence.record([document], [new], "rules-2")
    assert evidence.active("L-1") == [new]
    assert evidence.by_ids([old.id]) == [old]
    evidence.record([document], [old], KEY)
    assert evidence.active("L-1") == [old]


def test_changed_text_retires_its_evidence_and_only_that(
    catalog: CatalogStore, evidence: EvidenceStore
) -> None:
    catalog.put_products([LAMP])
    documents = pending(evidence)
    description, title = documents["product:L-1#description"], documents["product:L-1#title"]
    kept = read(title, "lamp")
    evidence.record(list(documents.values()), [read(description, "Steel"), kept], KEY)
    assert catalog.put_products([LAMP.model_copy(update={"description": "Oak arm."})]).changed == ["L-1"]
    assert evidence.active("L-1") == [kept]
    assert list(pending(evidence)) == ["product:L-1#description"]
    catalog.put_products([LAMP.model_copy(update={"description": ""})])
    assert pending(evidence) == {}
    catalog.put_products([LAMP])  # back to what it was: it is read again
    evidence.record([description], [read(description, "Steel")], KEY)
    assert len(evidence.active("L-1")) == 2


def test_what_was_read_from_an_outdated_text_is_left_out(
    catalog: CatalogStore, evidence: EvidenceStore
) -> None:
    catalog.put_products([LAMP])
    document = pending(evidence)["product:L-1#description"]
    catalog.put_products([LAMP.model_copy(update={"description": "Oak arm."})])
    assert evidence.record([document], [read(document, "Steel")], KEY) == set()
    assert evidence.active("L-1") == []
    assert "product:L-1#description" in pending(evidence)


def test_evidence_of_a_document_that_was_not_given_is_refused(
    catalog: CatalogStore, evidence: EvidenceStore
) -> None:
    catalog.put_products([LAMP])
    documents = pending(evidence)
    with pytest.raises(ValueError, match="product:L-1#title"):
        evidence.record(
            [documents["product:L-1#description"]], [read(documents["product:L-1#title"], "lamp")], KEY
        )


def test_changed_products_until_built(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    catalog.put_products([LAMP, BULB])
    changes = list(evidence.changed_products("graph", release="1.0.0", page=1))
    assert [change.product_id for change in changes] == ["L-1", "L-2"]
    evidence.mark_built("graph", {change.product_id: change.fingerprint for change in changes})
    assert list(evidence.changed_products("graph", release="1.0.0")) == []
    assert len(list(evidence.changed_products("index", release="1.0.0"))) == 2
    assert len(list(evidence.changed_products("graph", release="1.1.0"))) == 2
    catalog.put_reviews([REVIEW])
    assert [c.product_id for c in evidence.changed_products("graph", release="1.0.0")] == ["L-1"]
    evidence.mark_built("graph", {})
    evidence.forget_built("graph")
    assert len(list(evidence.changed_products("graph", release="1.0.0"))) == 2


def test_deleted_product_disappears_and_builders_hear_of_it(
    database: Database, catalog: CatalogStore, evidence: EvidenceStore
) -> None:
    journal = Journal(database)
    catalog.put_products([LAMP, BULB])
    catalog.put_reviews([REVIEW])
    documents = pending(evidence)
    found = read(documents["product:L-1#description"], "Steel")
    evidence.record(list(documents.values()), [found], KEY)
    view = Event(
        id="e1", type="view", shopper_id="s-1", timestamp=datetime(2026, 1, 1, tzinfo=UTC), product_id="L-1"
    )
    journal.record_events([view])
    built = {change.product_id: change.fingerprint for change in evidence.changed_products("graph")}
    evidence.mark_built("graph", built)

    assert catalog.delete_products(["L-1", "nobody"]) == ["L-1"]
    assert [summary.id for summary in catalog.summaries(["L-1", "L-2"])] == ["L-2"]
    assert catalog.counts() == {"products": 1, "reviews": 0, "documents": 1}
    assert evidence.active("L-1") == []
    assert evidence.by_ids([found.id]) == [found]
    assert [(c.product_id, c.is_deleted) for c in evidence.changed_products("graph")] == [("L-1", True)]
    assert journal.history("s-1") == []
    assert journal.touched("s-1") == []
    assert list(journal.interactions()) == []
    assert journal.count() == 1
    journal.record_events([view.model_copy(update={"id": "e2"})])
    assert journal.history("s-1") == []

    assert catalog.put_products([LAMP]).new == ["L-1"]
    assert [event.id for event in journal.history("s-1")] == ["e2", "e1"]
    assert [(c.product_id, c.is_deleted) for c in evidence.changed_products("graph")] == [("L-1", False)]


def test_deleted_review_takes_its_evidence_along(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    catalog.put_products([LAMP])
    catalog.put_reviews([REVIEW])
    document = pending(evidence)["review:R-1#text"]
    evidence.record([document], [read(document, "arm")], KEY)
    assert catalog.delete_reviews(["R-1", "nobody"]) == ["R-1"]
    assert evidence.active("L-1") == []
    assert catalog.reviews_of("L-1") == []


def test_review_that_moves_to_another_product(catalog: CatalogStore, evidence: EvidenceStore) -> None:
    catalog.put_products([LAMP, BULB])
    catalog.put_reviews([REVIEW])
    document = pending(evidence)["review:R-1#text"]
    evidence.record([document], [read(document, "arm")], KEY)
    catalog.put_reviews([REVIEW.model_copy(update={"product_id": "L-2"})])
    assert evidence.active("L-1") == []
    assert catalog.reviews_of("L-1") == []
    assert pending(evidence)["review:R-1#text"].product_id == "L-2"


def test_failed_transaction_leaves_nothing(database: Database, catalog: CatalogStore) -> None:
    from kms.db.tables import ProductVersionRow

    def fail() -> None:
        with database.write() as session:
            session.add(ProductVersionRow(product_id="x", revision=1, fingerprint="f", is_deleted=False))
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.get(ProductVersionRow, "x") is None


def test_characters_that_a_store_cannot_hold_do_no_harm(database: Database, catalog: CatalogStore) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    odd = Event(
        id="e", type="search", shopper_id="s", timestamp=at, query="a\x00b \U0001f600", session_id="\x00"
    )
    Journal(database).record_events([odd])
    assert Journal(database).history("s")[0].query == "ab \U0001f600"
    with pytest.raises(NotFoundError):
        catalog.product("' OR 1=1 --")


def test_run_is_remembered_with_its_report(database: Database) -> None:
    runs = RunStore(database)
    first = runs.start("extract")
    runs.finish(first, {"read": 3, "names": ["台灯"]})
    second = runs.start("graph build")
    runs.finish(second, {"error": "stopped"}, status="failed")
    third = runs.start("extract")
    latest = runs.latest(limit=2)
    assert [(run.id, run.command, run.status) for run in latest] == [
        (third, "extract", "running"),
        (second, "graph build", "failed"),
    ]
    assert runs.latest(command="extract")[1].report == {"read": 3, "names": ["台灯"]}
    assert runs.latest()[0].finished_at is None
    with pytest.raises(NotFoundError, match="nobody"):
        runs.finish("nobody", {})


def test_journal_is_idempotent_and_ordered(database: Database) -> None:
    journal, profiles = Journal(database), Profiles(database)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        Event(
            id=f"e{n}",
            type="view",
            shopper_id=f"s-{n % 2}",
            timestamp=start + timedelta(hours=n // 2),
            product_id=f"p{n % 3}",
        )
        for n in range(8)
    ]
    later = start + timedelta(days=2)
    search = Event(
        id="q", type="search", shopper_id="s-1", timestamp=later, query="台灯", query_id="q1", position=0
    )
    assert journal.record_events(events) == 8
    assert journal.record_events([*events, search, search]) == 1
    assert journal.history("s-1", limit=2) == [search, events[7]]
    assert journal.history("s-1", types=["view"]) == [events[7], events[5], events[3], events[1]]
    assert journal.history("nobody") == []
    flow_of_one = journal.touched("s-1", limit=3)
    assert [(i.product_id, i.timestamp) for i in flow_of_one] == [
        (event.product_id, event.timestamp) for event in (events[7], events[5], events[3])
    ]
    assert journal.touched("nobody") == []
    flow = list(journal.interactions(page=3))
    assert [item.timestamp for item in flow] == sorted(item.timestamp for item in flow)
    assert len(flow) == 8
    assert len(list(journal.interactions(since=start + timedelta(hours=2)))) == 4
    assert journal.last_timestamp() == search.timestamp
    assert profiles.shoppers(limit=1) == [("s-1", 5, 3, search.timestamp)]
    assert profiles.recent_products("s-1") == ["p1", "p2", "p0"]


def test_the_journals_revision_grows_with_every_change_and_only_then(database: Database) -> None:
    journal = Journal(database)
    view = Event(
        id="e1", type="view", shopper_id="s", timestamp=datetime(2026, 1, 1, tzinfo=UTC), product_id="P"
    )
    seen = [journal.revision()]
    journal.record_events([view])
    seen.append(journal.revision())
    journal.record_events([view])
    assert journal.revision() == seen[-1]
    for statement in (update(EventRow).values(type="click"), delete(EventRow)):
        with database.write() as session:
            session.execute(statement)
        seen.append(journal.revision())
    assert seen == sorted(set(seen))
