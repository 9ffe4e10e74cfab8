"""Changes by the clock: puts sales and publications that begin or end into the log of changes when their moment comes.

Moments to come are noted with each product's row (``product_moments``). A moment is taken away in the transaction that
appends its change, so a process that dies loses none, and none is applied twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kms.catalog.store import read_products
from kms.db.session import Database
from kms.db.tables import ProductMomentRow
from kms.db.versions import IN_LIST, in_chunks
from kms.indexing.change_log import NewChange, append_changes, mark_pending
from kms.indexing.live_decisions import LiveDecisions
from kms.indexing.live_documents import DocumentMaker

MOST = 500
"""Products a transaction, in which nobody else can write."""


class DueChanges:
    """Appends the changes whose moment has come, and lets products wait whose decisions began or ended to hold."""

    def __init__(self, database: Database, documents: DocumentMaker) -> None:
        """Prepare; ``database`` holds rows and log."""
        self._database = database
        self._documents = documents
        self._decisions = LiveDecisions(database)

    def apply(self, now: datetime | None = None) -> int:
        """Append what is due; returns the number of products.

        Raises:
            StoreError: A store does not answer; what is due stays so.
        """
        moment = now or datetime.now(UTC)
        self._decisions.apply_due(moment)
        due = select(ProductMomentRow.product_id).where(ProductMomentRow.at <= moment).distinct().limit(MOST)
        count = 0
        while True:
            with self._database.read() as session:
                ids = sorted(session.scalars(due))
            if not ids:
                return count
            with self._database.write(in_turn=True) as session:
                self._append(session, ids, moment)
            count += len(ids)

    def _append(self, session: Session, ids: list[str], moment: datetime) -> None:
        products = read_products(session, ids)
        made = self._documents.make(session, products, moment)
        # Products that are one have one entry; a version made while a product was hidden knows none of its facts.
        entries = {
            each.shown_as: NewChange(each.shown_as, each.document, each.facts) for each in made.values()
        }
        sequence = append_changes(session, list(entries.values()))
        # Nor has such a version a vector of it, which only the reader of texts can make.
        appearing = [
            each.id for each in products if each.published_at is not None and each.is_public_at(moment)
        ]
        mark_pending(session, appearing, sequence)
        for chunk in in_chunks(ids, IN_LIST):
            session.execute(
                delete(ProductMomentRow).where(
                    ProductMomentRow.product_id.in_(chunk), ProductMomentRow.at <= moment
                )
            )
